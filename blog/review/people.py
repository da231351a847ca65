"""People named in articles, and one decision on each for all articles.

A decision on a person is a row, and applies to later imports too. mark_real() resolves all marks of a
person, mark_invented() also removes the person from the texts, where these read on without (removal.py).

people_to_decide() lists people without a decision, person_summary() shows all descriptions of one,
store_mentions() keeps the mentions of a check.
"""

import itertools
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from blog.articles.actions.base import UNDO_HANDLERS, BulkResult, recording_undo
from blog.articles.actions.models import UndoableAction
from blog.articles.actions.rewrite import ARTICLES_AT_ONCE, edit_articles
from blog.base.queries import ROWS_AT_ONCE
from blog.documents.claims.claim import ClaimKind
from blog.review.counts import update_mark_counts
from blog.review.models import WORDS_LENGTH, MarkResolution, Mention, Person, PersonDecision
from blog.review.removal import RemovalPlan, plan_removal

MAX_ARTICLES_PER_REQUEST = 50  # articles: each is rendered anew; more are changed by a job
Outcome = PersonDecision.Outcome
MENTIONS_SHOWN = 500
IN_USE = Q(mentions__article__trashed_at=None)
_SHOWN = ("kind", "key", "role", "words", "start", "article__title")
NAME_LENGTH = Person._meta.get_field("name").max_length
KEY_LENGTH = Person._meta.get_field("key").max_length


class DecisionError(Exception):
    """Nothing was decided; the message says why, to an editor."""


def mark_real(user, person: Person, source: str) -> PersonDecision:
    """Decide that a person is real, which settles all that is said of them. Raises DecisionError."""
    if not source.strip():
        raise DecisionError(_("Say how you know: an address, a book and page, or whom you asked."))
    sentence = _("%(name)s is real.") % {"name": person.name}
    return _decide_alone(user, person, Outcome.REAL, source.strip(), sentence)


def reopen(user, person: Person) -> PersonDecision:
    """Take back what was decided on a person. Texts stay as they are by now."""
    sentence = _("%(name)s is to be decided on again.") % {"name": person.name}
    return _decide_alone(user, person, Outcome.OPEN, "", sentence)


def mark_invented(user, person: Person, seen: dict[int, int] | None = None) -> BulkResult:
    """Decide that a person is invented, and take them out of the articles that read on without.

    seen: {key: version that the user saw}; by default all articles as they are. One transaction, one action
    to undo. Raises RefusedError and EmptyArticleError as rewrite() does; then nothing is changed.
    """
    with transaction.atomic():
        removal = plan_removal(person)
        action = UndoableAction(user=user)
        decision = _add(user, person, Outcome.INVENTED, "")
        added = [(PersonDecision.stored_name, decision.pk)]
        sorting = _take_out(user, person, removal, seen or removal.versions, action, added)
        if not sorting.changed:
            sorting.message = _("%(name)s is invented.") % {"name": person.name}
            with recording_undo(user, [], sorting.message, action):
                action.appended_rows = [list(row) for row in added]
        apply_decisions(person)
    return sorting


def remove_in_batches(
    user,
    person: Person,
    seen: dict[int, int],
    action: UndoableAction,
    on_progress: Callable[[int, int], None],
) -> None:
    """Take a person out of many articles, in a transaction for each hundred, as one action.

    It may be killed and called again: who is out of a text already is found there no more.
    """
    with transaction.atomic():
        if person.decision != Outcome.INVENTED:
            decision = _add(user, person, Outcome.INVENTED, "")
            sentence = _("%(name)s is invented.") % {"name": person.name}
            with recording_undo(user, [], sentence, action):
                action.appended_rows.append([PersonDecision.stored_name, decision.pk])
    for done, keys in enumerate(itertools.batched(seen, ARTICLES_AT_ONCE)):
        on_progress(done * ARTICLES_AT_ONCE, len(seen))
        with transaction.atomic():
            removal = plan_removal(person, keys)
            _take_out(user, person, removal, {key: seen[key] for key in keys}, action, [])
    apply_decisions(person)


