"""The AI label: its state, its text, and its machine-readable forms.

ai_label() returns the label of an article, review_panel() the panel below the label of a reviewed article.
The functions at the end give the state in the vocabularies of HTML and schema.org. This module only reads,
so pages, feeds and exports can use it. Approving is in approval.py.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog import extend
from blog.articles.models import Article
from blog.articles.provenance import UNNAMED_MACHINE
from blog.base.models import name_of
from blog.review.models import Approval
from blog.site.identity import site_identity
from blog.site.method_page import HOW_WE_WORK
from blog.site.pages import Page

Check = Approval.Check
# What was checked, for the end of the sentence on the review.
CHECKED = {
    Check.READ: gettext_lazy("read to the end"),
    Check.PEOPLE: gettext_lazy("people and quotations looked up"),
    Check.FIGURES: gettext_lazy("figures looked up"),
    Check.IMAGES: gettext_lazy("images looked at"),
}
NOT_CHECKED = {
    Check.READ: gettext_lazy("The article was not read to the end."),
    Check.PEOPLE: gettext_lazy("People and quotations were not looked up."),
    Check.FIGURES: gettext_lazy("Figures were not looked up."),
    Check.IMAGES: gettext_lazy("Images were not looked at."),
}


class LabelState(StrEnum):
    """Whether a person has reviewed the published content of an AI-written article."""

    UNREVIEWED = "unreviewed"
    CHANGED = "changed"  # since the review
    REVIEWED = "reviewed"


@dataclass(frozen=True, slots=True)
class AiLabel:
    """The label that readers see on an AI-written article. machine is "" if the AI model is not known."""

    state: LabelState
    machine: str
    review: Approval | None = None

    @property
    def is_labelled(self) -> bool:
        """Whether the article is shown as AI-generated because nobody has approved its current content."""
        return self.state != LabelState.REVIEWED

    @property
    def reviewer(self) -> str:
        return self.review.by_name if self.review else ""

    @property
    def reviewed_at(self) -> datetime | None:
        return timezone.localtime(self.review.at) if self.review else None

    @property
    def checks(self) -> str:
        """The checks made, separated by commas. "" before the Editor has ticked one."""
        checked = self.review.checked if self.review else []
        return ", ".join(str(CHECKED[check]) for check in checked)

    @property
    def sentence(self) -> str:
        """The sentence that explains the label, or names the reviewer if there is no label."""
        if self.state == LabelState.UNREVIEWED:
            return self._unreviewed_sentence()
        values = {"machine": self.machine, "name": self.reviewer, "date": date_format(self.reviewed_at)}
        if self.state == LabelState.CHANGED:
            return _("Changed since %(name)s reviewed it on %(date)s.") % values
        if checks := self.checks:
            values["checks"] = checks
            if self.machine:
                return _("Drafted with %(machine)s, reviewed by %(name)s on %(date)s: %(checks)s.") % values
            return _("Drafted with AI, reviewed by %(name)s on %(date)s: %(checks)s.") % values
        if self.machine:
            return _("Drafted with %(machine)s, reviewed by %(name)s on %(date)s.") % values
        return _("Drafted with AI, reviewed by %(name)s on %(date)s.") % values

    @property
    def text(self) -> str:
        """The label and the sentence as plain text."""
        return _("AI-generated text.") + " " + self.sentence if self.is_labelled else self.sentence

    def _unreviewed_sentence(self):
        if self.machine:
            sentence = _("Written with %(machine)s; no person has reviewed this version.")
            return sentence % {"machine": self.machine}
        return _("Written by AI; no person has reviewed this version.")


def ai_label(article: Article) -> AiLabel | None:
    """Return the AI label of an article. None if people wrote it, or if its provenance is unknown.

    For an article with an approval this takes a query, unless its reviews are prefetched.
    """
    state = label_state(article)
    if state is None:
        return None
    named = "" if article.machine_name == UNNAMED_MACHINE else article.machine_name
    if state == LabelState.UNREVIEWED:
        return AiLabel(state, named)
    return AiLabel(state, named, approval_in_force(article.reviews.all()))


def label_state(article: Article) -> LabelState | None:
    """Return the state of an AI-written article, without a query. None for other articles."""
    if not article.machine_name:
        return None
    if article.is_reviewed:
        return LabelState.REVIEWED
    return LabelState.CHANGED if article.reviewed_digest else LabelState.UNREVIEWED


def is_labelled(article: Article) -> bool:
    """Whether readers see that the article is AI-generated and not approved."""
    return label_state(article) in {LabelState.UNREVIEWED, LabelState.CHANGED}


def ai_label_if_approved(article: Article, user, checked: Iterable[str] = ()) -> AiLabel | None:
    """Return the label that readers would see if this user approved the article now, with these checks."""
    current = ai_label(article)
    review = Approval(article=article, by_name=name_of(user), checked=list(checked))
    return current and AiLabel(LabelState.REVIEWED, current.machine, review)


def label(article: Article) -> str:
    """Return the short label in the active language, or "" if the article has none."""
    return _("AI-generated text") if is_labelled(article) else ""


def approval_in_force(reviews: Iterable[Approval]) -> Approval | None:
    """Return the newest approval in force, or None. reviews: as for approvals_in_force()."""
    return next(reversed(approvals_in_force(reviews)), None)


def approvals_in_force(reviews: Iterable[Approval]) -> list[Approval]:
    """Return the approvals that were not withdrawn, oldest first: the newest one for each digest.

    A withdrawal ends the approval with the same digest. Approvals of other content stay in force. reviews:
    all approvals and withdrawals of an article, oldest first.
    """
    found = {}
    for review in reviews:
        found.pop(review.digest, None)
        if review.kind == Approval.Kind.APPROVED:
            found[review.digest] = review
    return list(found.values())


def review_panel(article: Article, disclosure: AiLabel | None) -> dict | None:
    """Return the panel below the label of a reviewed article, in the active language. None for others.

    It shows no earlier versions, so removed text stays off public pages. checked, unchecked: sentences on
    what the review covered and did not cover. sources: [words, source] for each resolved mark. history:
    (time, event), oldest first. method_address: URL of the page on how this site works, or "".
    """
    if disclosure is None or disclosure.state != LabelState.REVIEWED:
        return None
    page = Page.objects.published().filter(slug=HOW_WE_WORK).only("slug").first()
    return {
        "review": disclosure.review,
        "checked": checked_sentences(disclosure.review),
        "unchecked": _unchecked_sentences(disclosure.review),
        "sources": disclosure.review.sources,
        "history": _history(article, disclosure),
        "method_address": page.get_absolute_url() if page else "",
        "email": site_identity().email,
    }


def checked_sentences(review: Approval) -> list[str]:
    """Return what the Editor checked, what the check found, and the note to readers, as sentences."""
    sentences = [f"{Check(check).label}." for check in review.checked]
    if review.is_unquoted:
        sentences.append(_("Nobody is quoted."))
    return [*sentences, *filter(None, [review.statement])]


def _unchecked_sentences(review):
    gaps = (gap(review) for gap in extend.review_gaps)
    return [*(str(NOT_CHECKED[check]) for check in review.unchecked), *filter(None, gaps)]


def _history(article, disclosure):
    drafted = _("Draft by %s, as imported") % disclosure.machine if disclosure.machine else _("Draft")
    happened = [(article.created_at, drafted)]
    happened += [
        (review.at, _("Reviewed by %s") % review.by_name)
        for review in approvals_in_force(article.reviews.all())
    ]
    happened += [(correction.at, _("Corrected")) for correction in article.shown_corrections]
    return sorted((timezone.localtime(moment), event) for moment, event in happened)


# Values of a draft of a W3C community group as of September 2026; they may still change. There, "assisted"
# includes text that AI wrote and a person reviewed. https://github.com/dweekly/ai-content-disclosure
AI_DISCLOSURE = {
    LabelState.UNREVIEWED: "ai-autonomous",
    LabelState.CHANGED: "ai-autonomous",
    LabelState.REVIEWED: "ai-assisted",
}
# digitalSourceType: schema.org's members for the IPTC terms.
DIGITAL_SOURCE_TYPES = {
    LabelState.UNREVIEWED: "https://schema.org/TrainedAlgorithmicMediaDigitalSource",
    LabelState.CHANGED: "https://schema.org/TrainedAlgorithmicMediaDigitalSource",
    LabelState.REVIEWED: "https://schema.org/CompositeWithTrainedAlgorithmicMediaDigitalSource",
}
# creativeWorkStatus: free text, as schema.org has no terms for it.
WORK_STATUS = {
    LabelState.UNREVIEWED: "Unreviewed",
    LabelState.CHANGED: "Changed since review",
    LabelState.REVIEWED: "Reviewed",
}


def ai_disclosure(article: Article) -> str:
    return AI_DISCLOSURE.get(label_state(article), "")


def digital_source_type(article: Article) -> str:
    return DIGITAL_SOURCE_TYPES.get(label_state(article), "")


def work_status(article: Article) -> str:
    return WORK_STATUS.get(label_state(article), "")
