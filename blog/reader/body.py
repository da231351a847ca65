"""The HTML of a text for readers, made of its stored HTML in one pass.

The stored HTML does not depend on other rows: it has links as they are in the file.
"""

import re
from collections.abc import Iterator, Mapping

from blog.articles.internal_links import with_shown_url

# Safe for sanitised HTML: it has no "<" outside tags, and all attributes are in double quotes.
_TAG = re.compile(r'(<(/?\w+)[^<>"]*+(?:"[^"]*+"[^<>"]*+)*+>)')


def shown_html(html: str, urls: Mapping[str, str]) -> str:
    """Return sanitised HTML for readers. urls: of the links that differ for readers (shown_urls())."""
    return "".join(piece for text, tag, _name in _tokens(html, urls) for piece in (text, tag))


def _tokens(html, urls) -> Iterator[tuple[str, str, str]]:
    """Yield each text with the tag after it and the tag's name. Links have their URLs for readers.

    The name of an end tag begins with a slash. After the last text, both are "".
    """
    parts = [*_TAG.split(html), "", ""]
    text, is_text = "", False
    for before, tag, name in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
        text += before
        shown = tag
        if name == "a" and urls:
            shown = with_shown_url(tag, urls)
            is_text = not shown
        elif name == "/a" and is_text:
            shown, is_text = "", False
        if shown or not name:
            yield text, shown, name
            text = ""
