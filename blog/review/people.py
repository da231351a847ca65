"""People named in articles, and one decision on each for all articles.

A decision is a row, and also applies to later imports. mark_real() resolves the marks that a source supports.
mark_invented() removes the person from articles that still read well without them (removal.py).
mark_not_a_person() closes the marks of a name that the check mistook for a person's. people_to_decide()
and the functions below it return the data of the people screen.
"""

import itertools
from collections import defaultdict
from collections.abc import Callable, Collection

from django.db import transaction
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from blog import jobs
from blog.articles.actions.base import UNDO_HANDLERS, BulkResult, UndoHandler
from blog.articles.actions.rewrite import RENDERED_AT_ONCE, edit_articles
from blog.articles.changes import changing
from blog.articles.models import Article
from blog.articles.undoable import UndoableAction
from blog.base.locking import lock_checks, lock_keys, lock_rows
from blog.base.queries import ROWS_AT_ONCE
from blog.documents.claims.values import ClaimKind
from blog.documents.marks import plain_words
from blog.jobs.models import Job
from blog.review.counts import resolved_keys, update_mark_counts
from blog.review.models import MarkResolution, Mention, Person, PersonDecision
from blog.review.removal import RemovalPlan, plan_removal

MAX_ARTICLES_PER_REQUEST = 50  # each has to be rendered; a job changes more
REMOVE_PERSON = "remove_person"  # kind of the job
Outcome = PersonDecision.Outcome


class DecisionError(Exception):
    """Raised when a decision on a person is not possible. The message is for editors."""


def mark_real(
    user,
    person: Person,
    source: str,
    supports: dict | None = None,
    *,
    seen: dict[int, int] | None = None,
    in_job: bool = False,
) -> BulkResult:
    """Decide that a person is real. The source resolves the marks that it supports (see PersonDecision).

    seen: {article pk: lock version that the user saw} to remove the other passages from these articles. By
    default, they stay marked. in_job, and errors: as for mark_invented(), and DecisionError without a source.
    """
    if not source.strip():
        raise DecisionError(_("Say how you know: a URL, a book and page, or the person you asked."))
    if supports is not None and not any(supports.values()):
        raise DecisionError(_("Tick what the source supports."))
    sentence = _("%(name)s is real.") % {"name": person.name}
    values = {"note": source.strip(), "supports": supports}
    return _decide_and_remove(user, person, Outcome.REAL, sentence, values, seen or {}, in_job=in_job)


def mark_not_a_person(user, person: Person, *, is_remembered: bool = True) -> BulkResult:
    """Decide that a name is not a person's, which closes its marks. No text changes.

    is_remembered: later imports skip the name, too.
    """
    sentence = _("“%(name)s” is not a person.") % {"name": person.name}
    values = {"applies_until": None if is_remembered else timezone.now()}
    return _decide_and_remove(user, person, Outcome.NOT_PERSON, sentence, values, {})


def reopen(user, person: Person) -> BulkResult:
    """Reopen the decision on a person. Articles from which they were removed do not change."""
    sentence = _("The decision on %(name)s was reopened.") % {"name": person.name}
    return _decide_and_remove(user, person, Outcome.OPEN, sentence, {}, {})


def mark_invented(
    user,
    person: Person,
    seen: dict[int, int] | None = None,
    *,
    ticked: Collection[Mention] | None = None,
    in_job: bool = False,
) -> BulkResult:
    """Decide that a person is invented, and remove them from articles that read well without them.

    seen: {article pk: lock version that the user saw}; all articles by default. ticked: the mentions that the
    user saw and chose to remove; by default, those without a concern. One transaction, one undoable action.
    in_job: only decide, and start a job that removes the person from `seen`. Raises RefusedError and
    EmptyArticleError, without changes, as edit_articles() does.
    """
    sentence = _("%(name)s is invented.") % {"name": person.name}
    return _decide_and_remove(
        user, person, Outcome.INVENTED, sentence, {}, seen, ticked=ticked, in_job=in_job
    )


