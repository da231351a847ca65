"""Find remote images that are not mirrored, and the texts that show them."""

import itertools
from dataclasses import dataclass, field

from django.conf import settings

from blog.documents.addresses import REMOTE, path_on_site
from blog.documents.rendering.images import is_same_image, shown_images
from blog.images.links import BodyImage, PageImage
from blog.images.models import Image, full_address

# {model of a text: model of its links to stored images}
LINKS = {"article": BodyImage, "page": PageImage}
Text = tuple[str, int]  # (key of LINKS, primary key of a row)


@dataclass(slots=True)
class RemoteImageIndex:
    """The URLs of remote images without duplicates, in the order of fetching, and their texts."""

    # {text: {URL in its HTML: URL to fetch for it}}
    texts: dict[Text, dict[str, str]] = field(default_factory=dict)
    # {URL to fetch: texts that wait for it}. The set is empty if the image is in no text.
    waiting: dict[str, set[Text]] = field(default_factory=dict)

    def mark_done(self, address: str) -> list[Text]:
        """Mark a URL as fetched or failed; return the texts that no longer wait for any image."""
        texts = self.waiting.pop(address)
        return [text for text in texts if self.waiting.keys().isdisjoint(self.texts[text].values())]


def find_remote_images() -> RemoteImageIndex:
    """Return all remote images of articles, pages and the site identity that are not mirrored.

    Texts of articles in the trash are skipped. An image in a text that repeats the hero image is not fetched
    twice.
    """
    index = RemoteImageIndex()
    for source in Image.objects.remote().order_by("-pk").values_list("source", flat=True):
        if not _is_local(address := full_address(source)):
            index.waiting.setdefault(address, set())
    for text, html, hero in itertools.chain(_articles(), _pages()):
        if urls := _remote_urls(html, full_address(hero)):
            index.texts[text] = urls
            for address in urls.values():
                index.waiting.setdefault(address, set()).add(text)
    return index


def texts_of(model: str):
    """Return the manager of articles or pages, through LINKS because this room cannot import them."""
    return LINKS[model]._meta.get_field(model).related_model.objects


def _articles():
    rows = texts_of("article").in_use().order_by("-pk")
    for key, html, hero in rows.values_list("pk", "body_html", "hero_image__source").iterator(100):
        yield ("article", key), html, hero or ""


def _pages():
    rows = texts_of("page").order_by("-pk")
    for key, html in rows.values_list("pk", "body_html").iterator(100):
        yield ("page", key), html, ""


def _remote_urls(html, hero):
    addresses = [image.address for image in shown_images(html)]
    return {
        address: hero if hero.startswith(REMOTE) and is_same_image(address, hero) else address
        for address in addresses
        if address.startswith(REMOTE) and not _is_local(address)
    }


def _is_local(address):
    return bool(path_on_site(address, settings.SITE_URL))
