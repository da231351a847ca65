"""Change the text of articles, with versions and undo.

Use edit_articles() for every change of text in many articles or outside the edit page: bulk fixes, removed
persons, and paragraphs rewritten in the proof.
"""

import itertools
from collections.abc import Callable, Iterable
from hashlib import blake2b

from django.db import transaction
from django.utils.translation import gettext as _

from blog.articles.actions.base import BulkResult, SkipReason, partition_articles
from blog.articles.changes import Change, changing
from blog.articles.models import Article, EmptyArticleError
from blog.articles.undoable import UndoableAction
from blog.articles.versions.history import version_contents
from blog.articles.versions.models import Version

EDITABLE_FIELDS = (
    *("title", "excerpt", "meta_description", "share_quote", "body", "hero_alt", "hero_is_decorative"),
    *("is_featured", "is_trending", "keywords"),
)
RENDERED_FIELDS = {"title", "body"}
ARTICLES_AT_ONCE = 100
RENDERED_AT_ONCE = 20  # in a transaction of a job, during which SQLite has no other writer
DIGEST_BYTES = 8


def edit_articles(
    user,
    seen: dict[int, int],
    changes: dict[int, dict[str, object]],
    sentence: Callable[[int], str],
    *,
    note: str = "",
    action: UndoableAction | None = None,
    kind: Version.Action = Version.Action.BULK,
) -> BulkResult:
    """Change fields of articles in one transaction, and record it for undo.

    seen: {primary key: lock version that the user saw}. Articles that were saved since are skipped. changes:
    {primary key: {name of EDITABLE_FIELDS: new value}}. sentence: function that returns the message for a
    number of articles. note: stored in the history. action: an UndoableAction to continue. kind: action of
    the new versions; SAVED if the user wrote the words.

    Raises EmptyArticleError if a published article would show neither words nor an image, and RefusedError
    if a text takes too much time or memory to render. Then nothing is changed.
    """
    before = len(action.articles) if action else 0
    kind = Version.Action.FIXED if action and action.fix else kind
    with transaction.atomic():
        result = partition_articles(
            lambda article: _skip_reason(article, changes[article.pk]), list(_locked(seen)), seen
        )
        if articles := result.changed:
            result.message = sentence(before + len(articles))
            with changing(
                articles,
                by=user,
                action=None,
                log=note or result.message,
                undo=result.message,
                undoable=action,
            ) as change:
                versions = change.record_before()  # undo reads the text before the change from these
                _record_content(change.undoable, articles, versions, changes)
                _write(change, articles, changes)
                for article in articles:
                    change.describe(article, kind, note)
    return result


def _locked(keys):
    """Return a queryset that locks the articles with these primary keys, with relations for rendering."""
    rows = Article.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=keys).order_by("pk")
    return rows.select_related("hero_image").prefetch_related("body_image_links__image")


def restore_fields(change: Change, action: UndoableAction) -> None:
    """Restore the content that articles had before the action, byte for byte."""
    keys = [key for key in change.keys if str(key) in action.previous_content]
    stored = {key: action.previous_content[str(key)][:2] for key in keys}
    versions = Version.objects.with_contents().in_bulk([version for version, _ in stored.values()])
    changes = {
        key: _content_before(versions.get(version), before) for key, (version, before) in stored.items()
    }
    _write(change, list(_locked(keys)), changes)


def unchanged_since(action: UndoableAction, keys: Iterable[int]) -> set[int]:
    """Return the primary keys of articles whose content is still what the action wrote.

    Later changes to other fields are ignored, because undo reverts only this content.
    """
    written = {
        key: action.previous_content[str(key)][2] for key in keys if str(key) in action.previous_content
    }
    names = {name for digests in written.values() for name in digests}
    rows = Article.objects.filter(pk__in=written).order_by().values("pk", *names)
    return {
        row["pk"]
        for row in rows
        if all(_digest(row[name]) == digest for name, digest in written[row["pk"]].items())
    }


def _digest(value):
    return blake2b(repr(value).encode("utf-8", "surrogatepass"), digest_size=DIGEST_BYTES).hexdigest()


def _content_before(version, before):
    if "body" not in before:
        return before
    return before | {"body": version_contents(version)["body"]} if version else {}


def _skip_reason(article, changes) -> SkipReason | None:
    if article.trashed_at:
        return SkipReason.TRASHED
    return None if _differing(article, changes) else SkipReason.SAME


def _differing(article, changes):
    return [name for name in EDITABLE_FIELDS if name in changes and getattr(article, name) != changes[name]]


def _record_content(action, articles, versions, changes):
    for article, version in zip(articles, versions, strict=True):
        before = {name: getattr(article, name) for name in _differing(article, changes[article.pk])}
        if "body" in before:
            before["body"] = None
        after = {name: _digest(changes[article.pk][name]) for name in before}
        action.previous_content[str(article.pk)] = [version.pk, before, after]


def _write(change, articles, changes):
    for batch in itertools.batched(articles, ARTICLES_AT_ONCE):
        fields = {name for article in batch for name in _differing(article, changes[article.pk])}
        for article in batch:
            _apply(article, changes[article.pk])
        if fields:
            change.write_words(batch, sorted(fields))
    change.words |= {article.pk for article in articles}


def _apply(article, changes):
    differing = _differing(article, changes)
    for name in differing:
        setattr(article, name, changes[name])
    if RENDERED_FIELDS.isdisjoint(differing):
        article.update_words_digest()
        return
    article.derive()
    if article.status == Article.Status.PUBLISHED and article.is_empty:
        message = _("Not saved: “%(title)s” would be empty. Unpublish it first.")
        raise EmptyArticleError(message % {"title": article.title})
