"""Restore a backup into an empty site, and compare the result with the backup.

A backup is validated before anything is stored (manifest.py). All rows are written in one transaction.
Before it is committed, every row is read again and compared, the search index is rebuilt, pages are rendered
and the secret key is stored. If anything fails, all is as before. A backup of an older release takes several
transactions: see restore_older().
"""

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from functools import partial

from django.apps import apps
from django.apps.registry import Apps
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import File
from django.db import OperationalError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.test import Client

from blog import extend, page_cache, search
from blog.articles.models import Article
from blog.extensions.backups import rows
from blog.extensions.backups.archive import CHUNK, BackupArchive, BackupError, printable
from blog.extensions.backups.files import named_files, stored_at
from blog.extensions.backups.manifest import KEY_MEMBER, applied_migrations, check_rows, variables
from blog.files import modes
from blog.files.atomic import write_atomically
from blog.imports.uploads.models import StagedImport
from blog.management.sample_paths import sample_paths
from blog.site import method_page
from blog.site.migration_plan import unavailable
from blog.site.pages import Page


def is_older(manifest: dict) -> bool:
    """Whether this release has all migrations of the backup, and further ones."""
    loader = MigrationLoader(connection)
    return on_disk(manifest["migrations"], loader) < set(loader.disk_migrations)


def unknown_migrations(manifest: dict) -> list[str]:
    """Return the migrations of the backup that this release lacks, except of extensions that are off."""
    loader = MigrationLoader(connection)
    unknown = on_disk(manifest["migrations"], loader) - loader.disk_migrations.keys()
    return sorted(".".join(key) for key in unknown if key[0] in apps.app_configs)


def extensions_off(manifest: dict) -> list[str]:
    """Return the labels of apps that have models in the backup, and are not on here."""
    labels = {name.partition(".")[0] for name in manifest["rows"].keys() - rows.LEFT_OUT}
    return sorted(labels - apps.app_configs.keys())


def release_of(manifest: dict) -> tuple[Apps, Callable[[], object]]:
    """Return the models of the backup's release, and a function that creates their tables."""
    executor = MigrationExecutor(connection)
    graph, stored = executor.loader.graph, on_disk(manifest["migrations"], executor.loader)
    known = stored & set(graph.nodes)
    last = sorted(
        key for key in known if not any(child.key in known for child in graph.node_map[key].children)
    )
    return executor.loader.project_state(last).apps, partial(executor.migrate, last)


def drop_tables(kept: set[str]) -> None:
    """Drop all tables except these."""
    with connection.constraint_checks_disabled(), transaction.atomic(), connection.cursor() as cursor:
        # Sorted: SQLite's search tables must be dropped before those with their name and a suffix.
        for table in sorted(set(connection.introspection.table_names(cursor)) - kept):
            cascade = " CASCADE" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TABLE IF EXISTS {connection.ops.quote_name(table)}{cascade}")


def keys_of(names: Iterable[str]) -> set[tuple[str, str]]:
    """Return the keys of migrations, without those of apps that earlier releases had."""
    keys = {tuple(name.split(".", 1)) for name in names}
    return {(app, name) for app, name in keys if app not in {"axes", "django_tasks_database"}}


def on_disk(names: Iterable[str], loader: MigrationLoader) -> set[tuple[str, str]]:
    """Return the keys of migrations, and of those that replace them, without those replaced and deleted."""
    stored = keys_of(names)
    replacing = {
        key: set(migration.replaces)
        for key, migration in loader.disk_migrations.items()
        if migration.replaces and (key in stored or set(migration.replaces) <= stored)
    }
    gone = set().union(*replacing.values()) - loader.disk_migrations.keys()
    return (stored - gone) | replacing.keys()


# Models of which a new site has rows already. They do not count as content.
OF_A_NEW_SITE = frozenset(
    (
        "admin.LogEntry",
        "auth.Group",
        "auth.Group_permissions",
        "auth.Permission",
        "blog.CategoryCount",
        "blog.Job",
        "blog.ReviewRequirement",
        "contenttypes.ContentType",
    )
)


