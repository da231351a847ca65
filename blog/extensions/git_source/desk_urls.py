from django.urls import path

from blog.extensions.git_source import screen

urlpatterns = [path("", screen.show, name="screen")]
