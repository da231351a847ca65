from django.urls import path

from blog.extensions.announcing import views

urlpatterns = [path("<slug:key>.txt", views.indexnow_key, name="indexnow_key")]
