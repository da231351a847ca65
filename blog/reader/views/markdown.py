"""The Markdown version of an article."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from blog.exports.articles import markdown_source
from blog.reader.views.articles import article_or_404
from blog.site.addresses import absolute


@require_safe
def article_markdown(request, slug):
    article = article_or_404(slug)
    canonical = absolute(article.get_absolute_url())
    return HttpResponse(
        markdown_source(article),
        content_type="text/markdown; charset=utf-8",
        headers={"Link": f'<{canonical}>; rel="canonical"'},
    )
