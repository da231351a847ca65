"""Links from one file of a source to another, in the notations of site generators.

The HTML of a text keeps such a link as it was written, or as a URL with the scheme `ref:` where the notation
is a template tag or a wikilink. It is resolved when the page is shown (blog/articles/internal_links.py),
because the other file may be imported later, and its article may get another URL.

| notation | link in the HTML |
|---|---|
| `[text](../name.md#part)`, `[text](/name/)` | as written |
| `[text](@/name.md)`, `[text]({filename}/name.md)` | as written |
| `{% post_url 2024-05-01-name %}`, `{% link _posts/2024-05-01-name.md %}` | `ref:2024-05-01-name` … |
| `{{< ref "blog/name.md#part" >}}`, `{{< relref "name" >}}` | `ref:blog/name.md#part` … |
| `[[Name]]`, `[[folder/Name#Part|text]]` | `ref:Name` … |
"""

import posixpath
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote, unquote, urlsplit

SCHEME = "ref:"
LONGEST_STEM = 255  # characters

_EXTENSION = re.compile(r"\.(?:md|markdown|mdx|mdown|html?)$", re.IGNORECASE)
_MARKDOWN = re.compile(r"\.(?:md|markdown|mdx|mdown)$", re.IGNORECASE)
_FILE_EXTENSION = re.compile(r"\.(?=[a-z0-9]*[a-z])[a-z0-9]{1,5}", re.IGNORECASE)  # not the 2 of v1.2
_PELICAN = r"(?:\{|%7B|\||%7C)filename(?:\}|%7D|\||%7C)"
# The beginning of links relative to the folder of all texts: ours, Zola's, Pelican's.
_FROM_ROOT = re.compile(rf"ref:|@/|{_PELICAN}/", re.IGNORECASE)
_FROM_FILE = re.compile(rf"\A{_PELICAN}", re.IGNORECASE)
_BUNDLE = re.compile(r"_?index|readme", re.IGNORECASE)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_ABSOLUTE = re.compile(r"(?:https?:)?//", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class InternalLink:
    """A link to a page of the same site or to a file of the same source.

    path: unescaped, without query and anchor; with a leading slash, it is relative to the site's root.
    is_name: the path may also be relative to the folder of all texts, or only the name of a file.
    host: the host and port of an absolute URL, in lower case; otherwise "". base: the path of the site on its
    host, which is not in `path`.
    """

    path: str
    anchor: str = ""
    is_name: bool = False
    host: str = ""
    base: str = ""

    @property
    def is_relative(self) -> bool:
        """Whether the link is relative to the text's file, or to its page."""
        return not self.host and not self.is_name and not self.path.startswith("/")

    @property
    def is_text(self) -> bool:
        """Whether the link leads to a text, as far as its path shows: not to an image or another file."""
        extension = posixpath.splitext(self.path.rstrip("/"))[1]
        return self.is_name or not _FILE_EXTENSION.fullmatch(extension) or bool(_EXTENSION.search(self.path))

    @property
    def is_markdown(self) -> bool:
        return bool(_MARKDOWN.search(self.path))

    @property
    def stem(self) -> str:
        return stem_of(self.path)


def reference(target: str) -> str:
    """Return the URL of a link to a file that a template tag or wikilink names, with an optional #anchor."""
    path, _, anchor = target.partition("#")
    anchor = anchor.rpartition("#")[2]  # [[Note#Part#Section]]: the last heading is the target
    is_block = anchor.startswith("^")  # a paragraph of Obsidian, which has no id here
    anchor = "" if is_block else anchor
    if not path:
        return f"#{quote(anchor)}" if anchor else ""
    return SCHEME + quote(path) + (f"#{quote(anchor)}" if anchor else "")


@lru_cache(1000)  # each link of a text is parsed several times
def parse_reference(address: str) -> InternalLink | None:
    """Return the reference in a link's URL, or None: another site, another scheme, or only an anchor."""
    address = address.strip()
    if rooted := _FROM_ROOT.match(address):
        path, _, anchor = address[rooted.end() :].partition("#")
        path = unquote(path).strip()
        return InternalLink(path, unquote(anchor), is_name=True) if path.strip("/.") else None
    address = _FROM_FILE.sub("", address)
    is_absolute = _ABSOLUTE.match(address)
    if not address or address[0] in "#?" or (_SCHEME.match(address) and not is_absolute):
        return None
    try:
        parts = urlsplit(address)
        host = parts.netloc.rpartition("@")[2].lower()
    except ValueError:
        return None
    path = unquote(parts.path)
    if (not path and not host) or "\0" in path:
        return None
    return InternalLink(path or "/", unquote(parts.fragment), host=host)


def stem_of(path: str) -> str:
    """Return the name of a text for lookups: without folder and extension, folded.

    A bundle (`name/index.md`, `name/README.md`) has the name of its folder.
    """
    path = path.rstrip("/")
    name = _EXTENSION.sub("", posixpath.basename(path))
    if _BUNDLE.fullmatch(name):
        name = posixpath.basename(posixpath.dirname(path)) or name
    return unicodedata.normalize("NFC", name).casefold()[:LONGEST_STEM]


def without_extension(path: str) -> str:
    """Return a path for comparisons: without extension and `/index`, folded, without a leading slash."""
    path = _EXTENSION.sub("", path.strip("/"))
    folder, name = posixpath.split(path)
    if _BUNDLE.fullmatch(name) and folder:
        path = folder
    return unicodedata.normalize("NFC", path).casefold()
