import sys
from pathlib import Path

from django.core.management.base import BaseCommand

from blog.imports.pages import import_pages
from blog.management.terminal import escape_control_characters


class Command(BaseCommand):
    help = (
        "Import the pages of an export of this or another site. Existing pages do not change. "
        "Exit status: 0 if all pages were imported or are the same, 1 if some were not."
    )

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path, help="the folder that export_articles wrote")
        parser.add_argument(
            "--status",
            choices=["new", "as-file"],
            default="new",
            help="as-file: publish the pages that were published; new (default): publish none",
        )

    def handle(self, *, folder, status, **options):
        report = import_pages(folder, publishes=status == "as-file")
        for problem in report.problems:
            self.stderr.write(escape_control_characters(problem))
        self.stdout.write(
            f"{report.created} created, {report.unchanged} unchanged, {len(report.problems)} refused."
        )
        if report.problems:
            sys.exit(1)
