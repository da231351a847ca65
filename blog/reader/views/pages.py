"""Pages such as about, imprint and privacy."""

from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from blog.articles.internal_links import shown_urls
from blog.reader.body import shown_html
from blog.reader.page_head import plain_page_metadata, text_language
from blog.site.pages import Page


@require_safe
def page_detail(request, slug):
    page = get_object_or_404(Page.objects.published(), slug=slug)
    urls = shown_urls(page.body_html, page=page.pk)
    context = {
        "page": page,
        "body_html": shown_html(page.body_html, urls, page.language, pictures=True, leads=True),
        "language": text_language(page),
        "meta": plain_page_metadata(page),
    }
    return render(request, "blog/page_detail.html", context)
