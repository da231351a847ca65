import sys
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from blog.files.remote.fetcher import site_fetcher
from blog.images.mirror.run import MirroringError, MirrorOutcome, mirror_images, report_line
from blog.management.terminal import Progress, ReportFile, escape_control_characters

WORDS = {
    MirrorOutcome.STORED: "stored",
    MirrorOutcome.REPEATED: "stored already",
    MirrorOutcome.FAILED: "failed",
    MirrorOutcome.LATER: "not due for a retry yet",
}
FAILURES_SHOWN = 20  # --report lists all


def mirror(command: BaseCommand, *, http=False, retry=False, report: Path | None = None, quiet=False) -> bool:
    """Mirror remote images and report the result. Return whether all images are stored."""
    failures, counts = [], Counter()
    with ExitStack() as stack:
        lines = stack.enter_context(ReportFile(report)) if report else None
        progress = stack.enter_context(Progress(shown=not quiet, unit="pictures"))

        def on_image(picture):
            progress.advance()
            counts[picture.outcome] += 1
            if picture.outcome == MirrorOutcome.FAILED:
                failures.append(picture)
            if lines:
                lines.write(report_line(picture))

        try:
            fetcher = site_fetcher(http=http)
            refused = mirror_images(fetcher, retry=retry, on_start=progress.start, on_image=on_image)
        except MirroringError as error:
            raise CommandError(str(error), returncode=2) from error
    if not quiet:
        _write_failures(command, failures)
        listed = ", ".join(f"{counts[outcome]} {word}" for outcome, word in WORDS.items() if counts[outcome])
        summary = f"Remote images: {listed or 'none left'}."
        if refused:
            summary += f" {refused} articles could not be re-rendered and still link to the remote images."
        command.stdout.write(summary)
    return not (counts[MirrorOutcome.FAILED] or counts[MirrorOutcome.LATER])


def _write_failures(command, failures):
    for picture in failures[:FAILURES_SHOWN]:
        line = f"{picture.address}: {picture.message}"
        command.stderr.write(escape_control_characters(line), command.style.WARNING)
    if (more := len(failures) - FAILURES_SHOWN) > 0:
        command.stderr.write(f"and {more} more; --report FILE lists them all", command.style.WARNING)


class Command(BaseCommand):
    help = (
        "Copy the images that articles and pages show from other sites, and serve the copies. Files and "
        "exports keep the original URLs. Safe to run again: copied images are not fetched again, and "
        "failed ones only when they are due. Exit status: 0 if all images are copied, 1 if some are not, 2"
        " if it could not run."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--http",
            action="store_true",
            help="fetch http:// URLs over HTTP instead of upgrading them to HTTPS",
        )
        parser.add_argument(
            "--retry",
            action="store_true",
            help="also retry images that failed before and are not due yet",
        )
        parser.add_argument(
            "--report", type=Path, metavar="FILE", help="write a JSON object for each image, one per line"
        )
        parser.add_argument("--quiet", action="store_true", help="no progress, no summary")

    def handle(self, *, http, retry, report, quiet, **options):
        if not mirror(self, http=http, retry=retry, report=report, quiet=quiet):
            sys.exit(1)
