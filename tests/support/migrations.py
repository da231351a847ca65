"""Single migrations, instead of the squashed migration that a new database gets."""

from django.db.migrations.loader import MigrationLoader


def single_steps(connection=None) -> MigrationLoader:
    """Return a loader with the migrations that the squashed migration replaces, without the squashed one."""
    loader = MigrationLoader(connection, replace_migrations=False)
    for key, migration in loader.replacements.items():
        loader.graph.remove_replacement_node(key, migration.replaces)
    return loader
