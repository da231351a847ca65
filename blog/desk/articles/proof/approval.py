"""The form that approves an article, below its text: what was checked, and what readers will see.

The sentence that readers see is composed from the ticks. The field `shown` contains the ticks for which the
page has shown the sentence, and only that sentence is approved. A script updates both after each tick.
Without JavaScript, the first submit shows the sentence. A form that is refused is stored in the session for
the next page.
"""

from collections import Counter

from django import forms
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from blog.articles.models import Article
from blog.desk.articles.proof.entries import MarkEntries, MarkEntry
from blog.review.ai_label import (
    CHECKED,
    NOT_CHECKED,
    LabelState,
    ai_label,
    ai_label_if_approved,
    approval_in_force,
    checked_sentences,
    label_state,
)
from blog.review.approval import (
    FIGURES,
    FORM_INVALID,
    NOT_READ,
    ReviewRefusedError,
    applicable_checks,
    approval_blocker,
    approve,
    last_approvals,
    number_of_images,
    quotes_nobody,
)
from blog.review.contact_sheet import images_of, latest_look
from blog.review.kinds import BLOCKING
from blog.review.models import Approval, MarkResolution

Check, Outcome = Approval.Check, MarkResolution.Outcome
KINDS_OF = {Check.PEOPLE: BLOCKING, Check.FIGURES: FIGURES}
NOTE_LENGTH = 500
STATEMENT_LENGTH = 1000
LAST_SHOWN = 3
SESSION_KEY = "approval-form"
CHANGED = "changed"  # a kept form was refused because the article changed after the page was shown
REFUSED = "refused"  # a kept form was refused for another reason, which the page determines again


class ApproveForm(forms.Form):
    """The form of an approval.

    checked: what the Editor ticked, of Approval.Check. shown: the ticks for which the page showed the
    sentence. statement: a note to readers. note: for colleagues.
    """

    digest = forms.CharField(max_length=64)
    checked = forms.MultipleChoiceField(choices=Check, required=False)
    shown = forms.CharField(required=False)
    statement = forms.CharField(max_length=STATEMENT_LENGTH, required=False)
    note = forms.CharField(max_length=NOTE_LENGTH, required=False)


class SentenceNotShownError(Exception):
    """Raised when the page has not shown the sentence for exactly these ticks."""


def approval_status(article: Article, entries: MarkEntries, user, kept: dict) -> dict:
    """Return whether the article can be approved, and what the form that does so shows.

    kept: a refused form (take_form()), or {}.
    blocker: why it cannot be approved, for editors, or "". entry: the mark to resolve first. problems: why
    the last attempt was refused. active_review: the approval of the current content. changes: URL of the
    changes since the last approval. label, present_label: the AI label after an approval, and now. shown: the
    ticks of `label`. is_labelled: readers see that the article is AI-generated and not approved.
    asks_before_publishing: a red mark is open, or an approval is missing but not required.
    last: the user's newest approvals.
    """
    last, present_label = last_approvals(user, LAST_SHOWN), ai_label(article)
    is_labelled = present_label is not None and present_label.is_labelled
    ticks = _ticks(article, entries, kept, last[0].checked if last else [])
    shown = [tick["check"] for tick in ticks if tick["is_checked"] or tick["check"] == Check.READ]
    blocker = _blocker(entries) or approval_blocker(article, user, article.words_digest)
    approval = approval_in_force(article.reviews.all()) if article.is_reviewed else None
    return {
        "blocker": blocker,
        "entry": entries.blocking,
        "problems": _problems(kept, entries, blocker) if kept.get("reason") else [],
        "active_review": approval,
        "is_valid": approval is not None,
        "review_sentences": checked_sentences(approval) if approval else [],
        "changes": _changes_of(article),
        "label": ai_label_if_approved(article, user, shown),
        "present_label": present_label,
        "is_labelled": is_labelled,
        "asks_before_publishing": not settings.REQUIRE_REVIEW if is_labelled else bool(entries.blocking),
        "ticks": ticks,
        "shown": ",".join(shown),
        "quotes_nobody": quotes_nobody(entries.marks),
        "statement": kept.get("statement", ""),
        "note": kept.get("note", ""),
        "last": last,
    }


def approve_from_form(user, article: Article, entries: MarkEntries, data) -> None:
    """Approve the article. Raises ReviewRefusedError, or SentenceNotShownError."""
    form = ApproveForm(data)
    if not form.is_valid():
        raise ReviewRefusedError(FORM_INVALID)
    data = form.cleaned_data
    if Check.READ not in data["checked"]:
        raise ReviewRefusedError(NOT_READ)
    if blocker := _blocker(entries):
        raise ReviewRefusedError(blocker)
    checked = [check for check in applicable_checks(article, entries.marks) if check in data["checked"]]
    if data["shown"] != ",".join(checked):
        raise SentenceNotShownError
    approve(article, user, data["digest"], data["statement"], data["note"], checked=checked)


