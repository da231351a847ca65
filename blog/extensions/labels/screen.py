"""The screen of AI labels: the label and reviewer of each published article, also as CSV."""

from django.contrib import admin
from django.core.paginator import Paginator
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from blog.articles.models import Article
from blog.desk.base import require
from blog.desk.spreadsheets import csv_response
from blog.extensions.labels.report import (
    DUTY_OF,
    LABELS_COUNTED,
    ORDERS,
    LabelKind,
    LabelObligation,
    ReviewAge,
    count_labels,
    count_reviewers,
    filter_articles,
    label_in_report,
    reported_articles,
)
from blog.site import addresses

ARTICLES_ON_A_PAGE = 100
ARTICLES_AT_ONCE = 500  # per query, for the CSV file
FILTERS = ("duty", "label", "reviewer", "checked")
DUTIES = {
    LabelObligation.LABEL: gettext_lazy("Must be labelled"),
    LabelObligation.CHECKED: gettext_lazy("Approved"),
    LabelObligation.NONE: gettext_lazy("None"),
}
SIGNS = {LabelObligation.LABEL: "warn", LabelObligation.CHECKED: "ok", LabelObligation.NONE: ""}
CHECKED = {
    ReviewAge.RECENT: gettext_lazy("In the last 30 days"),
    ReviewAge.LONG_AGO: gettext_lazy("Over a year ago"),
}
COLUMNS = {
    "": gettext_lazy("Article"),
    "duty": gettext_lazy("Obligation"),
    "label": gettext_lazy("AI label shown to readers"),
    "reviewer": gettext_lazy("Reviewer"),
    "age": gettext_lazy("Days since approval"),
    "published": gettext_lazy("Published"),
}


@require_safe
def labels_page(request):
    _require_view_permission(request)
    filters, every = _filters(request), reported_articles()
    order = request.GET.get("order") if request.GET.get("order") in ORDERS else "duty"
    # Sort only the keys: with the names and dates of all reviews, sorting takes several times as long.
    keys = filter_articles(every, **filters).order_by(*ORDERS[order]).values_list("pk", flat=True)
    page = Paginator(keys, ARTICLES_ON_A_PAGE).get_page(request.GET.get("page"))
    found = every.in_bulk(page.object_list)
    counts = count_labels(every)
    context = {
        "title": _("AI labels"),
        "page": page,
        "rows": [_row(found[key]) for key in page.object_list if key in found],
        "all": sum(counts.values()),
        "counts": [
            (name, counts[label], label, filters["label"] == label)
            for label, name in LABELS_COUNTED.items()
            if counts[label] or label != LabelKind.UNSAID
        ],
        "chips": _chips(filters, counts, count_reviewers(every)),
        "heads": [(name, key if key in ORDERS else "", key == order) for key, name in COLUMNS.items()],
        "is_narrowed": any(filters.values()),
    }
    return TemplateResponse(request, "labels/labels.html", admin.site.each_context(request) | context)


@require_safe
def labels_file(request):
    _require_view_permission(request)
    order = ORDERS.get(request.GET.get("order"), ORDERS["duty"])
    articles = filter_articles(reported_articles(), **_filters(request)).order_by(*order)
    names = [_("Article"), _("URL"), _("Obligation"), _("AI label shown to readers"), _("Reviewer")]
    return csv_response(
        f"labels-{timezone.localdate():%Y-%m-%d}.csv",
        [*names, _("Approved"), _("Days since approval"), _("Published")],
        map(_cells, articles.iterator(chunk_size=ARTICLES_AT_ONCE)),
    )


def _row(article) -> dict:
    """Return an article of the report, worded for editors."""
    duty, days = DUTY_OF[article.label], _days_since_approval(article)
    nobody = _("Nobody") if SIGNS[duty] == "warn" else ""
    age = ngettext("%d day", "%d days", days) % days if days else _("today")
    return {
        "article": article,
        "duty": DUTIES[duty],
        "sign": SIGNS[duty],
        "label": label_in_report(article),
        "reviewer": article.reviewer or nobody,
        "age": "" if days is None else age,
    }


def _days_since_approval(article) -> int | None:
    """Return the days since the approval, or None without one."""
    checked_at = article.checked_at
    return checked_at and (timezone.localdate() - timezone.localdate(checked_at)).days


def _cells(article):
    address, duty = addresses.whole_address(article), DUTIES[DUTY_OF[article.label]]
    cells = [article.title, address, str(duty), str(label_in_report(article)), article.reviewer or ""]
    days = _days_since_approval(article)
    days = "" if days is None else str(days)
    return [*cells, _moment(article.checked_at), days, _moment(article.published_at)]


def _moment(moment):
    return timezone.localtime(moment).isoformat(timespec="seconds") if moment else ""


def _chips(filters, counts, reviewers):
    """Return the filters with their choices, as labels.html shows them."""
    of_duty = {
        duty: sum(counts[label] for label in LabelKind if DUTY_OF[label] == duty) for duty in LabelObligation
    }
    choices = {
        "duty": [(duty, name, of_duty[duty]) for duty, name in DUTIES.items()],
        "reviewer": [(name, name, number) for name, number in reviewers],
        "checked": [(kind, name, None) for kind, name in CHECKED.items()],
    }
    names = {"duty": _("Obligation"), "reviewer": _("Reviewer"), "checked": _("Approved")}
    return [
        {
            "name": names[key],
            "chosen": next((name for value, name, _number in found if value == filters[key]), ""),
            "without": {key: None},
            "choices": [(name, {key: value}, number) for value, name, number in found],
        }
        for key, found in choices.items()
        if found
    ]


def _filters(request):
    """Return the filters from the query string. Unknown values are ignored."""
    filters = {key: request.GET.get(key, "")[:400] for key in FILTERS}
    known = {"duty": LabelObligation, "label": LabelKind, "checked": ReviewAge}
    return {key: value if value in known.get(key, (value,)) else "" for key, value in filters.items()}


def _require_view_permission(request):
    require(admin.site.get_model_admin(Article).has_view_permission(request))
