"""Slugs: the parts of URLs that name articles, categories, authors and pages.

SLUG_CHARACTERS is the only definition of a slug. It is used to make slugs from names, to validate editors'
slugs, to match URLs and to name page files. So every stored slug makes a valid URL.
"""

import itertools
import re
import unicodedata

from blog.documents.characters import PLAIN_LATIN

SLUG_LENGTH = 255
VIRAMA = 9  # combining class of the marks that join two consonants in Indic scripts

# Invisible letters and marks (Unicode's Default_Ignorable_Code_Point): fillers and variation selectors.
_UNSEEN = dict.fromkeys(
    itertools.chain(
        (0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180F, 0x3164, 0xFFA0),
        range(0x180B, 0x180E),
        range(0xFE00, 0xFE10),
        range(0xE0100, 0xE01F0),
    )
)
# Zero-width joiner and non-joiner. In Indic scripts they select the form of a conjunct after a virama. In
# Persian the non-joiner separates parts of a word, like a hyphen. IDNA allows them only there (RFC 5892,
# appendix A), and the older rule of browsers (UTS 46, transitional) drops both. Slugs must not contain them:
# two URLs that look the same would differ, and nobody can type them.
_JOINER, _NON_JOINER = "\u200d", "\u200c"


def _marks() -> str:
    """Return all marks as ranges for a set in a regular expression, since `re` has no class for them."""
    planes = itertools.chain(range(0x20000), range(0xE0000, 0xE0200))  # other planes have no marks
    marks = (sign for sign in planes if unicodedata.category(chr(sign))[0] == "M")
    # In a run of consecutive code points, the difference to the position is constant.
    runs = (list(run) for _, run in itertools.groupby(enumerate(marks), lambda pair: pair[1] - pair[0]))
    return "".join(f"{chr(run[0][1])}-{chr(run[-1][1])}" for run in runs)


# Letters and digits of any script, hyphens, underscores, and marks, which are the vowels of many scripts.
_MARKS = _marks()
SLUG_CHARACTERS = rf"-\w{_MARKS}"  # the inside of a set
SLUG = rf"[{SLUG_CHARACTERS}]{{1,{SLUG_LENGTH}}}"

_PLAIN = re.compile(r"-*+[a-z0-9][a-z0-9-]*+")
_OTHER = re.compile(f"[^{SLUG_CHARACTERS}]|_")
_LOOSE_MARKS = re.compile(f"(?:^|(?<=-))[{_MARKS}]+")  # without a letter before them


def slugify_name(name: str) -> str:
    """Return a slug for a name, never empty. Non-ASCII letters are kept only if there are no ASCII ones."""
    word = unicodedata.normalize("NFKC", name).casefold().strip()
    word = re.sub(r"(?<=\w)\++", lambda signs: "plus" * len(signs[0]), word)
    word = re.sub(r"(?<=\w)#+", lambda signs: "sharp" * len(signs[0]), word)
    ascii_word = unicodedata.normalize("NFKD", word.translate(PLAIN_LATIN)).encode("ascii", "ignore").decode()
    if re.search(r"[a-z]", ascii_word) or not any(map(str.isalpha, word)):
        slug = _hyphenate(ascii_word)
    else:
        slug = _hyphenate(word)
    return slug or "-".join(f"u{ord(sign):x}" for sign in word[:8] if not sign.isspace()) or "unnamed"


def make_slug(name: str) -> str:
    """Return the slug of a name or of the last part of a path, or "" if it has no letters or digits."""
    last = name.strip().rstrip("/").rpartition("/")[2]
    if _PLAIN.fullmatch(last):
        return last
    return slugify_name(last) if any(map(str.isalnum, last)) else ""


def normalize_slug(text: str) -> str:
    """Return the canonical spelling of a slug: composed (NFC), without invisible characters."""
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
