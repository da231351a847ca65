"""Publishing, scheduling and flagging many articles at once, and undoing it.

An editor decides on articles as a page has shown them. Articles that were saved since are left as they are.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from django.contrib.admin.models import CHANGE, LogEntry
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from blog.models import Article, DeskAction, Publication, Redirect, Version
from blog.models.flags import HINTS
from blog.scheduling import in_words
from blog.versioning import keep_first_versions, keep_versions, versions_kept


class Verb(StrEnum):
    PUBLISH = "publish"
    UNPUBLISH = "unpublish"
    SCHEDULE = "schedule"
    FEATURE = "feature"
    UNFEATURE = "unfeature"
    TREND = "trend"
    UNTREND = "untrend"


class Reason(StrEnum):
    """Why an article is left unchanged."""

    CHANGED = "changed"  # saved since the editor saw it
    GONE = "gone"
    TRASHED = "trashed"
    EMPTY = "empty"
    PUBLIC = "public"
    WAITING = "waiting"  # scheduled already
    NEW = "new"
    SAME = "same"  # the flag has the wanted value already


FLAGS = {
    Verb.FEATURE: ("is_featured", True),
    Verb.UNFEATURE: ("is_featured", False),
    Verb.TREND: ("is_trending", True),
    Verb.UNTREND: ("is_trending", False),
}
IN_LOG = {
    Verb.PUBLISH: gettext_lazy("Published."),
    Verb.UNPUBLISH: gettext_lazy("Unpublished."),
    Verb.FEATURE: gettext_lazy("Featured."),
    Verb.UNFEATURE: gettext_lazy("No longer featured."),
    Verb.TREND: gettext_lazy("Marked as trending."),
    Verb.UNTREND: gettext_lazy("No longer marked as trending."),
}
KEPT_AS = {
    Verb.PUBLISH: Version.What.PUBLISHED,
    Verb.UNPUBLISH: Version.What.UNPUBLISHED,
    Verb.SCHEDULE: Version.What.SCHEDULED,
}
PUBLISHED = ngettext_lazy("%d article was published.", "%d articles were published.")
SCHEDULED = ngettext_lazy("%d article was scheduled.", "%d articles were scheduled.")
UNPUBLISHED = ngettext_lazy("%d article was unpublished.", "%d articles were unpublished.")
CHANGED = ngettext_lazy("%d article was changed.", "%d articles were changed.")


@dataclass
class Sorting:
    """Articles that a verb changes (ready), and those that it leaves unchanged, by reason."""

    ready: list[Article] = field(default_factory=list)
    left: dict[Reason, list[Article]] = field(default_factory=dict)
    gone: int = 0
    sentence: str = ""  # the message on what was done

    def leave(self, article: Article, reason: Reason) -> None:
        self.left.setdefault(reason, []).append(article)

    @property
    def number(self) -> int:
        """The number of articles, changed or not."""
        return len(self.ready) + sum(map(len, self.left.values()))


def sort(verb: Verb, articles: Iterable[Article], seen: dict[int, int] | None = None) -> Sorting:
    """Sort articles into those that the verb changes and others. seen: {key: version that the editor saw}."""
    articles = list(articles)
    wordless = [article.pk for article in articles if not article.word_count]
    empty = set(Article.objects.filter(pk__in=wordless).empty().values_list("pk", flat=True))
    return sort_by(lambda article: _reason_to_leave(verb, article, article.pk in empty), articles, seen)


def sort_by(
    reason_to_leave: Callable[[Article], Reason | None],
    articles: list[Article],
    seen: dict[int, int] | None = None,
) -> Sorting:
    """Sort articles into those that are as they were seen, with no reason to leave them, and others."""
    sorting = Sorting()
    for article in articles:
        if seen is not None and article.version != seen[article.pk]:
            sorting.leave(article, Reason.CHANGED)
        elif reason := reason_to_leave(article):
            sorting.leave(article, reason)
        else:
            sorting.ready.append(article)
    sorting.left = {reason: sorting.left[reason] for reason in Reason if reason in sorting.left}
    sorting.gone = len(seen) - len(articles) if seen is not None else 0
    return sorting


def _reason_to_leave(verb, article, is_empty) -> Reason | None:
    if article.trashed_at:
        return Reason.TRASHED
    if verb in FLAGS:
        name, wanted = FLAGS[verb]
        is_same = getattr(article, name) is wanted and not (wanted and getattr(article, HINTS[name]))
        return Reason.SAME if is_same else None
    is_new = article.status == Article.Status.NEW
    if verb == Verb.UNPUBLISH:
        return Reason.NEW if is_new else None
    if article.is_published:
        return Reason.PUBLIC
    if verb == Verb.PUBLISH and not is_new:
        return Reason.WAITING
    return Reason.EMPTY if is_empty else None


def look_at(keys: Iterable[int]):
    """Return a queryset of the articles with these keys, with the fields that sort() needs."""
    fields = ("title", "slug", "status", "published_at", "dated_at", "is_featured", "is_trending")
    rows = Article.objects.filter(pk__in=keys).order_by("pk")
    return rows.only(*fields, *HINTS.values(), "trashed_at", "word_count", "generated_by", "provenance", "machine", "version")


def carry_out(
    verb: Verb, user, seen: dict[int, int], *, moments: dict[int, datetime] | None = None
) -> Sorting:
    """Apply the verb to the articles in one transaction and store it for undo; return the Sorting.

    seen: {key: version that the user saw}. moments: {key: date}, for Verb.SCHEDULE.
    """
    now = timezone.now()
    with transaction.atomic():
        sorting = sort(verb, look_at(seen).select_for_update(), seen)
        if sorting.ready:
            sorting.sentence = _in_words(verb, sorting.ready)
            logged = {article.pk: _in_log(verb, moments, article) for article in sorting.ready}
            keep_first_versions(sorting.ready)
            with remembered(user, sorting.ready, sorting.sentence):
                _apply(verb, sorting.ready, moments, now)
            _keep(verb, sorting.ready, user)
            log(user, sorting.ready, logged)
    return sorting


def _apply(verb, ready, moments, now):
    articles = Article.objects.filter(pk__in=[article.pk for article in ready])
    if verb == Verb.PUBLISH:
        articles.publish(now)
    elif verb == Verb.UNPUBLISH:
        articles.unpublish()
    elif verb == Verb.SCHEDULE:
        Article.objects.set_publications(
            {article.pk: _waiting_for(moments[article.pk], article) for article in ready}
        )
    elif FLAGS[verb][0] == "is_featured":
        articles.feature(FLAGS[verb][1])
    else:
        articles.trend(FLAGS[verb][1])


def _keep(verb, ready, user):
    """Keep a version of each article, which is at hand as it was before."""
    by_what = {}
    for article in ready:
        by_what.setdefault(kept_as(verb, article), []).append(article)
    for what, articles in by_what.items():
        keep_versions(articles, by=user, what=what)


def kept_as(verb: Verb, article: Article) -> Version.What:
    """Return what a version says that is kept of the article when this is done to it."""
    if verb == Verb.PUBLISH and article.is_to_come:
        return Version.What.SCHEDULED
    return KEPT_AS.get(verb, Version.What.BULK)


def _waiting_for(moment, article):
    return replace(Publication.of(article), status=Article.Status.PUBLISHED, published_at=moment)


@contextmanager
def remembered(user, articles: list[Article], sentence: str) -> Iterator[None]:
    """Context manager: one transaction that also stores how to undo what happens in it to the articles."""
    now = timezone.now()
    before = {article.pk: (article.version, Publication.of(article)) for article in articles}
    redirects = Redirect.objects.ended_by(article for article in articles if not article.is_published)
    with transaction.atomic():
        yield
        action = DeskAction(user=user, done_at=now, sentence=sentence)
        after = Article.objects.filter(pk__in=before).order_by().values_list("pk", "version")
        action.remember(before, dict(after))
        action.redirects = _without_those_that_are_there(redirects)
        action.save()
        DeskAction.objects.forget_old(user, now)


def _without_those_that_are_there(redirects):
    paths = [values["path"] for values in redirects]
    there = set(Redirect.objects.filter(path__in=paths).values_list("path", flat=True)) if paths else set()
    return [values for values in redirects if values["path"] not in there]


def _in_words(verb, ready):
    """Return the message on what the verb does; the articles must be in their state before it."""
    if verb == Verb.PUBLISH:
        later = sum(article.is_to_come for article in ready)
        parts = [(PUBLISHED, len(ready) - later), (SCHEDULED, later)]
        return " ".join(sentence % number for sentence, number in parts if number)
    sentences = {Verb.UNPUBLISH: UNPUBLISHED, Verb.SCHEDULE: SCHEDULED}
    return sentences.get(verb, CHANGED) % len(ready)


def _in_log(verb, moments, article):
    if verb == Verb.SCHEDULE:
        return _("Scheduled for %(time)s.") % {"time": in_words(moments[article.pk])}
    return str(IN_LOG[verb])


def log(user, articles: Iterable[Article], sentences: dict[int, str]) -> None:
    """Add an entry to the admin's log for each article. sentences: {key of the article: message}."""
    by_sentence = {}
    for article in articles:
        by_sentence.setdefault(sentences[article.pk], []).append(article)
    for sentence, those in by_sentence.items():
        LogEntry.objects.log_actions(user.pk, those, CHANGE, sentence)


