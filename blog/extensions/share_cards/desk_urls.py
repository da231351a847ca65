from django.urls import path

from blog.extensions.share_cards import views

urlpatterns = [path("<int:key>/", views.saved_card, name="article")]
