"""What every page knows."""

from django.conf import settings
from django.utils.functional import SimpleLazyObject

from blog.metadata import feed_links
from blog.models import Article, Category

HEADER_TOPICS = 5
# Topics without a level stand beside the general ones: many blogs have no others.
HEADER_LEVELS = (Category.Level.GENERAL, Category.Level.PLAIN)


def site(request):
    """The publication, and the topics of the masthead: one query, made when a template shows them."""
    return {
        "site_name": settings.SITE_NAME,
        "site_tagline": settings.SITE_TAGLINE,
        "site_feeds": feed_links(),
        "topics": SimpleLazyObject(header_topics),
    }


def header_topics() -> list[Category]:
    """Return the most used general topics of what readers may see."""
    held = Category.objects.with_counts(Article.objects.published(), level__in=HEADER_LEVELS)
    return list(held.most_used_first()[:HEADER_TOPICS])
