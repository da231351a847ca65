"""What a person decides on a file that waits for its article."""

from django.db import transaction
from django.utils import timezone

from blog.articles.models import Article, EmptyArticleError, StaleArticleError
from blog.articles.provenance import WrittenBy
from blog.articles.versions.models import Version
from blog.images.files import ImageError
from blog.imports.comparison import ChangedFile, Comparison, compare, store_images, take
from blog.imports.held_images import held_image
from blog.imports.held_update import HeldUpdate
from blog.imports.holding import decide_update
from blog.imports.turns import take_turns
from blog.sandbox import calls
from blog.sandbox.refusals import RefusedError

State = HeldUpdate.State


class UnreadableFileError(Exception):
    """What waits cannot be read any more; the message says why."""


class DecidedElsewhereError(Exception):
    """Somebody else decided on the file, or a newer one has taken its place."""


class OpenDecisionsError(Exception):
    """The file and the article do not fit together by themselves."""


DECISION_ERRORS = (
    *(UnreadableFileError, DecidedElsewhereError, Article.DoesNotExist, StaleArticleError),
    *(EmptyArticleError, RefusedError, ImageError, OSError),
)


def comparison_of(held: HeldUpdate) -> Comparison:
    """Compare the article as it is stored with the file that waits.

    Both files are read in a limited process. Raises UnreadableFileError, RefusedError and
    Article.DoesNotExist, as when it was deleted for good.
    """
    article = Article.objects.with_file_relations().get(pk=held.article_id)
    reading = _read(held.data, held.path)
    if reading.refusal:
        raise UnreadableFileError(reading.refusal.text)
    key = (held.source_name, held.path, held.root)
    written_by = WrittenBy.parse(held.written_by)
    file = ChangedFile(*key, bytes(held.data), held.digest, reading.fields, held.images, written_by)
    source_file = article.source_file
    return compare(article, file, _read(source_file.original, source_file.path).fields)


def accept(held: HeldUpdate, *, by) -> list[str]:
    """Write what the file and the article make together; see settle(). Raises OpenDecisionsError, too."""
    comparison = comparison_of(held)
    if not comparison.merge.is_clean:
        raise OpenDecisionsError
    return settle(held, comparison, comparison.merge.contents, State.ACCEPTED, by=by)


def settle(held: HeldUpdate, comparison: Comparison, contents: dict, state: State, *, by) -> list[str]:
    """Write what was decided, and remember that, at once or not at all; return what could not be had.

    Raises DecidedElsewhereError, and StaleArticleError if the article was saved since it was compared;
    EmptyArticleError, RefusedError and ImageError where readers could not be shown what was decided.
    """
    stored = store_images(contents, held_image)
    what = Version.What.ACCEPTED if state == State.ACCEPTED else Version.What.MERGED
    with transaction.atomic():
        take_turns()
        if not decide_update(held, state, by=by):
            raise DecidedElsewhereError
        return take(comparison, contents, stored=stored, by=by, what=what)


def decline(held: HeldUpdate, *, by) -> bool:
    """Keep the article as it is, and remember that of these bytes; return whether they waited still."""
    return decide_update(held, State.DECLINED, by=by)


def _read(data, path):
    return calls.read_file(bytes(data), path, timezone.get_default_timezone())
