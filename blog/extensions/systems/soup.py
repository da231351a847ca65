"""Change the elements of HTML by their classes, for systems that mark their cards and embeds with these."""

import re
import warnings
from collections.abc import Iterator
from html import escape

from bs4 import BeautifulSoup, MarkupResemblesLocatorWarning, Tag

from blog.documents.systems.export import ExportError
from blog.extensions.systems.embeds import link_to

DEEPEST = 200  # nested elements; replacing one within another takes time for each level
_PARAGRAPHS = re.compile(r"</p>\s*<p\b[^<>]*+>")


class NestedTooDeepError(ExportError):
    """Raised when elements are nested too deep to be searched or converted."""


class _Soup(BeautifulSoup):
    """Refuses deep nesting while it parses: only the parser knows which end tags count."""

    def __init__(self, html: str, deepest: int):
        self.deepest = deepest
        super().__init__(html, "html.parser")

    def pushTag(self, tag: Tag) -> None:  # noqa: N802 -- overrides a method of BeautifulSoup
        super().pushTag(tag)
        if len(self.tagStack) > self.deepest + 1:  # the document is the first
            raise NestedTooDeepError(
                f"its elements are nested more than {self.deepest} deep: remove needless tags from its HTML."
            )


def parsed(html: str, deepest: int = DEEPEST) -> BeautifulSoup:
    """Parse HTML. Raises NestedTooDeepError."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MarkupResemblesLocatorWarning)
        return _Soup(html, deepest)


def selected(soup: Tag, selector: str) -> Iterator[Tag]:
    """Yield the elements that match, except those that are gone because one around them was removed."""
    return (element for element in soup.select(selector) if not element.decomposed)


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
