"""People named in articles: their mentions, and what decisions on them do to the marks."""

import itertools
from collections import Counter, defaultdict

from django.db import transaction
from django.db.models import Count

from blog.base.queries import ROWS_AT_ONCE
from blog.review.counts import recount
from blog.review.models import WORDS_LENGTH, Mention, Person

NAME_LENGTH = Person._meta.get_field("name").max_length
KEY_LENGTH = Person._meta.get_field("key").max_length


def store_mentions(claims: dict) -> None:
    """Store the people whom claims name: {article: [(claim, key)]}. A person keeps decisions and sources."""
    named = [(article, claim, key) for article, some in claims.items() for claim, key in some if claim.person]
    if not named:
        return
    rows = _rows_of({claim.person[:KEY_LENGTH]: claim.speaker for _, claim, _ in named})
    Mention.objects.bulk_create(
        _mention(article, claim, key, rows[claim.person[:KEY_LENGTH]]) for article, claim, key in named
    )
    _name_as_most_do(rows.values())


def apply_decisions(person: Person) -> None:
    """Count anew the marks in all articles that name a person, after a decision on them."""
    keys = Mention.objects.filter(person=person).order_by().values_list("article", flat=True).distinct()
    for some in itertools.batched(sorted(keys), ROWS_AT_ONCE):
        with transaction.atomic():
            recount(some)


def _rows_of(names: dict[str, str]) -> dict[str, Person]:
    rows = [Person(key=key, name=name[:NAME_LENGTH]) for key, name in names.items()]
    Person.objects.bulk_create(rows, ignore_conflicts=True)
    found = {}
    for some in itertools.batched(names, ROWS_AT_ONCE):
        found |= {person.key: person for person in Person.objects.filter(key__in=some)}
    return found


def _mention(article, claim, key, person):
    return Mention(
        person=person,
        article=article,
        kind=claim.kind,
        key=key,
        start=claim.start,
        end=claim.end,
        name=claim.speaker[:NAME_LENGTH],
        role=claim.role[:WORDS_LENGTH],
        words=claim.text,
    )


def _name_as_most_do(people):
    people = {person.pk: person for person in people}
    spellings = defaultdict(Counter)
    for some in itertools.batched(people, ROWS_AT_ONCE):
        rows = Mention.objects.filter(person__in=some).order_by().values_list("person", "name")
        for person, name, number in rows.annotate(Count("pk")):
            spellings[person][name] = number
    renamed = []
    for key, counts in spellings.items():
        name = min(counts, key=lambda spelling: (-counts[spelling], spelling))
        if people[key].name != name:
            people[key].name = name
            renamed.append(people[key])
    Person.objects.bulk_update(renamed, ["name"])
