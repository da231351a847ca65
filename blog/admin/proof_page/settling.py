"""Settling a mark from the proof: by a source, other words, taking it out, or a reason why it is no claim."""

from django import forms
from django.db import transaction
from django.utils.translation import gettext as _

from blog.admin.proof_page.entries import Entry
from blog.models import Article, EmptyArticleError, Settlement
from blog.passages import paragraph_at, without
from blog.proofing import reopen, settle
from blog.refusals import text_refusal
from blog.rewriting import rewrite
from blog.sandbox.refusals import RefusedError

NOTE_LENGTH = 2000
Outcome = Settlement.Outcome
KEPT = {
    Outcome.SOURCE: "Source kept",
}


class SettlingError(Exception):
    """The mark is not settled; the message says why, in words."""


class SettleForm(forms.Form):
    """What an editor decided on a mark, which is known by its key and by the version that was on the page."""

    key = forms.CharField(max_length=32)
    outcome = forms.ChoiceField(choices=Outcome)
    note = forms.CharField(max_length=NOTE_LENGTH, required=False)
    text = forms.CharField(required=False, strip=False)
    version = forms.IntegerField(min_value=0)


def carry_out(user, article: Article, entry: Entry, form: SettleForm) -> None:
    """Settle the mark, or open it again. Raises SettlingError."""
    outcome, note = form.cleaned_data["outcome"], form.cleaned_data["note"].strip()
    if outcome == Outcome.OPEN:
        reopen(user, article, entry.mark)
    elif outcome in (Outcome.REWRITTEN, Outcome.TAKEN_OUT):
        _change_words(user, article, entry, form)
    else:
        _require_note(entry, outcome, note)
        settle(user, article, entry.mark, outcome, note)


def _require_note(entry, outcome, note):
    if outcome == Outcome.SOURCE and not note:
        raise SettlingError(_("Not settled: say where it says so, as an address, a page or a person."))
    if outcome == Outcome.NO_CLAIM and entry.needs_reason and not note:
        raise SettlingError(_("Not settled: a person is quoted by name. Say in a line why that is no claim."))


def _change_words(user, article, entry, form):
    if entry.mark.start is None:
        raise SettlingError(_("Not settled: it does not stand in the text. Change it on the edit page."))
    body = _new_body(article, entry, form)
    try:
        with transaction.atomic():
            settlement = settle(user, article, entry.mark, form.cleaned_data["outcome"])
            seen = {article.pk: form.cleaned_data["version"]}
            added = [("settlement", settlement.pk)]
            done = rewrite(user, seen, {article.pk: {"body": body}}, _said_of(entry, form), added=added)
            if not done.ready:
                raise SettlingError(_not_changed(done))
    except RefusedError as error:
        raise SettlingError(text_refusal(error)) from error
    except EmptyArticleError as error:
        words = _("Not taken out: readers would see nothing of this article. Unpublish it first.")
        raise SettlingError(words) from error


def _new_body(article, entry, form):
    if form.cleaned_data["outcome"] == Outcome.TAKEN_OUT:
        return without(article.body, entry.mark.start, entry.mark.end)
    text = form.cleaned_data["text"].replace("\r\n", "\n").strip("\n")
    start, end = paragraph_at(article.body, entry.mark.start)
    return article.body[:start] + text + article.body[end:]


def _said_of(entry, form):
    taken_out = form.cleaned_data["outcome"] == Outcome.TAKEN_OUT
    sentence = _("Mark %d was taken out.") if taken_out else _("The paragraph of mark %d was rewritten.")
    return lambda number: sentence % entry.number


def _not_changed(sorting):
    return _("Not settled: somebody saved the article since this page was opened. Look at it again.")
