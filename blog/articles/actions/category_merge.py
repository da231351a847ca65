"""Merge and rename categories while files still use the old names."""

import itertools
from contextlib import contextmanager

from django.db import models, transaction
from django.db.models import Case, F, Q, Value, When

from blog import search
from blog.articles.categories import Category, CategoryAlias
from blog.articles.changes import changing
from blog.articles.file_fields import category_digests
from blog.articles.links import ArticleCategory
from blog.articles.models import Article
from blog.base.queries import ROWS_AT_ONCE
from blog.site.identity import NavigationCategory
from blog.site.redirects import Redirect


def merge_categories(categories, target: Category) -> int:
    """Merge categories into target; return how many articles changed.

    Their URLs, and redirects to them, redirect to the target. Their names become aliases of the target.
    """
    with transaction.atomic():
        keys = {category.pk for category in categories} - {target.pk}
        merged = list(Category.objects.select_for_update().filter(pk__in=keys).order_by("pk"))
        articles = _with_category(merged)
        rows = articles.select_for_update(no_key=True).order_by("pk").only("lock_version")
        with categories_of_files_kept(merged), changing(rows, action=None) as change:
            search.refresh(articles.filter(primary_category__in=merged))
            # The lock versions count up, so that somebody who has an article open cannot overwrite the merge.
            change.write(is_edit=False, primary_category=_instead_of(merged, target))
            _move_links(merged, target)
        _keep_description(merged, target)
        Redirect.objects.filter(category__in=merged).update(category=target)
        for category in merged:
            Redirect.objects.moved(category, target)
        CategoryAlias.objects.filter(category__in=merged).update(category=target)
        _keep_navigation(merged, target)
        Category.objects.filter(pk__in=keys).delete()
        for category in merged:
            target.add_alias(category)
    return len(change.articles)


def _with_category(categories):
    has_one = Q(primary_category__in=categories) | Q(category_links__category__in=categories)
    return Article.objects.filter(pk__in=Article.objects.filter(has_one).order_by().values("pk"))


def _instead_of(categories, target):
    is_one = When(primary_category__in=categories, then=Value(target.pk))
    return Case(is_one, default=F("primary_category"), output_field=models.BigIntegerField())


def rename_category(category: Category) -> None:
    """Save a renamed category without marking its articles as edited."""
    with transaction.atomic(), categories_of_files_kept([category]):
        category.save()


@contextmanager
def categories_of_files_kept(categories):
    """Run the block, which changes categories, without marking their articles as edited.

    If an article had the categories of its file before, they still count as unedited afterwards: an export
    returns the imported bytes, and a changed file does not conflict with the article.
    """
    keys = list(_with_category(categories).order_by().values_list("pk", flat=True))
    unedited = {}
    for article in _with_files(keys):
        in_file = article.source_file.imported_fields
        digests = category_digests(article)
        unedited[article.pk] = [name for name in digests if digests[name] == in_file.get(name)]
    yield
    for article in _with_files(unedited):
        digests = category_digests(article)
        article.source_file.imported_fields |= {name: digests[name] for name in unedited[article.pk]}
        article.source_file.save(update_fields=["imported_fields"])


def _with_files(keys):
    """Yield the imported articles among these keys, with the fields that are needed here."""
    articles = (
        Article.objects.filter(source_file__isnull=False)
        .select_related("primary_category", "source_file")
        .prefetch_related("category_links__category")
        .only("primary_category", "source_file__imported_fields")
    )
    for batch in itertools.batched(keys, ROWS_AT_ONCE):
        yield from articles.filter(pk__in=batch)


def _move_links(merged, target):
    """Replace the merged categories with the target in articles, at most once per level."""
    links = ArticleCategory.objects.order_by("position", "pk")
    taken = set(links.filter(category=target).values_list("article", "level"))
    moved, duplicate = [], []
    for key, *place in links.filter(category__in=merged).values_list("pk", "article", "level"):
        (duplicate if tuple(place) in taken else moved).append(key)
        taken.add(tuple(place))
    for batch in itertools.batched(duplicate, ROWS_AT_ONCE):
        links.filter(pk__in=batch).delete()
    for batch in itertools.batched(moved, ROWS_AT_ONCE):
        links.filter(pk__in=batch).update(category=target)


def _keep_description(merged, target):
    if not target.description:
        target.description = next((other.description for other in merged if other.description), "")
        Category.objects.filter(pk=target.pk).update(description=target.description)


def _keep_navigation(merged, target):
    """Give the first merged category's position in the masthead to the target, unless it has one."""
    chosen = NavigationCategory.objects.filter(category__in=merged).first()
    if chosen and not NavigationCategory.objects.filter(category=target).exists():
        chosen.category = target
        chosen.save()
