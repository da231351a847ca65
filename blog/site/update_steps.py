"""The steps of an update that are missing: migrations to apply, static files to collect.

Files on disk are compared with the database and the collected files, and no new code is imported. So a
process that still runs the code from before the update can report missing steps, too.
"""

from dataclasses import dataclass
from pathlib import Path

from django.apps import apps
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from blog.files.static import are_collected


@dataclass(frozen=True, slots=True)
class Step:
    """A missing step: its name, why it is missing, and the command that does it."""

    name: str
    reason: str
    command: str

    def __str__(self):
        return f"{self.reason} Run: bin/galley {self.command}"


def missing_steps() -> list[Step]:
    """Return the steps without which the code on disk cannot serve. Raises DatabaseError."""
    steps = []
    if names := unapplied_migrations():
        reason = f"{len(names)} migrations are not applied to the database, the first of them {names[0]}."
        steps.append(Step("migrations", reason, "migrate"))
    if not are_collected():
        reason = "The static files of this release are not collected."
        steps.append(Step("static files", reason, "collectstatic --no-input"))
    return steps


def unapplied_migrations() -> list[str]:
    """Return the names of all migrations on disk that the database does not have, such as "blog.0001_x"."""
    applied = MigrationRecorder(connection).applied_migrations()
    on_disk = (
        (config.label, file.stem)
        for config in apps.get_app_configs()
        for file in Path(config.path, "migrations").glob("[!_~]*.py")
    )
    return sorted(".".join(key) for key in on_disk if key not in applied)
