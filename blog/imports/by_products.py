"""What an import brought beside articles: it goes when that is undone and nothing uses it."""

import itertools
from contextlib import contextmanager

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Exists, OuterRef

from blog.articles.authors import Author
from blog.articles.categories import Category, CategoryAlias
from blog.articles.links import ArticleAuthor, ArticleCategory
from blog.articles.models import Article
from blog.articles.series import Series
from blog.images.links import BodyImage, PageImage
from blog.images.models import Image
from blog.imports.models import ImportRun, acquire_import_lock
from blog.site.identity import NavigationCategory, SiteIdentity
from blog.site.redirects import Redirect

ROWS_AT_ONCE = 100
# What articles use a row by: the model, its field that names the row, and its field that names the article.
IN_ARTICLES = {
    Category: ((ArticleCategory, "category", "article"), (Article, "primary_category", "pk")),
    Author: ((ArticleAuthor, "author", "article"),),
    Series: ((Article, "series", "pk"),),
    Image: ((BodyImage, "image", "article"), (Article, "hero_image", "pk")),
}
OTHER_USES = {
    Category: ((CategoryAlias, "category"), (Redirect, "category"), (NavigationCategory, "category")),
    Author: ((Redirect, "author"),),
    Series: ((Redirect, "series"),),
    Image: ((PageImage, "image"), (SiteIdentity, "logo"), (Author, "picture")),
}


@contextmanager
def tracking_created_rows(batch: ImportRun, article: Article):
    """Context manager: note what is made in it for the article as brought by the batch."""
    newest = {model: _newest(model) for model in IN_ARTICLES}
    yield
    for model, key in newest.items():
        made = model.objects.filter(pk__gt=key, created_by_import=None)
        for link, name, of_article in IN_ARTICLES[model]:
            used = link.objects.filter(**{of_article: article.pk}).order_by().values(name)
            made.filter(pk__in=used).update(created_by_import=batch)


def count_created_rows(batch: ImportRun, going: set[int]) -> dict[type, int]:
    """Return {model: rows that delete_created_rows() would delete}, once these articles (keys) are gone."""
    return {
        model: len(_brought(batch, model) - _used_apart_from(batch, model, going)) for model in IN_ARTICLES
    }


def delete_created_rows(batch: ImportRun) -> None:
    """Delete what only the batch brought and nothing uses now, in transactions of 100 rows.

    The files of images are deleted after that is committed; where they are noted until then, a next call
    finds them.
    """
    _delete_files(batch)
    for model in IN_ARTICLES:
        keys = sorted(_brought(batch, model) - _used_apart_from(batch, model, set()))
        for some in itertools.batched(keys, ROWS_AT_ONCE):
            _delete_rows(batch, model, some)
            _delete_files(batch)


def _newest(model):
    return model.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def _brought(batch, model) -> set[int]:
    """Return the keys of what the batch brought and no editor has changed, or put to another use."""
    rows = _not_used_elsewhere(model.objects.filter(created_by_import=batch))
    kind = ContentType.objects.get_for_model(model)
    changed = LogEntry.objects.filter(content_type=kind).order_by().values_list("object_id", flat=True)
    changed = set(changed)
    return {key for key in rows.order_by().values_list("pk", flat=True) if str(key) not in changed}


def _used_apart_from(batch, model, going) -> set[int]:
    """Return the keys of what articles use that are not among these."""
    return {
        key
        for link, name, of_article in IN_ARTICLES[model]
        for key, article in link.objects.filter(**{f"{name}__created_by_import": batch})
        .order_by()
        .values_list(name, of_article)
        if article not in going
    }


def _not_used_elsewhere(rows):
    for model, name in OTHER_USES[rows.model]:
        rows = rows.exclude(Exists(model.objects.filter(**{name: OuterRef("pk")})))
    return rows


def _unused(rows):
    for model, name, _article in IN_ARTICLES[rows.model]:
        rows = rows.exclude(Exists(model.objects.filter(**{name: OuterRef("pk")})))
    return _not_used_elsewhere(rows)


def _delete_rows(batch, model, keys):
    with transaction.atomic():
        acquire_import_lock()
        list(model.objects.select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk"))
        rows = list(_unused(model.objects.filter(pk__in=keys)))
        model.objects.filter(pk__in=[row.pk for row in rows]).delete()
        if model is Image:
            batch.files_to_delete = sorted({row.file.name for row in rows} - {""})
            batch.save(update_fields=["files_to_delete"])


def _delete_files(batch):
    """Delete the files whose rows are gone. They stay noted until they are deleted."""
    if not batch.files_to_delete:
        return
    with transaction.atomic():
        acquire_import_lock()  # an import that finds a file stored already must not lose it
        used = Image.objects.filter(file__in=batch.files_to_delete).values_list("file", flat=True)
        for name in {*batch.files_to_delete} - {*used}:
            default_storage.delete(name)
        batch.files_to_delete = []
        batch.save(update_fields=["files_to_delete"])