def unsupported_mentions(person: Person, supports: dict | None) -> list[Mention]:
    """Return the person's mentions that stay marked if a source supports only what `supports` lists."""
    supposed = Person(pk=person.pk, decision=Outcome.REAL, supports=supports)
    mentions = list(person.mentions.filter(article__trashed_at=None))
    marked = open_marks(mentions)
    for mention in mentions:
        mention.person = supposed
    return [
        mention
        for mention in mentions
        if not mention.decision and (mention.article_id, mention.key) in marked
    ]


def open_marks(mentions: Collection[Mention]) -> set[tuple[int, str]]:
    """Return (article, key) of the marks of these mentions that are not resolved in their proofs."""
    marks = {(mention.article_id, mention.key) for mention in mentions}
    for keys in itertools.batched({mention.article_id for mention in mentions}, ROWS_AT_ONCE):
        marks -= {(article, key) for article, own in resolved_keys(keys).items() for key in own}
    return marks


def remove_in_batches(
    user,
    decision: PersonDecision,
    seen: dict[int, int],
    action: UndoableAction,
    on_progress: Callable[[int, int], None],
    ticked: Collection[int] | None = None,
) -> None:
    """Remove a person from many articles, in transactions of RENDERED_AT_ONCE, as one action for undo.

    If they are real, only the passages without a source are removed. ticked: keys of the mentions to remove,
    as for mark_invented(). Safe to interrupt and repeat: articles without the person are skipped. Raises
    JobStopped once another decision on the person was made.
    """
    person = decision.person
    mentions = _mentions_to_remove(person)
    if ticked is not None:
        mentions = list(person.mentions.filter(article__in=seen, pk__in=ticked))
    for done, keys in enumerate(itertools.batched(seen, RENDERED_AT_ONCE)):
        on_progress(done * RENDERED_AT_ONCE, len(seen))
        with transaction.atomic():
            lock_rows(Person.objects.filter(pk=person.pk))
            if person.decisions.last() != decision:
                raise jobs.JobStopped
            some = None if mentions is None else [row for row in mentions if row.article_id in keys]
            removal = plan_removal(person, keys, mentions=some, is_confirmed=ticked is not None)
            _remove(user, person, removal, {key: seen[key] for key in keys}, action)
    for keys in itertools.batched(sorted(_articles_naming([person.pk])), ROWS_AT_ONCE):
        with transaction.atomic():
            lock_rows(Article.objects.filter(pk__in=keys))
            lock_checks()
            update_mark_counts(keys)


def removal_jobs(person: Person) -> QuerySet[Job]:
    """Return the active jobs that remove the person from articles."""
    return Job.objects.active().filter(kind=REMOVE_PERSON, arguments__person=person.pk)


def _remove(user, person, removal: RemovalPlan, seen, action) -> BulkResult:
    seen = {key: version for key, version in seen.items() if key in removal.new_bodies}
    changes = {key: {"body": removal.new_bodies[key]} for key in seen}
    is_invented = person.decision == Outcome.INVENTED
    if is_invented:
        note = _("%(name)s was removed (invented).")
    else:
        note = _("Passages about %(name)s without a source were removed.")
    note %= {"name": person.name}
    with changing(by=user, undoable=action) as change:
        resolutions = (
            MarkResolution.of_mark(
                mention,
                article=mention.article_id,
                outcome=MarkResolution.Outcome.TAKEN_OUT,
                by=user,
                speaker=mention.name,
            )
            for mention in removal.mentions
            if mention.article_id in seen
        )
        change.append(MarkResolution.objects.bulk_create(resolutions))
        return edit_articles(user, seen, changes, _sentence(person), note=note, action=action)


def _sentence(person):
    def sentence(number):
        if person.decision == Outcome.INVENTED:
            message = ngettext(
                "%(name)s was removed from %(number)d article.",
                "%(name)s was removed from %(number)d articles.",
                number,
            )
        else:
            message = ngettext(
                "%(name)s is real. Passages without a source were removed from %(number)d article.",
                "%(name)s is real. Passages without a source were removed from %(number)d articles.",
                number,
            )
        return message % {"name": person.name, "number": number}

    return sentence


