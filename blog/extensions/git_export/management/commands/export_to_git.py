"""Bring the Git repository of the published articles up to date, or check it."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from blog.exports.folder import ExportFailedError
from blog.extensions.git_export.export import compare, export_to_git
from blog.extensions.git_export.jobs import GROUP
from blog.jobs import locks
from blog.management.terminal import escape_control_characters, number_of

MOST_SHOWN = 100


class Command(BaseCommand):
    help = (
        "Commit what has changed in the published articles to the Git repository in GALLEY_EXPORT_DIR. "
        "The worker does this after each change."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--check",
            action="store_true",
            help="change nothing; end with status 1 if the folder differs from the published articles",
        )

    def handle(self, *, check, **options):
        if settings.EXPORT_DIR is None:
            raise CommandError("GALLEY_EXPORT_DIR is not set.", returncode=2)
        try:
            with locks.wait_for(f"group-{GROUP}", on_wait=self._report_waiting):
                (self._check if check else self._export)()
        except (ExportFailedError, OSError) as error:
            raise CommandError(str(error), returncode=2) from error

    def _export(self):
        report = export_to_git(settings.EXPORT_DIR)
        self._list(report.problems)
        commits = number_of(report.commits, "commit", "commits")
        articles = number_of(report.articles, "article is", "articles are")
        self.stdout.write(f"{commits} written. {articles} published.")
        if report.problems:
            files = number_of(len(report.problems), "file", "files")
            raise CommandError(f"{files} could not be exported (see above).", returncode=1)

    def _check(self):
        differences = compare(settings.EXPORT_DIR)
        self._list(differences)
        if differences:
            files = number_of(len(differences), "file differs", "files differ")
            raise CommandError(f"{files} from the published articles.", returncode=1)
        self.stdout.write("The folder has exactly the published articles.")

    def _list(self, lines):
        for line in lines[:MOST_SHOWN]:
            self.stderr.write(escape_control_characters(line))
        if len(lines) > MOST_SHOWN:
            self.stderr.write(f"… and {len(lines) - MOST_SHOWN} more")

    def _report_waiting(self):
        self.stderr.write("Waiting for the worker, which is exporting.")
