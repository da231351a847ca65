"""The list of authors, and the page of each author."""

import itertools
import operator

from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from blog.articles.authors import Author
from blog.reader import page_head
from blog.reader.names import by_letter
from blog.reader.views.pagination import article_page_or_404, page_or_404

AUTHORS_PER_PAGE = 240


@require_safe
def author_index(request):
    index = by_letter(Author.objects.with_public_page().only("name"))  # databases order É and Ö after Z
    listed = [(letter, author.pk) for letter, authors in index for author in authors]
    page = page_or_404(listed, request.GET.get("page"), AUTHORS_PER_PAGE)
    keys = [key for _letter, key in page]
    authors = Author.objects.with_list_relations().in_bulk(keys)
    joint_authors = Author.objects.joint_authors(keys)
    for author in authors.values():
        author.joint_authors = joint_authors.get(author.pk)
    letters = {}
    for place, (letter, _key) in enumerate(listed):
        letters.setdefault(letter, place // AUTHORS_PER_PAGE + 1)
    groups = itertools.groupby(page, key=operator.itemgetter(0))
    description = _("The authors of this site and their articles.")
    context = {
        "page": page,
        # {letter: number of the page where it begins}
        "letters": letters,
        "groups": [(letter, [authors[key] for _, key in rows if key in authors]) for letter, rows in groups],
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
        "feeds": page_head.feed_links(author),
        "meta": page_head.author_metadata(author, names=page, page_number=page.number),
    }
    return render(request, "blog/author_detail.html", context)
