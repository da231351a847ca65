"""The page of labels: of each published article, what readers are told and who answers for it. Also CSV."""

import csv
import itertools
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from blog.articles.models import Article
from blog.articles.provenance import UNNAMED_MACHINE
from blog.desk.activity import BYTE_ORDER_MARK, Echo, escape_formula
from blog.review.label_report import (
    DUTY_OF,
    ORDERS,
    LabelKind,
    LabelObligation,
    ReviewAge,
    count_labels,
    count_reviewers,
    filter_articles,
    reported_articles,
)
from blog.site import addresses

ARTICLES_ON_A_PAGE = 100
ARTICLES_AT_ONCE = 500  # read at a time for the CSV file
FILTERS = ("duty", "label", "reviewer", "checked")
DUTIES = {
    LabelObligation.LABEL: gettext_lazy("Must be labelled"),
    LabelObligation.CHECKED: gettext_lazy("Checked"),
    LabelObligation.NONE: gettext_lazy("None"),
}
SIGNS = {LabelObligation.LABEL: "warn", LabelObligation.CHECKED: "ok", LabelObligation.NONE: ""}
LABELS = {
    LabelKind.AI: gettext_lazy("AI-generated text"),
    LabelKind.CHANGED: gettext_lazy("Changed since checked"),
    LabelKind.PEOPLE: gettext_lazy("Written by people"),
    LabelKind.UNSAID: gettext_lazy("None: who wrote it is not said"),
}
COUNTED = {
    LabelKind.CHECKED: gettext_lazy("checked by a person"),
    LabelKind.AI: gettext_lazy("labelled AI-generated"),
    LabelKind.CHANGED: gettext_lazy("changed since checked"),
    LabelKind.PEOPLE: gettext_lazy("written by people"),
    LabelKind.UNSAID: gettext_lazy("not said by whom"),
}
CHECKED = {
    ReviewAge.LATELY: gettext_lazy("In the last 30 days"),
    ReviewAge.LONG_AGO: gettext_lazy("Over a year ago"),
}
COLUMNS = {
    "": gettext_lazy("Article"),
    "duty": gettext_lazy("Duty"),
    "label": gettext_lazy("Label that readers see"),
    "reviewer": gettext_lazy("Reviewer"),
    "age": gettext_lazy("Age of check"),
    "published": gettext_lazy("Published"),
}


@dataclass(frozen=True)
class Row:
    """An article of the report, in words."""

    article: Article

    @property
    def duty(self) -> str:
        return DUTIES[DUTY_OF[self.article.label]]

    @property
    def sign(self) -> str:
        return SIGNS[DUTY_OF[self.article.label]]

    @property
    def label(self) -> str:
        if self.article.label != LabelKind.CHECKED:
            return LABELS[self.article.label]
        machine = self.article.machine_name
        if machine == UNNAMED_MACHINE:
            return _("Drafted by a machine, checked")
        return _("Drafted with %s, checked") % machine

    @property
    def reviewer(self) -> str:
        if self.article.reviewer:
            return self.article.reviewer
        return _("Nobody") if self.sign == "warn" else ""

    @property
    def days(self) -> int | None:
        """How many days ago it was checked."""
        checked_at = self.article.checked_at
        return checked_at and (timezone.localdate() - timezone.localdate(checked_at)).days

    @property
    def age(self) -> str:
        if self.days is None:
            return ""
        return ngettext("%d day", "%d days", self.days) % self.days if self.days else _("today")