def _decide_and_remove(
    user, person, outcome, sentence, values, seen, *, ticked=None, in_job=False
) -> BulkResult:
    """Store a decision, and remove the person from articles. seen: None for all, {} for none."""
    with changing(by=user, undo=sentence) as change:
        decision = _add(user, person, outcome, **values)
        change.append([decision])
        if in_job:
            arguments = {"person": person.pk, "decision": decision.pk, "seen": list(seen.items())}
            if ticked is not None:
                arguments["ticked"] = [mention.pk for mention in ticked]
            change.undoable.job, seen = jobs.start(REMOVE_PERSON, user, **arguments), {}
        lock_keys(Article.objects.all(), _articles_naming([person.pk]))
        result = BulkResult()
        if seen is None or seen:
            mentions = _mentions_to_remove(person) if ticked is None else ticked
            removal = plan_removal(person, mentions=mentions, is_confirmed=ticked is not None)
            versions = removal.versions if seen is None else seen
            result = _remove(user, person, removal, versions, change.undoable)
        result.message = result.message or sentence
        _count_marks(person)
    return result


def _mentions_to_remove(person) -> list[Mention] | None:
    """Return the mentions to remove after a decision. None for all of the person."""
    return None if person.decision == Outcome.INVENTED else unsupported_mentions(person, person.supports)


def _add(user, person, outcome, *, note="", supports=None, applies_until=None) -> PersonDecision:
    """Store a decision, and stop the job that carries out an earlier one."""
    values = {"supports": supports, "applies_until": applies_until}
    decision = PersonDecision(person=person, outcome=outcome, note=note, by=user, **values)
    decision.save()
    person.decision = "" if outcome == Outcome.OPEN else outcome
    person.source = note if outcome == Outcome.REAL else ""
    person.supports, person.applies_until = supports, applies_until
    person.save(update_fields=["decision", "source", "supports", "applies_until"])
    for job in removal_jobs(person):
        job.request_stop(user)
    return decision


def _reverse(keys: list[int], user) -> None:
    """Undo decisions by adding a copy of the previous one. Skip a decision that a newer one follows."""
    for decision in PersonDecision.objects.select_related("person").filter(pk__in=keys):
        if not decision.person.decisions.filter(pk__gt=decision.pk).exists():
            before = decision.person.decisions.filter(pk__lt=decision.pk).order_by("pk").last()
            if before:
                values = {name: getattr(before, name) for name in ("note", "supports", "applies_until")}
                _add(user, decision.person, before.outcome, **values)
            else:
                _add(user, decision.person, Outcome.OPEN)
            _count_marks(decision.person)


def _lock_people(keys: list[int]) -> dict[int, set[int]]:
    """Lock the people of these decisions. Return {decision: keys of the articles that name the person}."""
    people = dict(PersonDecision.objects.filter(pk__in=keys).values_list("pk", "person"))
    lock_rows(Person.objects.filter(pk__in=people.values()))
    return {decision: _articles_naming([person]) for decision, person in people.items()}


UNDO_HANDLERS[PersonDecision.stored_name] = UndoHandler(_reverse, _lock_people)


def _count_marks(person):
    """Count the marks of all articles that name a person.

    The caller has locked the articles that were known to name the person. A check may have found more
    articles since. The lock of checks is enough for these.
    """
    lock_checks()
    for batch in itertools.batched(sorted(_articles_naming([person.pk])), ROWS_AT_ONCE):
        update_mark_counts(batch)


def _articles_naming(people) -> set[int]:
    return set(Mention.objects.filter(person__in=people).order_by().values_list("article", flat=True))


MENTIONS_SHOWN = 500
_SHOWN = ("kind", "key", "role", "words", "start", "article__title")


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
        "roles": sum(bool(each["role"]) for each in descriptions),
        "descriptions": descriptions,
    }


def _descriptions(mentions):
    """Group the mentions by role. A mention without a role gets the first role in the same article.

    articles: {primary key: title}. quotations: their words.
    """
    roles = defaultdict(str)
    for mention in mentions:
        roles[mention.article_id] = roles[mention.article_id] or mention.role
    found = {}
    for mention in mentions:
        role = mention.role or roles[mention.article_id]
        each = found.setdefault(role.casefold(), {"role": role, "articles": {}, "quotations": []})
        each["articles"][mention.article_id] = mention.article.title
        if mention.kind == ClaimKind.QUOTATION:
            each["quotations"].append(plain_words(mention.words))
    return sorted(found.values(), key=lambda each: (not each["role"], -len(each["articles"])))
