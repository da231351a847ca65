"""Resolve the marks of a sentence from the proof: add a source or fix it, rewrite, remove, “not a claim”.

answers_to() returns these options, each with the labels of its field and button.
"""

import re
from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from blog.articles.actions.base import SkipReason
from blog.articles.actions.rewrite import edit_articles
from blog.articles.changes import changing
from blog.articles.models import Article, EmptyArticleError
from blog.articles.undoable import UndoableAction
from blog.articles.versions.differences import Span, word_differences
from blog.articles.versions.models import Version
from blog.base.locking import lock_rows
from blog.desk.articles.proof.entries import MarkEntries, MarkEntry, entries_of, group_marks
from blog.documents.marks import plain_words
from blog.review.mark_fixes import plan_fix
from blog.review.marks import Mark, with_resolutions
from blog.review.models import MarkResolution
from blog.review.removal import TextRemoval, plan_text_removal
from blog.review.resolution import ResolutionError, check_removal, needs_reason, reopen, resolve
from blog.sandbox.refusal_messages import text_refusal
from blog.sandbox.refusals import RefusedError

NOTE_LENGTH = 2000
Outcome = MarkResolution.Outcome
FIXED = "fixed"  # in the form; stored as rewritten
CHANGES_WORDS = (Outcome.REWRITTEN, Outcome.TAKEN_OUT, FIXED)
LONGEST_SHOWN = 20_000  # characters; longer texts are not compared while typing
NOTE_OF_KIND = "note-"  # followed by the key of a mark: its field in “Use a source for each kind”
SPAN = re.compile(r"(\d{1,9})-(\d{1,9})", re.ASCII)


def find_fix(article: Article, entry: MarkEntry) -> dict[str, object]:
    """Return the changes that fix the only mark of a sentence, {field: new value}, or {}."""
    return plan_fix(article, entry.mark) if len(entry.marks) == 1 else {}


def fix_preview(article: Article, fix: dict[str, object]) -> list[dict]:
    """Return the name of each field that a fix changes, with the differences. Of the text, only these."""
    found = []
    for name, value in fix.items():
        before, after = (
            ", ".join(map(str, text)) if name == "keywords" else str(text)
            for text in (getattr(article, name), value)
        )
        spans = word_differences(before, after)
        if name == "body":
            spans = [Span(span.kind, plain_words(span.text)) for span in spans if span.kind != "same"]
        found.append({"name": Article._meta.get_field(name).verbose_name, "spans": spans})
    return found


def answers_to(marks: Sequence[Mark], removal: TextRemoval | None, *, is_fixable: bool = False) -> list[dict]:
    """Return the options for the marks of a sentence. removal: None if they are not in the text.

    An option has a key and a name, and the labels of the field and button that it opens. submit_label is ""
    if it is not possible; then the hint says what to do. is_required: the field must be filled in.
    is_saved_at_once: its key saves it, without opening the field.
    """
    is_claim = any(mark.is_claim for mark in marks)
    offered = [_source(marks)] if is_claim else [_fix()] if is_fixable else []
    if removal:
        offered += [_rewrite(), _remove(removal)]
    return [*offered, _not_a_claim(marks) if is_claim else _accept()]


def _source(marks):
    claims = [mark for mark in marks if mark.is_claim]
    field = _("Where this person said it") if claims[0].speaker else _("Where this is stated")
    return {
        "outcome": Outcome.SOURCE,
        "key": "1",
        "name": _("Source"),
        "submit_label": _("Save source"),
        "field": _("Source for the whole sentence") if len(claims) > 1 else field,
        "placeholder": _("URL, book and page, or the person you asked"),
        "hint": _("Shown to readers in the review details."),
        "is_required": True,
    }


def _fix():
    return {
        "outcome": FIXED,
        "key": "1",
        "name": _("Fix"),
        "submit_label": _("Fix"),
        "hint": _("Undo restores the words."),
        "is_saved_at_once": True,
    }


def _rewrite():
    return {
        "outcome": Outcome.REWRITTEN,
        "key": "2",
        "name": _("Rewrite"),
        "submit_label": _("Save sentence"),
        "field": _("This sentence, as Markdown"),
        "hint": _("Marks that remain in it stay open."),
    }


def _remove(removal):
    number = removal.words
    label = ngettext("Remove %(number)d word", "Remove %(number)d words", number) % {"number": number}
    is_possible = removal.is_possible
    return {
        "outcome": Outcome.TAKEN_OUT,
        "key": "3",
        "name": _("Remove"),
        "submit_label": (label if number else _("Remove")) if is_possible else "",
        "hint": _("Undo restores them.")
        if is_possible
        else _("It cannot be removed on its own. Rewrite it instead."),
    }


def _not_a_claim(marks):
    is_required = any(map(needs_reason, marks))
    return {
        "outcome": Outcome.NO_CLAIM,
        "key": "4",
        "name": _("Not a claim"),
        "submit_label": _("Save reason") if is_required else _("Mark as not a claim"),
        "field": _("Reason (a person is named)") if is_required else _("Why is this not a claim?"),
        "placeholder": _("One line, shown to colleagues") if is_required else _("Optional"),
        "is_required": is_required,
        "is_saved_at_once": not is_required,
    }


def _accept():
    return {
        "outcome": Outcome.NO_CLAIM,
        "key": "4",
        "name": _("Accept as is"),
        "submit_label": _("Accept"),
        "field": _("Why is this acceptable?"),
        "placeholder": _("Optional"),
        "is_saved_at_once": True,
    }


