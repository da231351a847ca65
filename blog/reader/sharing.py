"""Sharing: the image of a page for other sites (Open Graph), and links for sharing an article."""

from dataclasses import dataclass
from urllib.parse import quote

from blog import extend
from blog.articles.categories import Category
from blog.articles.models import Article
from blog.documents.text import trim_at_word
from blog.reader.look import page_look
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
    """Return the article's image for other sites: an extension's, else the hero image, else the site's."""
    hero = article.shown_hero
    if image := image_of_article(article):
        return image
    if hero and hero.url:
        return ShareImage(
            absolute(hero.url), hero.width, hero.height, article.shown_hero_alt or article.plain_title
        )
    return site_image()


def image_of_article(article: Article) -> ShareImage | None:
    """Return the image that an extension makes for the article, or None."""
    return _first(images.of_article(article) for images in extend.share_images)


def _first(images) -> ShareImage | None:
    image = next(filter(None, images), None)
    return image and ShareImage(absolute(image.path), image.width, image.height, image.alt)


def site_icon() -> ShareImage:
    site = site_identity()
    address = page_look(site.look).icon("icon-512.png")
    return ShareImage(absolute(address), 512, 512, site.name, is_large=False)


def site_image() -> ShareImage:
    """Return the image for other sites of pages without one of their own: an extension's, else the icon."""
    return _first(images.of_site() for images in extend.share_images) or site_icon()


def category_image(category: Category) -> ShareImage:
    return _first(images.of_category(category) for images in extend.share_images) or site_image()


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
