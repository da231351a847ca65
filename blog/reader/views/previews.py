"""The preview of an unpublished article, for whoever has its signed link."""

from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from blog.articles.models import Article
from blog.articles.previews import HEADERS, find_preview
from blog.reader.page_head import Metadata
from blog.reader.views.articles import article_context


@never_cache
@require_safe
def article_preview(request, token):
    """Show the article as readers will see it; once it is published, redirect to its page."""
    preview = find_preview(token, Article.objects.with_page_relations())
    if preview is None:
        raise Http404
    address = preview.article.is_published and preview.article.get_absolute_url()
    response = redirect(address) if address else render_preview(request, preview)
    for name, value in HEADERS.items():
        response.headers[name] = value
    return response


def render_preview(request, preview):
    article = preview.article
    article.published_at = article.published_at or timezone.now()  # for display; never saved
    # Without a path, the page has no canonical URL, no share card and no structured data.
    meta = Metadata(title=article.title, path="", is_indexed=False)
    context = article_context(article) | {"preview": preview, "meta": meta}
    return render(request, "blog/article_detail.html", context)