@dataclass
class Undoing:
    """The articles that undoing an action restores (ready), and those that changed since or are gone."""

    action: DeskAction
    ready: list[Article]
    changed: list[Article]
    gone: int


def last_of(user) -> DeskAction | None:
    """Return the user's latest action that can be undone, or None."""
    return DeskAction.objects.undoable_by(user).first()


def look_at_undoing(action: DeskAction) -> Undoing:
    return _sort_for_undoing(action, look_at(action.keys))


def undo(user, number: int) -> Undoing | None:
    """Undo the action with this key; return None if it is not the latest one that the user can undo.

    Status, dates and flags are restored, and thereby the order of lists. Articles that were saved since stay
    as they are.
    """
    now = timezone.now()
    with transaction.atomic():
        actions = list(DeskAction.objects.select_for_update().undoable_by(user, now))
        if not actions or actions[0].pk != number:
            return None
        action, *earlier = actions
        undoing = _sort_for_undoing(action, look_at(action.keys).select_for_update())
        if undoing.ready:
            with versions_kept(undoing.ready, by=user, what=Version.What.UNDONE):
                _take_back(action, undoing.ready)
            action.undone_at = now
            action.save(update_fields=["undone_at"])
            _let_follow(earlier, action, undoing.ready)
            sentence = _("Undone: %(what)s") % {"what": action.sentence}
            log(user, undoing.ready, {article.pk: sentence for article in undoing.ready})
    return undoing


def _sort_for_undoing(action, articles):
    articles = list(articles)
    ready = [article for article in articles if article.version == action.version_after(article.pk)]
    known = {article.pk for article in ready}
    changed = [article for article in articles if article.pk not in known]
    return Undoing(action, ready, changed, len(action.articles) - len(articles))


def _take_back(action, articles):
    Article.objects.set_publications(
        {article.pk: action.publication_before(article.pk) for article in articles}
    )
    Redirect.objects.put_back(action.redirects, articles)


def _let_follow(earlier, action, articles):
    """Keep the user's earlier actions on these articles undoable, although their versions count up."""
    for other in earlier:
        if other.follow(action, [article.pk for article in articles]):
            other.save(update_fields=["articles"])
