"""Change the elements of HTML by their classes, for systems that mark their cards and embeds with these."""

import re
import warnings
from html import escape

from bs4 import BeautifulSoup, MarkupResemblesLocatorWarning, Tag

from blog.documents.systems.embeds import link_to

DEEPEST = 200  # nested elements; replacing one within another takes time for each level
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*+)[^<>]*+>")
_VOID = frozenset(
    ("area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr")
)
_PARAGRAPHS = re.compile(r"</p>\s*<p\b[^<>]*+>")


def parsed(html: str) -> BeautifulSoup:
    """Parse HTML. If its elements are nested too deep, only the text is kept."""
    if nesting(html) > DEEPEST:
        html = _TAG.sub(" ", html)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MarkupResemblesLocatorWarning)
        return BeautifulSoup(html, "html.parser")


def nesting(html: str) -> int:
    """Return how deep elements are nested, assuming that all end tags are in the right place."""
    deepest = depth = 0
    for found in _TAG.finditer(html):
        if found[2].lower() not in _VOID and not found[0].endswith("/>"):
            depth = max(0, depth - 1) if found[1] else depth + 1
            deepest = max(deepest, depth)
    return deepest


def replace(element: Tag, html: str) -> None:
    element.replace_with(*parsed(html).contents)


def text_of(element: Tag | None, selector: str = "") -> str:
    """Return the text of an element, or of the first one in it that matches; "" if there is none."""
    found = element.select_one(selector) if element and selector else element
    return " ".join(found.get_text(" ").split()) if found else ""


def inner_html(element: Tag | None) -> str:
    return element.decode_contents() if element else ""


def address_of(element: Tag | None, name: str = "href") -> str:
    value = element.get(name, "") if element else ""
    return value.strip() if isinstance(value, str) else ""


def link_paragraph(address: str, words: str, more: str = "") -> str:
    """Return a paragraph with a link, and words after it."""
    rest = f" – {escape(more)}" if more else ""  # noqa: RUF001 -- a dash
    return f"<p>{link_to(address, words)}{rest}</p>"


def figure(address: str, alt: str, caption_html: str = "", link: str = "") -> str:
    image = f'<img src="{escape(address)}" alt="{escape(alt)}">'
    image = f'<a href="{escape(link)}">{image}</a>' if link else image
    caption = f"<figcaption>{caption_html}</figcaption>" if caption_html.strip() else ""
    return f"<figure>{image}{caption}</figure>"


def callout(html: str, emoji: str = "") -> str:
    """Return a paragraph that is shown as a callout."""
    html = _PARAGRAPHS.sub("<br>", html.strip().removeprefix("<p>").removesuffix("</p>"))
    return f"<p><strong>Note:</strong> {escape(emoji + ' ' if emoji else '')}{html}</p>"


def details(summary_html: str, html: str) -> str:
    return f"<details><summary>{summary_html}</summary>{html}</details>"
