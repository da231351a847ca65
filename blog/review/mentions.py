"""Store where articles name people: the mentions that a check has found."""

import itertools
from collections import Counter, defaultdict

from django.db.models import Count

from blog.base.queries import ROWS_AT_ONCE
from blog.review.models import WORDS_LENGTH, Mention, Person

NAME_LENGTH = Person._meta.get_field("name").max_length
KEY_LENGTH = Person._meta.get_field("key").max_length


def store_mentions(claims: dict) -> None:
    """Store the people named in claims, {article: [(claim, key)]}, and their mentions.

    Known people keep their decision and source.
    """
    named = [(article, claim, key) for article, own in claims.items() for claim, key in own if claim.person]
    if not named:
        return
    rows = _get_or_create_people({claim.person[:KEY_LENGTH]: claim.speaker for _, claim, _ in named})
    Mention.objects.bulk_create(
        _mention(article, claim, key, rows[claim.person[:KEY_LENGTH]]) for article, claim, key in named
    )
    _use_most_frequent_spelling(rows.values())


def _get_or_create_people(names: dict[str, str]) -> dict[str, Person]:
    """Return {key: person} for {key: name}. Add missing people."""
    found = _people_with(names)
    # Add only missing people: on PostgreSQL, even an ignored conflict waits while an editor decides on the
    # person.
    missing = [Person(key=key, name=name[:NAME_LENGTH]) for key, name in names.items() if key not in found]
    Person.objects.bulk_create(missing, ignore_conflicts=True)
    return found | _people_with([person.key for person in missing])


def _people_with(keys) -> dict[str, Person]:
    batches = itertools.batched(keys, ROWS_AT_ONCE)
    return {person.key: person for batch in batches for person in Person.objects.filter(key__in=batch)}


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


def _use_most_frequent_spelling(people):
    people = {person.pk: person for person in people}
    spellings = defaultdict(Counter)
    for batch in itertools.batched(people, ROWS_AT_ONCE):
        rows = Mention.objects.filter(person__in=batch).order_by().values_list("person", "name")
        for person, name, number in rows.annotate(Count("pk")):
            spellings[person][name] = number
    renamed = []
    for key, counts in spellings.items():
        name = min(counts, key=lambda spelling: (-counts[spelling], spelling))
        if people[key].name != name:
            people[key].name = name
            renamed.append(people[key])
    # Skip locked rows: an editor who decides on a person locks it, then waits for the lock of checks.
    rows = Person.objects.filter(pk__in=[person.pk for person in renamed]).order_by("pk")
    free = set(rows.select_for_update(skip_locked=True, no_key=True).values_list("pk", flat=True))
    Person.objects.bulk_update([person for person in renamed if person.pk in free], ["name"])
