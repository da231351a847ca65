from django.urls import path, register_converter
from django.urls.converters import StringConverter

from blog.extensions.share_cards import views


class CardConverter(StringConverter):
    regex = r"[0-9a-f]{20}\.(?:png|jpg)"


register_converter(CardConverter, "card")

urlpatterns = [
    path("cards/<uuid:uid>-<card:name>", views.article_card, name="article"),
    path("cards/site-<card:name>", views.site_card, name="site"),
    path("cards/topics/<unicode_slug:slug>/<card:name>", views.category_card, name="category"),
]
