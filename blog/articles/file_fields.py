"""The fields of an article that its file can contain, and digests to detect changed ones."""

import dataclasses
import json
from datetime import UTC
from hashlib import blake2b

from blog.articles.categories import Category
from blog.articles.models import Article
from blog.documents.fields.values import ArticleFields, CategoryName
from blog.documents.names import fold_name

# What editors can change and files can contain. Galley's own state is exported only with_state: status,
# publication date, the number appended to a taken slug, and provenance set by an import or an Editor.
EXPORTED_FIELDS = (
    "title",
    "slug",
    "dated_at",
    "excerpt",
    "meta_description",
    "share_quote",
    "generated_by",
    "language",
    "primary_category",
    "categories",
    "authors",
    "translators",
    "keywords",
    "series",
    "series_part",
    "is_featured",
    "is_trending",
    "image",
    "image_alt",
    "image_credit",
    "body",
)


def edited_fields(article: Article) -> set[str]:
    """Return the names of the exported fields that were edited since the import."""
    return changed_fields(article_fields(article), article.source_file)


def changed_fields(fields: ArticleFields, source) -> set[str]:
    """Return the names of the exported fields that differ from the imported ones. source: a SourceFile."""
    known = UNKNOWN_BEFORE | source.imported_fields
    return {name for name, digest in field_digests(fields).items() if digest != known.get(name)}


def field_digests(fields: ArticleFields) -> dict[str, str]:
    """Return {field: short digest} of the exported fields. Case and punctuation of names do not matter."""
    return {name: _digest(name, getattr(fields, name)) for name in EXPORTED_FIELDS}


def category_digests(article: Article) -> dict[str, str]:
    """Return the digests of the two fields with categories, without reading other fields of the article."""
    return {
        "primary_category": _digest("primary_category", _primary_name(article)),
        "categories": _digest("categories", _category_names(article.category_links.all())),
    }


def article_fields(article: Article, *, category_links=None, author_links=None) -> ArticleFields:
    """Return the article's values as ArticleFields, the form in which files are read.

    Queries the links to categories and authors unless they are given.
    """
    category_links = article.category_links.all() if category_links is None else category_links
    author_links = article.author_links.all() if author_links is None else author_links
    image, words = article.hero_image, article.hero_words
    return ArticleFields(
        title=article.title,
        slug=article.slug,
        dated_at=article.dated_at,
        updated_at=article.updated_at,
        excerpt=article.excerpt,
        meta_description=article.meta_description,
        share_quote=article.share_quote,
        generated_by=article.generated_by,
        language=article.language,
        primary_category=_primary_name(article),
        categories=_category_names(category_links),
        authors=tuple(link.author.name for link in author_links),
        translators=tuple(article.translators),
        keywords=tuple(article.keywords),
        series=article.series.name if article.series else "",
        series_part=article.series_part,
        status=article.status,
        is_featured=article.is_featured,
        is_trending=article.is_trending,
        image=(image.source or image.url) if image else "",
        image_alt=words.alt,
        image_credit=words.credit,
        reading_time=article.reading_time,
        body=article.body,
        extra={},
        notices=(),
    )


def level_name(level: int) -> str:
    """Return the name of a level in files; "" for a category without a level."""
    return "" if level == Category.Level.PLAIN else Category.Level(level).name.lower()


def _primary_name(article):
    return article.primary_category.name if article.primary_category else ""


def _category_names(links):
    return tuple(CategoryName(level_name(link.level), link.category.name) for link in links)


def _digest(name, value):
    text = json.dumps(_comparable(name, value), ensure_ascii=True)
    return blake2b(text.encode(), digest_size=8).hexdigest()


def _comparable(name, value):
    if name in {"primary_category", "series"}:
        return fold_name(value)
    if name in {"authors", "translators"}:
        return [fold_name(author) for author in value]
    if name == "categories":
        return [[category.level, fold_name(category.name)] for category in value]
    if name == "dated_at":
        return value.astimezone(UTC).isoformat() if value else None
    if name == "image_credit":
        return dataclasses.astuple(value)
    return value


# Articles imported before these fields existed have no digests of them.
UNKNOWN_BEFORE = {
    "series": _digest("series", ""),
    "series_part": _digest("series_part", None),
    "translators": _digest("translators", ()),
}