class ResolutionForm(forms.Form):
    """The resolution of a sentence, given by the key of a mark, and the lock version that the page showed."""

    key = forms.CharField(max_length=32)
    outcome = forms.ChoiceField(choices=[*Outcome.choices, (FIXED, FIXED)])
    note = forms.CharField(max_length=NOTE_LENGTH, required=False)
    text = forms.CharField(required=False, strip=False)
    version = forms.IntegerField(min_value=0, max_value=2**31 - 1)
    confirmed = forms.BooleanField(required=False)  # the removal and its concerns were shown

    @property
    def notes(self) -> dict[str, str] | None:
        """The notes of “Use a source for each kind”, or None."""
        fields = [name for name in self.data if name.startswith(NOTE_OF_KIND)]
        return {name.removeprefix(NOTE_OF_KIND): self.data[name] for name in fields} or None


def resolve_from_form(
    user, article: Article, entries: MarkEntries, entry: MarkEntry, form: ResolutionForm
) -> MarkEntries | None:
    """Resolve the marks of the sentence, or reopen them. Return the entries afterwards.

    Returns None if the article was deleted afterwards. Raises ResolutionError.
    """
    if not form.is_valid():
        raise ResolutionError(_("Not resolved: choose an option, and keep the note short."))
    outcome, note = form.cleaned_data["outcome"], form.cleaned_data["note"]
    try:
        if outcome in CHANGES_WORDS:
            _change_words(user, article, entry, form)
            article = Article.objects.filter(pk=article.pk).first()
        elif outcome == Outcome.OPEN:
            reopen(article, entry.marks, user)
        else:
            rows = resolve(article, entry.marks, outcome, note, user, notes=form.notes)
            return group_marks(article, with_resolutions(entries.marks, rows))
    except RefusedError as error:
        raise ResolutionError(text_refusal(error)) from error
    except EmptyArticleError as error:
        message = _("Not removed: the article would be empty. Unpublish it first.")
        raise ResolutionError(message) from error
    return article and entries_of(article)


def resolution_message(entry: MarkEntry, outcome: str, entries: MarkEntries) -> str:
    """Return the message after resolving a mark. entries: the marks afterwards."""
    now = entries.by_key(entry.mark.key)
    if outcome in CHANGES_WORDS and now and now.is_open:
        return _("The sentence was rewritten, but mark %d is still in it.") % entry.number
    if now and now.is_open and outcome != Outcome.OPEN:
        return _("Saved. The rest of mark %d is still open.") % entry.number
    if outcome == FIXED:
        label = _("Fixed")
    else:
        label = now.outcome or _("Reopened") if now else Outcome(outcome).label
    values = {
        "outcome": label,
        "mark": entry.number,
        "number": entries.resolved_number,
        "total": entries.total,
    }
    return _("%(outcome)s: mark %(mark)d. %(number)d of %(total)d resolved.") % values


def _change_words(user, article, entry, form):
    outcome = form.cleaned_data["outcome"]
    sentences = {
        FIXED: _("Mark %d was fixed."),
        Outcome.TAKEN_OUT: _("Mark %d was removed."),
        Outcome.REWRITTEN: _("The sentence of mark %d was rewritten."),
    }
    sentence = sentences[outcome] % entry.number
    seen = {article.pk: form.cleaned_data["version"]}
    changes = {article.pk: _changes(article, entry, form)}
    stored = Outcome.REWRITTEN if outcome == FIXED else outcome
    with changing(by=user, undoable=UndoableAction()):
        lock_rows(Article.objects.filter(pk=article.pk))
        resolve(article, entry.marks, stored, "", user)
        done = edit_articles(user, seen, changes, lambda _number: sentence, kind=Version.Action.SAVED)
        if not done.changed:
            raise ResolutionError(_failure_message(done))


def _changes(article, entry, form):
    if form.cleaned_data["outcome"] == FIXED:
        fix = find_fix(article, entry)
        if not fix:
            raise ResolutionError(_("This mark has no fix. Change it on the edit page."))
        return fix
    if entry.start is None:
        raise ResolutionError(_("This mark is not in the article text. Change it on the edit page."))
    return {"body": _new_body(article, entry, form)}


def _new_body(article, entry, form):
    if form.cleaned_data["outcome"] == Outcome.TAKEN_OUT:
        removal = plan_text_removal(article.body, entry.marks)
        check_removal(removal, is_confirmed=form.cleaned_data["confirmed"])
        return removal.body
    text = form.cleaned_data["text"].replace("\r\n", "\n").strip()
    if not text:
        raise ResolutionError(_("Not resolved: there are no words. To delete the sentence, choose “Remove”."))
    return article.body[: entry.start] + text + article.body[entry.end :]


def _failure_message(done):
    if SkipReason.CHANGED in done.skipped:
        return _(
            "Not resolved: someone saved the article after you opened this page. Reload and read it again."
        )
    return _("Not resolved: the sentence has not changed. Edit it, or choose another option.")


def difference_to(article, place: str, typed: str) -> tuple[Span, ...]:
    """Return what the typed text changes in a passage. place: its start and end in the body, as "12-80".

    Returns () for an invalid place, and for a text longer than LONGEST_SHOWN.
    """
    span = SPAN.fullmatch(place)
    if span is None or len(typed) > LONGEST_SHOWN:
        return ()
    passage = article.body[int(span[1]) : int(span[2])]
    return word_differences(passage, typed.replace("\r\n", "\n"))
