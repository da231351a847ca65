"""The list of authors, and the page of each author."""

from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from blog.articles.authors import Author
from blog.reader import page_head
from blog.reader.views.categories import in_name_order
from blog.reader.views.pagination import article_page_or_404, page_or_404

AUTHORS_PER_PAGE = 60


@require_safe
def author_index(request):
    names = in_name_order(Author.objects.with_public_page().only("name"))  # databases order É and Ö after Z
    page = page_or_404(names, request.GET.get("page"), AUTHORS_PER_PAGE)
    authors = Author.objects.with_list_relations().in_bulk([author.pk for author in page])
    page.object_list = [authors[author.pk] for author in page if author.pk in authors]
    description = _("The authors of this site and their articles.")
    context = {
        "page": page,
        "meta": page_head.page_metadata(
            *(_("Authors"), reverse("blog:author_index")),
            description=description,
            page_number=page.number,
            is_indexed=bool(page),
        ),
    }
    return render(request, "blog/author_index.html", context)


@require_safe
def author_detail(request, slug):
    authors = Author.objects.select_related("picture").prefetch_related("links")
    author = get_object_or_404(authors, slug=slug)
    page = article_page_or_404(author.article_links.published().newest_articles(), request.GET.get("page"))
    context = {
        "author": author,
        "page": page,
        "meta": page_head.author_metadata(author, names=page, page_number=page.number),
    }
    return render(request, "blog/author_detail.html", context)
