"""The HTML of a text for readers, made of its stored HTML in one pass.

The stored HTML does not depend on other rows or on the language of the site. It has links as they are in the
file, plain punctuation, the renderer's phrases in English, and each image in one width.
"""

import re
from collections.abc import Iterator, Mapping

from django.conf import settings
from django.utils.translation import override

from blog.articles.internal_links import with_shown_url
from blog.documents.typography import Typesetter
from blog.images.renditions import with_renditions
from blog.reader.language import translated, ui_language_within_text

NEAR = 1500  # characters of HTML; an image that begins before is assumed to be visible without scrolling

# Safe for sanitised HTML: it has no "<" outside tags, and all attributes are in double quotes.
_TAG = re.compile(r'(<(/?\w+)[^<>"]*+(?:"[^"]*+"[^<>"]*+)*+>)')
# The renderer's phrases are the texts of such paragraphs, and the values of such attributes.
_LABEL = '<p class="label" id="'
_NAME = re.compile(r'(?<= aria-label=")[^"]*')


def shown_html(
    html: str, urls: Mapping[str, str], language: str | None = None, *, pictures=False, leads=False
) -> str:
    """Return sanitised HTML for readers.

    urls: of the links that differ for readers (shown_urls()). language: of the text, for its typography and
    for the renderer's phrases, which stay as they are with None. pictures: whether to offer the renditions of
    stored images. leads: whether no image precedes the text, so that one near its beginning gets a high
    priority.
    """
    spoken = "en" if language is None else ui_language_within_text(language)
    is_english = spoken.partition("-")[0] == "en"
    typesetter = None if language is None else Typesetter(language or settings.LANGUAGE_CODE)
    pieces = [""]
    with override(spoken):
        for text, tag, name in _tokens(html, urls):
            if typesetter:
                text = typesetter.set(text, name)
            if not is_english:
                if tag == "</p>" and pieces[-1].startswith(_LABEL):
                    text = translated(text)
                tag = _NAME.sub(lambda found: translated(found[0]), tag)
            if name == "img" and pictures:
                figure = pieces.pop() if not text and pieces[-1:] == ["<figure>"] else ""
                if leads and sum(map(len, pieces)) + len(text) < NEAR:
                    tag = tag.replace(' loading="lazy"', ' fetchpriority="high"')
                leads, tag = False, with_renditions(tag, figure)
            pieces += text, tag
    return "".join(pieces)


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
