"""List the operator's own templates."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from blog.site.custom_templates import note_overrides, overrides


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
        for override in overrides():
            self.stdout.write(f"{override.name}: {self.describe(override)}")

    def describe(self, override):
        if override.failure:
            return f"fails, so Galley's is shown: {override.failure}"
        if override.galley is None:
            return "new"
        if override.has_changed:
            return f"overrides {override.galley}, which has changed since"
        return f"overrides {override.galley}"
