"""The AI label: its state, its words, and what machines are told.

disclosure() returns the label of an article, trust_panel() the panel below the label of a reviewed article.
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

from blog.articles.models import Article
from blog.articles.provenance import UNNAMED_MACHINE
from blog.base.models import name_of
from blog.review.models import Approval
from blog.site.identity import site_identity
from blog.site.pages import Page

HOW_WE_WORK = "how-we-work"  # the slug of the plain page on how texts are made and checked


class LabelState(StrEnum):
    """Of a text by a machine: whether a person has checked what readers see."""

    UNREVIEWED = "unreviewed"
    CHANGED = "changed"  # since somebody checked it
    REVIEWED = "reviewed"


@dataclass(frozen=True, slots=True)
class AiLabel:
    """What readers are told of a text by a machine. machine is empty if it has no name."""

    state: LabelState
    machine: str
    review: Approval | None = None

    @property
    def is_labelled(self) -> bool:
        """Whether the text is marked as AI-generated: no person answers for these words."""
        return self.state != LabelState.REVIEWED

    @property
    def reviewer(self) -> str:
        return self.review.by_name if self.review else ""

    @property
    def reviewed_at(self) -> datetime | None:
        return timezone.localtime(self.review.at) if self.review else None

    @property
    def sentence(self) -> str:
        """What is said beside the label, or of a reviewed text, in the active language."""
        if self.state == LabelState.UNREVIEWED:
            return self._written()
        values = {"machine": self.machine, "name": self.reviewer, "date": date_format(self.reviewed_at)}
        if self.state == LabelState.CHANGED:
            return _("Changed since %(name)s checked it on %(date)s.") % values
        if self.machine:
            return _("Drafted with %(machine)s, checked by %(name)s on %(date)s.") % values
        return _("Drafted by a machine, checked by %(name)s on %(date)s.") % values

    @property
    def text(self) -> str:
        """The label and the sentence, for where there is nothing but text."""
        return _("AI-generated text.") + " " + self.sentence if self.is_labelled else self.sentence

    def _written(self):
        if self.machine:
            said = _("Written with %(machine)s; no person has checked this version.")
            return said % {"machine": self.machine}
        return _("Written by a machine; no person has checked this version.")


def ai_label(article: Article) -> AiLabel | None:
    """Return what readers are told of the article; None if people wrote it, or nobody says who did.

    Of one that has been reviewed, its reviews are read: lists prefetch them.
    """
    state = label_state(article)
    if state is None:
        return None
    named = "" if article.machine_name == UNNAMED_MACHINE else article.machine_name
    if state == LabelState.UNREVIEWED:
        return AiLabel(state, named)
    return AiLabel(state, named, approval_in_force(article.reviews.all()))


def label_state(article: Article) -> LabelState | None:
    """Return the state of a text by a machine, read from the article itself; None for others."""
    if not article.machine_name:
        return None
    if article.is_reviewed:
        return LabelState.REVIEWED
    return LabelState.CHANGED if article.reviewed_digest else LabelState.UNREVIEWED


def is_labelled(article: Article) -> bool:
    """Return whether readers see that the text is AI-generated and that nobody answers for it."""
    return label_state(article) in {LabelState.UNREVIEWED, LabelState.CHANGED}


def ai_label_if_approved(article: Article, user) -> AiLabel | None:
    """Return what readers would be told if this user approved the article now."""
    now = ai_label(article)
    return now and AiLabel(LabelState.REVIEWED, now.machine, Approval(article=article, by_name=name_of(user)))


def label(article: Article) -> str:
    """Return the label in a few words, in the active language; "" for a text that has none."""
    return _("AI-generated text") if is_labelled(article) else ""


def approval_in_force(reviews: Iterable[Approval]) -> Approval | None:
    """Return the newest approval in force, or None. reviews: all of an article, oldest first."""
    return next(reversed(approvals_in_force(reviews)), None)


def approvals_in_force(reviews: Iterable[Approval]) -> list[Approval]:
    """Return the approvals that were not withdrawn, the newest of the same words, oldest first.

    A withdrawal is one of the approval of the same words; those of other words stay in force.
    """
    found = {}
    for review in reviews:
        found.pop(review.digest, None)
        if review.kind == Approval.Kind.APPROVED:
            found[review.digest] = review
    return list(found.values())


@dataclass(frozen=True, slots=True)
class ReviewPanel:
    """What the panel shows. history: dates, and what became of the text then.

    Differences between versions are not shown: what was taken out stays out of public pages.
    """

    review: Approval
    sources: list[list[str]]
    history: list[tuple[datetime, str]]
    method_address: str  # of the page on how this site works; "" without one
    email: str


def trust_panel(article: Article, disclosure: AiLabel | None) -> ReviewPanel | None:
    """Return the panel of a reviewed text, in the active language; None for all others."""
    if disclosure is None or disclosure.state != LabelState.REVIEWED:
        return None
    page = Page.objects.published().filter(slug=HOW_WE_WORK).only("slug").first()
    return ReviewPanel(
        review=disclosure.review,
        sources=disclosure.review.sources,
        history=_history(article, disclosure),
        method_address=page.get_absolute_url() if page else "",
        email=site_identity().email,
    )


def _history(article, disclosure):
    drafted = _("Draft by %s, as it came in") % disclosure.machine if disclosure.machine else _("Draft")
    happened = [(article.created_at, drafted)]
    happened += [
        (review.at, _("Checked by %s") % review.by_name)
        for review in approvals_in_force(article.reviews.all())
    ]
    happened += [(correction.at, _("Corrected")) for correction in article.shown_corrections]
    return sorted((timezone.localtime(moment), said) for moment, said in happened)


# The draft of a W3C community group, whose values still change: these are those of September 2026. There,
# "assisted" includes what a machine wrote and a person reviewed. https://github.com/dweekly/ai-content-disclosure
AI_DISCLOSURE = {
    LabelState.UNREVIEWED: "ai-autonomous",
    LabelState.CHANGED: "ai-autonomous",
    LabelState.REVIEWED: "ai-assisted",
}
# digitalSourceType: members of schema.org for terms of the IPTC.
DIGITAL_SOURCE_TYPES = {
    LabelState.UNREVIEWED: "https://schema.org/TrainedAlgorithmicMediaDigitalSource",
    LabelState.CHANGED: "https://schema.org/TrainedAlgorithmicMediaDigitalSource",
    LabelState.REVIEWED: "https://schema.org/CompositeWithTrainedAlgorithmicMediaDigitalSource",
}
# creativeWorkStatus: free text, for which schema.org has no terms.
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
