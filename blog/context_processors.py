"""What every page knows."""

from django.conf import settings
from django.utils.functional import SimpleLazyObject

from blog.metadata import feed_links
from blog.models import Category

HEADER_TOPICS = 5


def site(request):
    """The publication, and the topics of the masthead: asked for when a template shows them."""
    return {
        "site_name": settings.SITE_NAME,
        "site_tagline": settings.SITE_TAGLINE,
        "site_feeds": feed_links(),
        "topics": SimpleLazyObject(header_topics),
    }


def header_topics() -> list[Category]:
    """Return the most used general topics of what readers may see, or where there are none, any."""
    topics = Category.objects.most_used(HEADER_TOPICS, by="broad")
    return topics or Category.objects.most_used(HEADER_TOPICS)
