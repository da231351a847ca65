"""Expand shorthand in running text: bare URLs become links, `:tada:` an emoji.

URLs follow the extended autolinks of GitHub Flavored Markdown (section 6.9), for `http://`, `https://` and
`www.`. Emoji have the names that GitHub, Jekyll and Hugo use. Names of icons, which only MkDocs can draw, are
removed. Code, raw HTML and the text of links stay, except for generic types such as `List&lt;int&gt;`.
"""

import html
import re
from collections.abc import Iterator
from functools import cache

from markdown_it.token import Token

from blog.documents.rendering.html import link_address, link_attributes

# Before a URL: a space, an opening mark or nothing. The domain has a dot and ends in a word: no IP address.
_BARE_URL = re.compile(
    r"(?<![^\s*_~(\[{\"'“‘«„（「『【、。，])(?:https?://|www\.)(?:[\w-]+\.)+[^\W\d_][\w-]*(?::\d{1,5})?"  # noqa: RUF001 -- marks of other scripts
    r"(?:[/?#][^\s<>\"“”«»。、，（）「」『』【】]{0,2000})?",  # noqa: RUF001 -- as above
    re.IGNORECASE,
)
_TRAILING = re.compile(r"(?:[?!.,:;*_~'’]|&[a-zA-Z0-9]+;)+\Z")  # noqa: RUF001 -- an apostrophe
_EMOJI_NAMES = re.compile(r"(?<![\w:])(?::[a-z0-9_+-]{1,60}:)+(?![\w:])")
_ICON = re.compile(r":(?:fontawesome|material|octicons|simple)-[a-z0-9-]{1,60}:(?:\{[^{}\n]{0,60}\})? ?")
# A type with parameters, escaped once too often by an export.
_ESCAPED_TYPE = re.compile(r"\w&lt;[^<>]{1,200}&gt;")
_LINK_START, _LINK_END = re.compile(r"<a\b"), re.compile(r"</a>")


def expand_shorthand(tokens: list[Token]) -> None:
    """Replace bare URLs and emoji names in the text of paragraphs, headings, lists and tables."""
    for token in tokens:
        if not token.children:
            continue
        if ":" in token.content:
            for child in token.children:
                if child.type == "text" and child.content.count(":") > 1:
                    child.content = _EMOJI_NAMES.sub(_as_emoji, _ICON.sub("", child.content))
        if "&lt;" in token.content:
            for child in token.children:
                if child.type == "code_inline" and _ESCAPED_TYPE.search(child.content):
                    child.content = html.unescape(child.content)
        if _may_hold_url(token.content):
            token.children = list(_with_links(token.children))


def _as_emoji(names: re.Match[str]) -> str:
    return _emoji().emojize(names[0], language="alias")


@cache
def _emoji():
    import emoji

    return emoji


def _may_hold_url(text: str) -> bool:
    return "://" in text or "www." in text.lower()


def _with_links(children: list[Token]) -> Iterator[Token]:
    links = 0  # open ones; links cannot be nested
    for child in children:
        if child.type == "text" and not links and _may_hold_url(child.content):
            yield from _split(child)
            continue
        if child.type in ("link_open", "link_close"):
            links += child.nesting
        elif child.type == "html_inline":
            links += len(_LINK_START.findall(child.content)) - len(_LINK_END.findall(child.content))
        yield child


def _split(text: Token) -> Iterator[Token]:
    position = 0
    for found in _BARE_URL.finditer(text.content):
        shown = _without_trailing_marks(found[0])
        address = link_address(shown if "://" in shown else f"https://{shown}")
        if not address:
            continue
        yield Token("text", "", 0, content=text.content[position : found.start()], level=text.level)
        attributes = {name: value for name, value in link_attributes(address).items() if value is not None}
        yield Token("link_open", "a", 1, attrs=dict(attributes), level=text.level, info="auto")
        yield Token("text", "", 0, content=shown, level=text.level + 1)
        yield Token("link_close", "a", -1, level=text.level, info="auto")
        position = found.start() + len(shown)
    yield Token("text", "", 0, content=text.content[position:], level=text.level)


def _without_trailing_marks(url: str) -> str:
    """Return a URL without the marks that end its sentence, and without brackets that it does not open."""
    while True:
        shorter = _TRAILING.sub("", url)
        for opening, closing in ("()", "[]", "{}"):
            if shorter.endswith(closing) and shorter.count(closing) > shorter.count(opening):
                shorter = shorter[:-1]
        if shorter == url:
            return url
        url = shorter
