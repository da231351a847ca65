"""People named in articles, and one decision on each for all articles.

A decision is a row, and also applies to later imports. mark_real() resolves all marks of a person.
mark_invented() removes the person from articles that still read well without them (removal.py).

people_to_decide() lists people without a decision, person_summary() collects the descriptions of a person,
store_mentions() stores the mentions of a check.
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
from blog.articles.models import Article
from blog.base.locking import lock_checks, lock_rows
from blog.base.queries import ROWS_AT_ONCE
from blog.documents.claims.claim import ClaimKind
from blog.review.counts import update_mark_counts
from blog.review.models import WORDS_LENGTH, MarkResolution, Mention, Person, PersonDecision
from blog.review.removal import RemovalPlan, plan_removal

MAX_ARTICLES_PER_REQUEST = 50  # each has to be rendered; a job changes more
Outcome = PersonDecision.Outcome
MENTIONS_SHOWN = 500
IN_USE = Q(mentions__article__trashed_at=None)
_SHOWN = ("kind", "key", "role", "words", "start", "article__title")
NAME_LENGTH = Person._meta.get_field("name").max_length
KEY_LENGTH = Person._meta.get_field("key").max_length


class DecisionError(Exception):
    """Raised when a decision on a person is not possible. The message is for editors."""


def mark_real(user, person: Person, source: str) -> PersonDecision:
    """Decide that a person is real, which resolves all their marks. Raises DecisionError without a source."""
    if not source.strip():
        raise DecisionError(_("Say how you know: a URL, a book and page, or the person you asked."))
    sentence = _("%(name)s is real.") % {"name": person.name}
    return _decide_alone(user, person, Outcome.REAL, source.strip(), sentence)


def reopen(user, person: Person) -> PersonDecision:
    """Reopen the decision on a person. Articles from which they were removed do not change."""
    sentence = _("The decision on %(name)s was reopened.") % {"name": person.name}
    return _decide_alone(user, person, Outcome.OPEN, "", sentence)


def mark_invented(user, person: Person, seen: dict[int, int] | None = None) -> BulkResult:
    """Decide that a person is invented, and remove them from articles that read well without them.

    seen: {article pk: lock version that the user saw}; all articles by default. One transaction, one undoable
    action. Raises RefusedError and EmptyArticleError, without changes, as edit_articles() does.
    """
    with transaction.atomic():
        removal = plan_removal(person)
        action = UndoableAction(user=user)
        decision = _add(user, person, Outcome.INVENTED, "")
        added = [(PersonDecision.stored_name, decision.pk)]
        result = _remove(user, person, removal, seen or removal.versions, action, added)
        if not result.changed:
            result.message = _("%(name)s is invented.") % {"name": person.name}
            with recording_undo(user, [], result.message, action):
                action.appended_rows = [list(row) for row in added]
        apply_decisions(person)
    return result


def remove_in_batches(
    user,
    person: Person,
    seen: dict[int, int],
    action: UndoableAction,
    on_progress: Callable[[int, int], None],
) -> None:
    """Remove a person from many articles, in a transaction for each hundred, as one action for undo.

    Safe to interrupt and repeat: articles without the person are skipped.
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
            _remove(user, person, removal, {key: seen[key] for key in keys}, action, [])
    apply_decisions(person)


def _remove(user, person, removal: RemovalPlan, seen, action, added) -> BulkResult:
    seen = {key: version for key, version in seen.items() if key in removal.new_bodies}
    changes = {key: {"body": removal.new_bodies[key]} for key in seen}
    resolutions = [_resolution(mention, user) for mention in removal.mentions if mention.article_id in seen]
    for resolution in resolutions:
        resolution.save()
    added = [*added, *((MarkResolution.stored_name, resolution.pk) for resolution in resolutions)]
    note = _("%(name)s was removed (invented).") % {"name": person.name}
    return edit_articles(user, seen, changes, _sentence(person), note=note, added=added, action=action)


def _sentence(person):
    def sentence(number):
        message = ngettext(
            "%(name)s was removed from %(number)d article.",
            "%(name)s was removed from %(number)d articles.",
            number,
        )
        return message % {"name": person.name, "number": number}

    return sentence


def _resolution(mention: Mention, user):
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


def _reverse(key: int, user) -> None:
    """Undo a decision by adding a copy of the one before. Skip it if a newer decision follows."""
    decision = PersonDecision.objects.select_related("person").filter(pk=key).first()
    if decision is None or decision.person.decisions.filter(pk__gt=key).exists():
        return
    before = decision.person.decisions.filter(pk__lt=key).order_by("pk").last()
    outcome, note = (before.outcome, before.note) if before else (Outcome.OPEN, "")
    _add(user, decision.person, outcome, note)
    apply_decisions(decision.person)


UNDO_HANDLERS[PersonDecision.stored_name] = _reverse


@dataclass
class PersonDescription:
    """A description (role) of a person, with the articles that give it and the quotations in them."""

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
    """Return people without a decision, those in most articles first, with numbers of articles and roles."""
    counted = {
        "articles": Count("mentions__article", filter=IN_USE, distinct=True),
        "roles": Count("mentions__role", filter=IN_USE & ~Q(mentions__role=""), distinct=True),
    }
    return Person.objects.to_decide().annotate(**counted).order_by("-articles", "name", "pk")


def decided_people() -> QuerySet[Person]:
    """Return people with a decision, the latest first, annotated with who decided and when."""
    newest = PersonDecision.objects.filter(person=OuterRef("pk")).order_by("-pk")
    decision = {
        "decided_by": Subquery(newest.values("by_name")[:1]),
        "decided_at": Subquery(newest.values("at")[:1]),
        "newest_decision": Subquery(newest.values("pk")[:1]),
    }
    return Person.objects.exclude(decision="").annotate(**decision).order_by("-newest_decision")


def person_summary(person: Person) -> PersonSummary:
    """Return a person with their descriptions in articles. Three queries."""
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
    """Group the mentions by role. A mention without a role counts for the first role in the same article."""
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
    """Store the people named in claims, {article: [(claim, key)]}, and their mentions.

    Known people keep their decision and source.
    """
    named = [(article, claim, key) for article, own in claims.items() for claim, key in own if claim.person]
    if not named:
        return
    rows = _rows_of({claim.person[:KEY_LENGTH]: claim.speaker for _, claim, _ in named})
    Mention.objects.bulk_create(
        _mention(article, claim, key, rows[claim.person[:KEY_LENGTH]]) for article, claim, key in named
    )
    _use_most_frequent_spelling(rows.values())


def apply_decisions(person: Person) -> None:
    """Update the mark counts of all articles that name a person, after a decision on them."""
    keys = Mention.objects.filter(person=person).order_by().values_list("article", flat=True).distinct()
    for batch in itertools.batched(sorted(keys), ROWS_AT_ONCE):
        with transaction.atomic():
            lock_rows(Article.objects.filter(pk__in=batch))
            lock_checks()
            update_mark_counts(batch)


def _rows_of(names: dict[str, str]) -> dict[str, Person]:
    rows = [Person(key=key, name=name[:NAME_LENGTH]) for key, name in names.items()]
    Person.objects.bulk_create(rows, ignore_conflicts=True)
    found = {}
    for batch in itertools.batched(names, ROWS_AT_ONCE):
        found |= {person.key: person for person in Person.objects.filter(key__in=batch)}
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
    Person.objects.bulk_update(renamed, ["name"])
