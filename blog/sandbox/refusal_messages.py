"""Messages for editors about texts and images that the sandbox refused."""

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from blog.sandbox.refusals import Refusal, RefusedError


def text_refusal(error: RefusedError) -> str:
    """Return a message that says why a text was not rendered."""
    sentences = {
        Refusal.TIME: _(
            "The text takes longer than %(seconds)s seconds to render. Shorten it, or divide it in two: "
            "very long tables, lists and listings take longest."
        ),
        Refusal.MEMORY: _("The text takes more than %(megabytes)s MB of memory to render. Divide it in two."),
        Refusal.BUSY: _("The server is busy with other texts. Try again in a moment."),
        Refusal.NO_START: _("The server is too busy to render a text. Try again in a moment."),
        Refusal.CHANGED: _("The article was changed or moved to the trash meanwhile. Load the page again."),
    }
    other = _("The text cannot be rendered: %(cause)s.")
    return sentences.get(error.code, other) % _localised(error.values)


def image_refusal(error: RefusedError) -> str:
    """Return a message that says why an image is not accepted, with the limit that it exceeds."""
    sentences = {
        Refusal.TIME: _("The picture takes longer than %(seconds)s seconds to decode. Make it smaller."),
        Refusal.MEMORY: _(
            "The picture takes more than %(megabytes)s MB of memory to decode. Make it smaller."
        ),
        Refusal.BUSY: _("The server is busy with other pictures. Try again in a moment."),
        Refusal.NO_START: _("The server is too busy to look at a picture. Try again in a moment."),
        Refusal.BYTES: _("The file is larger than %(megabytes)s MB."),
        Refusal.FORMAT: _("Not a picture in JPEG, PNG, GIF, WebP or AVIF."),
        Refusal.SIDE: _(
            "The picture has %(width)s x %(height)s pixels; at most %(side)s pixels a side are taken."
        ),
        Refusal.PIXELS: _(
            "The picture has %(width)s x %(height)s pixels; of %(format)s at most %(megapixels)s megapixels "
            "are taken."
        ),
        Refusal.FOUR_CHANNEL_PIXELS: _(
            "The picture has %(width)s x %(height)s pixels; of %(format)s with transparency, "
            "or in CMYK, at most %(megapixels)s megapixels are taken."
        ),
        Refusal.FRAMES: _("The animation has more than %(limit)s frames."),
        Refusal.FRAME_PIXELS: _(
            "The animation has %(width)s x %(height)s pixels; "
            "at most as many as in 1920 x 1080 are taken where a picture moves."
        ),
        Refusal.MOVING_PIXELS: _(
            "The animation has %(frames)s frames of %(width)s x %(height)s pixels; of %(format)s at most "
            "%(megapixels)s megapixels in all frames together are taken."
        ),
        Refusal.DAMAGED: _("The picture is damaged: %(cause)s"),
    }
    other = _("The picture cannot be decoded: %(cause)s.")
    return sentences.get(error.code, other) % _localised(error.values)


def _localised(values):
    return {
        name: number_format(value) if isinstance(value, int | float) else value
        for name, value in values.items()
    }
