"""The parts of a series, in order."""

from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from blog.articles.series import Series
from blog.reader import page_head
from blog.reader.views.pagination import article_page_or_404


@require_safe
def series_detail(request, slug):
    series = get_object_or_404(Series, slug=slug)
    parts = series.articles.published().in_series_order().values_list("pk", flat=True)
    page = article_page_or_404(parts, request.GET.get("page"))
    context = {
        "series": series,
        "page": page,
        "feeds": page_head.feed_links(series),
        "meta": page_head.page_metadata(
            series.name,
            series.get_absolute_url(),
            description=series.description,
            names=page,
            page_number=page.number,
        ),
    }
    return render(request, "blog/series_detail.html", context)
