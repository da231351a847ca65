"""The panel below the label of a reviewed text: who answers for it, and what was checked."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from blog.articles.models import Article
from blog.review.ai_label import Disclosure, State, approvals_in_force
from blog.review.settlement import Review
from blog.site.identity import site_identity
from blog.site.pages import Page

HOW_WE_WORK = "how-we-work"  # the slug of the plain page on how texts are made and checked


@dataclass(frozen=True, slots=True)
class Panel:
    """What the panel shows. history: dates, and what became of the text then.

    Differences between versions are not shown: what was taken out stays out of public pages.
    """

    review: Review
    sources: list[list[str]]
    history: list[tuple[datetime, str]]
    method_address: str  # of the page on how this site works; "" without one
    email: str


def trust_panel(article: Article, disclosure: Disclosure | None) -> Panel | None:
    """Return the panel of a reviewed text, in the active language; None for all others."""
    if disclosure is None or disclosure.state != State.REVIEWED:
        return None
    page = Page.objects.published().filter(slug=HOW_WE_WORK).only("slug").first()
    return Panel(
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
