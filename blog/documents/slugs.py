"""Slugs: the parts of URLs that name articles, categories, authors and pages.

SLUG_CHARACTERS is the only definition of a slug. Names become slugs, editors' slugs are validated, URLs are
matched and page files are named by it. So every stored slug makes a valid URL.
"""

import itertools
import re
import unicodedata

from blog.documents.characters import PLAIN_LATIN

SLUG_LENGTH = 255
VIRAMA = 9  # the combining class of the signs that join two consonants of an Indic script

# Letters and marks that nobody sees (Unicode's Default_Ignorable_Code_Point): fillers, selectors of a form.
_UNSEEN = dict.fromkeys(
    itertools.chain(
        (0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180F, 0x3164, 0xFFA0),
        range(0x180B, 0x180E),
        range(0xFE00, 0xFE10),
        range(0xE0100, 0xE01F0),
    )
)
# Zero-width joiner and non-joiner. In Indic scripts they choose the form of a conjunct after a virama, in
# Persian the non-joiner parts a word where others have a hyphen. IDNA allows them in just these places
# (RFC 5892, appendix A), and browsers' older rule for them (UTS 46, transitional) drops both. Here no address
# holds a sign that nobody sees or can type: it would be another address that looks the same.
_JOINER, _NON_JOINER = "\u200d", "\u200c"


def _marks() -> str:
    """Return all marks as ranges of a set in a regular expression, which knows no word for them."""
    planes = itertools.chain(range(0x20000), range(0xE0000, 0xE0200))  # no others hold marks
    marks = (sign for sign in planes if unicodedata.category(chr(sign))[0] == "M")
    # Neighbours are as far from their place in the row as each other.
    runs = (list(run) for _, run in itertools.groupby(enumerate(marks), lambda pair: pair[1] - pair[0]))
    return "".join(f"{chr(run[0][1])}-{chr(run[-1][1])}" for run in runs)


# Letters and digits of any script, hyphen and underscore; and marks, without which half of the world's
# scripts have no vowels.
_MARKS = _marks()
SLUG_CHARACTERS = rf"-\w{_MARKS}"  # the inside of a set
SLUG = rf"[{SLUG_CHARACTERS}]{{1,{SLUG_LENGTH}}}"

_OTHER = re.compile(f"[^{SLUG_CHARACTERS}]|_")
_LOOSE_MARKS = re.compile(f"(?:^|(?<=-))[{_MARKS}]+")  # without a letter before them


def slugify_name(name: str) -> str:
    """A name as a piece of an address, never empty; letters outside ASCII stay if there are no others."""
    word = unicodedata.normalize("NFKC", name).casefold().strip()
    word = re.sub(r"(?<=\w)\++", lambda signs: "plus" * len(signs[0]), word)
    word = re.sub(r"(?<=\w)#+", lambda signs: "sharp" * len(signs[0]), word)
    ascii_word = unicodedata.normalize("NFKD", word.translate(PLAIN_LATIN)).encode("ascii", "ignore").decode()
    if re.search(r"[a-z]", ascii_word) or not any(map(str.isalpha, word)):
        slug = _hyphenate(ascii_word)
    else:
        slug = _hyphenate(word)
    return slug or "-".join(f"u{ord(sign):x}" for sign in word[:8] if not sign.isspace()) or "unnamed"


def normalize_slug(text: str) -> str:
    """Return the one spelling of a slug: composed (NFC), and without what nobody sees."""
    seen = unicodedata.normalize("NFC", text.replace(_JOINER, "").translate(_UNSEEN))
    if _NON_JOINER not in seen:
        return seen
    joined = "".join(
        "" if sign == _NON_JOINER and unicodedata.combining(before) == VIRAMA else sign
        for before, sign in itertools.pairwise(f"-{seen}")
    )
    return joined.replace(_NON_JOINER, "-")


def _hyphenate(word: str) -> str:
    slug = _LOOSE_MARKS.sub("", _OTHER.sub("-", normalize_slug(word.replace("'", ""))))
    return re.sub("-+", "-", slug).strip("-")
