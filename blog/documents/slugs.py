"""Slugs: the pieces of addresses that name articles, categories, authors and pages."""

import re
import unicodedata

# Letters that have no decomposition, so that NFKD alone would lose them.
_LATIN = str.maketrans(
    {"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "\u0131": "i"}
)


def slugify_name(name: str) -> str:
    """A name as a piece of an address, never empty; letters outside ASCII stay if there are no others."""
    word = unicodedata.normalize("NFKC", name).casefold().strip()
    word = re.sub(r"(?<=\w)\++", lambda signs: "plus" * len(signs[0]), word)
    word = re.sub(r"(?<=\w)#+", lambda signs: "sharp" * len(signs[0]), word)
    ascii_word = unicodedata.normalize("NFKD", word.translate(_LATIN)).encode("ascii", "ignore").decode()
    if re.search(r"[a-z]", ascii_word) or not any(map(str.isalpha, word)):
        slug = _hyphenate(ascii_word)
    else:
        slug = _hyphenate(word)
    return slug or "-".join(f"u{ord(sign):x}" for sign in word[:8] if not sign.isspace()) or "unnamed"


def _hyphenate(word: str) -> str:
    letters = (c if c.isalnum() or unicodedata.category(c)[0] == "M" else "-" for c in word.replace("'", ""))
    return re.sub("-+", "-", unicodedata.normalize("NFC", "".join(letters))).strip("-")
