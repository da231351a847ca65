"""Deciding on a person once for all articles, those still to be imported too: each decision is a row."""

import itertools
from collections.abc import Callable

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from blog.articles.actions.base import TAKING_BACK, Sorting, remembered
from blog.articles.actions.models import DeskAction
from blog.articles.actions.rewrite import ARTICLES_AT_ONCE, rewrite
from blog.review.models import Mention, Person, PersonDecision, Settlement
from blog.review.people_proofing import apply_decisions
from blog.review.removal import Removal, plan_removal

MOST_IN_REQUEST = 50  # articles: each is rendered anew; more are changed by a job
Outcome = PersonDecision.Outcome


class DecisionError(Exception):
    """Nothing was decided; the message says why, to an editor."""


def call_real(user, person: Person, source: str) -> PersonDecision:
    """Decide that a person is real, which settles all that is said of them. Raises DecisionError."""
    if not source.strip():
        raise DecisionError(_("Say how you know: an address, a book and page, or whom you asked."))
    sentence = _("%(name)s is real.") % {"name": person.name}
    return _decide_alone(user, person, Outcome.REAL, source.strip(), sentence)


def open_again(user, person: Person) -> PersonDecision:
    """Take back what was decided on a person. Texts stay as they are by now."""
    sentence = _("%(name)s is to be decided on again.") % {"name": person.name}
    return _decide_alone(user, person, Outcome.OPEN, "", sentence)


def call_invented(user, person: Person, seen: dict[int, int] | None = None) -> Sorting:
    """Decide that a person is invented, and take them out of the articles that read on without.

    seen: {key: version that the user saw}; by default all articles as they are. One transaction, one action
    to undo. Raises RefusedError and EmptyArticleError as rewrite() does; then nothing is changed.
    """
    with transaction.atomic():
        removal = plan_removal(person)
        action = DeskAction(user=user)
        decision = _add(user, person, Outcome.INVENTED, "")
        added = [(PersonDecision.__name__, decision.pk)]
        sorting = _take_out(user, person, removal, seen or removal.versions, action, added)
        if not sorting.ready:
            sorting.sentence = _("%(name)s is invented.") % {"name": person.name}
            with remembered(user, [], sorting.sentence, action):
                action.added = [list(row) for row in added]
        apply_decisions(person)
    return sorting


def take_out_in_parts(
    user, person: Person, seen: dict[int, int], action: DeskAction, on_progress: Callable[[int, int], None]
) -> None:
    """Take a person out of many articles, in a transaction for each hundred, as one action.

    It may be killed and called again: who is out of a text already is found there no more.
    """
    with transaction.atomic():
        if person.decision != Outcome.INVENTED:
            decision = _add(user, person, Outcome.INVENTED, "")
            sentence = _("%(name)s is invented.") % {"name": person.name}
            with remembered(user, [], sentence, action):
                action.added.append([PersonDecision.__name__, decision.pk])
    for done, keys in enumerate(itertools.batched(seen, ARTICLES_AT_ONCE)):
        on_progress(done * ARTICLES_AT_ONCE, len(seen))
        with transaction.atomic():
            removal = plan_removal(person, keys)
            _take_out(user, person, removal, {key: seen[key] for key in keys}, action, [])
    apply_decisions(person)


def _take_out(user, person, removal: Removal, seen, action, added) -> Sorting:
    seen = {key: version for key, version in seen.items() if key in removal.new_bodies}
    changes = {key: {"body": removal.new_bodies[key]} for key in seen}
    settled = [_settlement(mention, user) for mention in removal.mentions if mention.article_id in seen]
    for settlement in settled:
        settlement.save()
    added = [*added, *((Settlement.__name__, settlement.pk) for settlement in settled)]
    note = _("%(name)s was taken out: invented.") % {"name": person.name}
    return rewrite(user, seen, changes, _sentence(person), note=note, added=added, action=action)


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
    return Settlement(
        article_id=mention.article_id,
        key=mention.key,
        kind=mention.kind,
        words=mention.words,
        speaker=mention.name,
        outcome=Settlement.Outcome.TAKEN_OUT,
        by=user,
    )


def _decide_alone(user, person, outcome, note, sentence):
    with transaction.atomic():
        with remembered(user, [], sentence) as action:
            decision = _add(user, person, outcome, note)
            action.added.append([PersonDecision.__name__, decision.pk])
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


TAKING_BACK[PersonDecision.__name__] = _take_back
