from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from site_config.variables import BASE_DIR, env

VARIABLES = {"GALLEY_CARD_FONTS": "font files, and folders with Noto fonts, for share cards in other scripts"}


def font_places(values: list[str]) -> list[Path]:
    """Return the paths of font files and folders. Raises ImproperlyConfigured if one does not exist."""
    for value in values:
        if not (BASE_DIR / value).exists():
            raise ImproperlyConfigured(f"GALLEY_CARD_FONTS: there is no file or folder “{value}”.")
    return [(BASE_DIR / value).resolve() for value in values]


CARD_FONTS = font_places(env.list("GALLEY_CARD_FONTS", []))
# Folders to search for Noto's fonts, after those in CARD_FONTS.
FONT_FOLDERS = [Path("/usr/local/share/fonts"), Path("/usr/share/fonts")]
