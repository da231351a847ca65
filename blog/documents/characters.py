"""Characters: clean those that HTML cannot contain, and find lookalikes.

Lookalikes are invisible characters, words that mix alphabets, and links whose text shows another host. They
do no harm by themselves, but editors should see a warning.

PLAIN_LATIN folds Latin letters where texts are counted, searched or turned into slugs.
"""

import re
import unicodedata
from html import unescape
from urllib.parse import unquote, urlsplit

# C0 and C1 controls but tab and line ends, halves of surrogate pairs, and what Unicode calls noncharacters.
_NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_HIGH = re.compile("[\U0001fffe-\U0010ffff]")
_HIGH_NOT_TEXT = re.compile(
    "[" + "".join(chr(plane * 0x10000 + last) for plane in range(1, 17) for last in (0xFFFE, 0xFFFF)) + "]"
)
_LINE_ENDS = re.compile(r"\r\n?")


def clean_characters(text: str) -> str:
    """Text with plain line ends and without the characters that have no place in HTML."""
    text = _LINE_ENDS.sub("\n", text)
    # None of those characters is printable, and that is known of most texts 20 times sooner.
    if text.replace("\n", "").isprintable():
        return text
    text = _NOT_TEXT.sub("", text)
    return _HIGH_NOT_TEXT.sub("", text) if _HIGH.search(text) else text


# Characters that reverse the order of letters, and invisible ones, except joiners and directional marks:
# right-to-left texts need those.
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


# Those written without spaces between words, as the inside of a set in a regular expression.
UNSPACED = (
    "\u1100-\u11ff\u3040-\u30ff\u3130-\u318f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff66-\uffdc\U00020000-\U0003ffff"
)
# Letters that have no decomposition, so that NFKD leaves them: the plain ones in their place.
PLAIN_LATIN = str.maketrans(
    {"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "\u0131": "i"}
)
