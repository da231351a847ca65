"""People named in articles, and one decision on each for all articles.

A decision is a row, and also applies to later imports. mark_real() resolves all marks of a person.
mark_invented() removes the person from articles that still read well without them (removal.py).
"""

import itertools
from collections.abc import Callable

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from blog.articles.actions.base import UNDO_HANDLERS, BulkResult, recording_undo
from blog.articles.actions.models import UndoableAction
from blog.articles.actions.rewrite import ARTICLES_AT_ONCE, edit_articles
from blog.articles.models import Article
from blog.base.locking import lock_checks, lock_rows
from blog.base.queries import ROWS_AT_ONCE
from blog.review.counts import update_mark_counts
from blog.review.models import MarkResolution, Mention, Person, PersonDecision
from blog.review.removal import RemovalPlan, plan_removal

MAX_ARTICLES_PER_REQUEST = 50  # each has to be rendered; a job changes more
Outcome = PersonDecision.Outcome


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


def apply_decisions(person: Person) -> None:
    """Update the mark counts of all articles that name a person, after a decision on them."""
    keys = Mention.objects.filter(person=person).order_by().values_list("article", flat=True).distinct()
    for batch in itertools.batched(sorted(keys), ROWS_AT_ONCE):
        with transaction.atomic():
            lock_rows(Article.objects.filter(pk__in=batch))
            lock_checks()
            update_mark_counts(batch)
