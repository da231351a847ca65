"""Words to lines of type: a typeface that has the letters, the largest size that fits, even lines."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from PIL import ImageFont, features

from blog.documents import trim_at_word

FONTS = Path(__file__).parent.parent / "fonts"
LONGEST = 400  # characters that are ever set
NOT_A_CHARACTER = "\uffff"
LEGIBLE = 0.8  # of its letters: with fewer, words are torn
EMPTY_BRACKETS = re.compile(r" ?(?:\(\s*\)|\[\s*\]|\{\s*\}|«\s*»|“\s*”|„\s*“|「\s*」|『\s*』)")
APOSTROPHE = re.compile(r"(?<=\w)'(?=\w)")
DISGUISED = re.compile("[\uff10-\uff5a\U0001d400-\U0001d7ff]")  # broad ones, bold ones of mathematics
WIDE = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff01-\uffee"  # written without spaces
# Closing marks of East Asian texts, and those that Latin ones share with them; opening ones.
NEVER_FIRST = (
    "\u3001\u3002\u3005\u3009\u300b\u300d\u300f\u3011\u30fb\u30fc"
    "\uff01\uff09\uff0c\uff0e\uff1a\uff1b\uff1f\u2026%)"
)
NEVER_LAST = "\u300c\u300e\uff08\u3010\u3008\u300a("
BREAK = re.compile(
    r"(?<=[ ])|(?<=\w[\u2013\u2014/])(?=\w)"
    rf"|(?<=[{WIDE}])(?<![{NEVER_LAST}])(?=[^ {NEVER_FIRST}])|(?<=\w)(?=[{WIDE}])(?=[^{NEVER_FIRST}])"
)


@dataclass(frozen=True, slots=True)
class Face:
    """A typeface. Those of the operator may need shaping, which ours, cut for this, do not."""

    path: str
    is_ours: bool = True

    @property
    def shapes(self) -> bool:
        return not self.is_ours and features.check("raqm")

    def at(self, size: int) -> ImageFont.FreeTypeFont:
        return font(self.path, size, ImageFont.Layout.RAQM if self.shapes else ImageFont.Layout.BASIC)

    def has(self, character: str) -> bool:
        return has_glyph(self.path, character)


@lru_cache(maxsize=64)
def font(path, size, layout) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, size, layout_engine=layout)


@lru_cache(maxsize=20_000)
def has_glyph(path: str, character: str) -> bool:
    """Whether a font draws the character otherwise than the box that it draws for what it lacks."""
    small = font(path, 24, ImageFont.Layout.BASIC)
    return bytes(small.getmask(character)) != bytes(small.getmask(NOT_A_CHARACTER))


def faces(*ours: str) -> list[Face]:
    """Return typefaces in the order in which they are tried: ours, then those that the operator has named."""
    others = [Face(str(path), is_ours=False) for path in settings.CARD_FONTS]
    return [*(Face(str(FONTS / f"{name}.ttf")) for name in ours), *others]


# Newsreader and Instrument Sans, the site's own, are Latin; the others have Greek and Cyrillic, too.
DISPLAY_FACES = faces("newsreader-display", "literata-display")
SANS_FACES = faces("instrument-sans", "inter")


@dataclass(frozen=True, slots=True)
class Words:
    """A text, and the one typeface that it is set in."""

    text: str
    face: Face

    @property
    def is_right_to_left(self) -> bool:
        return is_right_to_left(self.text)


def readable(text: str, among: list[Face]) -> Words | None:
    """Return the text in the first typeface that has all of it, or in the one that has most.

    What the typeface lacks is written otherwise (an accent less, a plain hyphen) or left out, as emoji are.
    None where so many letters would be left out that nobody could read the rest.
    """
    text = re.sub(r"[ \t\n\r\f\v]+", " ", plain_letters(text[: 2 * LONGEST])).strip()
    candidates = [face for face in among if face.shapes or not is_right_to_left(text)]
    letters = [sign for sign in text if is_letter(sign)]
    if not letters or not candidates:
        return None
    face = max(candidates, key=lambda face: sum(map(face.has, letters)))
    if sum(bool(stand_in(letter, face)) for letter in letters) < LEGIBLE * len(letters):
        return None
    written = EMPTY_BRACKETS.sub("", "".join(stand_in(sign, face) for sign in text))
    return Words(trim_at_word(re.sub(" +", " ", written), LONGEST), face)


def plain_letters(text: str) -> str:
    """Return the text with plain letters for those in disguise, and with printer's apostrophes."""
    composed = APOSTROPHE.sub("\u2019", unicodedata.normalize("NFC", text))
    return DISGUISED.sub(lambda sign: unicodedata.normalize("NFKC", sign[0]), composed)


