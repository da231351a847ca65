"""The gate: every change of articles runs in changing(), which takes care of all its effects in one order.

1. The caller locks the rows on which it decides. Article.save() refuses outdated ones.
2. BEFORE: first versions, and the redirects that will end.
3. The block writes rows, with Article.save() or the methods of Change. Both derive fields, judge whether an
   article is withheld, count the lock version, and write image links and keywords.
4. DEPENDENTS: redirects, lists, counts, submissions and the search index, once for each article.
5. AFTER: undo, versions, the activity log, and REACTIONS of rooms above this one (blog/apps.py).
6. On commit: similar articles and checks. Then cached pages expire, once.

1 to 5 are one transaction. A reaction takes the Change, and returns at once if it does not concern it. Work
that must wait for the commit uses transaction.on_commit().
"""

import itertools
import uuid
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from django.contrib.admin.models import CHANGE, LogEntry
from django.db import models, transaction
from django.db.models import Case, F, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from blog import page_cache, search
from blog.articles.choices import Status
from blog.articles.flags import SUGGESTION_FIELDS
from blog.articles.keywords import ArticleKeyword
from blog.articles.models import Article
from blog.articles.submissions import Submission
from blog.articles.undoable import Publication, UndoableAction
from blog.articles.versions.contents import Links
from blog.articles.versions.history import (
    ensure_first_versions,
    record_imported_versions,
    record_versions,
)
from blog.articles.versions.models import Version
from blog.articles.withholding import needing_approval
from blog.base.queries import ROWS_AT_ONCE
from blog.images.links import BodyImage
from blog.site.redirects import Redirect

WORDS_AT_ONCE = 50  # articles per statement that writes whole texts


