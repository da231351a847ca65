"""Approving an article from its proof: what stands in the way, and what readers will be told."""

from dataclasses import dataclass

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from blog.articles.models import Article
from blog.desk.articles.proof.entries import MarkEntries, MarkEntry
from blog.reader.language import ui_language_within_text
from blog.review.ai_label import LabelState, ai_label_if_approved, approval_in_force, label_state
from blog.review.approval import FORM_INVALID, NOT_READ, ReviewRefusedError, approval_blocker, approve
from blog.review.models import Approval

NOTE_LENGTH = 500
STATEMENT_LENGTH = 1000


class ApproveForm(forms.Form):
    """read: "1" once the end of the article was on screen, or where no script can tell."""

    version = forms.IntegerField(min_value=0, max_value=2**31 - 1)
    read = forms.CharField(required=False)
    statement = forms.CharField(max_length=STATEMENT_LENGTH, required=False)
    note = forms.CharField(max_length=NOTE_LENGTH, required=False)


@dataclass(frozen=True)
class ApprovalStatus:
    """Why the article cannot be approved, in words, with the mark that it waits for; else what will be said.

    active_review: the approval that holds for the words as they are.
    changes: the address of what was changed since it was approved.
    """

    blocker: str = ""
    entry: MarkEntry | None = None
    active_review: Approval | None = None
    changes: str = ""
    statement: str = ""
    reader_message: str = ""

    @property
    def is_valid(self) -> bool:
        return self.active_review is not None


def approval_status(article: Article, entries: MarkEntries, user) -> ApprovalStatus:
    waits_for = entries.blocking
    blocker = _why_not(entries) or approval_blocker(article, user, article.lock_version)
    told = ai_label_if_approved(article, user)
    return ApprovalStatus(
        blocker,
        waits_for,
        active_review=approval_in_force(article.reviews.all()) if article.is_reviewed else None,
        changes=_changes_of(article),
        statement=statement_on(article, entries),
        reader_message=told.sentence if told else "",
    )


def statement_on(article: Article, entries: MarkEntries) -> str:
    """Return what an approval says was checked, in the language of the article, for readers."""
    has_people = any(
        entry.mark.kind in ("quotation", "person") for entry in [*entries.numbered, *entries.gone]
    )
    with override(ui_language_within_text(article.language)):
        if has_people:
            return _("Read from beginning to end; whoever is quoted or named was checked.")
        return _("Read from beginning to end. Nobody is quoted or named in it.")


def approve_from_form(user, article: Article, entries: MarkEntries, data) -> None:
    """Approve the article. Raises ReviewRefusedError."""
    form = ApproveForm(data)
    if not form.is_valid():
        raise ReviewRefusedError(FORM_INVALID)
    given = form.cleaned_data
    if not given["read"]:
        raise ReviewRefusedError(NOT_READ)
    if blocker := _why_not(entries):
        raise ReviewRefusedError(blocker)
    statement = given["statement"] or statement_on(article, entries)
    approve(article, user, given["version"], statement, given["note"])


def _why_not(entries):
    return entries.blocking.why_not_approved if entries.blocking else entries.refusal


def _changes_of(article):
    """Return the address of the difference to the version that was approved, or "" if it was not changed."""
    if label_state(article) != LabelState.CHANGED:
        return ""
    approved = article.versions.filter(is_approved=True).order_by("-number").first()
    newest = article.versions.order_by("-number").first()
    if approved is None or approved == newest:
        return reverse("admin:blog_article_history", args=[article.pk])
    query = {"version": newest.number, "against": approved.number}
    return reverse("admin:blog_article_history", args=[article.pk], query=query)
