"""Articles by month and year."""

import itertools
from datetime import date

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from blog.articles.models import Article
from blog.reader import page_head
from blog.reader.views.pagination import article_page_or_404

FIRST_YEAR = 1000
ROWS_PER_PAGE = 50


@require_safe
def archive(request):
    # Articles dated before FIRST_YEAR are skipped: the URLs of years have four digits.
    published = Article.objects.published().filter(published_at__year__gte=FIRST_YEAR)
    months = published.count_by_month()
    years = [(year, list(group)) for year, group in itertools.groupby(months, lambda row: row["month"].year)]
    context = {
        "years": [(year, sum(row["count"] for row in rows), rows) for year, rows in years],
        "meta": page_head.page_metadata(_("Archive"), "/archive/", names=[year for year, _months in years]),
    }
    return render(request, "blog/archive.html", context)


@require_safe
def archive_year(request, year):
    articles = published_in(year)
    months = articles.count_by_month()
    context = {"heading": str(year), "months": months}
    number_of_articles = sum(row["count"] for row in months)
    path = reverse("blog:archive_year", args=[year])
    return render_period(request, articles, path, context, count=number_of_articles)


@require_safe
def archive_month(request, year, month):
    articles = published_in(year).in_month(year, month)
    heading = date_format(date(year, month, 1), "YEAR_MONTH_FORMAT")
    context = {"heading": heading, "year": year}
    return render_period(request, articles, reverse("blog:archive_month", args=[year, month]), context)


def render_period(request, articles, path, context, count=None):
    newest = articles.newest_first().values_list("pk", flat=True)
    page = article_page_or_404(newest, request.GET.get("page"), ROWS_PER_PAGE, count=count)
    by_month = itertools.groupby(page, lambda article: first_of_month(article.published_at))
    context["months_of_page"] = [(month, list(articles)) for month, articles in by_month]
    title = _("Articles from %(period)s") % {"period": context["heading"]}
    meta = page_head.page_metadata(title, path, names=page, page_number=page.number)
    return render(request, "blog/archive_period.html", context | {"page": page, "meta": meta})


def first_of_month(moment) -> date:
    return timezone.localdate(moment).replace(day=1)


def published_in(year):
    """Return the articles published in a year. Raises Http404 for future years, before dates overflow."""
    if year > timezone.localtime().year:
        raise Http404
    return Article.objects.published().filter(published_at__year=year)
