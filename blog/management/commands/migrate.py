"""Django's migrate, with a lock: only one of several machines that start at once migrates."""

from django.core.checks.registry import registry
from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from blog.jobs import locks
from blog.management.checks import check_update
from blog.page_cache import changes_not_announced
from blog.site.migration_plan import unavailable


class Command(migrate.Command):
    help = f"{migrate.Command.help} Waits while another process migrates."

    def check(self, *args, **options):
        """Run the checks except check_update, which would report that this command must be run."""
        registry.registered_checks.discard(check_update)
        try:
            return super().check(*args, **options)
        finally:
            registry.registered_checks.add(check_update)

    def handle(self, *args, **options):
        waiting = "Another process is applying migrations. Waiting for it to finish."
        with (
            locks.wait_for("migrate", on_wait=lambda: self.stderr.write(waiting)),
            changes_not_announced(),
        ):
            if missing := unavailable(MigrationRecorder(connection).applied_migrations().keys()):
                raise CommandError(
                    f"This database is of an earlier release, and lacks {missing[0]}, which this release no "
                    "longer has. Update to 0.1.0 first (docs/operating.md#updating)."
                )
            return super().handle(*args, **options)
