from django.urls import path

from blog.extensions.followers import views

urlpatterns = [
    path("follow/", views.follow, name="follow"),
    path("follow/sent/", views.follow_sent, name="follow_sent"),
    path("follow/confirm/<str:token>/", views.consent, name="follow_consent"),
    path("follow/<str:key>/", views.follower, name="follower"),
    path("follow/<str:key>/stop/", views.follower_stop, name="follower_stop"),
    path("follow/<str:key>/data/", views.follower_data, name="follower_data"),
    path("mail/events/<str:secret>/", views.mail_events, name="mail_events"),
]
