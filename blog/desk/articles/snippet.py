"""The preview of an article as a search engine's result."""

from blog.articles.models import Article
from blog.reader.page_head import DESCRIPTION_LENGTH, TITLE_LENGTH, Metadata, article_description
from blog.site.addresses import absolute
from blog.site.identity import site_identity


def snippet(article: Article) -> dict:
    """Return what the result shows of the saved article, and the limits for the script that updates it."""
    words = " ".join(article.meta_description.split())
    shown = article_description(article)
    kept = shown.removesuffix("…")
    return {
        "site": site_identity().name,
        "title": Metadata(article.title, path="").document_title,
        "title_length": TITLE_LENGTH,
        "length": DESCRIPTION_LENGTH,
        "address": absolute("/articles/"),
        "slug": article.slug,
        "shown": shown,
        "cut": words[len(kept) :].strip() if words.startswith(kept) and shown.endswith("…") else "",
        "summary": article.summary or shown,
    }
