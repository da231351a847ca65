import sys
import time

from django.core.management.base import BaseCommand, CommandError

from blog.articles.models import Article
from blog.management.terminal import Progress, check_summary
from blog.review.proofs import check_articles, stale_articles


class Command(BaseCommand):
    help = (
        "Looks at the articles that were not looked at as they are, by the rules of this release: keeps what "
        "an editor should settle or mend in them. Safe to stop and to run again."
    )

    def add_arguments(self, parser):
        parser.add_argument("--all", action="store_true", help="also those that were looked at already")
        parser.add_argument(
            "--workers", type=int, metavar="N", help="processes that look (default: 1 a processor, up to 4)"
        )

    def handle(self, *, workers, **options):
        if workers is not None and workers < 1:
            raise CommandError("--workers must be 1 or more.")
        articles = Article.objects.in_use() if options["all"] else stale_articles()
        shown = options["verbosity"] > 0
        progress = Progress(sys.stderr, shown=shown and sys.stderr.isatty(), unit="articles")
        progress.start(articles.count())
        started = time.monotonic()
        try:
            checked = check_articles(articles, on_batch=progress.reach, workers=workers)
        finally:
            progress.clear()
        if shown:
            self.stdout.write(check_summary(checked))
            seconds = time.monotonic() - started
            if checked.articles:
                self.stdout.write(f"{checked.articles / seconds:.0f} articles a second.")
