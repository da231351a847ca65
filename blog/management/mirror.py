"""Mirroring for two commands: mirror_images, and import_articles with --mirror."""

import sys
from contextlib import ExitStack
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from blog.files.remote.fetcher import site_fetcher
from blog.images.mirror.run import MirroringError, Outcome, mirror_images, report_line
from blog.management.terminal import Progress, ReportFile, escape_control_characters

WORDS = {
    Outcome.STORED: "stored",
    Outcome.REPEATED: "stored already",
    Outcome.FAILED: "failed",
    Outcome.LATER: "not due for a retry yet",
}
FAILURES_SHOWN = 20  # --report lists all


def mirror(command: BaseCommand, *, http=False, retry=False, report: Path | None = None, quiet=False) -> bool:
    """Mirror remote images and report the result. Return whether all images are stored."""
    progress = Progress(sys.stderr, shown=not quiet and sys.stderr.isatty(), unit="pictures")
    failures = []
    with ExitStack() as stack:
        lines = stack.enter_context(ReportFile(report)) if report else None
        stack.callback(progress.clear)

        def on_image(picture):
            progress.advance()
            if picture.outcome == Outcome.FAILED:
                failures.append(picture)
            if lines:
                lines.write(report_line(picture))

        try:
            fetcher = site_fetcher(http=http)
            result = mirror_images(fetcher, retry=retry, on_start=progress.start, on_image=on_image)
        except MirroringError as error:
            raise CommandError(str(error), returncode=2) from error
    if not quiet:
        _write_failures(command, failures)
        command.stdout.write(_summary(result))
    return not (result.counts[Outcome.FAILED] or result.counts[Outcome.LATER])


def _write_failures(command, failures):
    for picture in failures[:FAILURES_SHOWN]:
        line = f"{picture.address}: {picture.message}"
        command.stderr.write(escape_control_characters(line), command.style.WARNING)
    if (more := len(failures) - FAILURES_SHOWN) > 0:
        command.stderr.write(f"and {more} more; --report FILE lists them all", command.style.WARNING)


def _summary(result):
    counts = [f"{result.counts[outcome]} {word}" for outcome, word in WORDS.items() if result.counts[outcome]]
    summary = f"Pictures of other sites: {', '.join(counts) or 'none left'}."
    if result.refused_texts:
        summary += (
            f" {result.refused_texts} articles could not be re-rendered and still link to the remote images."
        )
    return summary
