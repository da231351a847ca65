"""The data of the people screen: people to decide on, people already decided on, details of one person."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from blog.documents.claims.claim import ClaimKind
from blog.documents.marks import plain_words
from blog.review.models import MarkResolution, Mention, Person, PersonDecision

MENTIONS_SHOWN = 500
_SHOWN = ("kind", "key", "role", "words", "start", "article__title")


@dataclass
class PersonDescription:
    """A description (role) of a person, with the articles and quotations that it belongs to."""

    role: str
    articles: dict[int, str] = field(default_factory=dict)  # {key: title}
    quotations: list[str] = field(default_factory=list)


def people_to_decide() -> QuerySet[Person]:
    """Return undecided people, those in the most articles first, with numbers of articles and roles."""
    roles = Count("role", filter=~Q(role=""), distinct=True)
    return people_by_articles().annotate(roles=_of_mentions(roles))


def people_by_articles() -> QuerySet[Person]:
    """Return undecided people, those in the most articles first, with their number of articles."""
    articles = _of_mentions(Count("article", distinct=True))
    return Person.objects.to_decide().annotate(articles=articles).order_by("-articles", "name", "pk")


def _of_mentions(number):
    """Return an expression for a number of a person's mentions: faster than a join with all mentions."""
    mentions = Mention.objects.in_use().filter(person=OuterRef("pk")).order_by().values("person")
    return Subquery(mentions.annotate(number=number).values("number"))


def totals_to_decide() -> dict[str, int]:
    """Return the numbers of people_to_decide(), of the articles that name them, and of their marks there.

    Two queries.
    """
    people = Person.objects.to_decide()
    mentions = Mention.objects.in_use().filter(person__in=people.order_by().values("pk"))
    sums = mentions.aggregate(articles=Count("article", distinct=True), marks=Count("pk"))
    return {"people": people.count(), **sums}


def decided_people() -> QuerySet[Person]:
    """Return people with a decision, the latest first, annotated with who decided and when."""
    newest = PersonDecision.objects.filter(person=OuterRef("pk")).order_by("-pk")
    decision = {
        "decided_by": Subquery(newest.values("by_name")[:1]),
        "decided_at": Subquery(newest.values("at")[:1]),
        "newest_decision": Subquery(newest.values("pk")[:1]),
    }
    return Person.objects.exclude(decision="").annotate(**decision).order_by("-newest_decision")


def person_summary(person: Person) -> dict:
    """Return a person with their descriptions in articles side by side. Three queries."""
    mentions = Mention.objects.filter(person=person, article__trashed_at=None).select_related("article")
    shown = list(mentions.only(*_SHOWN).order_by("article", "start")[:MENTIONS_SHOWN])
    quoted = [mention.words for mention in shown if mention.kind == ClaimKind.QUOTATION]
    keys = {mention.key for mention in shown}
    sources = MarkResolution.objects.filter(
        article__in={mention.article_id for mention in shown},
        key__in=keys,
        outcome=MarkResolution.Outcome.SOURCE,
    )
    descriptions = _descriptions(shown)
    return {
        "person": person,
        "articles": mentions.order_by().values("article").distinct().count(),
        "quotations": len(quoted),
        "distinct_quotations": len({" ".join(words.split()) for words in quoted}),
        "sources": sources.order_by().values("article", "key").distinct().count(),
        "roles": sum(bool(description.role) for description in descriptions),
        "descriptions": descriptions,
    }


def _descriptions(mentions):
    """Group the mentions by role. A mention without a role gets the first role in the same article."""
    roles = defaultdict(str)
    for mention in mentions:
        roles[mention.article_id] = roles[mention.article_id] or mention.role
    found: dict[str, PersonDescription] = {}
    for mention in mentions:
        role = mention.role or roles[mention.article_id]
        description = found.setdefault(role.casefold(), PersonDescription(role))
        description.articles[mention.article_id] = mention.article.title
        if mention.kind == ClaimKind.QUOTATION:
            description.quotations.append(plain_words(mention.words))
    return sorted(found.values(), key=lambda each: (not each.role, -len(each.articles)))
