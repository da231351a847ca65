"""Lookalikes: names and links that look like something else than they are.

None does harm by itself, but editors should know of them.
"""

import re
import unicodedata
from html import unescape
from urllib.parse import unquote, urlsplit

# Characters that reverse the order of letters, and invisible ones, but for joiners and marks of right-to-left
# texts, which these need.
_INVISIBLE = re.compile("[\u00ad\u200b\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffc]")
# Some flags are made of these.
_TAGS = re.compile("(?:\U0001f3f4[\U000e0020-\U000e007f]+)|([\U000e0000-\U000e007f])")
_WORD = re.compile(r"[^\W\d_]+")
_ALIKE_SCRIPTS = frozenset(("LATIN", "CYRILLIC", "GREEK"))
_LINK = re.compile(r'<a [^<>]*?href="((?:https?:)?//[^"]*)"[^<>]*>([^<]*)</a>')
_HOST = re.compile(
    r"(?:(?:https?://|www\.)(?P<named>[\w.-]+)|(?P<plain>(?:[\w-]+\.)+(?:com|org|net|gov|edu|info|de|example)))"
    r"(?:[:/?#]\S*)?",
    re.IGNORECASE,
)


def has_invisible_characters(text: str) -> bool:
    """Whether a name holds characters that nobody sees, or that turn the others around."""
    return bool(_INVISIBLE.search(text)) or any(found[1] for found in _TAGS.finditer(text))


def mixes_scripts(text: str) -> bool:
    """Whether a word mixes letters of two scripts that look alike, as the Cyrillic one in "\u0410dmin"."""
    if text.isascii():
        return False
    return any(len(_ALIKE_SCRIPTS.intersection(map(_script, word))) > 1 for word in _WORD.findall(text))


def has_misleading_link(html: str) -> bool:
    """Whether a link of rendered HTML shows another host than it leads to, or one that mixes scripts."""
    return any(_misleads(unescape(address), unescape(words)) for address, words in _LINK.findall(html))


def _misleads(address, words):
    shown = _HOST.fullmatch(words.strip())
    try:
        host = unquote(urlsplit(address).hostname or "")
    except ValueError:
        return True
    named = (shown["named"] or shown["plain"]).casefold().removeprefix("www.") if shown else host
    return mixes_scripts(host) or not f".{host}".endswith(f".{named}")


def _script(letter):
    return unicodedata.name(letter, "").partition(" ")[0]
