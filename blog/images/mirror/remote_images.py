"""Which pictures are shown from elsewhere, and which texts wait for each of them."""

import itertools
from dataclasses import dataclass, field

from django.conf import settings

from blog.documents.addresses import REMOTE, path_on_site
from blog.documents.rendering.images import is_same_picture, shown_images
from blog.images.links import BodyImage, PageImage
from blog.images.models import Image, full_address

# {model of texts: the links of its rows to the stored images that they show}
LINKS = {"article": BodyImage, "page": PageImage}
Text = tuple[str, int]  # a key of LINKS, and that of a row


@dataclass(slots=True)
class RemoteImageIndex:
    """The addresses of pictures elsewhere: each once, in the order in which they are asked for."""

    # What each text shows: {address in its HTML: the address that is fetched for it}.
    texts: dict[Text, dict[str, str]] = field(default_factory=dict)
    # Which texts wait for each address; none do for what is a hero image alone.
    waiting: dict[str, set[Text]] = field(default_factory=dict)

    def add_text(self, text: Text, shown: dict[str, str]) -> None:
        self.texts[text] = shown
        for address in shown.values():
            self.waiting.setdefault(address, set()).add(text)

    def settle(self, address: str) -> list[Text]:
        """Return the texts that wait for no picture any more, now that this one is there or has failed."""
        texts = self.waiting.pop(address)
        return [text for text in texts if self.waiting.keys().isdisjoint(self.texts[text].values())]


def find_remote_images() -> RemoteImageIndex:
    """Return all pictures that articles, pages and the site's identity show from elsewhere.

    Articles in the trash are left out. A picture in a text that repeats the hero image is that one.
    """
    wanted = RemoteImageIndex()
    for source in Image.objects.remote().order_by("-pk").values_list("source", flat=True):
        if not _is_here(address := full_address(source)):
            wanted.waiting.setdefault(address, set())
    for text, html, hero in itertools.chain(_articles(), _pages()):
        if shown := _shown_elsewhere(html, full_address(hero)):
            wanted.add_text(text, shown)
    return wanted


def texts_of(model: str):
    """Return the manager of articles or pages: through LINKS, because these models stand above."""
    return LINKS[model]._meta.get_field(model).related_model.objects


def _articles():
    rows = texts_of("article").in_use().filter(body_html__contains="<img").order_by("-pk")
    for key, html, hero in rows.values_list("pk", "body_html", "hero_image__source").iterator(100):
        yield ("article", key), html, hero or ""


def _pages():
    rows = texts_of("page").filter(body_html__contains="<img").order_by("-pk")
    for key, html in rows.values_list("pk", "body_html").iterator(100):
        yield ("page", key), html, ""


def _shown_elsewhere(html, hero):
    addresses = [image.address for image in shown_images(html)]
    return {
        address: hero if hero.startswith(REMOTE) and is_same_picture(address, hero) else address
        for address in addresses
        if address.startswith(REMOTE) and not _is_here(address)
    }


def _is_here(address):
    return bool(path_on_site(address, settings.SITE_URL))
