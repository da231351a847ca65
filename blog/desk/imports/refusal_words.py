"""Reasons why a decision on a held update could not be saved, for editors."""

from django.utils.translation import gettext as _

from blog.articles.models import EmptyArticleError, StaleArticleError
from blog.images.files import ImageError
from blog.imports.held import DecidedElsewhereError, UnreadableFileError
from blog.sandbox.refusal_messages import text_refusal
from blog.sandbox.refusals import RefusedError


def refusal_words(error: Exception) -> str:
    """Return the reason why a decision could not be saved, for editors."""
    if isinstance(error, RefusedError):
        return text_refusal(error)
    if isinstance(error, OSError):
        return _("An image that came with this file is no longer available. Import the file again.")
    if isinstance(error, StaleArticleError):
        return _(
            "Someone else saved this article in the meantime. Your work is kept: review it and save again."
        )
    if isinstance(error, DecidedElsewhereError):
        return _("Someone else has already decided on this file, or a newer version was imported.")
    if isinstance(error, EmptyArticleError):
        return _("This would leave the article empty. A published article needs text or an image.")
    if isinstance(error, UnreadableFileError | ImageError):
        return str(error)
    return _("This article no longer exists.")
