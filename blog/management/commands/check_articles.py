import time

from django.core.management.base import BaseCommand, CommandError

from blog.articles.models import Article
from blog.management.terminal import Progress, check_summary
from blog.review.proofs import check_articles, stale_articles


class Command(BaseCommand):
    help = (
        "Check articles that have changed since they were last checked, or that an older release checked, "
        "and store the findings. Safe to interrupt and run again."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--all", action="store_true", help="check all articles, including those already checked"
        )
        parser.add_argument(
            "--workers",
            type=int,
            metavar="N",
            help="number of worker processes (default: one per CPU, at most 4)",
        )

    def handle(self, *, workers, **options):
        if workers is not None and workers < 1:
            raise CommandError("--workers must be 1 or more.")
        articles = Article.objects.in_use() if options["all"] else stale_articles()
        is_verbose = options["verbosity"] > 0
        started = time.monotonic()
        with Progress(articles.count(), shown=is_verbose, unit="articles") as progress:
            checked = check_articles(articles, on_batch=progress.reach, workers=workers)
        if is_verbose:
            self.stdout.write(check_summary(checked))
            seconds = time.monotonic() - started
            if checked.articles:
                self.stdout.write(f"{checked.articles / seconds:.0f} articles per second.")