def keep_form(request, article: Article, *, is_refused: bool) -> None:
    """Keep what was entered until the proof is shown again, and why it was refused."""
    is_changed = request.POST.get("digest", "") != article.words_digest
    request.session[SESSION_KEY] = {
        "article": article.pk,
        "checked": [check for check in Check if check in request.POST.getlist("checked")],
        "statement": request.POST.get("statement", "")[:STATEMENT_LENGTH],
        "note": request.POST.get("note", "")[:NOTE_LENGTH],
        "reason": (CHANGED if is_changed else REFUSED) if is_refused else "",
    }


def take_form(request, article: Article) -> dict:
    """Remove what keep_form() has kept from the session, and return it; {} if it is of another article."""
    kept = request.session.pop(SESSION_KEY, {})
    return kept if kept.get("article") == article.pk else {}


def _blocker(entries):
    return entries.blocking.why_not_approved if entries.blocking else entries.refusal


def _problems(kept, entries, blocker) -> list[tuple[str, MarkEntry | None]]:
    problems = []
    if Check.READ not in kept["checked"]:
        problems.append((_("“Read to the end” is not ticked"), None))
    if kept["reason"] == CHANGED:
        problems.append((_("It changed after you opened it. Read it again, then approve it."), None))
    blocking = [(entry.why_not_approved, entry) for entry in entries.all_blocking]
    return [*problems, *(blocking or ([(blocker, None)] if blocker else []))]


def _ticks(article, entries, kept, last) -> list[dict]:
    """Return the checkboxes. known: what the marks show. is_suggested: ticked in the user's last approval."""
    ticks, checked = [], kept.get("checked", [])
    for check in applicable_checks(article, entries.marks):
        marks = [mark for mark in entries.marks if mark.kind in KINDS_OF.get(check, ())]
        is_open = any(mark.is_open for mark in marks)
        tick = {
            "check": check,
            "phrase": CHECKED[check],
            "left_out": NOT_CHECKED[check],
            "is_checked": check in checked,
            "is_suggested": check != Check.READ and check in last and not is_open,
            "known": _known_of_images(article, entries) if check == Check.IMAGES else _known_of(marks),
        }
        if kept.get("reason") and check == Check.READ and check not in checked:
            tick["refusal"] = _("Needed for every approval")
        elif kept.get("reason") and check == Check.PEOPLE and entries.blocking:
            tick["refusal"] = _("Mark %d is still open") % entries.blocking.number
        ticks.append(tick)
    return ticks


def _known_of_images(article, entries) -> str:
    number = number_of_images(article, entries.marks)
    if (look := latest_look(images_of(article))) is None:
        return _("%d in this article") % number
    day = date_format(timezone.localtime(look.at), "SHORT_DATE_FORMAT")
    values = {"number": number, "name": look.by_name, "day": day}
    return _("%(number)d in this article, looked at by %(name)s on %(day)s") % values


def _known_of(marks) -> str:
    """Return the number of marks with each outcome, in words."""
    found = Counter(mark.resolution.outcome if mark.resolution else Outcome.OPEN for mark in marks)
    words = {
        Outcome.SOURCE: lambda number: ngettext("%d with a source", "%d with a source", number),
        Outcome.REWRITTEN: lambda number: ngettext("%d rewritten", "%d rewritten", number),
        Outcome.TAKEN_OUT: lambda number: ngettext("%d removed", "%d removed", number),
        Outcome.NO_CLAIM: lambda number: ngettext("%d not a claim", "%d not a claim", number),
        Outcome.OPEN: lambda number: ngettext("%d open", "%d open", number),
    }
    return ", ".join(
        said(found[outcome]) % found[outcome] for outcome, said in words.items() if found[outcome]
    )


def _changes_of(article):
    """Return the URL of the comparison with the approved version; "" if nothing changed since."""
    if label_state(article) != LabelState.CHANGED:
        return ""
    approved = article.versions.filter(is_approved=True).order_by("-number").first()
    newest = article.versions.order_by("-number").first()
    if approved is None or approved == newest:
        return reverse("admin:blog_article_history", args=[article.pk])
    query = {"version": newest.number, "against": approved.number}
    return reverse("admin:blog_article_history", args=[article.pk], query=query)
