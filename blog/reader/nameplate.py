"""The size of the site's name in the masthead, so that a name of any length fits on phones and desktops.

Style sheets cannot measure a text, and pages have no inline styles. So the letters of the longest line are
counted here and returned as classes, from which css/furniture.css computes the size:

- `fit-N`, `lines-1|2|3`: letters in the longest line on a phone, and the number of lines there;
- `wide-N`, `two`: letters in the longest line on a desktop, and whether there are two lines;
- `cjk`, `arabic`: writing systems with their own spacing.
"""

import math
import re
import unicodedata

from django.utils.html import escape
from django.utils.safestring import mark_safe

WIDE_LETTER = 2.15  # width of a Chinese, Japanese or Korean character, in mean Latin letters
LONG_WORD = 16  # letters; a longer word may break
ONE_LINE, TWO_LINES = 20, 40  # letters on a phone
ONE_LINE_WIDE = 24  # letters on a desktop
STEP, MAX_FIT, MAX_WIDE = 4, 28, 32  # letters; css/furniture.css has a rule for each step

_SOFT_HYPHEN = "\u00ad"
_ARABIC = re.compile(r"[\u0600-\u06ff]")


def name_classes(name: str) -> str:
    """Return the classes that size a name, such as "fit-12 lines-2 wide-20"."""
    pieces = _pieces(name)
    total = letters(name)
    lines = 1 if total <= ONE_LINE else 2 if total <= TWO_LINES else 3
    if any(_is_long(word) for word in name.split()):
        lines = max(lines, 2)
    lines_wide = 1 if total <= ONE_LINE_WIDE else 2
    classes = [
        f"fit-{_step(_longest_line(pieces, lines), MAX_FIT)}",
        f"lines-{lines}",
        f"wide-{_step(_longest_line(pieces, lines_wide), MAX_WIDE)}",
    ]
    if lines_wide == 2:
        classes.append("two")
    if _has_wide_letters(name):
        classes.append("cjk")
    if _ARABIC.search(name):
        classes.append("arabic")
    return " ".join(classes)


def name_html(name: str) -> str:
    """Return a name as HTML in which a long word breaks in its middle, not before its last letter."""
    return mark_safe("".join(map(_with_break, re.split(r"(\s+)", name))))  # noqa: S308 -- escaped


def _with_break(word):
    if not _is_long(word) or _SOFT_HYPHEN in word:
        return escape(word)
    middle = len(word) // 2
    return f"{escape(word[:middle])}<wbr>{escape(word[middle:])}"


def letters(text: str) -> float:
    """Return the width of a text in mean Latin letters."""
    return sum(map(_width, text))


def _width(letter):
    if unicodedata.category(letter) in ("Mn", "Me", "Cf"):  # Cf includes the soft hyphen
        return 0
    return WIDE_LETTER if unicodedata.east_asian_width(letter) in ("W", "F") else 1


def _pieces(name: str) -> list[tuple[float, bool]]:
    """Return the parts between which a line may break: (width, whether a space precedes the part)."""
    pieces = []
    for word in name.split():
        for index, part in enumerate(_parts(word)):
            pieces.append((letters(part), index == 0))
    return pieces


def _parts(word):
    if _has_wide_letters(word):
        return list(word)
    if not _is_long(word):
        return [word]
    return word.split(_SOFT_HYPHEN) if _SOFT_HYPHEN in word else list(word)


def _is_long(word):
    return letters(word) > LONG_WORD and not _has_wide_letters(word)


def _has_wide_letters(text):
    return any(_width(letter) == WIDE_LETTER for letter in text)


def _longest_line(pieces, lines):
    """Return the width of the longest line if the pieces are set in `lines` lines, as evenly as possible."""
    widest = max((width for width, _ in pieces), default=1)
    limit = math.ceil(widest)
    while _lines_needed(pieces, limit) > lines:
        limit += 1
    return limit


def _lines_needed(pieces, limit):
    lines, used = 1, 0.0
    for width, has_space in pieces:
        space = 1 if has_space and used else 0
        if used and used + space + width > limit:
            lines, used = lines + 1, width
        else:
            used += space + width
    return lines


def _step(width, maximum):
    return min(maximum, max(STEP, STEP * math.ceil(width / STEP)))
