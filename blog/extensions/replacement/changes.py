"""Search and replace in many articles: preview each change, and carry out the chosen ones.

The sandbox finds the passages that change (blog/documents/replacement/). Equal passages of several articles
are one row of the preview, and are chosen together.
"""

import itertools
import math
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from blog.articles.actions.base import BulkResult
from blog.articles.actions.rewrite import RENDERED_AT_ONCE, edit_articles
from blog.articles.models import TITLE_LENGTH, Article, EmptyArticleError
from blog.articles.undoable import UndoableAction
from blog.documents.limits import LONGEST_SUMMARY, MAX_FILE_BYTES
from blog.documents.markup_ranges import Edit, apply_edits
from blog.documents.text import count_words
from blog.extensions.replacement.search import ReplacedPassage, Replacement, Subject
from blog.review.removal_concerns import LARGEST_SHARE
from blog.sandbox import calls
from blog.sandbox.refusals import RefusedError

MAX_ARTICLES_PER_REQUEST = 50  # each has to be rendered; a job changes more
MOST_PUBLIC = 20  # public articles that change without a typed number
# Limits of a preview; the articles after them are not read.
MOST_ROWS = 500
MOST_CHANGED = 20_000  # articles; SQLite takes 32,766 values per query
MOST_SECONDS = 20
READ_AT_ONCE = 100  # articles
FIND = "blog.extensions.replacement.search:find_passages"  # in the sandbox
TEXTS_AT_ONCE = 50_000  # characters per call of the sandbox
ARTICLES_NAMED = 10  # per row

_LIMITS = {"title": TITLE_LENGTH, "body": MAX_FILE_BYTES}  # characters; bytes for the body
_STATE = ("title", "status", "published_at", "is_withheld", "lock_version", "word_count")


class NamedArticle(NamedTuple):
    """What a preview keeps of an article, whose text may be large. why: a phrase if it is skipped, or ""."""

    pk: int
    title: str
    why: str = ""


@dataclass(eq=False)
class PreviewRow:
    """A passage that changes in one or more articles: its text, and edits relative to it.

    number: of articles. articles: the first ones.
    """

    key: str
    field: str
    text: str
    edits: list[Edit]
    number: int = 0
    articles: list[NamedArticle] = field(default_factory=list)


@dataclass
class ReplacementPreview:
    """All changes of a replacement, the most frequent first.

    versions: {article: lock version}. public: number of public articles among them. passages: number of
    changed passages. unread: number of articles that were not read, because a limit was reached. last: the
    primary key of the last article that was read.
    """

    rows: list[PreviewRow] = field(default_factory=list)
    versions: dict[int, int] = field(default_factory=dict)
    skipped: list[NamedArticle] = field(default_factory=list)
    public: int = 0
    passages: int = 0
    unread: int = 0
    last: int = 0

    @property
    def is_large(self) -> bool:
        return needs_typed_number(self.public)


def needs_typed_number(public: int) -> bool:
    """Whether a user has to type the number of public articles before they change."""
    return public > MOST_PUBLIC


@dataclass(frozen=True, slots=True)
class _Found:
    """The passages of an article, {field: passages}. None if its text exceeds a limit of the sandbox."""

    article: Article
    passages: dict[str, tuple[ReplacedPassage, ...]] | None

    def skipped(self, why: str) -> NamedArticle:
        return NamedArticle(self.article.pk, self.article.title, why)


def preview_replacement(replacement: Replacement, articles, after: int = 0) -> ReplacementPreview:
    """Return all changes of a replacement in these articles (a queryset).

    after: the `last` of a preview to continue.

    Articles are read until one of the limits is reached. All of them are read, because the search index has
    neither alt texts nor parts of words, and only the beginning of long texts. Raises RefusedError if the
    sandbox is busy.
    """
    preview, rows = ReplacementPreview(), {}
    keys = list(articles.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True))
    preview.unread = len(keys)
    end = time.monotonic() + MOST_SECONDS
    for some in itertools.batched(keys, READ_AT_ONCE):
        is_full = len(rows) >= MOST_ROWS or len(preview.versions) >= MOST_CHANGED
        if is_full or time.monotonic() > end:
            break
        for found in _find(replacement, some):
            _add(preview, rows, replacement, found)
        preview.unread -= len(some)
        preview.last = some[-1]
    preview.rows = sorted(rows.values(), key=lambda row: -row.number)
    return preview


def _add(preview, rows, replacement, found):
    article = found.article
    if why := _why_skipped(replacement, found):
        preview.skipped.append(found.skipped(why))
        return
    preview.versions[article.pk] = article.lock_version
    preview.public += article.is_published
    counted = set()
    for name, passages in found.passages.items():
        preview.passages += len(passages)
        for passage in passages:
            row = rows.get(passage.key) or rows.setdefault(passage.key, _row(article, name, passage))
            if passage.key not in counted:
                counted.add(passage.key)
                row.number += 1
                if len(row.articles) < ARTICLES_NAMED:
                    row.articles.append(NamedArticle(article.pk, article.title))


def _row(article, name, passage):
    text = getattr(article, name)[passage.start : passage.end]
    edits = [Edit(edit.start - passage.start, edit.end - passage.start, edit.new) for edit in passage.edits]
    return PreviewRow(passage.key, name, text, edits)


