from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from blog.exports.folder import ExportFailedError
from blog.extensions.generators.export.formats import FORMATS
from blog.extensions.generators.export.writing import export_for
from blog.management.terminal import escape_control_characters


class Command(BaseCommand):
    help = "Write the whole site as a folder that a site generator builds."

    def add_arguments(self, parser):
        parser.add_argument("generator", choices=sorted(FORMATS))
        parser.add_argument(
            "folder", type=Path, help="the folder to write to; created if missing, otherwise it must be empty"
        )
        parser.add_argument("--force", action="store_true", help="write even if the folder is not empty")

    def handle(self, *, generator, folder, force, **options):
        try:
            report = export_for(generator, folder, force=force)
        except ExportFailedError as error:
            raise CommandError(str(error), returncode=2) from error
        for line in report.problems:
            self.stderr.write(escape_control_characters(line))
        self.stdout.write(
            f"{report.articles} articles and {report.pages} pages written, {report.drafts} of them drafts, "
            f"with {report.images} images and {report.redirects} redirects."
        )
        if report.problems:
            raise CommandError(
                f"{len(report.problems)} files could not be written (see above).", returncode=1
            )
