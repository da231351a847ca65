"""Resolve a mark: add a source, rewrite or remove its passage, or “no claim”.

Paragraph is the passage as a field, difference_to() shows what the typed text changes in it.
"""

from dataclasses import dataclass

from django import forms
from django.db import transaction
from django.utils.translation import gettext as _

from blog.articles.actions.rewrite import edit_articles
from blog.articles.models import Article, EmptyArticleError
from blog.articles.versions.differences import Span, word_differences
from blog.desk.articles.proof.entries import MarkEntries, MarkEntry
from blog.review.models import MarkResolution
from blog.review.passages import paragraph_at, remove_span
from blog.review.resolution import SettlingError, reopen, resolve
from blog.sandbox.refusal_messages import text_refusal
from blog.sandbox.refusals import RefusedError

NOTE_LENGTH = 2000
Outcome = MarkResolution.Outcome
CHANGES_WORDS = (Outcome.REWRITTEN, Outcome.TAKEN_OUT)
LONGEST_SHOWN = 20_000  # characters; what is typed beyond that is not compared while it is typed


class SettleForm(forms.Form):
    """What an editor decided on a mark, which is known by its key, and the version that was on the page."""

    key = forms.CharField(max_length=32)
    outcome = forms.ChoiceField(choices=Outcome)
    note = forms.CharField(max_length=NOTE_LENGTH, required=False)
    text = forms.CharField(required=False, strip=False)
    version = forms.IntegerField(min_value=0, max_value=2**31 - 1)

    @property
    def asks_for_field(self) -> bool:
        """Whether “rewrite” was pressed, and the paragraph is to become a field first."""
        return self.cleaned_data.get("outcome") == Outcome.REWRITTEN and "text" not in self.data


def resolve_from_form(user, article: Article, entry: MarkEntry, form: SettleForm) -> None:
    """Settle the mark, or open it again. Raises SettlingError."""
    if not form.is_valid():
        raise SettlingError(_("Not settled: choose one of the answers, and keep the note short."))
    outcome, note = form.cleaned_data["outcome"], form.cleaned_data["note"]
    try:
        if outcome == Outcome.OPEN:
            reopen(article, entry.mark.key, user)
        elif outcome in CHANGES_WORDS:
            _change_words(user, article, entry, form)
        else:
            resolve(article, entry.mark.key, outcome, note, user)
    except RefusedError as error:
        raise SettlingError(text_refusal(error)) from error
    except EmptyArticleError as error:
        words = _("Not taken out: readers would see nothing of this article. Unpublish it first.")
        raise SettlingError(words) from error


def resolution_message(entry: MarkEntry, outcome: str, entries: MarkEntries) -> str:
    """Return the message on what was decided. entries: the marks as they are now."""
    now = entries.by_key(entry.mark.key)
    if outcome in CHANGES_WORDS and now and now.mark.is_open:
        return _("The paragraph was rewritten. Mark %d still stands in it.") % entry.number
    values = {
        "outcome": now.outcome or _("Open again") if now else Outcome(outcome).label,
        "mark": entry.number,
        "number": entries.settled_number,
        "total": entries.total,
    }
    return _("%(outcome)s: mark %(mark)d. %(number)d of %(total)d settled.") % values


def _change_words(user, article, entry, form):
    if entry.mark.start is None:
        raise SettlingError(_("It does not stand in the text. Change it on the edit page."))
    outcome = form.cleaned_data["outcome"]
    seen = {article.pk: form.cleaned_data["version"]}
    changes = {article.pk: {"body": _new_body(article, entry, form)}}
    with transaction.atomic():
        settlement = resolve(article, entry.mark.key, outcome, "", user, with_undo=False)
        added = [(MarkResolution.stored_name, settlement.pk)]
        done = edit_articles(user, seen, changes, _sentence_on(entry, outcome), added=added)
        if not done.changed:
            raise SettlingError(_why_not(article, form))


def _new_body(article, entry, form):
    if form.cleaned_data["outcome"] == Outcome.TAKEN_OUT:
        return remove_span(article.body, entry.mark.start, entry.mark.end)
    text = form.cleaned_data["text"].replace("\r\n", "\n").strip("\n")
    start, end = paragraph_at(article.body, entry.mark.start)
    return article.body[:start] + text + article.body[end:]


def _sentence_on(entry, outcome):
    taken_out = outcome == Outcome.TAKEN_OUT
    sentence = _("Mark %d was taken out.") if taken_out else _("The paragraph of mark %d was rewritten.")
    return lambda number: sentence % entry.number


def _why_not(article, form):
    if article.lock_version != form.cleaned_data["version"]:
        return _("Not settled: somebody saved the article since this page was opened. Read it again.")
    return _("Not settled: its words are as they were. Change them, or choose another answer.")


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of the Markdown, and a place in it."""

    place: int
    text: str

    @property
    def rows(self) -> int:
        return max(3, min(14, len(self.text) // 60 + self.text.count("\n") + 1))


def paragraph_of(article, entry) -> Paragraph | None:
    if entry.mark.start is None:
        return None
    start, end = paragraph_at(article.body, entry.mark.start)
    return Paragraph(entry.mark.start, article.body[start:end])


def difference_to(article, place: str, typed: str) -> tuple[Span, ...]:
    if not (place.isascii() and place.isdigit() and len(place) < 10):
        return ()
    start, end = paragraph_at(article.body, int(place))
    typed = typed.replace("\r\n", "\n")
    if len(typed) > LONGEST_SHOWN:
        return ()
    return word_differences(article.body[start:end], typed)
