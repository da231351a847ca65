"""Typesetting: choosing a font that has the letters, the largest size that fits, and balanced lines."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from PIL import ImageFont, features

from blog.documents import trim_at_word

FONTS = Path(__file__).parent.parent / "fonts"
LONGEST = 400  # characters; longer texts are cut
NOT_A_CHARACTER = "\uffff"
LEGIBLE = 0.8  # a font must have this share of the letters; with fewer, words could not be read
EMPTY_BRACKETS = re.compile(r" ?(?:\(\s*\)|\[\s*\]|\{\s*\}|«\s*»|“\s*”|„\s*“|「\s*」|『\s*』)")
APOSTROPHE = re.compile(r"(?<=\w)'(?=\w)")
DISGUISED = re.compile("[\uff10-\uff5a\U0001d400-\U0001d7ff]")  # fullwidth, and mathematical
WIDE = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff01-\uffee"  # written without spaces
# Line breaking in East Asian texts: closing marks begin no line, opening marks end none.
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
    """A font. The operator's may need text shaping; the bundled ones, subset for this, do not."""

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
    """Whether a font has the character: it is not drawn as the box for missing glyphs."""
    small = font(path, 24, ImageFont.Layout.BASIC)
    return bytes(small.getmask(character)) != bytes(small.getmask(NOT_A_CHARACTER))


def faces(*ours: str) -> list[Face]:
    """Return the fonts in the order in which they are tried: bundled ones, then the operator's."""
    others = [Face(str(path), is_ours=False) for path in settings.CARD_FONTS]
    return [*(Face(str(FONTS / f"{name}.ttf")) for name in ours), *others]


# Newsreader and Instrument Sans, as on the site, have Latin letters; the others also Greek and Cyrillic.
DISPLAY_FACES = faces("newsreader-display", "literata-display")
SANS_FACES = faces("instrument-sans", "inter")


@dataclass(frozen=True, slots=True)
class Words:
    """A text, and the font in which it is set."""

    text: str
    face: Face

    @property
    def is_right_to_left(self) -> bool:
        return is_right_to_left(self.text)


def readable(text: str, among: list[Face]) -> Words | None:
    """Return the text with the first font that has all of it, or the one that has most of it.

    Missing characters are replaced (no accent, a plain hyphen) or left out, as emoji are. Returns None if so
    many letters are missing that the rest could not be read.
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
    """Return the text with plain letters for fullwidth and mathematical ones, and typographic apostrophes."""
    composed = APOSTROPHE.sub("\u2019", unicodedata.normalize("NFC", text))
    return DISGUISED.sub(lambda sign: unicodedata.normalize("NFKC", sign[0]), composed)


def stand_in(sign: str, face: Face) -> str:
    """Return a replacement for the character that the font has; "" if there is none."""
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
    """Lines of text in one font size."""

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
    """Return the text in the largest size that fits (width and height in pixels), in balanced lines."""
    text = words.text
    while True:
        # Words are broken only if they are too long at every size.
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
        return None  # too much text, wherever the lines are broken
    pieces = [piece for piece in BREAK.split(text) if piece]
    if is_chopped:
        pieces = [part for piece in pieces for part in chopped(piece, length, width)]
    elif any(length(piece.rstrip()) > width for piece in pieces):
        return None
    lengths = {piece: length(piece) for piece in pieces}
    block = Block(balanced(pieces, lengths, width), face, size)
    return block if block.height <= height else None


def chopped(piece, length, width) -> list[str]:
    """Break a piece that is too long for a line: after hyphens, else anywhere."""
    parts, room = [""], width
    for sign in piece:
        if parts[-1].endswith("-") or (length(sign) > room and sign != " "):
            parts.append("")
            room = width
        parts[-1] += sign
        room -= length(sign)
    return parts


def balanced(pieces, lengths, width) -> list[str]:
    """Return the smallest number of lines that the width allows, with about equal lengths."""
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
    """Return the text, cut after a word if it is too long for one line."""
    length, text = words.face.at(size).getlength, words.text
    while (too_long := length(text) / width) > 1 and text != "…":
        fitting = min(int(len(text) / too_long), len(text) - 2)
        text = trim_at_word(text, fitting) if fitting > 0 else "…"
    return text
