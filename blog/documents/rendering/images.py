"""The images in a rendered text."""

import re
from dataclasses import dataclass
from html import unescape

_IMAGE = re.compile(r'<img((?: [\w-]+="[^"]*")*)>')
_ATTRIBUTE = re.compile(r' (src|alt)="([^"]*)"')


@dataclass(frozen=True, slots=True)
class ShownImage:
    """An image as the page shows it: its address there, and its description."""

    address: str
    alt: str


def shown_images(html: str) -> list[ShownImage]:
    """Return the images of sanitised HTML in order, each address once."""
    found: dict[str, ShownImage] = {}
    for image in _IMAGE.finditer(html):
        values = {name: unescape(value) for name, value in _ATTRIBUTE.findall(image[1])}
        address = values.get("src", "")
        found.setdefault(address, ShownImage(address, values.get("alt", "")))
    return list(found.values())
