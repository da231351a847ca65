"""Messages for editors about texts and images that the sandbox refused."""

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from blog.sandbox.refusals import Refusal, RefusedError


def text_refusal(error: RefusedError) -> str:
    """Return a message that says why a text was not rendered."""
    sentences = {
        Refusal.TIME: _(
            "The text takes longer than %(seconds)s seconds to render. Shorten or split it: "
            "very long tables, lists and code blocks take longest."
        ),
        Refusal.MEMORY: _(
            "The text takes more than %(megabytes)s MB of memory to render. Split it into two articles."
        ),
        Refusal.BUSY: _("The server is busy with other texts. Try again in a moment."),
        Refusal.NO_START: _("The server is too busy to render a text. Try again in a moment."),
        Refusal.CHANGED: _("The article was changed or moved to the trash in the meantime. Reload the page."),
    }
    other = _("The text cannot be rendered: %(cause)s.")
    return sentences.get(error.code, other) % _localised(error.values)


def image_refusal(error: RefusedError) -> str:
    """Return a message that says why an image is not accepted, with the limit that it exceeds."""
    sentences = {
        Refusal.TIME: _("The image takes longer than %(seconds)s seconds to decode. Make it smaller."),
        Refusal.MEMORY: _("The image takes more than %(megabytes)s MB of memory to decode. Make it smaller."),
        Refusal.BUSY: _("The server is busy with other images. Try again in a moment."),
        Refusal.NO_START: _("The server is too busy to process an image. Try again in a moment."),
        Refusal.BYTES: _("The file is larger than %(megabytes)s MB."),
        Refusal.FORMAT: _("Not a JPEG, PNG, GIF, WebP, AVIF or SVG image."),
        Refusal.SIDE: _("The image is %(width)s x %(height)s pixels; the limit is %(side)s pixels per side."),
        Refusal.PIXELS: _(
            "The image is %(width)s x %(height)s pixels; the limit for "
            "%(format)s is %(megapixels)s megapixels."
        ),
        Refusal.FOUR_CHANNEL_PIXELS: _(
            "The image is %(width)s x %(height)s pixels; the limit for "
            "%(format)s with transparency or in CMYK "
            "is %(megapixels)s megapixels."
        ),
        Refusal.FRAMES: _("The animation has more than %(limit)s frames."),
        Refusal.FRAME_PIXELS: _(
            "The animation is %(width)s x %(height)s pixels; "
            "animations may have no more pixels than 1920 x 1080."
        ),
        Refusal.MOVING_PIXELS: _(
            "The animation has %(frames)s frames of %(width)s x %(height)s "
            "pixels; the limit for %(format)s is "
            "%(megapixels)s megapixels across all frames."
        ),
        Refusal.DAMAGED: _("The image is damaged: %(cause)s"),
    }
    other = _("The image cannot be decoded: %(cause)s.")
    return sentences.get(error.code, other) % _localised(error.values)


def _localised(values):
    return {
        name: number_format(value) if isinstance(value, int | float) else value
        for name, value in values.items()
    }
