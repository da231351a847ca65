"""Texts of confirmation pages and messages on publishing several articles."""

from django.utils.translation import ngettext_lazy

from blog.articles.actions.base import Sorting
from blog.articles.actions.publication import Verb
from blog.desk.articles.selection import ARTICLES, LEFT
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
LABELLED = ngettext_lazy(
    "%d by a machine, unchecked, will be labelled", "%d by a machine, unchecked, will be labelled"
)
NOT_LABELLED = ngettext_lazy("%d will have no label", "%d will have no label")
TO_COME = ngettext_lazy("%d will wait for its date", "%d will wait for their dates")
NO_LONGER_PUBLIC = ngettext_lazy("%d is public and will be hidden", "%d are public and will be hidden")
NO_LONGER_WAITING = ngettext_lazy("%d will not appear at its date", "%d will not appear at their dates")


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
