"""Create the tables of an older release, so that its backup can be restored and then migrated."""

from collections.abc import Iterable

from django.apps.registry import Apps
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader


def is_older(manifest: dict) -> bool:
    """Whether this release has all migrations of the backup, and further ones."""
    loader = MigrationLoader(connection)
    return on_disk(manifest["migrations"], loader) < set(loader.disk_migrations)


def create_tables(manifest: dict) -> Apps:
    """Create the tables of the backup's release in an empty database, and return its models."""
    executor = MigrationExecutor(connection)
    graph, stored = executor.loader.graph, on_disk(manifest["migrations"], executor.loader)
    known = stored & set(graph.nodes)
    last = [key for key in known if not any(child.key in known for child in graph.node_map[key].children)]
    executor.migrate(sorted(last))
    return executor.loader.project_state(sorted(last)).apps


def keys_of(names: Iterable[str]) -> set[tuple[str, str]]:
    return {tuple(name.split(".", 1)) for name in names}


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
