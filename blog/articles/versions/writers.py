"""The writers of an article: users who saved a version with changed content, or started its import."""

import itertools

from blog.articles.digests import TEXTS
from blog.articles.models import Article
from blog.articles.versions.history import version_contents
from blog.articles.versions.models import ArticleWriter, Version

WORDS = (*TEXTS, "keywords", "hero_image", "body_images")


def has_written(user, article: Article) -> bool:
    """Whether the user started an import of the article, or saved a version with changed content."""
    return article.writers.filter(user=user.pk).exists() or user.pk in _writers_in_versions(article, user.pk)


def store_writers(article: Article) -> None:
    """Store the writers found in the article's versions, before some versions are deleted."""
    for user in _writers_in_versions(article):
        ArticleWriter.objects.add(user, [article.pk])


def _writers_in_versions(article, only=None) -> set[int]:
    """Return the pks of users who saved a version with changed content. only: check one user."""
    rows = list(article.versions.order_by("number").values_list("pk", "by"))
    first = {rows[0][1]} if rows else set()  # the creator of the article
    pairs = [
        (before, after, by)
        for (before, _), (after, by) in itertools.pairwise(rows)
        if by and only in (None, by) and by not in first
    ]
    versions = Version.objects.with_contents().in_bulk({key for pair in pairs for key in pair[:2]})
    written = {by for before, after, by in pairs if _words(versions[before]) != _words(versions[after])}
    return (first | written) - {None}


def _words(version):
    contents = version_contents(version)
    return [contents.get(name) for name in WORDS]
