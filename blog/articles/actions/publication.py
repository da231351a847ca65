"""Publish, unpublish, schedule and flag many articles at once."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from blog.articles.actions.base import BulkResult, SkipReason, locked_for_action, partition_articles
from blog.articles.changes import changing
from blog.articles.dates import in_words
from blog.articles.flags import SUGGESTION_FIELDS
from blog.articles.models import Article
from blog.articles.undoable import Publication
from blog.articles.versions.models import Version


class Verb(StrEnum):
    PUBLISH = "publish"
    UNPUBLISH = "unpublish"
    SCHEDULE = "schedule"
    FEATURE = "feature"
    UNFEATURE = "unfeature"
    TREND = "trend"
    UNTREND = "untrend"


FLAGS = {
    Verb.FEATURE: ("is_featured", True),
    Verb.UNFEATURE: ("is_featured", False),
    Verb.TREND: ("is_trending", True),
    Verb.UNTREND: ("is_trending", False),
}
# Messages by which log entries are found: JSON as Django stores it, independent of the language.
STORED_IN_LOG = {Verb.PUBLISH: '[{"published": {}}]', Verb.UNPUBLISH: '[{"unpublished": {}}]'}
# Messages of the other log entries, in the language of the editor.
LOG_MESSAGES = {
    Verb.FEATURE: gettext_lazy("Featured."),
    Verb.UNFEATURE: gettext_lazy("No longer featured."),
    Verb.TREND: gettext_lazy("Marked as trending."),
    Verb.UNTREND: gettext_lazy("No longer marked as trending."),
}
VERSION_KINDS = {
    Verb.PUBLISH: Version.Action.PUBLISHED,
    Verb.UNPUBLISH: Version.Action.UNPUBLISHED,
    Verb.SCHEDULE: Version.Action.SCHEDULED,
}
PUBLISHED = ngettext_lazy("%d article was published.", "%d articles were published.")
SCHEDULED = ngettext_lazy("%d article was scheduled.", "%d articles were scheduled.")
UNPUBLISHED = ngettext_lazy("%d article was unpublished.", "%d articles were unpublished.")
CHANGED = ngettext_lazy("%d article was changed.", "%d articles were changed.")


def partition(verb: Verb, articles: Iterable[Article], seen: dict[int, int] | None = None) -> BulkResult:
    """Split articles into those that the verb changes and those to skip. seen: see partition_articles()."""
    articles = list(articles)
    wordless = [article.pk for article in articles if not article.word_count]
    empty = set(Article.objects.filter(pk__in=wordless).empty().values_list("pk", flat=True))
    return partition_articles(
        lambda article: _skip_reason(verb, article, article.pk in empty), articles, seen
    )


def _skip_reason(verb, article, is_empty) -> SkipReason | None:
    if article.trashed_at:
        return SkipReason.TRASHED
    if verb in FLAGS:
        name, wanted = FLAGS[verb]
        is_same = getattr(article, name) is wanted and not (
            wanted and getattr(article, SUGGESTION_FIELDS[name])
        )
        return SkipReason.SAME if is_same else None
    is_new = article.status == Article.Status.NEW
    if verb == Verb.UNPUBLISH:
        return SkipReason.NOT_PUBLISHED if is_new else None
    if article.is_published:
        return SkipReason.ALREADY_PUBLISHED
    if verb == Verb.PUBLISH and not is_new:
        return SkipReason.UNREVIEWED if article.lacks_review else SkipReason.SCHEDULED
    if is_empty:
        return SkipReason.EMPTY
    return SkipReason.UNREVIEWED if article.lacks_review else None


def apply_verb(
    verb: Verb, user, seen: dict[int, int], *, moments: dict[int, datetime] | None = None
) -> BulkResult:
    """Apply the verb to the articles in one transaction, and record it for undo.

    seen: {primary key: lock version that the user saw}. moments: {primary key: date}, for Verb.SCHEDULE.
    """
    with transaction.atomic():
        result = partition(verb, locked_for_action(seen), seen)
        if articles := result.changed:
            result.message = _in_words(verb, articles)
            with changing(
                articles,
                by=user,
                action=partial(version_kind, verb),
                log=partial(_in_log, verb, moments),
                undo=result.message,
            ) as change:
                _apply(verb, change, moments)
    return result


def _apply(verb, change, moments):
    if verb == Verb.PUBLISH:
        change.publish()
    elif verb == Verb.UNPUBLISH:
        change.unpublish()
    elif verb == Verb.SCHEDULE:
        change.set_publications(
            {
                key: replace(
                    Publication.of(article), status=Article.Status.PUBLISHED, published_at=moments[key]
                )
                for key, article in change.articles.items()
            }
        )
    else:
        name, wanted = FLAGS[verb]
        change.write(**{name: wanted, SUGGESTION_FIELDS[name]: False})


def version_kind(verb: Verb, article: Article) -> Version.Action:
    """Return the action of the version that is stored when the verb is applied to the article."""
    if verb == Verb.PUBLISH and article.is_dated_in_future:
        return Version.Action.SCHEDULED
    return VERSION_KINDS.get(verb, Version.Action.BULK)


def _in_words(verb, ready):
    """Return the message on what the verb does. The articles are in their state before it."""
    if verb == Verb.PUBLISH:
        later = sum(article.is_dated_in_future for article in ready)
        parts = [(PUBLISHED, len(ready) - later), (SCHEDULED, later)]
        return " ".join(sentence % number for sentence, number in parts if number)
    sentences = {Verb.UNPUBLISH: UNPUBLISHED, Verb.SCHEDULE: SCHEDULED}
    return sentences.get(verb, CHANGED) % len(ready)


def _in_log(verb, moments, article):
    if verb == Verb.SCHEDULE:
        return _("Scheduled for %(time)s.") % {"time": in_words(moments[article.pk])}
    return STORED_IN_LOG.get(verb) or str(LOG_MESSAGES[verb])
