"""The paths that are requested to see whether the site works."""

from blog.articles.models import Article
from blog.site.pages import Page

ARTICLES_REQUESTED = 20


def sample_paths() -> list[str]:
    """Return the paths of lists, feeds and the newest articles, which answer 200 if the site works."""
    paths = ["/", "/archive/", "/categories/", "/authors/", "/feeds/atom.xml", "/sitemap.xml"]
    rows = [
        *Article.objects.published().order_by("-published_at")[:ARTICLES_REQUESTED],
        *Page.objects.filter(is_published=True)[:1],
    ]
    return [*paths, *(row.get_absolute_url() for row in rows)]