def _take_out(user, person, removal: RemovalPlan, seen, action, added) -> BulkResult:
    seen = {key: version for key, version in seen.items() if key in removal.new_bodies}
    changes = {key: {"body": removal.new_bodies[key]} for key in seen}
    settled = [_settlement(mention, user) for mention in removal.mentions if mention.article_id in seen]
    for settlement in settled:
        settlement.save()
    added = [*added, *((MarkResolution.stored_name, settlement.pk) for settlement in settled)]
    note = _("%(name)s was taken out: invented.") % {"name": person.name}
    return edit_articles(user, seen, changes, _sentence(person), note=note, added=added, action=action)


def _sentence(person):
    def sentence(number):
        said = ngettext(
            "%(name)s was taken out of %(number)d article.",
            "%(name)s was taken out of %(number)d articles.",
            number,
        )
        return said % {"name": person.name, "number": number}

    return sentence


def _settlement(mention: Mention, user):
    taken_out = MarkResolution.Outcome.TAKEN_OUT
    return MarkResolution.of_mark(
        mention, article=mention.article_id, outcome=taken_out, by=user, speaker=mention.name
    )


def _decide_alone(user, person, outcome, note, sentence):
    with transaction.atomic():
        with recording_undo(user, [], sentence) as action:
            decision = _add(user, person, outcome, note)
            action.appended_rows.append([PersonDecision.stored_name, decision.pk])
        apply_decisions(person)
    return decision


def _add(user, person, outcome, note) -> PersonDecision:
    decision = PersonDecision(person=person, outcome=outcome, note=note, by=user)
    decision.save()
    person.decision = "" if outcome == Outcome.OPEN else outcome
    person.source = note if outcome == Outcome.REAL else ""
    person.save(update_fields=["decision", "source"])
    return decision


def _take_back(key: int, user) -> None:
    """Undo the decision with this key, by a further one: what counted before it counts again."""
    decision = PersonDecision.objects.select_related("person").filter(pk=key).first()
    if decision is None or decision.person.decisions.filter(pk__gt=key).exists():
        return
    before = decision.person.decisions.filter(pk__lt=key).order_by("pk").last()
    outcome, note = (before.outcome, before.note) if before else (Outcome.OPEN, "")
    _add(user, decision.person, outcome, note)
    apply_decisions(decision.person)


UNDO_HANDLERS[PersonDecision.stored_name] = _take_back


@dataclass
class PersonDescription:
    """What somebody is said to be, in which articles, and with which words."""

    role: str
    articles: dict[int, str] = field(default_factory=dict)  # {key: title}
    quotations: list[str] = field(default_factory=list)


@dataclass
class PersonSummary:
    """A person with their descriptions side by side."""

    person: Person
    articles: int
    quotations: int
    distinct_quotations: int
    sources: int
    descriptions: list[PersonDescription]

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


def person_summary(person: Person) -> PersonSummary:
    """Return a person with their descriptions. Three queries."""
    mentions = Mention.objects.filter(person=person, article__trashed_at=None).select_related("article")
    shown = list(mentions.only(*_SHOWN).order_by("article", "start")[:MENTIONS_SHOWN])
    quoted = [mention.words for mention in shown if mention.kind == ClaimKind.QUOTATION]
    keys = {mention.key for mention in shown}
    sources = MarkResolution.objects.filter(
        article__in={mention.article_id for mention in shown},
        key__in=keys,
        outcome=MarkResolution.Outcome.SOURCE,
    )
    return PersonSummary(
        person=person,
        articles=mentions.order_by().values("article").distinct().count(),
        quotations=len(quoted),
        distinct_quotations=len({" ".join(words.split()) for words in quoted}),
        sources=sources.order_by().values("article", "key").distinct().count(),
        descriptions=_descriptions(shown),
    )


def _descriptions(mentions):
    """Group the mentions by role; those without one count for the role that the same article gives."""
    roles = defaultdict(str)
    for mention in mentions:
        roles[mention.article_id] = roles[mention.article_id] or mention.role
    found: dict[str, PersonDescription] = {}
    for mention in mentions:
        role = mention.role or roles[mention.article_id]
        description = found.setdefault(role.casefold(), PersonDescription(role))
        description.articles[mention.article_id] = mention.article.title
        if mention.kind == ClaimKind.QUOTATION:
            description.quotations.append(mention.words)
    return sorted(found.values(), key=lambda each: (not each.role, -len(each.articles)))


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
            update_mark_counts(some)


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
