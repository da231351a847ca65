"""The words of articles as plain values, for the rules that look at them."""

from django.db.models import Prefetch

from blog.articles.links import ArticleCategory
from blog.articles.models import Article
from blog.documents.findings.article_words import ArticleWords

_FIELDS = (
    *("title", "body", "body_html", "plain_text", "excerpt", "meta_description", "share_quote", "keywords"),
    *("hero_alt", "hero_credit", "hero_is_decorative", "reading_time", "is_trending", "is_featured"),
    *("version", "words_digest", "trashed_at"),
)


def articles_to_look_at(keys):
    """Return a queryset of the articles with these keys, with all that words_of() and original_of() ask."""
    links = ArticleCategory.objects.select_related("category").only("article", "category__name")
    return (
        Article.objects.in_use()
        .filter(pk__in=keys)
        .order_by("pk")
        .select_related("hero_image", "primary_category", "source_file")
        .prefetch_related(Prefetch("category_links", links))
        .only(*_FIELDS, "hero_image", "primary_category__name", "source_file__original")
    )


def words_of(article: Article) -> ArticleWords:
    """Return an article's words. The pictures in its text are read by whoever looks at them."""
    words, hero = article.hero_words, article.hero_image
    return ArticleWords(
        title=article.title,
        body=article.body,
        html=article.body_html,
        text=article.plain_text,
        excerpt=article.excerpt,
        meta_description=article.meta_description,
        share_quote=article.share_quote,
        has_hero=hero is not None,
        hero_address=(hero.source or hero.url) if hero else "",  # as texts have it
        hero_alt=words.alt,
        hero_credit=str(words.credit),
        hero_is_decorative=words.is_decorative,
        primary_category=article.primary_category.name if article.primary_category else "",
        categories=tuple(link.category.name for link in article.category_links.all()),
        keywords=tuple(map(str, article.keywords)),
        reading_time=article.reading_time,
        is_trending=article.is_trending,
        is_featured=article.is_featured,
    )


def original_of(article: Article) -> bytes | None:
    """Return the bytes of an article's file, if it came from one."""
    source = getattr(article, "source_file", None)
    return bytes(source.original) if source else None
