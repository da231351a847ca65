"""Characters: clean those that HTML cannot contain, and find lookalikes.

Lookalikes are invisible characters, words that mix alphabets, and links whose text shows another host. They
do no harm by themselves, but editors should see a warning.

PLAIN_LATIN folds Latin letters where texts are counted, searched or turned into slugs.
"""

import re
import unicodedata
from html import unescape
from urllib.parse import unquote, urlsplit

# C0 and C1 controls except tab and newlines, surrogates, and Unicode's noncharacters.
_NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_HIGH = re.compile("[\U0001fffe-\U0010ffff]")
_HIGH_NOT_TEXT = re.compile(
    "[" + "".join(chr(plane * 0x10000 + last) for plane in range(1, 17) for last in (0xFFFE, 0xFFFF)) + "]"
)
_LINE_ENDS = re.compile(r"\r\n?")
_HALVES = re.compile("[\ud800-\udfff]")


def clean_characters(text: str) -> str:
    """Return a text with "\\n" for every newline, without characters that HTML cannot contain."""
    text = _LINE_ENDS.sub("\n", text)
    # Removed characters are not printable, and isprintable() is 20 times faster for most texts.
    if text.replace("\n", "").isprintable():
        return text
    text = _NOT_TEXT.sub("", text)
    return _HIGH_NOT_TEXT.sub("", text) if _HIGH.search(text) else text


def replace_halves(text: str) -> str:
    """Return a text with U+FFFD for each half of a surrogate pair, which JSON may contain but no file."""
    return text if text.isascii() else _HALVES.sub("\ufffd", text)


# Characters that reverse the text direction, and invisible ones. Joiners and directional marks are excepted,
# because right-to-left texts need them.
_INVISIBLE = re.compile("[\u00ad\u200b\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffc]")
# Tag characters, except in emoji flags.
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
    """Whether a name contains invisible characters, or characters that reverse the text direction."""
    return bool(_INVISIBLE.search(text)) or any(found[1] for found in _TAGS.finditer(text))


def mixes_scripts(text: str) -> bool:
    """Whether a word mixes scripts with lookalike letters, such as the Cyrillic A of "\u0410dmin"."""
    if text.isascii():
        return False
    return any(len(_ALIKE_SCRIPTS.intersection(map(_script, word))) > 1 for word in _WORD.findall(text))


def has_misleading_link(html: str) -> bool:
    """Whether a link in rendered HTML shows another host than its URL, or has a host that mixes scripts."""
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


# Characters of scripts without spaces between words, for a set in a regular expression.
UNSPACED = (
    "\u1100-\u11ff\u3040-\u30ff\u3130-\u318f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff66-\uffdc\U00020000-\U0003ffff"
)
# {letter without a decomposition, which NFKD does not change: its plain form}
PLAIN_LATIN = str.maketrans(
    {"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "\u0131": "i"}
)
