"""The migrations that an update applies, what they delete, and how to reverse them."""

from collections.abc import Iterable, Set
from dataclasses import dataclass

from django.db import connection
from django.db.migrations import Migration
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import AddField, CreateModel, DeleteModel, RemoveField


@dataclass(frozen=True, slots=True)
class PlannedMigration:
    """A migration to apply: the columns and tables that it adds and deletes, as Model.field or Model."""

    name: str  # such as "blog.0066_x"
    added: tuple[str, ...]
    deleted: tuple[str, ...]
    is_reversible: bool

    @property
    def loses_nothing(self) -> bool:
        """Whether reversing the migration loses only the columns and tables that it added."""
        return self.is_reversible and not self.deleted


def planned(migration: Migration) -> PlannedMigration:
    return PlannedMigration(
        f"{migration.app_label}.{migration.name}",
        tuple(_names(migration, AddField, CreateModel)),
        tuple(_names(migration, RemoveField, DeleteModel)),
        all(operation.reversible for operation in migration.operations),
    )


def _names(migration, of_field, of_model):
    for operation in migration.operations:
        if isinstance(operation, of_field):
            yield f"{operation.model_name}.{operation.name}"
        elif isinstance(operation, of_model):
            yield operation.name


class Plan:
    """All migrations to apply, and the commands that reverse them."""

    def __init__(self):
        executor = MigrationExecutor(connection)
        steps = executor.migration_plan(executor.loader.graph.leaf_nodes())
        self.migrations = [planned(migration) for migration, _is_backwards in steps]
        applied = executor.loader.applied_migrations.keys() & executor.loader.disk_migrations.keys()
        apps = sorted({migration.app_label for migration, _is_backwards in steps})
        last = {app: max((name for label, name in applied if label == app), default="zero") for app in apps}
        self.reversing = [f"bin/galley migrate {app} {last[app]}" for app in apps]

    def lines(self) -> list[str]:
        """Return the plan for a terminal."""
        if not self.migrations:
            return ["No migrations to apply. The earlier release can use this database."]
        listed = [f"  {migration.name}" for migration in self.migrations]
        return [f"{len(listed)} migrations to apply:", *listed, *way_back(self.migrations, self.reversing)]


def unavailable(applied: Set[tuple[str, str]]) -> list[str]:
    """Return the migrations that only an earlier release can apply, such as "blog.0002_x".

    They are replaced by a migration that creates all tables at once, while some of them are applied already.
    Django would apply neither these nor that one, without an error.
    """
    on_disk = MigrationLoader(None).disk_migrations
    return sorted(
        f"{app}.{name}"
        for key, migration in on_disk.items()
        if key not in applied and not applied.isdisjoint(migration.replaces)
        for app, name in set(migration.replaces) - applied - on_disk.keys()
    )


def way_back(migrations: Iterable[PlannedMigration], reversing: list[str]) -> list[str]:
    """Return how to reverse the migrations, and what would be lost."""
    lossy = [migration for migration in migrations if not migration.loses_nothing]
    if lossy:
        reasons = [
            f"  {migration.name} "
            + (f"deletes {', '.join(migration.deleted)}." if migration.deleted else "cannot be reversed.")
            for migration in lossy
        ]
        return [
            "To go back, restore the backup, without what is written after it. Reversing does not help:",
            *reasons,
        ]
    added = [name for migration in migrations for name in migration.added]
    loss = f"Only the values of {', '.join(added)} would be lost." if added else "Nothing would be lost."
    listed = [f"  {line}" for line in reversing]
    return ["To go back, before you check out the earlier release:", *listed, loss]