def stand_in(sign: str, face: Face) -> str:
    """Return the sign as the typeface can write it; nothing if it cannot."""
    if face.has(sign) or (face.shapes and unicodedata.category(sign) in {"Mn", "Cf"}):
        return sign
    for other in (unicodedata.normalize("NFKC", sign), unicodedata.normalize("NFD", sign)[0]):
        if all(map(face.has, other)):
            return other
    return ""


def is_letter(sign: str) -> bool:
    return unicodedata.category(sign)[0] in "LN"


def is_right_to_left(text: str) -> bool:
    strong = (unicodedata.bidirectional(sign) for sign in text)
    return next((kind for kind in strong if kind in {"L", "R", "AL"}), "L") != "L"


@dataclass(frozen=True, slots=True)
class Block:
    """Lines of one size."""

    lines: list[str]
    face: Face
    size: int

    @property
    def leading(self) -> int:
        return round(self.size * (1.06 if self.size >= 72 else 1.14 if self.size >= 56 else 1.2))

    @property
    def height(self) -> int:
        return self.leading * len(self.lines)


def fit(words: Words, sizes, width: int, height: int) -> Block:
    """Return the words in the largest size that fits, in lines of about the same length."""
    text = words.text
    while True:
        # A word that is too long is broken only where no size spares it.
        for is_chopped in (False, True):
            for size in sizes:
                block = set_in(text, words.face, size, width, height, is_chopped)
                if block:
                    return block
        sizes = sizes[-1:]
        text = trim_at_word(text.removesuffix("…")[: len(text) * 9 // 10], LONGEST).removesuffix("…") + "…"


def set_in(text, face, size, width, height, is_chopped) -> Block | None:
    length = face.at(size).getlength
    if Block([""], face, size).leading * (length(text) // width) > height:
        return None  # however it is broken
    pieces = [piece for piece in BREAK.split(text) if piece]
    if is_chopped:
        pieces = [part for piece in pieces for part in chopped(piece, length, width)]
    elif any(length(piece.rstrip()) > width for piece in pieces):
        return None
    lengths = {piece: length(piece) for piece in pieces}
    block = Block(balanced(pieces, lengths, width), face, size)
    return block if block.height <= height else None


def chopped(piece, length, width) -> list[str]:
    """Return the parts of a piece, after its hyphens and wherever the line ends."""
    parts, room = [""], width
    for sign in piece:
        if parts[-1].endswith("-") or (length(sign) > room and sign != " "):
            parts.append("")
            room = width
        parts[-1] += sign
        room -= length(sign)
    return parts


def balanced(pieces, lengths, width) -> list[str]:
    """Return as few lines as the width allows, none of them much longer than the others."""
    lines = filled(pieces, lengths, width)
    low, high = width // 2, width
    while high - low > 4:
        middle = (low + high) // 2
        if len(filled(pieces, lengths, middle)) > len(lines) or max(lengths.values()) > middle:
            low = middle
        else:
            high = middle
    return filled(pieces, lengths, high)


def filled(pieces, lengths, width) -> list[str]:
    lines, room = [], 0
    for piece in pieces:
        if not lines or lengths[piece] > room:
            lines.append("")
            room = width
        lines[-1] += piece
        room -= lengths[piece]
    return [line.rstrip() for line in lines]


def one_line(words: Words, size: int, width: int) -> str:
    """Return the text, cut at a word where the line is too short for it."""
    length, text = words.face.at(size).getlength, words.text
    while (too_long := length(text) / width) > 1 and text != "…":
        fitting = min(int(len(text) / too_long), len(text) - 2)
        text = trim_at_word(text, fitting) if fitting > 0 else "…"
    return text
