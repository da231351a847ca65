"""The look of the site: accent colour, paper, faces of titles and text, column, manner, theme.

A manner is a layout with its lines and spacing. The style sheets of a look are in blog/reader/looks.
An accent colour must be readable on light paper. Its shade for dark paper is derived.
"""

from dataclasses import dataclass, fields

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from blog.site.colours import HEX, contrast, is_readable, readable_shade, shade

WHITE = "#ffffff"  # text on buttons and share cards, whose ground is the accent
ACCENT = "#2536c9"
DARK_LIGHTNESS, DARK_CHROMA = 0.8, 0.12  # of the accent on dark paper


class Face(models.TextChoices):
    NEWSREADER = "newsreader", "Newsreader Display"
    CASLON = "caslon", "Libre Caslon Condensed"
    BRICOLAGE = "bricolage", "Bricolage Grotesque"
    BESLEY = "besley", "Besley"


class TextFace(models.TextChoices):
    SERIF = "serif", _("Serif")
    SANS = "sans", _("Sans serif")


class Column(models.TextChoices):
    MARGIN = "margin", _("With a margin for contents and captions")
    CENTRED = "centred", _("Centred")


class Manner(models.TextChoices):
    PROOF = "proof", _("Galley proof")
    BROADSHEET = "broadsheet", _("Broadsheet")
    WORKSHOP = "workshop", _("Workshop")
    ALMANAC = "almanac", _("Almanac")


class Paper(models.TextChoices):
    PLAIN = "plain", _("Plain")
    WARM = "warm", _("Warm")
    CREAM = "cream", _("Cream")
    GREEN = "green", _("Pale green")
    BLUE = "blue", _("Pale blue")
    ROSE = "rose", _("Rose")


class Theme(models.TextChoices):
    AUTO = "auto", _("Like their device")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


@dataclass(frozen=True, slots=True)
class Tint:
    """The colours of a page, of fields on it, and of thin lines. Each is (in light theme, in dark theme)."""

    paper: tuple[str, str]
    wash: tuple[str, str]
    rule: tuple[str, str]


TINTS = {
    Paper.PLAIN: Tint(("#fbfbf8", "#101319"), ("#f1f2ee", "#181c25"), ("#d8dad4", "#2c323d")),
    Paper.WARM: Tint(("#fcfaf5", "#14110f"), ("#f3efe6", "#201b18"), ("#dcd6ca", "#38302b")),
    Paper.CREAM: Tint(("#fffaf0", "#15120b"), ("#f7eeda", "#221d12"), ("#e2d6bd", "#3a3221")),
    Paper.GREEN: Tint(("#f8faf8", "#0d1411"), ("#ebf1ed", "#16211c"), ("#cfd9d3", "#27352e")),
    Paper.BLUE: Tint(("#f7f9fc", "#0e131b"), ("#eaeff5", "#171e29"), ("#cfd7e1", "#2a3340")),
    Paper.ROSE: Tint(("#fdf8f6", "#160f10"), ("#f6ece9", "#221819"), ("#e3d4d0", "#3b2c2d")),
}


@dataclass(frozen=True, slots=True)
class Look:
    """The look that readers see."""

    accent: str = ACCENT
    paper: str = Paper.PLAIN
    face: str = Face.NEWSREADER
    manner: str = Manner.PROOF
    theme: str = Theme.AUTO
    logo_is_name: bool = False
    text: str = TextFace.SERIF
    column: str = Column.MARGIN

    @property
    def tint(self) -> Tint:
        return TINTS[self.paper]

    @property
    def grounds(self) -> tuple[str, str, str]:
        """The light colours on which the accent must be readable, or that must be readable on it."""
        return WHITE, self.tint.paper[0], self.tint.wash[0]

    @property
    def has_readable_accent(self) -> bool:
        return is_readable(self.accent, self.grounds)

    @property
    def nearest_accent(self) -> str:
        """The accent, or the nearest darker shade of it that is readable."""
        return readable_shade(self.accent, self.grounds)

    @property
    def dark_accent(self) -> str:
        """The accent in the lightness for dark paper."""
        grounds = (self.tint.paper[1], self.tint.wash[1])
        return readable_shade(shade(self.accent, DARK_LIGHTNESS, DARK_CHROMA), grounds, lighter=True)

    @property
    def contrasts(self) -> dict[str, float]:
        """The contrasts of the accent on light and on dark paper, and of white on the accent."""
        dark = (self.tint.paper[1], self.tint.wash[1])
        return {
            "light": min(contrast(self.accent, ground) for ground in self.grounds[1:]),
            "dark": min(contrast(self.dark_accent, ground) for ground in dark),
            "white": contrast(WHITE, self.accent),
        }


def validate_accent(colour: str) -> None:
    """Raise ValidationError unless this is a colour such as #2536c9."""
    if not HEX.fullmatch(colour):
        raise ValidationError(_("Enter a colour as # and six digits or letters from a to f: #2536c9."))


class LookFields(models.Model):
    """The fields of a look. An unknown value, such as one of a newer release, counts as the default."""

    accent = models.CharField(_("accent colour"), max_length=7, default=ACCENT, validators=[validate_accent])
    paper = models.CharField(_("paper"), max_length=20, choices=Paper, default=Paper.PLAIN)
    face = models.CharField(_("titles"), max_length=20, choices=Face, default=Face.NEWSREADER)
    manner = models.CharField(_("manner"), max_length=20, choices=Manner, default=Manner.PROOF)
    theme = models.CharField(_("readers start with"), max_length=20, choices=Theme, default=Theme.AUTO)
    logo_is_name = models.BooleanField(_("The logo contains the name"), default=False)
    text = models.CharField(
        _("text"), max_length=20, choices=TextFace, default=TextFace.SERIF, db_default=TextFace.SERIF
    )
    column = models.CharField(
        _("column"), max_length=20, choices=Column, default=Column.MARGIN, db_default=Column.MARGIN
    )

    class Meta:
        abstract = True

    @property
    def look(self) -> Look:
        return look_of(*(getattr(self, name) for name in LOOK_FIELDS))


LOOK_FIELDS = tuple(field.name for field in fields(Look))


def look_of(accent, paper, face, manner, theme, logo_is_name, text, column) -> Look:
    """Return the look with these stored values. Rows saved without a form are not validated."""
    return Look(
        accent=accent if HEX.fullmatch(accent or "") else ACCENT,
        paper=paper if paper in Paper.values else Paper.PLAIN,
        face=face if face in Face.values else Face.NEWSREADER,
        manner=manner if manner in Manner.values else Manner.PROOF,
        theme=theme if theme in Theme.values else Theme.AUTO,
        logo_is_name=bool(logo_is_name),
        text=text if text in TextFace.values else TextFace.SERIF,
        column=column if column in Column.values else Column.MARGIN,
    )
