"""What every page knows."""

from django.utils.functional import SimpleLazyObject

from blog.metadata import feed_links
from blog.models import Article, Category, publication

HEADER_TOPICS = 5
# Topics without a level stand beside the general ones: many blogs have no others.
HEADER_LEVELS = (Category.Level.GENERAL, Category.Level.PLAIN)


def site(request):
    """The publication, and the topics of the masthead: a query each, made when a template shows them."""
    return {
        "publication": SimpleLazyObject(publication),
        "site_name": SimpleLazyObject(lambda: publication().name),
        "site_tagline": SimpleLazyObject(lambda: publication().tagline),
        "site_feeds": feed_links(),
        "topics": SimpleLazyObject(header_topics),
    }


def header_topics() -> list[Category]:
    """Return the editor's choice of topics, or else the most used general ones, of what readers may see."""
    if publication().has_own_topics:
        chosen = Category.objects.filter(navigation_topic__isnull=False)
        return list(
            chosen.with_counts(Article.objects.published()).order_by(
                "navigation_topic__position", "navigation_topic__pk"
            )
        )
    held = Category.objects.with_counts(Article.objects.published(), level__in=HEADER_LEVELS)
    return list(held.most_used_first()[:HEADER_TOPICS])
