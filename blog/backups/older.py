"""Create the tables of an older release, so that its backup can be restored and then migrated."""

from django.apps.registry import Apps
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader


def is_older(manifest: dict) -> bool:
    """Whether this release has all migrations of the backup, and further ones."""
    loader = MigrationLoader(connection)
    return _stored(manifest, loader) < set(loader.disk_migrations)


def create_tables(manifest: dict) -> Apps:
    """Create the tables of the backup's release in an empty database, and return its models."""
    executor = MigrationExecutor(connection)
    graph, stored = executor.loader.graph, _stored(manifest, executor.loader)
    known = stored & set(graph.nodes)
    last = [key for key in known if not any(child.key in known for child in graph.node_map[key].children)]
    executor.migrate(sorted(last))
    return executor.loader.project_state(sorted(last)).apps


def _stored(manifest, loader):
    """Return the keys of the backup's migrations, and of those that replace them."""
    stored = {tuple(name.split(".", 1)) for name in manifest["migrations"]}
    return stored | {
        key
        for key, migration in loader.disk_migrations.items()
        if migration.replaces and set(migration.replaces) <= stored
    }
