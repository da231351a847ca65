"""Context of every template: the site's identity, its look, and the categories of the masthead."""

from django.conf import settings
from django.db.models import F
from django.utils.functional import SimpleLazyObject

from blog.articles.authors import Author
from blog.articles.categories import Category
from blog.extend import places_shown
from blog.reader.look import page_look
from blog.reader.page_head import feed_links
from blog.site.identity import site_identity

HEADER_CATEGORIES = 5


def site(request):
    """Return the site identity and the masthead's categories, queried lazily when a template uses them."""
    return {
        "site_identity": SimpleLazyObject(site_identity),
        "site_name": SimpleLazyObject(lambda: site_identity().name),
        "site_tagline": SimpleLazyObject(lambda: site_identity().tagline),
        "site_feeds": feed_links(),
        "has_site_styles": settings.HAS_SITE_STYLES,
        "places_shown": places_shown(),
        "look": SimpleLazyObject(lambda: page_look(site_identity().look, previewed_stylesheet(request))),
        "categories": SimpleLazyObject(masthead_categories),
        "has_authors": SimpleLazyObject(Author.objects.have_public_page),
    }


def previewed_stylesheet(request) -> str | None:
    """Return the URL of the style sheet of a look that is previewed (blog/desk/appearance.py), or None."""
    return getattr(request, "previewed_stylesheet", None)


def masthead_categories() -> list[Category]:
    """Return the categories of the masthead. Categories without published articles are left out.

    Editors choose them in the admin. Otherwise, they are the most used broad categories or, if there are no
    broad ones, the most used of any level.
    """
    if site_identity().has_own_categories:
        chosen = Category.objects.filter(navigation_category__isnull=False).annotate(
            place=F("navigation_category__position")
        )
        return sorted(chosen.most_used(), key=lambda category: (category.place, category.pk))
    return Category.objects.most_used_cached(
        HEADER_CATEGORIES, by="broad"
    ) or Category.objects.most_used_cached(HEADER_CATEGORIES)
