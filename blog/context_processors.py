"""What every page knows."""

from django.db.models import F
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from blog.models import Category, publication
from blog.models.querysets import highest_ranked
from blog.page_head import feed_links
from blog.prepared import PreparedQuery

HEADER_TOPICS = 5


def site(request):
    """The publication, and the topics of the masthead: asked for when a template shows them."""
    return {
        "publication": SimpleLazyObject(publication),
        "site_name": SimpleLazyObject(lambda: publication().name),
        "site_tagline": SimpleLazyObject(lambda: publication().tagline),
        "site_feeds": feed_links(),
        "topics": SimpleLazyObject(header_topics),
    }


def header_topics() -> list[Category]:
    """Return the editor's choice of topics, or the most used general ones, or where there are none, any.

    Of all of them only those that readers may see articles of.
    """
    if publication().has_own_topics:
        chosen = Category.objects.filter(navigation_topic__isnull=False).annotate(
            place=F("navigation_topic__position")
        )
        return sorted(chosen.most_used(), key=lambda topic: (topic.place, topic.pk))
    topics = _BROADEST.objects(Category.objects, timezone.now())
    return highest_ranked(topics, HEADER_TOPICS) or Category.objects.most_used(HEADER_TOPICS)


_BROADEST = PreparedQuery(lambda categories, now: categories.counted(now, HEADER_TOPICS, by="broad"))
