"""Migrations one by one, where a new database gets the squashed one."""

from django.db.migrations.loader import MigrationLoader


def single_steps(connection=None) -> MigrationLoader:
    """Return a loader of the migrations that the squashed one replaces, without that one."""
    loader = MigrationLoader(connection, replace_migrations=False)
    for key, migration in loader.replacements.items():
        loader.graph.remove_replacement_node(key, migration.replaces)
    return loader
