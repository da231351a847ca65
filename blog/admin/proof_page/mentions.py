"""Where else the person of a mark stands: in how many other articles, described in how many other ways."""

from dataclasses import dataclass

from django.db.models import Count
from django.urls import NoReverseMatch, reverse

from blog.documents import fold_person
from blog.models import Mention, Person


@dataclass(frozen=True)
class Elsewhere:
    """How many other articles name the person, and with how many other jobs; address: where to settle it."""

    articles: int
    roles: int
    address: str = ""


def mentions_of(article, entry) -> Elsewhere | None:
    """Return where else the person of an entry stands, or None if nowhere."""
    if entry is None or not entry.mark.speaker:
        return None
    person = Person.objects.filter(key=fold_person(entry.mark.speaker)).first()
    if person is None:
        return None
    others = Mention.objects.filter(person=person).exclude(article=article)
    counts = others.order_by().aggregate(articles=Count("article", distinct=True))
    if not counts["articles"]:
        return None
    roles = others.exclude(role__in=["", entry.mark.role]).order_by().values("role").distinct().count()
    return Elsewhere(counts["articles"], roles, _address_of(person))


def _address_of(person):
    try:
        return f"{reverse('admin:people')}?person={person.pk}"
    except NoReverseMatch:
        return ""
