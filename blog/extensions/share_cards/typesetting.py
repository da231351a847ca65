"""Typesetting: choose fonts that have the letters, the largest size that fits, and balanced lines."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from blog.documents.text import trim_at_word
from blog.extensions.share_cards.faces import CardFace, Style, can_shape, cjk_index
from blog.extensions.share_cards.line_breaks import (
    EXPLICIT_MARKS,
    JOINERS,
    clusters,
    in_order,
    is_mark,
    is_right_to_left,
    pieces,
)

LONGEST = 400  # characters; longer texts are cut
LEGIBLE = 0.8  # minimum share of letters that fonts must have; with fewer, words are not readable
EMPTY_BRACKETS = re.compile(r" ?(?:\(\s*\)|\[\s*\]|\{\s*\}|«\s*»|“\s*”|„\s*“|「\s*」|『\s*』)")
APOSTROPHE = re.compile(r"(?<=\w)'(?=\w)")
# Fullwidth and mathematical letters and digits.
DISGUISED = re.compile("[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\U0001d400-\U0001d7ff]")


@dataclass(frozen=True, slots=True)
class Words:
    """A text with its fonts."""

    text: str
    face: CardFace
    others: dict[str, CardFace]  # {character that this face lacks: other face}
    language: str = ""

    @property
    def is_right_to_left(self) -> bool:
        return is_right_to_left(self.text)

    @property
    def faces(self) -> set[CardFace]:
        return {self.face, *self.others.values()}

    @property
    def is_shaped(self) -> bool:
        return can_shape() and not all(face.is_bundled for face in self.faces)

    def length(self, text: str, size: int) -> float:
        """Return the width of a part of the text, in pixels."""
        return sum(part.length(size) for part in self.parts(text))

    def parts(self, text: str) -> Iterator["FontRun"]:
        """Yield the parts of a line from left to right, each in one font and direction."""
        if not self.others:  # within one font, the shaping library orders them
            yield FontRun(text, self.face, self.is_right_to_left, self.language)
            return
        for stretch, is_from_right in in_order(text, is_right_to_left=self.is_right_to_left):
            parts = self._in_faces(stretch)
            for part, face in reversed(parts) if is_from_right else parts:
                yield FontRun(part, face, is_from_right, self.language)

    def _in_faces(self, text):
        parts, face = [], None
        for at, sign in enumerate(text):
            before, face = face, self._face_of(sign, face, text[at + 1 :])
            if face == before:
                parts[-1] = (parts[-1][0] + sign, face)
            else:
                parts.append((sign, face))
        return parts

    def _face_of(self, sign, before, rest):
        """Return the face of a character. Marks and punctuation use the face of the adjacent letter."""
        own = self.others.get(sign, self.face)
        if is_mark(sign):
            return before if before and (before.has(sign) or sign in JOINERS) else own
        if is_letter(sign):
            return own
        letter = next(filter(is_letter, rest), None) if before is None or is_opening(sign) else None
        adjacent = self.others.get(letter, self.face) if letter else before
        return adjacent if adjacent and adjacent.has(sign) else own


@dataclass(frozen=True, slots=True)
class FontRun:
    """A part of a line, in one font and direction."""

    text: str
    face: CardFace
    is_right_to_left: bool
    language: str

    def length(self, size: int) -> float:
        return self.font(size).getlength(self.text, **self.options)

    def ascent(self, size: int) -> float:
        """Return the height above the baseline in pixels, limited so that stacked marks do not count."""
        return min(-self.font(size).getbbox(self.text, anchor="ls", **self.options)[1], 1.2 * size)

    def font(self, size: int):
        return self.face.at(size, is_right_to_left=self.is_right_to_left)

    @property
    def options(self) -> dict[str, str]:
        """Arguments for Pillow, which accepts them only when it shapes the text."""
        if (self.face.is_bundled and not self.is_right_to_left) or not can_shape():
            return {}
        language = {"language": self.language} if self.language else {}
        return {"direction": "rtl" if self.is_right_to_left else "ltr", **language}


def choose_fonts(text: str, style: Style, language: str = "") -> Words | None:
    """Return the text in the face that has the most of its letters. Other faces supply the rest.

    Missing characters are replaced (no accent, a plain hyphen) or omitted, like emoji. Returns None if
    too many letters are missing for the rest to be readable.
    """
    text = re.sub(r"[ \t\n\r\f\v]+", " ", plain_letters(text[: 2 * LONGEST])).strip()
    letters = [sign for sign in text if is_letter(sign)]
    if not letters or (is_right_to_left(text) and not can_shape()):
        return None
    face = max(style.faces, key=lambda face: sum(map(face.has, letters)))
    find = partial(other_face, style=style, index=cjk_index(text, language))
    others = {sign: other for sign in set(text) if not face.has(sign) and (other := find(sign))}
    words = Words(text, face, others, language)
    if sum(bool(stand_in(letter, words)) for letter in letters) < LEGIBLE * len(letters):
        return None
    written = EMPTY_BRACKETS.sub("", "".join(stand_in(sign, words) for sign in text))
    return Words(trim_at_word(re.sub(" +", " ", written), LONGEST), face, others, language)


def other_face(sign: str, style: Style, index: int) -> CardFace | None:
    return next((face for face in style.faces if face.has(sign)), None) or style.noto_face(sign, index)


def plain_letters(text: str) -> str:
    """Replace fullwidth and mathematical letters with plain ones, and apostrophes with typographic ones."""
    composed = APOSTROPHE.sub("\u2019", unicodedata.normalize("NFC", EXPLICIT_MARKS.sub("", text)))
    return DISGUISED.sub(lambda sign: unicodedata.normalize("NFKC", sign[0]), composed)


def stand_in(sign: str, words: Words) -> str:
    """Return the character or a replacement that the fonts have; "" if there is none."""
    face = words.face
    if face.has(sign) or sign in words.others or (sign in JOINERS and words.is_shaped):
        return sign
    for other in (unicodedata.normalize("NFKC", sign), unicodedata.normalize("NFD", sign)[0]):
        if all(map(face.has, other)):
            return other
    return ""


def is_opening(sign: str) -> bool:
    return unicodedata.category(sign) in {"Ps", "Pi"}


def is_letter(sign: str) -> bool:
    return unicodedata.category(sign)[0] in "LN"


@dataclass(frozen=True, slots=True)
class TextBlock:
    """Lines of text in one font size."""

    lines: list[str]
    words: Words
    size: int

    @property
    def leading(self) -> int:
        usual = 1.06 if self.size >= 72 else 1.14 if self.size >= 56 else 1.2
        # Fonts that are not bundled state how much room their script needs, but overstate it.
        needed = [
            0.85 * sum(face.at(self.size).getmetrics()) for face in self.words.faces if not face.is_bundled
        ]
        return round(max(self.size * usual, *needed, 0))

    @property
    def first_baseline(self) -> int:
        """The distance from the top of the capitals to the first baseline."""
        parts = [part for part in self.words.parts(self.lines[0]) if not part.face.is_bundled]
        return round(max(self.size * 0.82, *(part.ascent(self.size) for part in parts), 0))

    @property
    def height(self) -> int:
        return self.leading * len(self.lines)


def fit(words: Words, sizes, width: int, height: int) -> TextBlock:
    """Return the text in the largest size that fits width and height (pixels), in balanced lines."""
    text = words.text
    while True:
        # Words are broken only if they are too long at every size.
        for is_chopped in (False, True):
            for size in sizes:
                block = set_in(text, words, size, width, height, is_chopped)
                if block:
                    return block
        sizes = sizes[-1:]
        text = trim_at_word(text.removesuffix("…"), len(text) * 9 // 10)


def has_room(words: Words, size: int, width: int, lines: int) -> bool:
    """Whether the text fits in about this number of lines at this size, and each word in one line."""
    lengths = [words.length(piece, size) for piece in pieces(words.text)]
    return max(lengths) <= width and sum(lengths) <= lines * width


def set_in(text, words, size, width, height, is_chopped) -> TextBlock | None:
    length = partial(words.length, size=size)
    if TextBlock([""], words, size).leading * (length(text) // width) > height:
        return None  # too much text for any line breaks
    parts = pieces(text)
    if is_chopped:
        parts = [part for piece in parts for part in split_long_piece(piece, length, width)]
    elif any(length(piece.rstrip()) > width for piece in parts):
        return None
    lengths = {piece: length(piece) for piece in parts}
    block = TextBlock(balanced(parts, lengths, width), words, size)
    return block if block.height <= height else None


def split_long_piece(piece, length, width) -> list[str]:
    """Break a piece that is too long for a line, preferably after hyphens."""
    parts, room = [""], width
    for cluster in clusters(piece):
        if parts[-1].endswith("-") or (length(cluster) > room and cluster != " "):
            parts.append("")
            room = width
        parts[-1] += cluster
        room -= length(cluster)
    return parts


def balanced(pieces, lengths, width) -> list[str]:
    """Return as few lines as the width allows, of about equal length."""
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
    text = words.text
    while (too_long := words.length(text, size) / width) > 1 and text != "…":
        fitting = min(int(len(text) / too_long), len(text) - 2)
        text = trim_at_word(text, fitting) if fitting > 0 else "…"
    return text
