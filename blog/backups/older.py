"""Create the tables of an older release, so that its backup can be restored and then migrated."""

from collections.abc import Callable, Iterable
from functools import partial

from django.apps.registry import Apps
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader


def is_older(manifest: dict) -> bool:
    """Whether this release has all migrations of the backup, and further ones."""
    loader = MigrationLoader(connection)
    return on_disk(manifest["migrations"], loader) < set(loader.disk_migrations)


def unknown_migrations(manifest: dict) -> list[str]:
    """Return the migrations of the backup that this release lacks."""
    loader = MigrationLoader(connection)
    unknown = on_disk(manifest["migrations"], loader) - loader.disk_migrations.keys()
    return sorted(".".join(key) for key in unknown)


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
    """Return the keys of migrations, without those of an app that earlier releases had."""
    keys = {tuple(name.split(".", 1)) for name in names}
    return {(app, name) for app, name in keys if app != "django_tasks_database"}


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
