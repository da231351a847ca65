"""Held updates: store, replace, compare, and decide.

At most one update waits per article (a constraint). Decided ones stay, so that the same bytes are not held
again. accept(), settle() and decline() carry out a decision. To apply one to the article by other means,
call decide_update() and write_contents() in one transaction.
"""

from collections.abc import Mapping
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from blog.articles.models import Article, EmptyArticleError, StaleArticleError
from blog.articles.provenance import Provenance, WrittenBy
from blog.articles.versions.models import Version
from blog.images.files import ImageError
from blog.imports.comparison import ChangedFile, Comparison, apply_comparison, compare, store_images
from blog.imports.held_images import held_image, keep_held_image
from blog.imports.models import HeldUpdate, ImportRun, acquire_import_lock
from blog.sandbox import calls
from blog.sandbox.refusals import RefusedError

State = HeldUpdate.State
UNDONE_WITHIN = timedelta(days=1)  # images of decided updates are stored that long, for undo


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
    key = (held.source_name, held.path, held.source_root)
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
    action = Version.Action.ACCEPTED if state == State.ACCEPTED else Version.Action.MERGED
    with transaction.atomic():
        acquire_import_lock()
        if not decide_update(held, state, by=by):
            raise DecidedElsewhereError
        return apply_comparison(comparison, contents, stored=stored, by=by, action=action)


def decline(held: HeldUpdate, *, by) -> bool:
    """Keep the article as it is, and remember that of these bytes; return whether they waited still."""
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
    """Store a file as the article's waiting update; it replaces an older one that still waits.

    images: the bytes of the images that come with the file, by their address in the text. written_by: who
    wrote it, as its import says.
    """
    digests = {address: keep_held_image(content) for address, content in (images or {}).items()}
    with transaction.atomic():
        Article.objects.select_for_update().only("pk").get(pk=article.pk)
        held = article.held_updates.waiting().first() or HeldUpdate(article=article)
        replaced = set(held.images.values()) - set(digests.values())
        held.source_name, held.source_root, held.path = source_name, root, path
        held.data, held.digest, held.images = data, digest, digests
        held.batch, held.held_at, held.written_by = batch, timezone.now(), written_by
        held.save()
        _forget_images(timezone.now() - UNDONE_WITHIN)
        HeldUpdate.objects.drop_images_on_commit(replaced)
    return held


def withdraw_updates(article: Article) -> None:
    """Let nothing wait for an article any more: a newer file is in, by way of an import."""
    digests = article.held_updates.waiting().image_digests()
    article.held_updates.waiting().delete()
    HeldUpdate.objects.drop_images_on_commit(digests)


def decide_update(held: HeldUpdate, state: HeldUpdate.State, *, by) -> bool:
    """Store the decision on a waiting update; return False if somebody else has decided before."""
    with transaction.atomic():
        stored = (
            HeldUpdate.objects.select_for_update().waiting().filter(pk=held.pk, digest=held.digest).first()
        )
        if stored:
            stored.decide(state, by=by)
            held.refresh_from_db()
    return stored is not None


def reopen_update(held: HeldUpdate) -> bool:
    """Let a decided update wait again; return False if a newer one waits by now."""
    with transaction.atomic():
        Article.objects.select_for_update().only("pk").get(pk=held.article_id)
        if HeldUpdate.objects.waiting().filter(article=held.article_id).exists():
            return False
        held.reopen()
    return True


def _forget_images(before):
    """Delete the images of updates that were decided before a datetime."""
    decided = HeldUpdate.objects.filter(decided_at__lt=before).exclude(images={}).defer("data")
    digests = set()
    for held in decided:
        digests.update(held.images.values())
        held.images = {}
        held.save(update_fields=["images"])
    HeldUpdate.objects.drop_images_on_commit(digests)