@dataclass
class Change:
    """What happens to some articles in one transaction. The methods act on all of them."""

    articles: dict[int, Article]  # by primary key, in their state before the change
    by: Any = None  # a user, or None for imports and jobs
    action: Version.Action | None = None  # of the versions of articles that save() adds
    checks: bool = True  # False for imports, which check their articles at the end
    note: str = ""  # of the versions of articles that save() adds
    versions: dict[int, tuple] = field(default_factory=dict)  # {primary key: (action, note)} of new ones
    messages: dict[int, str] = field(default_factory=dict)  # {primary key: message of the activity log}
    undoable: UndoableAction | None = None
    # For undo: {primary key: lock version and Publication before}, and redirects that end.
    before: dict[int, tuple[int, Publication]] = field(default_factory=dict)
    redirects: list[dict] = field(default_factory=list)
    # What the change did, for effects and reactions.
    inserted: dict[Article, Links] = field(default_factory=dict)
    words: set[int] = field(default_factory=set)  # primary keys, like the next ones
    flags: set[int] = field(default_factory=set)
    trashed: set[int] = field(default_factory=set)
    unedited: dict[int, int] = field(default_factory=dict)  # {primary key: lock version before}: see write()
    undone: UndoableAction | None = None

    @property
    def keys(self) -> list[int]:
        return [*self.articles]

    def include(self, articles: Iterable[Article]) -> None:
        """Add articles that the block is about to save. Those that it does not save get no version."""
        new = [article for article in articles if article.pk not in self.articles]
        ensure_first_versions(new)
        self.articles |= {article.pk: article for article in new}

    def describe(self, article: Article, action: Version.Action, note: str) -> None:
        """Set action and note of the article's new version, where they are known only now."""
        self.versions[article.pk] = action, note

    def record_before(self) -> list[Version]:
        """Record the articles as they are now, if that is not done yet. Return these versions, in order."""
        return record_versions(self.articles.values())

    def save(self, article: Article, rendering=None) -> None:
        """Save an article, which may be new. Raises what Article.save() raises."""
        if not article._state.adding:
            self.include([article])
        article.save(rendering=rendering)
        self.articles.setdefault(article.pk, article)
        if self.action:
            self.versions.setdefault(article.pk, (self.action, self.note))
        self.words.add(article.pk)

    def insert(self, articles: list[Article], links: list[Links]) -> None:
        """Insert the new articles of an import. links: of each article. The block inserts them afterwards."""
        Article.objects.insert(articles)
        self.inserted |= zip(articles, links, strict=True)
        if any(article.status == Status.PUBLISHED for article in articles):
            page_cache.invalidate_on_commit()

    def write(self, *, is_edit: bool = True, **values) -> None:
        """Write the same values to all articles.

        is_edit: False if nobody edits them, as in a merge of categories. What could be undone before can
        still be undone after it.
        """
        if not is_edit:
            self.unedited = {key: article.lock_version for key, article in self.articles.items()}
        self._write(self.keys, **values)
        if not SUGGESTION_FIELDS.keys().isdisjoint(values):
            self.flags.update(self.articles)

    def publish(self) -> None:
        """Publish the publishable articles; those without a date get the present one. The others stay new."""
        ready = Article.objects.filter(pk__in=self.articles).publishable()
        moment = Coalesce("published_at", Value(timezone.now()))
        self._write(_keys_of(ready), status=Status.PUBLISHED, published_at=moment)

    def unpublish(self) -> None:
        self._write(
            _keys_of(Article.objects.filter(pk__in=self.articles, status=Status.PUBLISHED)), status=Status.NEW
        )

    def set_publications(self, publications: dict[int, Publication]) -> None:
        """Set status, date, flags and provenance of articles: {primary key: Publication}.

        An article that was withheld when its Publication was stored, and still needs an approval, is withheld
        again.
        """
        alike = defaultdict(list)
        for key, wanted in publications.items():
            alike[replace(wanted, published_at=None)].append(key)
        for wanted, keys in alike.items():
            values = asdict(wanted) | {
                "published_at": _by_key({key: publications[key].published_at for key in keys})
            }
            del values["is_withheld"]  # judged
            self._write(keys, **values)
        withheld = [key for key, wanted in publications.items() if wanted.is_withheld]
        if withheld:
            released = Article.objects.filter(needing_approval(), pk__in=withheld, is_withheld=False)
            Article.objects.set_withheld(_keys_of(released))

    def write_words(self, articles: Collection[Article], fields: list[str]) -> None:
        """Write these fields of locked articles whose derived fields are up to date."""
        for article in articles:
            article.lock_version += 1
        rendered = [article for article in articles if article.image_addresses is not None]
        derived = Article.DERIVED_FIELDS if rendered else Article.DIGESTS  # texts are large
        stored = [*fields, *derived, "updated_at", "lock_version"]
        Article.objects.bulk_update(articles, stored, batch_size=WORDS_AT_ONCE)
        if "body" in fields:
            BodyImage.objects.synchronize(rendered)
        if "keywords" in fields:
            for article in articles:
                ArticleKeyword.objects.synchronize(article)
        search.refresh_keys(Article, [article.pk for article in articles])
        page_cache.invalidate_on_commit()

    def trash(self, *, are_gone: bool = False) -> None:
        """Move the articles to the trash. They get one new preview key, which makes preview links invalid.

        are_gone: URLs that readers may already know return 410 Gone from then on.
        """
        self._write(self.keys, status=Status.NEW, trashed_at=timezone.now(), preview_key=uuid.uuid4())
        self.trashed.update(self.articles)
        if are_gone:
            known = (article for article in self.articles.values() if article.has_passed_publication_date)
            Redirect.objects.mark_gone(known)

    def take_out_of_trash(self, keys: Collection[int]) -> None:
        """Restore articles from the trash with status new. Their URLs no longer answer 410 Gone."""
        Redirect.objects.forget_gone(Article.objects.filter(pk__in=keys).only("slug"))
        self._write(keys, trashed_at=None)
        self.words.update(keys)

    def append(self, rows: Iterable[models.Model]) -> None:
        """Name append-only rows of this change that undo must revert."""
        self.undoable.appended_rows += [[row.stored_name, row.pk] for row in rows]

    def _write(self, keys, **values):
        for some in itertools.batched(keys, ROWS_AT_ONCE):
            Article.objects.filter(pk__in=some).update(lock_version=F("lock_version") + 1, **values)
        if "status" in values:
            Article.objects.update_dependents(keys)
        page_cache.invalidate_on_commit()

    def take_over(self, inner: "Change") -> None:
        """Take over what an inner change has done, so that its effects follow once, with all others."""
        self.undoable, self.undone = self.undoable or inner.undoable, self.undone or inner.undone
        self.redirects += inner.redirects
        for name in ("articles", "before"):
            setattr(self, name, getattr(inner, name) | getattr(self, name))
        for name in ("versions", "messages", "inserted", "unedited", "words", "flags", "trashed"):
            setattr(self, name, getattr(self, name) | getattr(inner, name))


REACTIONS: list[Callable[[Change], None]] = []  # of rooms above: see blog/apps.py

_open: ContextVar[Change | None] = ContextVar("the change to which inner ones add", default=None)


@contextmanager
def changing(
    articles: Iterable[Article] = (),
    *,
    by=None,
    action: Version.Action | Callable[[Article], Version.Action | None] | None = Version.Action.SAVED,
    note: str | Callable[[Article], str] = "",
    log: str | Callable[[Article], str] = "",
    undo: str = "",
    undoable: UndoableAction | None = None,
    checks: bool = True,
) -> Iterator[Change]:
    """Change articles in one transaction, with all effects of BEFORE, DEPENDENTS and AFTER, once.

    Within another change, the effects follow with those of the outer one.

    articles: locked, as stored. action, note: of their versions; None records none. log: message of the
    activity log. undo: what was done, in words, if it can be undone; inner changes may say it later.
    undoable: an UndoableAction to continue instead of a new one. Functions get each article in its state
    before the change. checks: False for imports, which check at their end.
    """
    outer = _open.get()
    with nullcontext() if outer else transaction.atomic(), page_cache.expired_once():
        change = _planned(articles, by, action, note, log)
        change.checks = checks
        if undo or undoable:
            change.undoable = (outer and outer.undoable) or undoable or UndoableAction()
            change.undoable.user, change.undoable.done_at = by, timezone.now()
            change.undoable.sentence = undo or change.undoable.sentence
        with _opened(change), nullcontext() if outer else _dependents_deferred(change):
            for effect in BEFORE:
                effect(change, outer)
            yield change
        if outer:
            outer.take_over(change)
            return
        for effect in AFTER:
            effect(change)


