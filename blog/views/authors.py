"""The articles of an author."""

from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from blog import page_head
from blog.models import Author
from blog.views.paging import article_page_or_404


@require_safe
def author_detail(request, slug):
    author = get_object_or_404(Author, slug=slug)
    page = article_page_or_404(author.article_links.published().newest_articles(), request.GET.get("page"))
    context = {
        "author": author,
        "page": page,
        "meta": page_head.author_metadata(author, names=page, page_number=page.number),
    }
    return render(request, "blog/author_detail.html", context)
