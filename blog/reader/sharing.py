"""Sharing: the image of a page for other sites (Open Graph), and links for sharing an article."""

from dataclasses import dataclass
from urllib.parse import quote

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from blog.articles.categories import Category
from blog.articles.models import Article
from blog.documents.text import trim_at_word
from blog.images.models import Image
from blog.images.share_cards import cards
from blog.reader.language import ui_language_within_text
from blog.reader.look import page_look
from blog.review.ai_label import label
from blog.site.addresses import absolute
from blog.site.identity import Network, site_identity


@dataclass(frozen=True, slots=True)
class ShareImage:
    """The image that other sites show with a link to a page."""

    address: str
    width: int | None
    height: int | None
    alt: str = ""
    is_large: bool = True

    @property
    def has_size(self) -> bool:
        return bool(self.width and self.height)


def article_image(article: Article) -> ShareImage:
    """Return the article's image for other sites: its share card, in the style of this site.

    If no font has all characters of the title, return the hero image instead, if there is one.
    """
    card, hero = share_card(article), article.shown_hero
    if hero and not card.is_legible:
        return ShareImage(
            absolute(hero.url), hero.width, hero.height, article.shown_hero_alt or article.plain_title
        )
    return card_image(article, card)


def card_image(article: Article, card: cards.ShareCard) -> ShareImage:
    address = reverse("blog:share_card", args=[article.uid, card.file_name])
    return ShareImage(absolute(address), *cards.SIZE, card.quote or card.title)


def site_icon() -> ShareImage:
    site = site_identity()
    address = page_look(site.look).icon("icon-512.png")
    return ShareImage(absolute(address), 512, 512, site.name, is_large=False)


def site_image() -> ShareImage:
    """Return the image for other sites of pages without one of their own: the site's share card."""
    card = site_card()
    address = reverse("blog:site_card", args=[card.file_name])
    return ShareImage(absolute(address), *cards.SIZE, site_identity().name)


def site_card() -> cards.ShareCard:
    site = site_identity()
    title = site.tagline or site.name
    return cards.ShareCard(title=title, language=settings.LANGUAGE_CODE, **site_values())


def site_values() -> dict:
    """Return the site's values for cards: name, accent colour, and whether to show the default logo."""
    site = site_identity()
    return {"site_name": site.name, "accent": site.look.accent, "has_mark": not site.logo}


def category_image(category: Category) -> ShareImage:
    card = category_card(category)
    address = reverse("blog:category_card", args=[category.slug, card.file_name])
    return ShareImage(absolute(address), *cards.SIZE, category.name)


def category_card(category: Category) -> cards.ShareCard:
    return cards.ShareCard(title=category.name, language=settings.LANGUAGE_CODE, **site_values())


def share_card(article: Article) -> cards.ShareCard:
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


def share_links(article: Article) -> list[tuple[str, str]]:
    """Return (name, URL) of each network that the site has chosen. The links need no JavaScript."""
    plain_address = absolute(article.get_absolute_url())
    address, title = quote(plain_address, safe=""), quote(article.plain_title, safe="")

    def post(limit, address_length=None):
        """Return the text of a post: the quote, cut so that the URL fits within `limit` characters."""
        room = limit - (address_length or len(plain_address)) - 1
        return quote(trim_at_word(article.share_text or article.plain_title, max(room, 60)), safe="")

    addresses = {
        Network.MASTODON: f"https://share.joinmastodon.org/#text={post(500)}%20{address}",
        Network.BLUESKY: f"https://bsky.app/intent/compose?text={post(300)}%20{address}",
        Network.LINKEDIN: f"https://www.linkedin.com/sharing/share-offsite/?url={address}",
        Network.X: f"https://x.com/intent/post?text={post(280, address_length=23)}&url={address}",
        Network.FACEBOOK: f"https://www.facebook.com/sharer/sharer.php?u={address}",
        Network.WHATSAPP: f"https://wa.me/?text={post(700)}%20{address}",
        Network.REDDIT: f"https://www.reddit.com/submit?url={address}&title={title}",
        Network.EMAIL: f"mailto:?subject={title}&body={post(1000)}%20{address}",
    }
    chosen = site_identity().networks
    return [(str(network.label), addresses[network]) for network in Network if network in chosen]
