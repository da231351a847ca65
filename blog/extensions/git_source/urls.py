from django.urls import path

from blog.extensions.git_source import webhook

urlpatterns = [path("hooks/git/<str:hook>/", webhook.call, name="hook")]