def check_compatible(manifest: dict) -> None:
    """Raise BackupError unless this release can restore the backup. Needs no migrated database."""
    if manifest["requires_review"] and not settings.REQUIRE_REVIEW:
        raise BackupError(
            "The site of this backup has GALLEY_REQUIRE_REVIEW=on, and this one has not: articles that wait "
            "for an approval would become public. Set the variable, then restore."
        )
    if missing := unavailable(keys_of(manifest["migrations"])):
        raise BackupError(
            f"This backup is of an earlier release, and lacks {missing[0]}, which this release no "
            "longer has. Restore it with 0.1.0, then update (docs/operating.md#updating)."
        )
    if newer := unknown_migrations(manifest):
        raise BackupError(
            f"This backup is from Galley {manifest['galley']}, which is newer than this checkout: it has the "
            f"migration {newer[0]}. Update this checkout (git pull; bin/setup), then restore."
        )
    if off := extensions_off(manifest):
        raise BackupError(
            f"This backup has rows of the extension “{off[0]}”, which is off here. Add it to "
            "GALLEY_EXTENSIONS, migrate, then restore."
        )


def check_migrations(manifest: dict) -> None:
    """Raise BackupError if the database has migrations that the backup lacks."""
    loader = MigrationLoader(connection)
    there = on_disk(manifest["migrations"], loader)
    if missing := sorted(on_disk(applied_migrations(), loader) - there):
        release = manifest["commit"][:12] or f"Galley {manifest['galley']}"
        raise BackupError(
            f"This backup is from an older release ({release}): it lacks {len(missing)} migrations, the "
            f"first of them {'.'.join(missing[0])}. Restore it into a new database without "
            "tables: then its rows are migrated."
        )


def check_empty() -> None:
    """Raise BackupError if this site has content."""
    counts = {}
    for model in rows.stored_models():
        if model._meta.label not in OF_A_NEW_SITE and (count := _content(model).count()):
            counts[str(model._meta.verbose_name_plural)] = count
    if counts:
        listed = ", ".join(f"{count} {name}" for name, count in counts.items())
        raise BackupError(
            f"This site is not empty: it has {listed}. Nothing was changed. Restore into an empty data "
            "folder (GALLEY_DATA) and an empty database (DATABASE_URL)."
        )


def _content(model):
    if model is Page:
        draft = {"slug": method_page.HOW_WE_WORK, "body": method_page.draft_text(), "is_published": False}
        return Page.objects.exclude(**draft)
    return model._base_manager.all()


def restore(archive: BackupArchive, report: Callable[[str], None]) -> None:
    """Restore an archive into this site, which is migrated and empty. Raises BackupError."""
    check_migrations(archive.manifest)
    check_empty()
    models = rows.stored_models()
    check_rows(archive.manifest, models)
    with _undone_on_failure() as undo:
        report(f"{_store_files(archive, undo)} files stored and compared.")
        with transaction.atomic():
            _write_rows(archive, models, report)
            _finish(archive, undo, report)


def restore_older(archive: BackupArchive, migrate: Callable[[], None], report: Callable[[str], None]) -> None:
    """Restore an archive of an older release into an empty database without tables. Raises BackupError.

    Its rows are written to the tables of that release, which migrate() then changes.
    """
    apps, create_tables = release_of(archive.manifest)
    models = rows.stored_models(apps)
    check_rows(archive.manifest, models)
    with _undone_on_failure() as undo:
        report(f"{_store_files(archive, undo)} files stored and compared.")
        undo.callback(drop_tables, set(connection.introspection.table_names()))
        create_tables()
        with transaction.atomic():
            _write_rows(archive, models, report)
        migrate()
        report("Migrated to this release.")
        with transaction.atomic():
            _finish(archive, undo, report)


@contextmanager
def _undone_on_failure() -> Iterator[ExitStack]:
    """Yield a stack of functions that undo what the block does, called if it fails. Raises BackupError."""
    try:
        with ExitStack() as undo:
            yield undo
            undo.pop_all()
    except Exception as error:  # the rows of a backup can make any code fail that reads them
        reason = str(error) if isinstance(error, BackupError) else f"{type(error).__name__}: {error}"
        raise BackupError(f"Nothing was restored. {reason}") from error
    finally:
        ContentType.objects.clear_cache()


def _write_rows(archive, models, report):
    report(f"{_insert(archive, models)} rows inserted.")
    report(f"{_compare(archive, models)} rows compared with the backup.")
    listed = archive.manifest["files"].keys() | archive.manifest["missing_files"]
    for name in sorted(listed.symmetric_difference(named_files(models))):
        place = (
            "in this backup, but in none of its rows"
            if name in listed
            else "in a row, but not in this backup"
        )
        raise BackupError(f"The file {name} is {place}. Use another backup.")


