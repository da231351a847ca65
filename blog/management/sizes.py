"""Sizes of tables and folders, what they have grown by, and what the next clean-up deletes.

Growth is estimated from the dates of rows and files: what was deleted since is not counted.
"""

import time
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.files.storage import storages
from django.db import connection, models
from django.utils import timezone

from blog import extend
from blog.files.storage import entries_below
from blog.imports.uploads.models import StagedImport
from blog.jobs.models import Job

PERIOD = timedelta(days=30)
# Dates of creation, by the names that models use for them.
CREATED = (
    "created_at",
    "at",
    "started_at",
    "held_at",
    "done_at",
    "action_time",
    "date_joined",
)
# For tables without a date: the field of a related row that has one.
CREATED_WITH = ("article", "batch", "import_entry", "person", "page")


@dataclass(frozen=True, slots=True)
class Size:
    """The size of a table or folder. new: rows or files of the last 30 days, None without dates."""

    name: str
    number: int | None  # of rows or files, None if unknown
    size: int  # bytes, with indexes
    new: int | None

    @property
    def growth(self) -> int | None:
        """Bytes that the last 30 days have added, estimated from the average size of a row or file."""
        if self.new is None:
            return None
        return self.size * self.new // self.number if self.number else 0


def table_sizes() -> list[Size]:
    """Return the tables, largest first. The search index on SQLite is one of them."""
    sizes = _bytes_of_tables()
    tables = []
    for model in apps.get_models(include_auto_created=True):
        rows = model._base_manager
        created = _created(model)
        new = rows.filter(**{f"{created}__gt": timezone.now() - PERIOD}).count() if created else None
        size = sizes.pop(model._meta.db_table, 0)
        tables.append(Size(model._meta.db_table, rows.count(), size, new))
    for prefix in ("blog_search", "django_migrations"):
        parts = [name for name in sizes if name.startswith(prefix)]
        if parts:
            tables.append(Size(prefix, None, sum(sizes.pop(name) for name in parts), None))
    return sorted(tables, key=lambda table: -table.size)


def _created(model) -> str | None:
    """Return the lookup of the date on which a row was created, or None."""
    fields = {field.name: field for field in model._meta.local_concrete_fields}
    for name in CREATED:
        if isinstance(fields.get(name), models.DateTimeField):
            return name
    for name in CREATED_WITH:
        related = fields[name].related_model if name in fields else None
        if related and (created := _created(related)):
            return f"{name}__{created}"
    return None


def _bytes_of_tables() -> dict[str, int]:
    """Return {table: bytes with indexes}."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT relname, pg_total_relation_size(oid) FROM pg_class"
                " WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace"
            )
        else:
            cursor.execute(
                "SELECT tbl_name, sum(pgsize) FROM sqlite_master JOIN dbstat USING (name) GROUP BY tbl_name"
            )
        return dict(cursor.fetchall())


def folder_sizes() -> list[Size]:
    """Return the folders that Galley writes to, largest first."""
    folders = [folder for folder in settings.DATA_DIR.iterdir() if folder.is_dir()]
    if settings.PAGES_DIR:
        folders.append(settings.PAGES_DIR)
    sizes = list(map(_folder_size, folders))
    if settings.BUCKET:
        sizes += [_bucket_size(storages[name]) for name in ("default", "originals", "imports")]
    return sorted(sizes, key=lambda folder: -folder.size)


def _bucket_size(storage) -> Size:
    since = time.time() - PERIOD.total_seconds()
    files = [(file.size, file.modified > since) for file in storage.files()]
    return Size(storage.place, len(files), sum(size for size, _ in files), sum(new for _, new in files))


def _folder_size(folder: Path) -> Size:
    number = size = new = 0
    since = time.time() - PERIOD.total_seconds()
    for entry in entries_below(folder):
        stat = entry.stat(follow_symlinks=False)
        number, size, new = number + 1, size + stat.st_size, new + (stat.st_mtime > since)
    return Size(str(folder), number, size, new)


def expired() -> dict[str, int]:
    """Return {kind of data: number of rows or files that the worker deletes within an hour}."""
    now = timezone.now()
    session = import_module(settings.SESSION_ENGINE).SessionStore.get_model_class()
    return {
        "jobs": Job.objects.old().count(),
        "sessions": session.objects.filter(expire_date__lt=now).count(),
        "uploads": StagedImport.objects.expired(now).count(),
        **{name: number() for name, number in extend.expired},
    }
