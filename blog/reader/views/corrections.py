"""The page with the corrections of all articles, newest first."""

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from blog.articles.corrections import Correction
from blog.articles.models import Article
from blog.reader import page_head
from blog.reader.views.pagination import page_or_404


@require_safe
def corrections(request):
    standing = Correction.objects.active().filter(article__in=Article.objects.published())
    rows = standing.select_related("article").only("at", "text", *_of_article("title", "slug", "language"))
    page = page_or_404(rows, request.GET.get("page"))
    description = _("Errors in the articles of this site and their corrections, newest first.")
    path = reverse("blog:corrections")
    meta = page_head.page_metadata(
        _("Corrections"), path, description=description, page_number=page.number, is_indexed=bool(page)
    )
    return render(request, "blog/corrections.html", {"page": page, "meta": meta})


def _of_article(*names):
    return [f"article__{name}" for name in names]
