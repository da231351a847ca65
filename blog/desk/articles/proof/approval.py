"""Approve an article from its proof; show what blocks the approval and what readers will see."""

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
    """The form of an approval.

    digest: words_digest of the article as the page showed it. read: "1" once the end of the article was on
    screen, or without JavaScript.
    """

    digest = forms.CharField(max_length=64)
    read = forms.CharField(required=False)
    statement = forms.CharField(max_length=STATEMENT_LENGTH, required=False)
    note = forms.CharField(max_length=NOTE_LENGTH, required=False)


@dataclass(frozen=True)
class ApprovalStatus:
    """Whether the article can be approved, and what readers will see.

    blocker: why it cannot be approved, for editors, or "". entry: the mark to resolve first.
    active_review: the approval of the current content. changes: URL of the changes since the last approval.
    statement, reader_message: the proposed statement, and the AI label after an approval.
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
    blocker = _blocker(entries) or approval_blocker(article, user, article.words_digest)
    label = ai_label_if_approved(article, user)
    return ApprovalStatus(
        blocker,
        entries.blocking,
        active_review=approval_in_force(article.reviews.all()) if article.is_reviewed else None,
        changes=_changes_of(article),
        statement=statement_on(article, entries),
        reader_message=label.sentence if label else "",
    )


def statement_on(article: Article, entries: MarkEntries) -> str:
    """Return the proposed statement of an approval, for readers, in the language of the article."""
    has_people = any(
        entry.mark.kind in ("quotation", "person") for entry in [*entries.numbered, *entries.gone]
    )
    with override(ui_language_within_text(article.language)):
        if has_people:
            return _("Read in full. Everyone quoted or named was verified.")
        return _("Read in full. Nobody is quoted or named.")


def approve_from_form(user, article: Article, entries: MarkEntries, data) -> None:
    """Approve the article. Raises ReviewRefusedError, with a message for editors, if that is not possible."""
    form = ApproveForm(data)
    if not form.is_valid():
        raise ReviewRefusedError(FORM_INVALID)
    data = form.cleaned_data
    if not data["read"]:
        raise ReviewRefusedError(NOT_READ)
    if blocker := _blocker(entries):
        raise ReviewRefusedError(blocker)
    statement = data["statement"] or statement_on(article, entries)
    approve(article, user, data["digest"], statement, data["note"])


def _blocker(entries):
    return entries.blocking.why_not_approved if entries.blocking else entries.refusal


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