@require_safe
def labels_page(request, site):
    _require_sight(request, site)
    asked, every = _asked(request), reported_articles()
    order = request.GET.get("order") if request.GET.get("order") in ORDERS else "duty"
    # Keys are sorted alone: with the names and dates of all reviews, that takes several times as long.
    keys = filter_articles(every, **asked).order_by(*ORDERS[order]).values_list("pk", flat=True)
    page = Paginator(keys, ARTICLES_ON_A_PAGE).get_page(request.GET.get("page"))
    found = every.in_bulk(page.object_list)
    counts = count_labels(every)
    context = {
        "title": _("Labels"),
        "page": page,
        "rows": [Row(found[key]) for key in page.object_list if key in found],
        "all": sum(counts.values()),
        "counts": [
            (name, counts[label], _query(label=label), asked["label"] == label)
            for label, name in COUNTED.items()
            if counts[label] or label != LabelKind.UNSAID
        ],
        "chips": _chips(asked, counts, count_reviewers(every)),
        "heads": [
            (name, _query(**asked, order=key) if key in ORDERS else "", key == order)
            for key, name in COLUMNS.items()
        ],
        "query": _query(**asked, order=order),
        "file": reverse("admin:labels_file") + _query(**asked, order=order),
        "is_narrowed": any(asked.values()),
    }
    return TemplateResponse(request, "admin/labels.html", site.each_context(request) | context)


@require_safe
def labels_file(request, site):
    _require_sight(request, site)
    order = ORDERS.get(request.GET.get("order"), ORDERS["duty"])
    articles = filter_articles(reported_articles(), **_asked(request)).order_by(*order)
    name = f"labels-{timezone.localdate():%Y-%m-%d}.csv"
    return StreamingHttpResponse(
        csv_lines(articles),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def csv_lines(articles):
    """Yield the lines of the CSV file; articles are read in batches, so that memory use is bounded."""
    writer = csv.writer(Echo())
    yield BYTE_ORDER_MARK
    names = [_("Article"), _("Address"), _("Duty"), _("Label that readers see"), _("Reviewer")]
    yield writer.writerow([*names, _("Checked"), _("Days since"), _("Published")])
    for some in itertools.batched(articles.iterator(chunk_size=ARTICLES_AT_ONCE), ARTICLES_AT_ONCE):
        yield "".join(writer.writerow(map(escape_formula, _cells(Row(article)))) for article in some)


def _cells(row):
    article = row.article
    address = addresses.whole_address(article)
    said = [article.title, address, str(row.duty), str(row.label), article.reviewer or ""]
    days = "" if row.days is None else str(row.days)
    return [*said, _moment(article.checked_at), days, _moment(article.published_at)]


def _moment(moment):
    return timezone.localtime(moment).isoformat(timespec="seconds") if moment else ""


def _chips(asked, counts, reviewers):
    """Return the filters, each as (name, value that is chosen, its choices as (name, query, number))."""
    of_duty = {
        duty: sum(counts[label] for label in LabelKind if DUTY_OF[label] == duty) for duty in LabelObligation
    }
    choices = {
        "duty": [(duty, name, of_duty[duty]) for duty, name in DUTIES.items()],
        "reviewer": [(name, name, number) for name, number in reviewers],
        "checked": [(kind, name, None) for kind, name in CHECKED.items()],
    }
    names = {"duty": _("Duty"), "reviewer": _("Reviewer"), "checked": _("Checked")}
    return [
        {
            "name": names[key],
            "chosen": next((name for value, name, _number in found if value == asked[key]), ""),
            "without": _query(**asked | {key: ""}),
            "choices": [(name, _query(**asked | {key: value}), number) for value, name, number in found],
        }
        for key, found in choices.items()
        if found
    ]


def _asked(request):
    """Return the filters as the address has them; what is none of them counts as not given."""
    asked = {key: request.GET.get(key, "")[:400] for key in FILTERS}
    known = {"duty": LabelObligation, "label": LabelKind, "checked": ReviewAge}
    return {key: value if value in known.get(key, (value,)) else "" for key, value in asked.items()}


def _query(**asked):
    given = {key: str(value) for key, value in asked.items() if value}
    return reverse("admin:labels", query=given).removeprefix(reverse("admin:labels")) or "?"


def _require_sight(request, site):
    if not site.get_model_admin(Article).has_view_permission(request):
        raise PermissionDenied
