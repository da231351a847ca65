from django.urls import path

from blog.extensions.notices import views

urlpatterns = [path("", views.choose, name="choose")]
