"""Django's migrate, one process at a time: of two machines that start at once, one migrates."""

from django.core.checks.registry import registry
from django.core.management.commands import migrate

from blog.jobs import locks
from blog.management.checks import check_update


class Command(migrate.Command):
    help = f"{migrate.Command.help} Waits while another process does."

    def check(self, *args, **options):
        """Leave out the check that asks for this very command."""
        registry.registered_checks.discard(check_update)
        try:
            return super().check(*args, **options)
        finally:
            registry.registered_checks.add(check_update)

    def handle(self, *args, **options):
        with locks.wait_for("migrate", on_wait=self.tell_of_waiting):
            return super().handle(*args, **options)

    def tell_of_waiting(self):
        self.stderr.write("Another process applies migrations: waiting until it has.")
