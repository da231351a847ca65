"""The AI label and the reviewer of each published article, in queries."""

from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import Case, Count, F, OuterRef, QuerySet, Subquery, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.articles.choices import ReviewState
from blog.articles.models import Article
from blog.articles.provenance import UNNAMED_MACHINE, Provenance
from blog.review.models import Approval

MONTH, YEAR = timedelta(days=30), timedelta(days=365)


class LabelObligation(StrEnum):
    """What the law requires of an article.

    LABEL: an AI label. CHECKED: none, because an Editor has approved it. NONE: none, because it is not known
    to be AI-written.
    """

    LABEL = "label"
    CHECKED = "checked"
    NONE = "none"


class LabelKind(StrEnum):
    """The label that readers see on an article."""

    AI = "ai"
    CHANGED = "changed"
    CHECKED = "checked"
    PEOPLE = "people"
    UNSAID = "unsaid"


LABELS_IN_REPORT = {
    LabelKind.AI: gettext_lazy("AI-generated text"),
    LabelKind.CHANGED: gettext_lazy("Changed since review"),
    LabelKind.PEOPLE: gettext_lazy("Written by people"),
    LabelKind.UNSAID: gettext_lazy("None: author not specified"),
}
LABELS_COUNTED = {
    LabelKind.CHECKED: gettext_lazy("reviewed by a person"),
    LabelKind.AI: gettext_lazy("labelled AI-generated"),
    LabelKind.CHANGED: gettext_lazy("changed since review"),
    LabelKind.PEOPLE: gettext_lazy("written by people"),
    LabelKind.UNSAID: gettext_lazy("not specified"),
}


class ReviewAge(StrEnum):
    """The age of a review: less than a month, or more than a year."""

    RECENT = "lately"
    LONG_AGO = "long-ago"


DUTY_OF = {
    LabelKind.AI: LabelObligation.LABEL,
    LabelKind.CHANGED: LabelObligation.LABEL,
    LabelKind.CHECKED: LabelObligation.CHECKED,
    LabelKind.PEOPLE: LabelObligation.NONE,
    LabelKind.UNSAID: LabelObligation.NONE,
}
# Articles with an obligation first.
RANKS = {
    LabelKind.AI: 0,
    LabelKind.CHANGED: 0,
    LabelKind.CHECKED: 1,
    LabelKind.PEOPLE: 2,
    LabelKind.UNSAID: 2,
}
ORDERS = {
    "duty": ("rank", "-published_at", "-pk"),
    "reviewer": ("reviewer", "-published_at", "-pk"),
    "age": (F("checked_at").asc(nulls_last=True), "-published_at", "-pk"),
    "published": ("-published_at", "-pk"),
}


def reported_articles() -> QuerySet[Article]:
    """Return the published articles, annotated with label, rank, reviewer and checked_at."""
    label = Case(
        When(provenance=Provenance.PEOPLE, then=Value(LabelKind.PEOPLE)),
        When(is_by_machine=False, then=Value(LabelKind.UNSAID)),
        When(review_state=ReviewState.VALID, then=Value(LabelKind.CHECKED)),
        When(review_state=ReviewState.STALE, then=Value(LabelKind.CHANGED)),
        default=Value(LabelKind.AI),
    )
    approvals = Approval.objects.filter(
        article=OuterRef("pk"), kind=Approval.Kind.APPROVED, digest=OuterRef("reviewed_digest")
    ).order_by("-pk")
    return (
        Article.objects.published()
        .annotate(
            label=label,
            rank=Case(*(When(label=kind, then=Value(rank)) for kind, rank in RANKS.items())),
            reviewer=Subquery(approvals.values("by_name")[:1]),
            checked_at=Subquery(approvals.values("at")[:1]),
        )
        .only("title", "slug", "published_at", "generated_by", "provenance", "machine")
    )


def label_in_report(article: Article) -> str:
    """Return the label that readers see on one of reported_articles()."""
    if article.label != LabelKind.CHECKED:
        return LABELS_IN_REPORT[article.label]
    if article.machine_name == UNNAMED_MACHINE:
        return _("Drafted with AI, reviewed")
    return _("Drafted with %s, reviewed") % article.machine_name


def filter_articles(articles, *, duty="", label="", reviewer="", checked="", now: datetime | None = None):
    """Filter the articles by obligation, label, reviewer and age of the review, as far as given."""
    now = now or timezone.now()
    if duty in LabelObligation:
        articles = articles.filter(label__in=[kind for kind in LabelKind if DUTY_OF[kind] == duty])
    if label in LabelKind:
        articles = articles.filter(label=label)
    if reviewer:
        articles = articles.filter(reviewer=reviewer)
    if checked == ReviewAge.RECENT:
        articles = articles.filter(checked_at__gt=now - MONTH)
    if checked == ReviewAge.LONG_AGO:
        articles = articles.filter(checked_at__lte=now - YEAR)
    return articles


def count_labels(articles) -> dict[str, int]:
    """Return {label: number of articles}."""
    counted = articles.order_by().values_list("label").annotate(number=Count("pk"))
    return dict.fromkeys(LabelKind, 0) | dict(counted)


def count_reviewers(articles) -> list[tuple[str, int]]:
    """Return (reviewer, number of articles), most articles first."""
    counted = articles.exclude(reviewer=None).order_by().values_list("reviewer")
    return list(counted.annotate(number=Count("pk")).order_by("-number", "reviewer"))
