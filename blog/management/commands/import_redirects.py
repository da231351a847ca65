import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from blog.management.terminal import escape_control_characters
from blog.site.redirect_lists import RedirectFileError, import_redirects


class Command(BaseCommand):
    help = (
        "Import redirects from a CSV file with two columns: the old path, and the new URL or “gone”. "
        "Exit status: 0 if all lines were imported, 1 if some were refused, 2 if the file cannot be imported."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, metavar="FILE.csv", help="the CSV file, encoded in UTF-8")
        parser.add_argument(
            "--replace", action="store_true", help="overwrite existing redirects that point elsewhere"
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="show what would happen without changing anything"
        )

    def handle(self, *, file, replace, dry_run, **options):
        try:
            report = import_redirects(file.read_bytes(), replace=replace, dry_run=dry_run)
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}.", returncode=2) from error
        except RedirectFileError as error:
            raise CommandError(f"{file}: {error}", returncode=2) from error
        for line, reason in report.problems:
            self.stderr.write(f"line {line}: {escape_control_characters(reason)}")
        self.stdout.write(
            f"{'Dry run: ' if dry_run else ''}{report.created} created, {report.updated} updated, "
            f"{report.unchanged} unchanged, {len(report.problems)} refused."
        )
        if report.problems:
            sys.exit(1)
