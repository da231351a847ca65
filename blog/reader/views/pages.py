"""Pages such as about, imprint and privacy."""

from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from blog.articles.internal_links import with_resolved_links
from blog.images.renditions import with_renditions
from blog.reader.language import localise_html
from blog.reader.page_head import plain_page_metadata, text_language
from blog.site.pages import Page


@require_safe
def page_detail(request, slug):
    page = get_object_or_404(Page.objects.published(), slug=slug)
    body_html = localise_html(with_resolved_links(page.body_html, page=page.pk), page.language)
    context = {
        "page": page,
        "body_html": with_renditions(body_html, leads=True),
        "language": text_language(page),
        "meta": plain_page_metadata(page),
    }
    return render(request, "blog/page_detail.html", context)
