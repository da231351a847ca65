from django.urls import path

from blog.extensions.sources.screens import proof_views

urlpatterns = [
    path("<int:pk>/look/", proof_views.look, name="look"),
    path("<int:pk>/answer/", proof_views.answer, name="answer"),
]
