"""What every template gets: the site's identity and the categories of the masthead."""

from django.db.models import F
from django.utils.functional import SimpleLazyObject

from blog.models import Category, site_identity
from blog.page_head import feed_links

HEADER_CATEGORIES = 5


def site(request):
    """The site identity, and the categories of the masthead: asked for when a template shows them."""
    return {
        "site_identity": SimpleLazyObject(site_identity),
        "site_name": SimpleLazyObject(lambda: site_identity().name),
        "site_tagline": SimpleLazyObject(lambda: site_identity().tagline),
        "site_feeds": feed_links(),
        "categories": SimpleLazyObject(header_categories),
    }


def header_categories() -> list[Category]:
    """Return the editor's choice of categories, or the most used general ones, or where there are none, any.

    Of all of them only those that readers may see articles of.
    """
    if site_identity().has_own_categories:
        chosen = Category.objects.filter(navigation_category__isnull=False).annotate(
            place=F("navigation_category__position")
        )
        return sorted(chosen.most_used(), key=lambda category: (category.place, category.pk))
    return Category.objects.broadest(HEADER_CATEGORIES) or Category.objects.most_used(HEADER_CATEGORIES)
