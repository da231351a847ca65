"""Views of share cards. Their URLs contain a digest of the content."""

from django.core.files.storage import default_storage
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from blog.articles.categories import Category
from blog.articles.models import Article
from blog.desk.base import require
from blog.extensions.share_cards import pages
from blog.extensions.share_cards.cards import stored_card
from blog.images.renditions import NoRenditionError


@require_safe
def article_card(request, uid, name):
    """Serve the share card of a published article. Its URL contains a digest of the card's content.

    Older URLs, which other sites may have stored, redirect to the current card. The URL contains the
    article's uid instead of its slug, because the uid never changes.
    """
    articles = Article.objects.published().select_related("primary_category", "hero_image")
    card = pages.article_card(get_object_or_404(articles, uid=uid))
    return permanent_card(request, card, name, "blog:share_cards:article", uid=uid)


@require_safe
def site_card(request, name):
    """Serve the share card of the site, or redirect to the current one."""
    return permanent_card(request, pages.site_card(), name, "blog:share_cards:site")


@require_safe
def category_card(request, slug, name):
    """Serve the share card of a category with published articles, or redirect to the current one."""
    card = pages.category_card(get_object_or_404(Category.objects.with_public_page(), slug=slug))
    return permanent_card(request, card, name, "blog:share_cards:category", slug=slug)


def permanent_card(request, card, name, view, **arguments):
    """Return a permanently cacheable response with a card, or a redirect to its image.

    If the name is that of an earlier card, return a redirect to the current one, a URL of this view.
    """
    if name != card.file_name:
        return redirect(view, **arguments, name=card.file_name)
    etag = f'"{card.digest}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        response = card_response(card)
    if not response.has_header("Location"):
        response["ETag"] = etag
        response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def card_response(card):
    """Return a response with the card, or a redirect to its image while too many renditions are created."""
    try:
        return HttpResponse(stored_card(card), content_type=card.content_type)
    except NoRenditionError:
        return redirect(default_storage.url((card.image or card.logo).original))


@require_safe
def saved_card(request, key):
    """Serve the share card of an article as last saved, for editors."""
    require(request.user.has_perm("blog.view_article") or request.user.has_perm("blog.change_article"))
    return card_response(pages.article_card(get_object_or_404(Article, pk=key)))
