"""The typefaces of share cards: bundled ones, those of the operator, and installed Noto fonts."""

import contextlib
import itertools
import re
import unicodedata
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from pathlib import Path

from django.conf import settings
from PIL import ImageFont, features

import blog
from blog.site.look import Face

BUNDLED = Path(blog.__file__).parent / "images/fonts"
NOTO_FILE = re.compile(r"(Noto\w+?)(?:-Regular\.(?:ttf|otf|ttc)|\[wght\]\.ttf)")
NOT_A_CHARACTER = "\uffff"
# {first word of a character's Unicode name: name of the script in Noto}, where they differ.
NOTO_NAMES = {
    **dict.fromkeys(("LATIN", "GREEK", "CYRILLIC"), ""),
    **dict.fromkeys(("CJK", "IDEOGRAPHIC", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO"), "CJK"),
}
EAST_ASIAN_MARK = re.compile("[\u3000-\u303f\uff00-\uffef]")
WITHOUT_SHAPING = {"", "CJK"}
KANA, HANGUL = re.compile("[\u3040-\u30ff]"), re.compile("[\u1100-\u11ff\uac00-\ud7af]")
# Indexes of the faces in the collections of Noto CJK.
JAPANESE, KOREAN, SIMPLIFIED, TRADITIONAL, HONG_KONG = range(5)


@dataclass(frozen=True, slots=True)
class CardFace:
    """A font. Bundled ones need no text shaping, others may."""

    path: str
    is_bundled: bool = True
    index: int = 0  # in a collection (TTC)

    def at(self, size: int, *, is_right_to_left: bool = False) -> ImageFont.FreeTypeFont:
        is_shaped = (is_right_to_left or not self.is_bundled) and can_shape()
        return font(self, size, ImageFont.Layout.RAQM if is_shaped else ImageFont.Layout.BASIC)

    def has(self, character: str) -> bool:
        return has_glyph(self, character)


def can_shape() -> bool:
    """Whether letters can be joined and set right-to-left. Pillow's wheels need libfribidi for this."""
    return features.check("raqm")


@lru_cache(maxsize=16)  # one of Noto CJK takes a megabyte
def font(face: CardFace, size: int, layout) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(face.path, size, index=face.index, layout_engine=layout)


@lru_cache(maxsize=20_000)
def has_glyph(face: CardFace, character: str) -> bool:
    """Whether a font has the character, and does not draw the box for missing glyphs."""
    small = font(face, 24, ImageFont.Layout.BASIC)
    return bytes(small.getmask(character)) != bytes(small.getmask(NOT_A_CHARACTER))


@dataclass(frozen=True)
class Style:
    """Similar faces: bundled ones in order of preference, and the style name of the Noto font."""

    bundled: tuple[str, ...]
    noto: str

    @cached_property
    def faces(self) -> list[CardFace]:
        operators = [CardFace(str(path), is_bundled=False) for path in settings.CARD_FONTS if path.is_file()]
        return [*(CardFace(str(BUNDLED / f"{name}.ttf")) for name in self.bundled), *operators]

    def noto_face(self, character: str, cjk_index: int) -> CardFace | None:
        """Return the Noto face for the script of a character, if it is installed and has the character."""
        script = noto_script(character)
        if script not in WITHOUT_SHAPING and not can_shape():
            return None
        families = [f"Noto{self.noto}{script}", f"NotoSans{script}"]
        if (self.noto, script) == ("Serif", "Arabic"):
            families.insert(0, "NotoNaskhArabic")
        for family in families:
            if path := installed().get(family):
                is_collection = path.suffix == ".ttc"
                face = CardFace(str(path), is_bundled=False, index=cjk_index if is_collection else 0)
                with contextlib.suppress(OSError):  # ignore damaged files
                    if face.has(character):
                        return face
        return None


# The site's faces have only Latin letters; Literata and Inter also Greek and Cyrillic.
DISPLAY_STYLES = {
    Face.NEWSREADER: Style(("newsreader-display", "literata-display"), "Serif"),
    Face.CASLON: Style(("libre-caslon-condensed", "literata-display"), "Serif"),
    Face.BRICOLAGE: Style(("bricolage-grotesque", "inter"), "Sans"),
    Face.BESLEY: Style(("besley", "literata-display"), "Serif"),
}
SANS = Style(("instrument-sans", "inter"), "Sans")


def noto_script(character: str) -> str:
    if EAST_ASIAN_MARK.match(character):
        return "CJK"
    word = re.split("[ -]", unicodedata.name(character, "UNNAMED"), maxsplit=1)[0]
    return NOTO_NAMES.get(word, word.capitalize())


def installed() -> dict[str, Path]:
    """Return {family: file in regular weight} of the installed Noto fonts."""
    named = (path for path in settings.CARD_FONTS if path.is_dir())
    return noto_files((*named, *settings.FONT_FOLDERS))


@cache
def noto_files(folders: tuple[Path, ...]) -> dict[str, Path]:
    """Return {family: file} of the Noto fonts in these folders. Cached, because it takes milliseconds.

    If several folders have a family, the first counts.
    """
    found = {}
    for path in itertools.chain.from_iterable(sorted(folder.rglob("Noto*")) for folder in folders):
        if (name := NOTO_FILE.fullmatch(path.name)) and path.is_file():
            found.setdefault(name[1], path)
    return found


def cjk_index(text: str, language: str) -> int:
    """Return the index of the Noto CJK face for a text: languages draw the same characters differently.

    For languages other than Chinese, Japanese and Korean, the characters in the text decide.
    """
    primary, *others = language.lower().replace("_", "-").split("-")
    if primary == "zh":
        if not {"hk", "mo"}.isdisjoint(others):
            return HONG_KONG
        return SIMPLIFIED if {"hant", "tw"}.isdisjoint(others) else TRADITIONAL
    if primary == "yue":
        return HONG_KONG
    if primary == "ja" or (primary != "ko" and KANA.search(text)):
        return JAPANESE
    return KOREAN if primary == "ko" or HANGUL.search(text) else SIMPLIFIED
