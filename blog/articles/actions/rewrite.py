"""Change the text of articles, with versions and undo.

Use edit_articles() for every change of text in many articles or outside the edit page: bulk fixes, removed
persons, and paragraphs rewritten in the proof.
"""

import itertools
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from hashlib import blake2b

from blog.articles.actions.base import BulkAction, BulkResult, SkipReason, partition_articles
from blog.articles.actions.models import UndoableAction
from blog.articles.models import Article, EmptyArticleError
from blog.articles.signals import words_changed
from blog.articles.versions.history import record_versions, version_contents
from blog.articles.versions.models import Version

EDITABLE_FIELDS = (
    *("title", "excerpt", "meta_description", "share_quote", "body", "hero_alt", "hero_is_decorative"),
    *("is_featured", "is_trending"),
)
RENDERED_FIELDS = {"title", "body"}
ARTICLES_AT_ONCE = 100
DIGEST_BYTES = 8


def edit_articles(
    user,
    seen: dict[int, int],
    changes: dict[int, dict[str, object]],
    sentence: Callable[[int], str],
    *,
    note: str = "",
    added: list[tuple[str, int]] | None = None,
    action: UndoableAction | None = None,
    kind: Version.Action = Version.Action.BULK,
) -> BulkResult:
    """Change fields of articles in one transaction, and record it for undo.

    seen: {primary key: lock version that the user saw}. Articles that were saved since are skipped. changes:
    {primary key: {name of EDITABLE_FIELDS: new value}}. sentence: function that returns the message for a
    number of articles. note: stored in the history. added: append-only rows of this action that undo must
    revert, as (stored_name, primary key). action: an UndoableAction to use instead of a new one, for example
    to continue it in a further transaction. kind: action of the new versions; SAVED if the user wrote the
    words.

    Raises EmptyArticleError if a published article would show neither words nor an image, and RefusedError
    if a text takes too much time or memory to render. Then nothing is changed.
    """
    return _Edit(changes, sentence, note, added or [], kind, action).run(user, seen)


@dataclass
class _Edit(BulkAction):
    changes: dict[int, dict[str, object]]
    message: Callable[[int], str]
    note: str
    added: list[tuple[str, int]]
    kind: Version.Action
    action: UndoableAction | None
    versions: list[Version] = field(default_factory=list)  # before the change

    def locked(self, keys):
        return _locked(keys)

    def sort(self, articles, seen):
        return partition_articles(
            lambda article: _skip_reason(article, self.changes[article.pk]), list(articles), seen
        )

    def sentence(self, articles):
        before = len(self.action.articles) if self.action else 0
        return self.message(before + len(articles))

    def messages(self, articles, sentence):
        return {article.pk: self.note or sentence for article in articles}

    def actions_and_notes(self, articles):
        kind = Version.Action.FIXED if self.action and self.action.fix else self.kind
        return [(kind, self.note)] * len(articles)

    def record_before(self, articles):
        self.versions = record_versions(articles)

    def change(self, articles, action):
        _record_content(action, articles, self.versions, self.changes)
        action.appended_rows += [list(row) for row in self.added]
        _write(articles, self.changes)


def _locked(keys):
    """Return a queryset that locks the articles with these primary keys, with relations for rendering."""
    rows = Article.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=keys).order_by("pk")
    return rows.select_related("hero_image").prefetch_related("body_image_links__image")


def restore_fields(action: UndoableAction, articles: list[Article]) -> None:
    """Restore the content that articles had before the action, byte for byte."""
    keys = [article.pk for article in articles if str(article.pk) in action.previous_content]
    stored = {key: action.previous_content[str(key)][:2] for key in keys}
    versions = Version.objects.with_contents().in_bulk([version for version, _ in stored.values()])
    changes = {
        key: _content_before(versions.get(version), before) for key, (version, before) in stored.items()
    }
    _write(list(_locked(keys)), changes)


def unchanged_since(action: UndoableAction, keys: Iterable[int]) -> set[int]:
    """Return the primary keys of articles whose content is still what the action wrote.

    Later changes to other fields are ignored, because undo reverts only this content.
    """
    written = {key: action.previous_content[str(key)][2] for key in keys if _has_digests(action, key)}
    names = {name for digests in written.values() for name in digests}
    rows = Article.objects.filter(pk__in=written).order_by().values("pk", *names)
    return {
        row["pk"]
        for row in rows
        if all(_digest(row[name]) == digest for name, digest in written[row["pk"]].items())
    }


def _has_digests(action, key):
    return len(action.previous_content.get(str(key), ())) > 2  # earlier releases stored none


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


def _write(articles, changes):
    for batch in itertools.batched(articles, ARTICLES_AT_ONCE):
        fields = {name for article in batch for name in _differing(article, changes[article.pk])}
        for article in batch:
            _apply(article, changes[article.pk])
        if fields:
            Article.objects.store_words(batch, sorted(fields))
    words_changed.send(Article, keys=[article.pk for article in articles])


def _apply(article, changes):
    differing = _differing(article, changes)
    for name in differing:
        setattr(article, name, changes[name])
    if RENDERED_FIELDS.isdisjoint(differing):
        article.update_words_digest()
        return
    article.derive()
    if article.status == Article.Status.PUBLISHED and article.is_empty:
        raise EmptyArticleError(f"“{article.title}” has no visible text or image, so it cannot be published.")
