"""The page of a tag: the articles with this keyword."""

from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from blog.articles.keywords import Tag
from blog.reader import page_head
from blog.reader.views.categories import MIN_INDEXED_ARTICLES
from blog.reader.views.pagination import article_page_or_404
from blog.site.addresses import address_of


@require_safe
def tag_detail(request, slug):
    tag = Tag.objects.filter(slug=slug).with_category().first()
    if tag is None:
        raise Http404
    if tag.category_slug:
        return redirect(address_of("category_detail", tag.category_slug), permanent=True)
    page = article_page_or_404(tag.newest_articles(), request.GET.get("page"))
    context = {
        "tag": tag,
        "page": page,
        "feeds": page_head.feed_links(tag),
        "meta": page_head.page_metadata(
            tag.name,
            tag.get_absolute_url(),
            names=page,
            page_number=page.number,
            is_indexed=page.paginator.count >= MIN_INDEXED_ARTICLES,
        ),
    }
    return render(request, "blog/tag_detail.html", context)
