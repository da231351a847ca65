"""The people in the texts: who is to be decided on, how each is described, and who is settled."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from blog.documents.claims.claim import ClaimKind
from blog.review.models import Mention, Person, PersonDecision, Settlement

MENTIONS_SHOWN = 500
IN_USE = Q(mentions__article__trashed_at=None)


@dataclass
class Description:
    """What somebody is said to be, in which articles, and with which words."""

    role: str
    articles: dict[int, str] = field(default_factory=dict)  # {key: title}
    quotations: list[str] = field(default_factory=list)


@dataclass
class Portrait:
    """A person with their descriptions side by side."""

    person: Person
    articles: int
    quotations: int
    distinct_quotations: int
    sources: int
    descriptions: list[Description]

    @property
    def roles(self) -> int:
        return sum(bool(description.role) for description in self.descriptions)


def people_to_decide() -> QuerySet[Person]:
    """Return the people on whom nobody has decided, those in most articles first, with these numbers."""
    counted = {
        "articles": Count("mentions__article", filter=IN_USE, distinct=True),
        "roles": Count("mentions__role", filter=IN_USE & ~Q(mentions__role=""), distinct=True),
    }
    return Person.objects.to_decide().annotate(**counted).order_by("-articles", "name", "pk")


def settled_people() -> QuerySet[Person]:
    """Return the people on whom somebody has decided, the latest first, with who and when."""
    newest = PersonDecision.objects.filter(person=OuterRef("pk")).order_by("-pk")
    said = {
        "decided_by": Subquery(newest.values("by_name")[:1]),
        "decided_at": Subquery(newest.values("at")[:1]),
        "newest_decision": Subquery(newest.values("pk")[:1]),
    }
    return Person.objects.exclude(decision="").annotate(**said).order_by("-newest_decision")


def portrait_of(person: Person) -> Portrait:
    """Return a person with their descriptions. Three queries."""
    mentions = Mention.objects.filter(person=person, article__trashed_at=None).select_related("article")
    shown = list(mentions.only(*_SHOWN).order_by("article", "start")[:MENTIONS_SHOWN])
    quoted = [mention.words for mention in shown if mention.kind == ClaimKind.QUOTATION]
    keys = {mention.key for mention in shown}
    sources = Settlement.objects.filter(
        article__in={mention.article_id for mention in shown}, key__in=keys, outcome=Settlement.Outcome.SOURCE
    )
    return Portrait(
        person=person,
        articles=mentions.order_by().values("article").distinct().count(),
        quotations=len(quoted),
        distinct_quotations=len({" ".join(words.split()) for words in quoted}),
        sources=sources.order_by().values("article", "key").distinct().count(),
        descriptions=_descriptions(shown),
    )


_SHOWN = ("kind", "key", "role", "words", "start", "article__title")


def _descriptions(mentions):
    """Group the mentions by role; those without one count for the role that the same article gives."""
    roles = defaultdict(str)
    for mention in mentions:
        roles[mention.article_id] = roles[mention.article_id] or mention.role
    found: dict[str, Description] = {}
    for mention in mentions:
        role = mention.role or roles[mention.article_id]
        description = found.setdefault(role.casefold(), Description(role))
        description.articles[mention.article_id] = mention.article.title
        if mention.kind == ClaimKind.QUOTATION:
            description.quotations.append(mention.words)
    return sorted(found.values(), key=lambda each: (not each.role, -len(each.articles)))
