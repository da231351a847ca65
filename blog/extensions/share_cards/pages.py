"""The share cards of pages: their words, and the images that other sites show."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from blog.articles.categories import Category
from blog.articles.models import Article
from blog.documents.rendering.values import ResolvedImage
from blog.extend import PageImage
from blog.extensions.share_cards import cards
from blog.extensions.share_cards.drawing import LOGO_ROOM, SIZE
from blog.images.models import Image
from blog.images.renditions import stored_name
from blog.reader.language import ui_language_within_text
from blog.review.ai_label import label
from blog.site.identity import site_identity


def article_image(article: Article) -> PageImage | None:
    """Return the article's share card. None if no font has all characters, and there is a hero image."""
    card = article_card(article)
    if article.shown_hero and not card.is_legible:
        return None
    path = reverse("blog:share_cards:article", args=[article.uid, card.file_name])
    return PageImage(path, *SIZE, card.quote or card.title)


def category_image(category: Category) -> PageImage:
    card = category_card(category)
    path = reverse("blog:share_cards:category", args=[category.slug, card.file_name])
    return PageImage(path, *SIZE, category.name)


def site_image() -> PageImage:
    path = reverse("blog:share_cards:site", args=[site_card().file_name])
    return PageImage(path, *SIZE, site_identity().name)


def article_card(article: Article) -> cards.ShareCard:
    """Return the article's share card, with the share quote if the article contains it, else the title."""
    return cards.ShareCard(
        title=article.plain_title,
        quote=article.quote if article.quote_is_verbatim else "",
        category=article.primary_category.name if article.primary_category else "",
        label=card_label(article),
        author=", ".join(author.name for author in article.byline),
        language=article.language or settings.LANGUAGE_CODE,
        image=hero_for_card(article.hero_image),
        **site_values(),
    )


def hero_for_card(hero: Image | None) -> cards.CardImage | None:
    """Return the hero image for a card if it is stored here. Cards never contain remote images."""
    if hero is None or not (hero.file and hero.width and hero.height):
        return None
    return cards.card_image(hero.file.name, (hero.width, hero.height), (hero.focal_x, hero.focal_y))


def card_label(article: Article) -> str:
    with override(ui_language_within_text(article.language)):
        return label(article)


def category_card(category: Category) -> cards.ShareCard:
    return cards.ShareCard(title=category.name, language=settings.LANGUAGE_CODE, **site_values())


def site_card() -> cards.ShareCard:
    site = site_identity()
    title = site.tagline or site.name
    return cards.ShareCard(title=title, language=settings.LANGUAGE_CODE, **site_values())


def site_values() -> dict:
    """Return the site's values for cards: name, colour, face, logo, and whether to show ours."""
    site = site_identity()
    look = site.look
    return {
        "site_name": site.name,
        "accent": look.accent,
        "face": look.face,
        "logo": logo_for_card(site.logo),
        "logo_is_name": look.logo_is_name,
        "has_mark": not site.logo,
    }


def logo_for_card(logo: ResolvedImage | None) -> cards.CardImage | None:
    """Return the site's logo for a card if it is stored here, as large as there is room for it."""
    if not (logo and logo.width and logo.height):
        return None
    scale = min(1, LOGO_ROOM[0] / logo.width, LOGO_ROOM[1] / logo.height)
    box = max(1, round(logo.width * scale)), max(1, round(logo.height * scale))
    return cards.card_image(stored_name(logo.url), (logo.width, logo.height), (50, 50), box)
