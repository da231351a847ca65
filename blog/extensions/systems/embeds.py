"""Replace embedded players and frames in HTML with links, and drop other embedded elements."""

import posixpath
import re
from collections.abc import Callable
from html import escape

from blog.documents.parsing.html import read_tag
from blog.documents.systems.export import split_url

# An element that does not end takes the rest, as in browsers, so each is searched once.
_EMBEDDED = re.compile(
    r"<(?P<name>iframe|video|audio|object|form|script|style|noscript|svg)\b(?P<tag>[^<>]*+)>"
    r"(?P<content>(?:[^<]|<(?!/(?P=name)\b))*+)(?:</(?P=name)\s*>|\Z)"
    r"|<embed\b[^<>]*+>",
    re.IGNORECASE,
)
_SOURCE = re.compile(r"<(?:source|embed)\b[^<>]*+>", re.IGNORECASE)
_PLAYERS = (
    (
        re.compile(r"(?:www\.)?youtube(?:-nocookie)?\.com/embed/([\w-]+)"),
        "https://www.youtube.com/watch?v={}",
    ),
    (re.compile(r"player\.vimeo\.com/video/(\d+)"), "https://vimeo.com/{}"),
    (re.compile(r"open\.spotify\.com/embed/([\w/-]+)"), "https://open.spotify.com/{}"),
)
_WEB = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_NAMES = {"form": "forms", "script": "scripts", "svg": "drawings in SVG", "object": "embedded objects"}


def replace_embeds(html: str, leave_out: Callable[[str], None]) -> str:
    """Return HTML with links in place of frames and players. Calls leave_out(kind) for what is dropped."""

    def replaced(found):
        name = (found["name"] or "embed").lower()
        if name in ("style", "noscript"):
            return ""
        if address := _address(found, name):
            return f"<p>{link_to(player_address(address))}</p>"
        if name == "script" and "src=" not in found["tag"] and "ld+json" in found["tag"]:
            return ""
        leave_out(_NAMES.get(name, "embedded objects"))
        return ""

    return _EMBEDDED.sub(replaced, html)


def player_address(address: str) -> str:
    """Return the URL of the page of a video or sound for the URL of its player. Keep other URLs."""
    address = f"https:{address}" if address.startswith("//") else address
    bare = address.partition("://")[2]
    for pattern, page in _PLAYERS:
        if found := pattern.match(bare):
            return page.format(found[1])
    return address


def link_to(address: str, text: str = "") -> str:
    """Return a link. The text of a link to a file is its name by default."""
    parts = split_url(address)
    ending = posixpath.splitext(parts.path)[1].lower()
    name = (
        posixpath.basename(parts.path)
        if ending in (".mp3", ".mp4", ".m4a", ".ogg", ".webm", ".mov", ".pdf")
        else ""
    )
    return f'<a href="{escape(address)}">{escape(text or name or address)}</a>'


def is_web_address(text: str) -> bool:
    return _WEB.fullmatch(text) is not None


def _address(found, name):
    if name in ("form", "script", "svg"):
        return ""
    tags = [found[0][: found[0].find(">") + 1], *_SOURCE.findall(found["content"] or "")]
    for tag in (read_tag(text, 0) for text in tags):
        attributes = tag.attributes if tag else {}
        for key in ("src", "data-src", "data"):
            address = attributes.get(key, "").strip()
            if address and not address.startswith(("data:", "javascript:", "about:", "blob:")):
                return address
    return ""
