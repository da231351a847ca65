"""Categories, authors, series and images that an import created. An undo deletes those that are unused."""

import itertools
from contextlib import contextmanager

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Exists, Max, OuterRef

from blog import page_cache
from blog.articles.authors import Author
from blog.articles.categories import Category, CategoryAlias
from blog.articles.links import ArticleAuthor, ArticleCategory
from blog.articles.models import Article
from blog.articles.series import Series
from blog.images.links import BodyImage, PageImage
from blog.images.models import Image
from blog.imports.linked_files import delete_added_files
from blog.imports.lock import acquire_import_lock
from blog.imports.models import ImportRun
from blog.imports.pages import delete_untouched_pages
from blog.site.identity import NavigationCategory, SiteIdentity
from blog.site.redirects import Redirect

ROWS_AT_ONCE = 100
# How articles use a row: (model of the link, its field for the row, its field for the article).
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
    """Record that the import created the rows that are added inside the block for this article."""
    newest = {model: model.objects.aggregate(key=Max("pk", default=0))["key"] for model in IN_ARTICLES}
    yield
    for model, key in newest.items():
        created = model.objects.filter(pk__gt=key, created_by_import=None)
        for link, name, of_article in IN_ARTICLES[model]:
            used = link.objects.filter(**{of_article: article.pk}).order_by().values(name)
            created.filter(pk__in=used).update(created_by_import=batch)


def count_created_rows(batch: ImportRun, going: set[int]) -> dict[type, int]:
    """Return {model: number of rows that delete_created_rows() would delete}.

    going: keys of the articles that the undo deletes or restores first.
    """
    return {
        model: len(_created(batch, model) - _used_apart_from(batch, model, going)) for model in IN_ARTICLES
    }


def delete_created_rows(batch: ImportRun) -> None:
    """Delete the unused rows that the import created, in transactions of 100 rows.

    Also deletes its redirects, the pages that nobody has changed, and LinkedFile rows of restored articles.

    Image files are deleted after the commit. Until then, their names are stored in files_to_delete, so that
    the next call finds them after a kill.
    """
    _delete_files(batch)
    if Redirect.objects.filter(created_by_import=batch).delete()[0]:
        page_cache.invalidate_on_commit()
    delete_untouched_pages(batch)
    delete_added_files(batch)
    for model in IN_ARTICLES:
        keys = _created(batch, model)
        keys = sorted(keys - _used_apart_from(batch, model, set())) if keys else []
        for chunk in itertools.batched(keys, ROWS_AT_ONCE):
            _delete_rows(batch, model, chunk)
            _delete_files(batch)


def _created(batch, model) -> set[int]:
    """Return the keys of rows that the import created and that no editor has changed or used elsewhere."""
    rows = _not_used_elsewhere(model.objects.filter(created_by_import=batch))
    kind = ContentType.objects.get_for_model(model)
    changed = LogEntry.objects.filter(content_type=kind).order_by().values_list("object_id", flat=True)
    changed = set(changed)
    return {key for key in rows.order_by().values_list("pk", flat=True) if str(key) not in changed}


def _used_apart_from(batch, model, going) -> set[int]:
    """Return the keys of the import's rows that are used by articles outside of `going`."""
    used = set()
    imported = batch.entries.filter(article__isnull=False).order_by().values("article")
    for link, name, of_article in IN_ARTICLES[model]:
        links = link.objects.order_by()
        rows = model.objects.filter(created_by_import=batch).order_by()
        # A row may have many thousands of links. They are read only if all belong to articles of this import.
        others = links.filter(**{name: OuterRef("pk")}).exclude(**{f"{of_article}__in": imported})
        used.update(rows.filter(Exists(others)).values_list("pk", flat=True))
        links = links.filter(**{f"{name}__in": rows.filter(~Exists(others)).values("pk")})
        used.update(key for key, article in links.values_list(name, of_article) if article not in going)
    return used


def _not_used_elsewhere(rows):
    for model, name in OTHER_USES[rows.model]:
        uses = model.objects.filter(**{name: OuterRef("pk")})
        # An import's redirects do not count: they are deleted with the row.
        uses = uses.filter(created_by_import=None) if model is Redirect else uses
        rows = rows.exclude(Exists(uses))
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
    """Delete the files of deleted images, then clear files_to_delete."""
    if not batch.files_to_delete:
        return
    with transaction.atomic():
        acquire_import_lock()  # an import may be about to reuse a stored file
        used = Image.objects.filter(file__in=batch.files_to_delete).values_list("file", flat=True)
        for name in {*batch.files_to_delete} - {*used}:
            default_storage.delete(name)
        batch.files_to_delete = []
        batch.save(update_fields=["files_to_delete"])
