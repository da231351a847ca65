"""Mark links to videos that are paragraphs of their own, so that they are shown as cards."""

import posixpath
import re
from html import unescape
from urllib.parse import urlsplit

_HOSTS = frozenset(
    {
        "youtube.com",
        "youtu.be",
        "youtube-nocookie.com",
        "vimeo.com",
        "dailymotion.com",
        "loom.com",
        "twitch.tv",
    }
)
_FILES = frozenset({".m4v", ".mov", ".mp4", ".ogv", ".webm"})
_PARAGRAPH = re.compile(r'<p><a (href="([^"]+)"[^>]*>[^<]+</a></p>)')


def mark_videos(html: str) -> str:
    """Return sanitised HTML in which such links have the class `video` and the host or file type as data."""
    return _PARAGRAPH.sub(_marked, html)


def _marked(found):
    place = _place_of_video(unescape(found[2]))
    return f'<p><a class="video" data-place="{place}" {found[1]}' if place else found[0]


def _place_of_video(address):
    """Return the host of a video, the type of a file such as MP4, or "" if the URL is of something else."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    host = (parts.hostname or "").removeprefix("www.").removeprefix("m.").removeprefix("player.")
    if host in _HOSTS and len(parts.path) > 1:
        return host
    extension = posixpath.splitext(parts.path)[1].lower()
    return extension[1:].upper() if extension in _FILES else ""
