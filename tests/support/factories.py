"""Factories of rows with complete defaults, so that a test sets only the fields that matter."""

import itertools
from datetime import UTC, datetime, timedelta

from django.db import transaction

from blog import search
from blog.documents.slugs import slugify_name
from blog.models import Article, ArticleAuthor, ArticleCategory, Author, Category, Image, Page, Series

_numbers = itertools.count(1)
FIRST_DAY = datetime(2025, 1, 6, 9, tzinfo=UTC)


def create_article(*, categories=(), authors=(), **fields) -> Article:
    """Create an article, by default published a minute after the previous article.

    categories is a list of categories without a level, or {category: level}.
    """
    number = next(_numbers)
    fields.setdefault("title", f"Article {number}")
    fields.setdefault("slug", f"{slugify_name(fields['title'])[:200]}-{number}")
    fields.setdefault("status", Article.Status.PUBLISHED)
    fields.setdefault("body", "Some words to read.")
    if fields["status"] == Article.Status.PUBLISHED:
        fields.setdefault("published_at", FIRST_DAY + timedelta(minutes=number))
        fields.setdefault("updated_at", fields["published_at"])
    if not (categories or authors):
        return Article.objects.create(**fields)
    levels = categories if isinstance(categories, dict) else dict.fromkeys(categories, Category.Level.PLAIN)
    with transaction.atomic(), search.refresh_deferred(Article):  # index it once
        article = Article.objects.create(**fields)
        ArticleCategory.objects.bulk_create(
            ArticleCategory(article=article, category=category, level=level, position=position)
            for position, (category, level) in enumerate(levels.items())
        )
        ArticleAuthor.objects.bulk_create(
            ArticleAuthor(article=article, author=author, position=position)
            for position, author in enumerate(authors)
        )
    return article


def create_articles(count, **fields) -> list[Article]:
    return [create_article(**fields) for _ in range(count)]


def create_category(name="", **fields) -> Category:
    return Category.objects.create(name=name or f"Topic {next(_numbers)}", **fields)


def create_author(name="", **fields) -> Author:
    return Author.objects.create(name=name or f"Author {next(_numbers)}", **fields)


def create_series(name="", **fields) -> Series:
    return Series.objects.create(name=name or f"Series {next(_numbers)}", **fields)


def create_page(**fields) -> Page:
    """Create a page, by default published."""
    number = next(_numbers)
    fields = {"title": f"Page {number}", "slug": f"page-{number}", "is_published": True} | fields
    return Page.objects.create(**{"body": "Some words to read."} | fields)


def create_image(**fields) -> Image:
    fields.setdefault("source", f"https://pictures.example/{next(_numbers)}.jpg")
    return Image.objects.create(**fields)
