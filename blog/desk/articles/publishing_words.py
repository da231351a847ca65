"""Texts of confirmation pages and messages on publishing several articles."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from blog.articles.actions.base import Reason, Sorting
from blog.articles.actions.publication import Verb
from blog.review.ai_label import is_labelled

QUESTIONS = {
    Verb.PUBLISH: ngettext_lazy("Publish %d article?", "Publish %d articles?"),
    Verb.UNPUBLISH: ngettext_lazy("Unpublish %d article?", "Unpublish %d articles?"),
    Verb.SCHEDULE: ngettext_lazy("Schedule %d article", "Schedule %d articles"),
}
BUTTONS = {
    Verb.PUBLISH: ngettext_lazy("Publish %d", "Publish %d"),
    Verb.UNPUBLISH: ngettext_lazy("Unpublish %d", "Unpublish %d"),
    Verb.SCHEDULE: ngettext_lazy("Schedule %d", "Schedule %d"),
}
ARTICLES = ngettext_lazy("%d article", "%d articles")
LABELLED = ngettext_lazy(
    "%d by a machine, unchecked, will be labelled", "%d by a machine, unchecked, will be labelled"
)
NOT_LABELLED = ngettext_lazy("%d will have no label", "%d will have no label")
TO_COME = ngettext_lazy("%d will wait for its date", "%d will wait for their dates")
NO_LONGER_PUBLIC = ngettext_lazy("%d is public and will be hidden", "%d are public and will be hidden")
NO_LONGER_WAITING = ngettext_lazy("%d will not appear at its date", "%d will not appear at their dates")
LEFT = {
    Reason.EMPTY: ngettext_lazy("%d empty, left out", "%d empty, left out"),
    Reason.UNREVIEWED: ngettext_lazy(
        "%d by a machine, not approved, left out", "%d by a machine, not approved, left out"
    ),
    Reason.PUBLIC: ngettext_lazy("%d public already", "%d public already"),
    Reason.WAITING: ngettext_lazy("%d scheduled already", "%d scheduled already"),
    Reason.NEW: ngettext_lazy("%d not published anyway", "%d not published anyway"),
    Reason.TRASHED: ngettext_lazy("%d in the trash, left out", "%d in the trash, left out"),
    Reason.SAME: ngettext_lazy("%d like that already", "%d like that already"),
}
HEADINGS = {
    None: _("These articles"),
    Reason.EMPTY: _("Left out: readers would see nothing of them"),
    Reason.UNREVIEWED: _("Left out: a machine wrote them, and nobody has approved this version"),
    Reason.PUBLIC: _("Left as they are: public already"),
    Reason.WAITING: _("Left as they are: scheduled already"),
    Reason.NEW: _("Left as they are: not published"),
    Reason.TRASHED: _("Left out: in the trash"),
    Reason.CHANGED: _("Left as they are: changed in the meantime"),
    Reason.SAME: _("Left as they are: like that already"),
}
AFTERWARDS = {
    Reason.CHANGED: ngettext_lazy(
        "%d article was left as it is: it was changed in the meantime.",
        "%d articles were left as they are: they were changed in the meantime.",
    ),
    Reason.GONE: ngettext_lazy("%d article is not there any more.", "%d articles are not there any more."),
    Reason.TRASHED: ngettext_lazy("%d article was left in the trash.", "%d articles were left in the trash."),
    Reason.EMPTY: ngettext_lazy(
        "%d article was not published: readers would see nothing of it.",
        "%d articles were not published: readers would see nothing of them.",
    ),
    Reason.UNREVIEWED: ngettext_lazy(
        "%d article was not published: a machine wrote it, and nobody has approved this version.",
        "%d articles were not published: a machine wrote them, and nobody has approved these versions.",
    ),
    Reason.PUBLIC: ngettext_lazy("%d article was public already.", "%d articles were public already."),
    Reason.WAITING: ngettext_lazy("%d article was scheduled already.", "%d articles were scheduled already."),
    Reason.NEW: ngettext_lazy("%d article was not published.", "%d articles were not published."),
    Reason.SAME: ngettext_lazy("%d article was like that already.", "%d articles were like that already."),
}


def summary(verb: Verb, sorting: Sorting) -> str:
    """Return a one-line summary, such as “20 articles: 14 will wait for their dates”."""
    parts = [
        *(_of_published(sorting.ready) if verb == Verb.PUBLISH else _of_unpublished(sorting.ready)),
        *((LEFT[reason], len(articles)) for reason, articles in sorting.left.items()),
    ]
    said = "; ".join(sentence % number for sentence, number in parts if number)
    return f"{ARTICLES % sorting.number}: {said}."


def _of_published(ready):
    labelled = sum(is_labelled(article) for article in ready)
    to_come = sum(article.is_to_come for article in ready)
    return [(LABELLED, labelled), (NOT_LABELLED, len(ready) - labelled), (TO_COME, to_come)]


def _of_unpublished(ready):
    public = sum(article.is_published for article in ready)
    return [(NO_LONGER_PUBLIC, public), (NO_LONGER_WAITING, len(ready) - public)]
