"""Prepare the site before bin/serve starts the server."""

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand

from blog.files.static import are_collected
from blog.jobs import locks
from blog.site import method_page
from blog.site.migration_plan import Plan


class Command(BaseCommand):
    help = "Do the steps of an update: apply migrations, and collect static files if they have changed."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument(
            "--plan", action="store_true", help="Only show the migrations to apply, and how to reverse them."
        )

    def handle(self, *, plan=False, **options):
        if plan:
            for line in Plan().lines():
                self.stdout.write(line)
            return
        if not settings.READ_ONLY:
            call_command("migrate", verbosity=0)
            method_page.add_draft()
        waiting = "Another process is collecting static files. Waiting for it to finish."
        with locks.wait_for("collectstatic", on_wait=lambda: self.stderr.write(waiting)):
            if not are_collected():
                self.stdout.write("Collecting and compressing static files.")
                call_command("collectstatic", interactive=False, verbosity=0)
        if not get_user_model().objects.filter(is_superuser=True, is_active=True).exists():
            self.stdout.write("There is no administrator yet: bin/galley createsuperuser")
