from django.urls import path

from blog.extensions.api import screen

urlpatterns = [
    path("", screen.tokens, name="tokens"),
    path("new/", screen.new_token, name="new"),
    path("<int:key>/revoke/", screen.revoke_token, name="revoke"),
]
