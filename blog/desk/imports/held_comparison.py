"""The comparison of an article and a file that waits for it, as a form."""

from django.utils.translation import gettext as _

from blog.articles.models import Article, EmptyArticleError, StaleArticleError
from blog.desk.comparison.form import ComparisonForm
from blog.images.files import ImageError
from blog.imports.comparison import Comparison
from blog.imports.held import DecidedElsewhereError, UnreadableFileError
from blog.imports.held_update import HeldUpdate
from blog.sandbox.messages import text_refusal
from blog.sandbox.refusals import RefusedError

State = HeldUpdate.State


class HeldComparison(ComparisonForm):
    """The comparison of an article and a file; the whole file can be taken, or the article kept."""

    is_stale = False

    def __init__(self, held: HeldUpdate, comparison: Comparison, data=None):
        self.comparison = comparison
        is_seen = held.article.status == Article.Status.PUBLISHED
        sides = (_("What readers see") if is_seen else _("The article"), _("The new file"))
        opened = f"{comparison.article.version} {held.digest}"
        super().__init__(comparison.merge, comparison.base, opened, sides, data)

    def changed_meanwhile(self) -> str:
        return _(
            "The article or its file has changed since you opened this page: here is how both are "
            "now. What you chose and wrote is still there."
        )

    def is_valid(self) -> bool:
        if self.data is None or self.errors:
            return False
        if "_decline" in self.data:  # of a file that has given way to another one
            return False
        if "_file" in self.data:
            self.contents = self.comparison.theirs
            return True
        return self.take("ours") if "_article" in self.data else super().is_valid()

    @property
    def state(self) -> State:
        """Whether the file was accepted, or what it becomes was decided by hand."""
        by_itself = self.merge.is_clean or "_file" in self.data
        return State.ACCEPTED if by_itself else State.DECIDED

    def refuse(self, error: Exception) -> None:
        """Say that what was decided could not be written. What was typed stays."""
        self.errors.append(refusal_words(error))
        self.is_stale = isinstance(error, StaleArticleError | DecidedElsewhereError)


def refusal_words(error: Exception) -> str:
    """Return in words why a decision was not carried out."""
    if isinstance(error, RefusedError):
        return text_refusal(error)
    if isinstance(error, OSError):
        return _("A picture of the file is not to be had any more: import the file again.")
    if isinstance(error, StaleArticleError):
        return _(
            "The article was saved by somebody else in the meantime. Nothing of yours is lost: look again."
        )
    if isinstance(error, DecidedElsewhereError):
        return _("Somebody else has decided on this file, or a newer one has come.")
    if isinstance(error, EmptyArticleError):
        return _("Readers would see nothing of it: without words or a picture none is published.")
    if isinstance(error, UnreadableFileError | ImageError):
        return str(error)
    return _("The article is not there any more.")
