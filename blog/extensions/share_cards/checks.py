"""A system check of the fonts of share cards."""

from django.conf import settings
from django.core.checks import Warning, register  # noqa: A004 -- Django's name for it

from blog.extensions.share_cards.faces import can_shape, installed


@register
def check_shaping(app_configs, **kwargs):
    """Warn if share cards cannot use installed fonts, because a library that joins letters is missing."""
    if can_shape() or not (settings.CARD_FONTS or installed()):
        return []
    return [
        Warning(
            "Share cards cannot show scripts that join letters, such as Arabic: libfribidi is missing.",
            hint="Run: apt-get install libfribidi0",
            id="galley.W009",
        )
    ]
