"""Pages that show whether a site works: lists, feeds, and the newest articles."""

from blog.articles.models import Article
from blog.site.pages import Page

ARTICLES = 20


def sample_paths() -> list[str]:
    """Return the paths of public pages that must answer 200."""
    paths = ["/", "/archive/", "/categories/", "/authors/", "/feeds/atom.xml", "/sitemap.xml"]
    rows = [
        *Article.objects.published().order_by("-published_at")[:ARTICLES],
        *Page.objects.filter(is_published=True)[:1],
    ]
    return [*paths, *(row.get_absolute_url() for row in rows)]
