"""List the operator's own templates."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from blog.site.custom_templates import failure_of, note_overrides, overrides


class Command(BaseCommand):
    help = (
        "List the templates in GALLEY_CUSTOM_DIR, which of them fail, and for which Galley has changed its "
        "own since yours was written."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--accept", action="store_true", help="say that yours suit Galley's present templates"
        )

    def handle(self, *args, accept, **options):
        if settings.CUSTOM_DIR is None:
            raise CommandError("GALLEY_CUSTOM_DIR is not set.", returncode=2)
        note_overrides(accept=accept)
        for name, galley, has_changed in overrides():
            self.stdout.write(f"{name}: {self.describe(failure_of(name), galley, has_changed)}")

    def describe(self, failure, galley, has_changed):
        if failure:
            return f"fails, so Galley's is shown: {failure}"
        if galley is None:
            return "new"
        return f"overrides {galley}, which has changed since" if has_changed else f"overrides {galley}"