def _why_skipped(replacement, found) -> str:
    """Return why an article is not changed in bulk, as a phrase, or ""."""
    if found.passages is None:
        return _("the text takes too long to read")
    if any(_is_too_long(name, value) for name, value in _new_values(found, None).items()):
        return _("a text would become too long")
    if replacement.subject is not Subject.WORDS:
        return ""
    body, passages = found.article.body, found.passages.get("body", ())
    edits = [edit for passage in passages for edit in passage.edits]
    share = sum(count_words(body[edit.start : edit.end]) for edit in edits) / max(1, found.article.word_count)
    if share <= LARGEST_SHARE:
        return ""
    return _("%(percent)d%% of the text would change") % {"percent": min(100, math.ceil(100 * share))}


def _is_too_long(name, value):
    size = len(value.encode("utf-8", "surrogatepass")) if name == "body" else len(value)
    return size > _LIMITS.get(name, LONGEST_SUMMARY)


def _new_values(found, chosen: Collection[str] | None) -> dict[str, object]:
    """Return {field: new value} with the chosen passages, or with all if `chosen` is None."""
    new = {}
    for name, passages in found.passages.items():
        kept = (passage for passage in passages if chosen is None or passage.key in chosen)
        if edits := [edit for passage in kept for edit in passage.edits]:
            new[name] = apply_edits(getattr(found.article, name), edits)
    return new


def plan_replacement(
    replacement: Replacement, keys: Collection[int], chosen: Collection[str] | None = None
) -> tuple[dict[int, dict[str, object]], list[NamedArticle]]:
    """Return the changes, {article: {field: new value}}, in the articles with these keys; skipped articles.

    chosen: keys of rows of the preview, None for all. Raises RefusedError if the sandbox is busy.
    """
    changes, skipped = {}, []
    for some in itertools.batched(keys, READ_AT_ONCE):
        for found in _find(replacement, some):
            if why := _why_skipped(replacement, found):
                skipped.append(found.skipped(why))
            elif new := _new_values(found, chosen):
                changes[found.article.pk] = new
    return changes, skipped


def _find(replacement, keys) -> Iterator[_Found]:
    """Yield the articles with these keys in which passages are found, and those that exceed a limit."""
    rows = Article.objects.in_use().filter(pk__in=keys).order_by("pk").only(*_STATE, *replacement.fields)
    some, length = [], 0
    for article in rows:
        texts = {name: getattr(article, name) for name in replacement.fields}
        if any(map(replacement.may_be_in, texts.values())):
            some.append((article, texts))
            length += sum(map(len, texts.values()))
        if length > TEXTS_AT_ONCE:
            yield from _passages(replacement, some)
            some, length = [], 0
    yield from _passages(replacement, some)


def _passages(replacement, some) -> Iterator[_Found]:
    if not some:
        return
    try:
        answers = calls.run_text_task(FIND, replacement, [texts for _article, texts in some])
    except RefusedError as error:
        if error.is_passing:
            raise
        if len(some) == 1:
            yield _Found(some[0][0], None)
            return
        for each in some:
            yield from _passages(replacement, [each])
        return
    for (article, _texts), passages in zip(some, answers, strict=True):
        if passages:
            yield _Found(article, passages)


def replace(
    user,
    replacement: Replacement,
    seen: dict[int, int],
    changes: dict[int, dict[str, object]],
    action: UndoableAction | None = None,
) -> BulkResult:
    """Carry out planned changes in one transaction, and record them for undo.

    seen: {article: lock version in the preview}. Articles that were saved since are skipped. action: the
    undoable action to extend if other articles were changed before.

    Raises RefusedError and EmptyArticleError, without changes, as edit_articles() does.
    """
    words = {"old": replacement.old, "new": replacement.new}

    def sentence(number):
        message = ngettext(
            "“%(old)s” was replaced with “%(new)s” in %(number)d article.",
            "“%(old)s” was replaced with “%(new)s” in %(number)d articles.",
            number,
        )
        return message % (words | {"number": number})

    note = _("“%(old)s” was replaced with “%(new)s”.") % words
    versions = {key: seen[key] for key in changes}
    return edit_articles(user, versions, changes, sentence, note=note, action=action)


def replace_in_batches(
    user,
    replacement: Replacement,
    seen: dict[int, int],
    chosen: Collection[str],
    *,
    stored_action: Callable[[], UndoableAction],
    on_progress: Callable[[int, int], None],
) -> dict[int, str]:
    """Replace in transactions of RENDERED_AT_ONCE articles, as one action for undo.

    stored_action: a function that returns the action as it is stored. Return {article: why it was skipped}.
    Safe to interrupt and repeat: articles already changed no longer have the chosen passages.
    """
    skipped = {}
    action = stored_action()
    for done, keys in enumerate(itertools.batched(seen, RENDERED_AT_ONCE)):
        on_progress(done * RENDERED_AT_ONCE, len(seen))
        changes, left_out = plan_replacement(replacement, keys, chosen)
        skipped |= {article.pk: article.why for article in left_out}
        try:
            results = [replace(user, replacement, seen, changes, action)]
        except (RefusedError, EmptyArticleError):
            action, results = stored_action(), []
            for key, new in changes.items():
                try:
                    results.append(replace(user, replacement, seen, {key: new}, action))
                except (RefusedError, EmptyArticleError) as error:
                    if isinstance(error, RefusedError) and error.is_passing:
                        raise
                    action = stored_action()  # the failed transaction has left its articles in the other one
                    skipped[key] = _("the text takes too long to render")
        for result in results:
            skipped |= {
                article.pk: _("changed since the preview")
                for articles in result.skipped.values()
                for article in articles
            }
    return skipped
