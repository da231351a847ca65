"""Open the sources that are due, with a progress bar."""

from contextlib import ExitStack
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from blog.articles.models import Article
from blog.extensions.sources.acts import OPEN
from blog.extensions.sources.choices import Opening, opening
from blog.extensions.sources.comparing import compare_pending
from blog.extensions.sources.jobs import read
from blog.extensions.sources.models import LEAD_NOWHERE, ArticleSource, Source, State
from blog.extensions.sources.reading import unread_articles
from blog.extensions.sources.rounds import NoNetworkError, Round
from blog.jobs import locks
from blog.management.terminal import Progress, ReportFile, escape_control_characters, number_of
from blog.review.proofs import check_articles, stale_articles
from blog.sandbox.refusals import RefusedError

FAILURES_SHOWN = 20  # --report lists all


def report_line(source: Source, state: str) -> dict:
    """Return the JSON object of a source in a report. state: of this opening, which may not count yet."""
    return {
        "address": source.address,
        "state": source.state,
        "now": state,
        "status": source.status,
        "final_address": source.final_address,
        "reason": source.reason,
        "title": source.title,
        "articles": sorted(set(source.links.order_by().values_list("article__slug", flat=True))),
    }


class Command(BaseCommand):
    help = (
        "Opens the sources that are due: the pages that the links, the front matter and the answers to marks "
        "of articles name. Safe to stop and to run again: a page is not opened twice within a day."
    )

    def add_arguments(self, parser):
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--article", metavar="SLUG", help="only the sources of this article")
        which.add_argument(
            "--all", action="store_true", help="also sources that are not due, opened a day ago or earlier"
        )
        parser.add_argument(
            "--report", type=Path, metavar="FILE", help="write a JSON object for each source, one per line"
        )
        parser.add_argument("--quiet", action="store_true", help="no progress, no summary")

    def handle(self, *, article, report, quiet, **options):
        if opening() == Opening.NO:
            raise CommandError(
                "Opening sources is switched off, by GALLEY_OPEN_SOURCES=no or on the screen of sources."
            )
        with locks.hold(f"group-{OPEN}") as held, ExitStack() as stack:
            if held is None:
                raise CommandError(
                    "A job is opening sources already. Wait until it has finished.", returncode=2
                )
            lines = stack.enter_context(ReportFile(report)) if report else None
            keys = self._read(article)
            self._ask(keys, is_all=options["all"])
            self._open(keys, lines, stack.enter_context(Progress(shown=not quiet, unit="sources")), quiet)

    def _read(self, slug) -> set[int] | None:
        """Read what articles name now. Return the articles whose sources are opened, None for all."""
        rows = Article.objects.in_use()
        if slug:
            rows = rows.filter(slug=slug)
            if not rows.exists():
                raise CommandError(f"There is no article with the slug “{slug}”.")
        keys = set(rows.order_by().values_list("pk", flat=True))
        try:
            check_articles(stale_articles().filter(pk__in=rows.order_by().values("pk")))
            read(unread_articles().filter(pk__in=rows.order_by().values("pk")).values_list("pk", flat=True))
        except RefusedError as error:
            raise CommandError(
                f"The articles could not be read: {error}. Try again.", returncode=2
            ) from error
        return keys if slug else None

    def _ask(self, keys, *, is_all):
        """Let the sources of an article be opened, or all, without those that were tried within a day."""
        if keys is not None:
            links = ArticleSource.objects.filter(article__in=keys).order_by().values("source")
            Source.objects.rested().filter(pk__in=links).update(asked_at=timezone.now())
        elif is_all:
            Source.objects.rested().used().update(asked_at=timezone.now())

    def _open(self, keys, lines, progress, quiet):
        dead = []

        def on_source(source, outcome):
            progress.advance()
            if outcome.state in LEAD_NOWHERE:
                dead.append(source)
            if lines:
                lines.write(report_line(source, outcome.state))

        opened = Round(keys, on_source=on_source)
        progress.start(opened.number_due())
        try:
            counts = opened.run()
        except NoNetworkError as error:
            raise CommandError("This server could not reach any site.", returncode=2) from error
        compare_pending()
        if not quiet:
            self._write(counts, dead)

    def _write(self, counts, dead):
        for source in dead[:FAILURES_SHOWN]:
            reason = source.reason or f"the server answers {source.status}."
            self.stderr.write(escape_control_characters(f"{source.address}: {reason}"), self.style.WARNING)
        if (more := len(dead) - FAILURES_SHOWN) > 0:
            self.stderr.write(f"and {more} more; --report FILE lists them all", self.style.WARNING)
        listed = ", ".join(f"{counts[state]} {state.label.lower()}" for state in State if counts[state])
        self.stdout.write(f"{number_of(counts.total(), 'source', 'sources')}: {listed or 'nothing to open'}.")
