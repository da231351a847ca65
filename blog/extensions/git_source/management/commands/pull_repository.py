"""Pull the Git repository at once."""

from django.core.management.base import BaseCommand, CommandError

from blog.extensions.git_source.models import Repository
from blog.extensions.git_source.problems import PullError
from blog.extensions.git_source.pull import PullProgress, fail, pull
from blog.imports.jobs import GROUP
from blog.imports.report import ImportFailedError
from blog.jobs import locks
from blog.management.terminal import escape_control_characters


class Command(BaseCommand):
    help = (
        "Import what has changed in the Git repository that is entered on the screen Git, or in "
        "GALLEY_IMPORT_REPOSITORY. Exit status: 0 if this is done, 1 if files were refused or are in "
        "conflict, 2 if the repository could not be pulled."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--rewritten",
            action="store_true",
            help="import the changed files although the history of the branch was rewritten",
        )

    def handle(self, *, rewritten, **options):
        with locks.wait_for(f"group-{GROUP}", on_wait=self._report_waiting):
            repository = Repository.current()
            if repository is None:
                raise CommandError(
                    "There is no repository. Set GALLEY_IMPORT_REPOSITORY, or enter it on the screen Git.",
                    returncode=2,
                )
            try:
                run = pull(repository, PullProgress(), confirmed=repository.tip if rewritten else "")
            except PullError as error:
                fail(repository, error)
                raise CommandError(escape_control_characters(error.sentence), returncode=2) from error
            except ImportFailedError as error:
                raise CommandError(str(error), returncode=2) from error
        self._report(repository, run)

    def _report(self, repository, run):
        at = f"{repository.branch} at {repository.commit[:7]}"
        if run is None:
            self.stdout.write(escape_control_characters(f"{at}: no file has changed."))
            return
        counts = [f"{number} {name}" for name in run.OUTCOMES if (number := getattr(run, name))]
        self.stdout.write(escape_control_characters(f"{at}: {', '.join(counts)}."))
        if run.rejected or run.conflict:
            raise CommandError("Some files were not imported: see Imports.", returncode=1)

    def _report_waiting(self):
        self.stderr.write("Waiting for another import.")