@contextmanager
def attempting():
    """Run the block in a savepoint. If it fails, the open change forgets what the block has done."""
    outer = _open.get()
    attempt = Change({**outer.articles}, undoable=outer.undoable)
    with transaction.atomic(), _opened(attempt):
        yield
    outer.take_over(attempt)


def _planned(articles, by, action, note, log):
    change = Change({article.pk: article for article in articles}, by, action)
    for key, article in change.articles.items():
        if of_article := _of(action, article):
            change.versions[key] = of_article, _of(note, article)
        if message := _of(log, article):
            change.messages[key] = message
    return change


def _of(value, article):
    return value(article) if callable(value) else value


@contextmanager
def _opened(change):
    token = _open.set(change)
    try:
        yield
    finally:
        _open.reset(token)


@contextmanager
def _dependents_deferred(change):
    with search.refresh_deferred(Article):
        with Article.objects.dependents_deferred():
            yield
        search.index_inserted([*change.inserted])


def store_first_versions(change: Change, outer: Change | None) -> None:
    known = outer.articles if outer else ()
    ensure_first_versions([change.articles[key] for key in change.versions if key not in known])


def note_states(change: Change, outer: Change | None) -> None:
    """Note what undo restores, and the redirects that end when the articles become public."""
    if change.undoable:
        articles = change.articles.values()
        change.before = {article.pk: (article.lock_version, Publication.of(article)) for article in articles}
        hidden = (article for article in articles if not article.is_published)
        change.redirects = Redirect.objects.ended_by(hidden)


def ask_again(change: Change) -> None:
    if change.undone:
        Submission.objects.ask_again(change.keys, change.undone.done_at)


def record_undo(change: Change) -> None:
    action = change.undoable
    if action is None or not action.sentence:  # nothing was done
        return
    action.record(change.before, _lock_versions(change.before))
    action.redirects += _without_existing(change.redirects)
    action.save()
    UndoableAction.objects.forget_old(action.user, timezone.now())


def follow_locks(change: Change) -> None:
    """Keep actions undoable: after an undo the user's earlier ones, after a write that is no edit all."""
    if change.undone:
        earlier = UndoableAction.objects.undoable_by(change.by).filter(pk__lt=change.undone.pk)
        before = {key: change.undone.version_before(key) for key in change.keys}
    elif change.unedited:
        earlier, before = UndoableAction.objects.filter(undone_at=None), change.unedited
    else:
        return
    after = _lock_versions(before)
    for action in earlier:
        if action.rebase_versions(before, after):
            action.save(update_fields=["articles"])


def record_new_versions(change: Change) -> None:
    record_imported_versions(change.inserted)
    for (action, note), keys in _grouped(change.versions).items():
        record_versions([change.articles[key] for key in keys], by=change.by, action=action, note=note)


def write_log(change: Change) -> None:
    for message, keys in _grouped(change.messages).items():
        LogEntry.objects.log_actions(change.by.pk, [change.articles[key] for key in keys], CHANGE, message)


def react(change: Change) -> None:
    for reaction in REACTIONS:
        reaction(change)


BEFORE = (store_first_versions, note_states)
AFTER = (ask_again, record_undo, follow_locks, record_new_versions, write_log, react)


def _grouped(values):
    groups = defaultdict(list)
    for key, value in values.items():
        groups[value].append(key)
    return groups


def _lock_versions(keys) -> dict[int, int]:
    rows = Article.objects.order_by().values_list("pk", "lock_version")
    return {
        key: version
        for some in itertools.batched(keys, ROWS_AT_ONCE)
        for key, version in rows.filter(pk__in=some)
    }


def _keys_of(rows):
    return list(rows.order_by().values_list("pk", flat=True))


def _by_key(dates):
    """Return the date if all are equal, otherwise an expression for the date of each article."""
    if len({*dates.values()}) == 1:
        return next(iter(dates.values()))
    cases = (When(pk=key, then=Value(moment)) for key, moment in dates.items())
    return Case(*cases, output_field=models.DateTimeField())


def _without_existing(redirects):
    paths = [values["path"] for values in redirects]
    existing = set(Redirect.objects.filter(path__in=paths).values_list("path", flat=True)) if paths else set()
    return [values for values in redirects if values["path"] not in existing]
