"""Held updates: store, replace, compare, and decide.

At most one update waits per article (a constraint). Decided ones are kept, so that the same bytes are not
held again. accept(), store_decision() and decline() carry out a decision. To apply one to the article by
other means, call decide_update() and write_contents() in one transaction.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from blog.articles.models import Article, EmptyArticleError, StaleArticleError
from blog.articles.provenance import Provenance, WrittenBy
from blog.articles.versions.models import ArticleWriter, Version
from blog.images.files import ImageError
from blog.imports.comparison import (
    ChangedFile,
    Comparison,
    RowsByName,
    apply_comparison,
    compare,
    store_images,
)
from blog.imports.held_images import held_image, keep_held_image
from blog.imports.linked_files import use_added_files
from blog.imports.lock import acquire_import_lock
from blog.imports.models import HeldUpdate, ImportRun, SourceFile
from blog.sandbox import calls
from blog.sandbox.refusals import RefusedError

State = HeldUpdate.State
UNDONE_WITHIN = timedelta(days=1)  # images of decided updates are stored that long, for undo


class UnreadableFileError(Exception):
    """Raised when the held file can no longer be parsed. The message says why."""


class DecidedElsewhereError(Exception):
    """Raised when someone else decided on the file, or a newer file has replaced it."""


class OpenDecisionsError(Exception):
    """Raised when merging the file and the article needs decisions."""


DECISION_ERRORS = (
    *(UnreadableFileError, DecidedElsewhereError, Article.DoesNotExist, StaleArticleError),
    *(EmptyArticleError, RefusedError, ImageError, OSError),
)


def articles_to_compare(updates: Iterable[HeldUpdate]) -> dict[int, Article]:
    """Return {primary key: article} for comparison_of(), in a constant number of queries."""
    return Article.objects.with_file_relations().in_bulk([held.article_id for held in updates])


def comparison_of(
    held: HeldUpdate, article: Article | None = None, names: RowsByName | None = None
) -> Comparison:
    """Compare the stored article with the held file.

    For several updates, pass articles from articles_to_compare(), and the same names. The held file and the
    stored original are parsed in the sandbox. Raises UnreadableFileError if the held file cannot be parsed,
    RefusedError if the sandbox is busy, and Article.DoesNotExist if the article was deleted permanently.
    """
    article = article or Article.objects.with_file_relations().get(pk=held.article_id)
    reading = _read(held.data, held.path)
    if reading.refusal:
        raise UnreadableFileError(reading.refusal.text)
    key = (held.source_name, held.path, held.source_root)
    written_by = WrittenBy.parse(held.written_by)
    file = ChangedFile(*key, bytes(held.data), held.digest, reading.fields, held.images, written_by)
    source_file = article.source_file
    return compare(article, file, _read(source_file.original, source_file.path).fields, names)


def accept(held: HeldUpdate, *, by) -> list[str]:
    """Write the merged contents. Raises OpenDecisionsError if there are conflicts; see store_decision()."""
    comparison = comparison_of(held)
    if not comparison.merge.is_clean:
        raise OpenDecisionsError
    return store_decision(held, comparison, comparison.merge.contents, State.ACCEPTED, by=by)


def store_decision(
    held: HeldUpdate, comparison: Comparison, contents: dict, state: State, *, by
) -> list[str]:
    """Write the decided contents and store the decision, in one transaction.

    Returns messages about what is missing. Raises DecidedElsewhereError, StaleArticleError if the article was
    saved since the comparison, and EmptyArticleError, RefusedError or ImageError if the contents cannot be
    shown to readers.
    """
    stored = store_images(contents, held_image)
    action = Version.Action.ACCEPTED if state == State.ACCEPTED else Version.Action.MERGED
    with transaction.atomic():
        acquire_import_lock()
        if not decide_update(held, state, by=by):
            raise DecidedElsewhereError
        use_added_files(held, is_in_use=True)
        if held.batch:
            ArticleWriter.objects.add(held.batch.started_by_id, [held.article_id])
        return apply_comparison(comparison, contents, stored=stored, by=by, action=action)


def decline(held: HeldUpdate, *, by) -> bool:
    """Keep the article, and store this decision. Return whether the update was still waiting."""
    return decide_update(held, State.DECLINED, by=by)


def _read(data, path):
    return calls.read_file(bytes(data), path, timezone.get_default_timezone())


def hold_update(
    article: Article,
    *,
    data: bytes,
    digest: str,
    source_name: str,
    root: str,
    path: str,
    images: Mapping[str, bytes] | None = None,
    batch: ImportRun | None = None,
    written_by: str = Provenance.FILE,
) -> HeldUpdate:
    """Store a file as the article's held update. It replaces an older one that is still waiting.

    images: {address in the file: bytes} of the images that come with it. written_by: the provenance that its
    import states.
    """
    digests = {address: keep_held_image(content) for address, content in (images or {}).items()}
    with transaction.atomic():
        Article.objects.select_for_update(no_key=True).only("pk").get(pk=article.pk)
        held = article.held_updates.waiting().first() or HeldUpdate(article=article)
        replaced = set(held.images.values()) - set(digests.values())
        held.source_name, held.source_root, held.path = source_name, root, path
        held.data, held.digest, held.images = data, digest, digests
        held.changed_words = _count_changed_words(article, data)
        held.batch, held.held_at, held.written_by = batch, timezone.now(), written_by
        held.save()
        _drop_old_images(timezone.now() - UNDONE_WITHIN)
        HeldUpdate.objects.drop_images_on_commit(replaced)
    return held


def _count_changed_words(article, data) -> int | None:
    """Return the number of words that are only in the article's file or only in the new file."""
    before = SourceFile.objects.filter(article=article).values_list("original", flat=True).first()
    if before is None:
        return None
    old, new = Counter(bytes(before).split()), Counter(data.split())
    return ((old - new) + (new - old)).total()


def withdraw_updates(article: Article) -> None:
    """Delete the waiting updates of an article, because an import has applied a newer file."""
    article.held_updates.waiting().drop()


def set_aside_updates(article: Article, *, by) -> None:
    """Withdraw the waiting update of an article, but keep its row for reopen_update()."""
    for held in article.held_updates.waiting():
        held.decide(State.WITHDRAWN, by=by)


def decide_update(held: HeldUpdate, state: HeldUpdate.State, *, by) -> bool:
    """Store the decision on a waiting update. Return False if someone else has already decided."""
    with transaction.atomic():
        stored = (
            HeldUpdate.objects.select_for_update().waiting().filter(pk=held.pk, digest=held.digest).first()
        )
        if stored:
            stored.decide(state, by=by)
            held.refresh_from_db()
    return stored is not None


def reopen_update(held: HeldUpdate) -> bool:
    """Make a decided update wait again. Return False if a newer one is waiting."""
    with transaction.atomic():
        Article.objects.select_for_update(no_key=True).only("pk").get(pk=held.article_id)
        if HeldUpdate.objects.waiting().filter(article=held.article_id).exists():
            return False
        held.reopen()
    return True


def _drop_old_images(before):
    """Delete the images of updates that were decided before a datetime, except withdrawn ones."""
    decided = HeldUpdate.objects.filter(decided_at__lt=before).exclude(state=State.WITHDRAWN)
    digests = decided.image_digests()
    decided.exclude(images={}).update(images={})
    HeldUpdate.objects.drop_images_on_commit(digests)