def _finish(archive, undo, report):
    report(f"{search.rebuild(Article.objects.all())} articles in the search index.")
    # Their files are not in the backup.
    StagedImport.objects.with_files().update(state=StagedImport.State.EXPIRED)
    for react in extend.after_restore:
        react()
    report(f"{_render_pages()} pages rendered.")
    # robust: an error after the commit would undo only the files.
    transaction.on_commit(page_cache.invalidate_on_commit, robust=True)
    if "has_secret" in archive.manifest:
        report(_restore_secret(archive, undo))


def _store_files(archive, undo) -> int:
    """Store the files that do not exist, and return the number of all."""
    for name, expected in archive.manifest["files"].items():
        storage, own_name = stored_at(name)
        if not storage.exists(own_name):
            undo.callback(_delete, storage, own_name)
            with archive.member(name) as member:
                storage.save(own_name, File(member))
        if _digest(storage, own_name) != expected["sha256"]:
            raise BackupError(f"{name} differs from the file in the backup. Use another backup.")
    return len(archive.manifest["files"])


def _delete(storage, name):
    with suppress(OSError):  # such as the one that is raised
        storage.delete(name)


def _digest(storage, name):
    digest = hashlib.sha256()
    with closing(storage.stream(name)) as file:
        while part := file.read(CHUNK):
            digest.update(part)
    return digest.hexdigest()


def _insert(archive, models) -> int:
    total = 0
    rows.delete_rows(reversed(models))
    for model in models:
        expected = archive.manifest["rows"][model._meta.label]
        fields = rows.stored_fields(model, expected["fields"])
        lines = archive.lines(f"rows/{model._meta.label}.jsonl", expected["sha256"])
        try:
            inserted = rows.insert_rows(model, fields, map(rows.decoder(fields), lines))
        except (BackupError, OperationalError):
            raise
        except Exception as error:  # the values can be anything
            raise BackupError(
                f"A row of {model._meta.label} cannot be stored: {error}. Use another backup."
            ) from error
        if inserted != expected["count"]:
            raise BackupError(
                f"The backup has {inserted} rows of {model._meta.label} instead of {expected['count']}. "
                "Use another backup."
            )
        rows.set_last_key(model, expected["last_key"])
        total += inserted
    connection.check_constraints()
    ContentType.objects.clear_cache()
    return total


def _compare(archive, models) -> int:
    """Compare each row with the backup, and return the number of rows."""
    compared = 0
    for model in models:
        expected = archive.manifest["rows"][model._meta.label]
        fields = rows.stored_fields(model, expected["fields"])
        decode = rows.decoder(fields)
        lines = archive.lines(f"rows/{model._meta.label}.jsonl", expected["sha256"])
        for line, row in zip(lines, rows.read_rows(model, fields), strict=True):
            if decode(line) != list(row):
                raise BackupError(
                    f"A row of {model._meta.label} was stored with other values: {line[:80]!r}… "
                    "Use another backup."
                )
            compared += 1
    return compared


def _render_pages() -> int:
    """Request some pages as a reader, and return their number. Raises BackupError if one fails."""
    paths = sample_paths()
    client = Client(SERVER_NAME="127.0.0.1")
    for path in paths:
        status = client.get(path, secure=settings.SITE_URL.startswith("https:")).status_code
        if status != 200:
            raise BackupError(f"The page {path} answers {status}.")
    return len(paths)


def _restore_secret(archive, undo) -> str:
    if os.environ.get("SECRET_KEY"):
        return "The secret key of the backup was not restored, because the variable SECRET_KEY is set."
    path = settings.DATA_DIR / "secret_key"
    store = partial(write_atomically, path, mode=modes.PRIVATE_FILE, durable=True)
    undo.callback(store, [path.read_bytes()])
    store([archive.read(KEY_MEMBER)])
    return "The secret key was restored."


def setting_differences(manifest: dict) -> list[str]:
    """Return a line for each setting that differs from the backup's site."""
    here = variables()
    return [
        printable(f"{name} was {value or 'not set'} there, and is {here.get(name) or 'not set'} here.")
        for name, value in manifest["variables"].items()
        if here.get(name, "") != value
    ]
