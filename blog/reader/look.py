"""The style sheet of the site's look.

It contains only what differs from css/base.css: the colours, and the rules of the chosen faces, manner and
column, which are files in blog/reader/looks. The URL contains a digest of the style sheet, so that browsers
may cache it forever. A site with the default look has no such style sheet.
"""

import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.templatetags.static import static
from django.urls import get_script_prefix, reverse

from blog.site.colours import shade
from blog.site.look import ACCENT, Face, Look, Manner, Paper, TextFace, Theme

FOLDER = Path(__file__).parent / "looks"
FONT_FILES = {
    Face.NEWSREADER: "newsreader-display",
    Face.CASLON: "libre-caslon-condensed",
    Face.BRICOLAGE: "bricolage-grotesque",
    Face.BESLEY: "besley",
}
SANS = "instrument-sans"
# Languages in Cyrillic letters, and the files that all faces have for these.
CYRILLIC = frozenset({"be", "bg", "kk", "ky", "mk", "mn", "ru", "sr", "tg", "uk"})
CYRILLIC_FONTS = ("literata-cyrillic", "inter-cyrillic")
# The contrast of an accent is tested on paper, so text on its pale shade has the colour of ink.
INK_ON_PENCIL = "mark,:target>a,:target .back{color:var(--ink)}"
_FONT = re.compile(r'url\("(fonts/[\w.-]+)"\)')
_COMMENT = re.compile(r"/\*.*?\*/\s*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class PageLook:
    """What pages need of a look."""

    stylesheet: str  # its URL, or ""
    fonts: tuple[str, ...]  # the static files that all pages preload: of titles, of text, of the furniture
    italic_font: str  # that pages with emphasis preload as well
    theme: str  # "light", "dark", or "" for the one of the reader's device
    theme_colours: tuple[str, str]  # of the browser's own bars, on light and on dark
    accent: str
    logo_is_name: bool

    @property
    def mark(self) -> str:
        return self.icon("mark.svg")

    @property
    def touch_icon(self) -> str:
        return self.icon("apple-touch-icon.png")

    def icon(self, name: str) -> str:
        """Return the URL of an icon: one in the site's colour, or the file in static/img."""
        if self.accent == ACCENT:
            return static(f"img/{name}")
        return reverse("blog:icon", args=[self.accent[1:], name])


def page_look(look: Look, stylesheet_url: str | None = None) -> PageLook:
    """Return what pages need of a look. stylesheet_url: the URL of its style sheet in a preview."""
    if stylesheet_url is None:
        has_stylesheet = bool(stylesheet(look))
        stylesheet_url = reverse("blog:look", args=[stylesheet_name(look)]) if has_stylesheet else ""
    has_band = look.manner == Manner.WORKSHOP
    text_font = SANS if look.text == TextFace.SANS else "newsreader-text"
    fonts = [FONT_FILES[look.face], text_font, SANS]
    if settings.LANGUAGE_CODE.partition("-")[0] in CYRILLIC:
        fonts += CYRILLIC_FONTS
    return PageLook(
        stylesheet=stylesheet_url,
        fonts=tuple(dict.fromkeys(map(font_file, fonts))),
        italic_font=font_file(f"{text_font}-italic"),
        theme="" if look.theme == Theme.AUTO else look.theme,
        theme_colours=(look.accent, band(look)) if has_band else look.tint.paper,
        accent=look.accent,
        logo_is_name=look.logo_is_name,
    )


def font_file(name: str) -> str:
    return f"fonts/{name}.woff2"


def stylesheet_name(look: Look) -> str:
    return f"{hashlib.sha256(stylesheet(look).encode()).hexdigest()[:20]}.css"


def stylesheet(look: Look) -> str:
    """Return the style sheet of a look; "" for the default look."""
    return _stylesheet(look, get_script_prefix())


@lru_cache(maxsize=32)
def _stylesheet(look, script_prefix):  # static() begins with the script prefix
    names = [look.face, look.text, look.manner, look.column, *(["logotype"] if look.logo_is_name else [])]
    parts = [_colours(look), *map(_file, names)]
    return "\n".join(part for part in parts if part)


def _file(name):
    """Return the rules of a face, manner or column; "" for those of the default look."""
    path = FOLDER / f"{name}.css"
    if not path.exists():
        return ""
    rules = _COMMENT.sub("", path.read_text())
    return _FONT.sub(lambda match: f'url("{static(match[1])}")', rules).strip()


def _colours(look):
    """Return the custom properties of the colours that differ from those in css/base.css."""
    pairs = {}
    if look.paper != Paper.PLAIN:
        tint = look.tint
        pairs |= {"paper": tint.paper, "wash": tint.wash, "rule": tint.rule}
        pairs["on-accent"] = ("#ffffff", tint.paper[1])
    if look.accent != ACCENT:
        dark = look.dark_accent
        pairs["accent"] = (look.accent, dark)
        pairs["accent-2"] = (shade(look.accent, 0.36), shade(dark, 0.88))
        pairs["pencil"] = (shade(look.accent, 0.9, 0.06), shade(look.accent, 0.38, 0.09))
    if look.manner == Manner.WORKSHOP:
        pairs["band"] = (look.accent, band(look))
    if not pairs:
        return ""
    rules = "".join(f"--{name}:light-dark({light},{dark});" for name, (light, dark) in pairs.items())
    return f":root{{{rules}}}{INK_ON_PENCIL if 'pencil' in pairs else ''}"


def band(look: Look) -> str:
    """Return the background colour of the masthead in the dark theme, on which letters are white."""
    return shade(look.accent, 0.32, 0.07)
