from django.core.management.base import BaseCommand, CommandError

from blog.articles.models import Article
from blog.management.terminal import Progress
from blog.sandbox.refusal_messages import text_refusal
from blog.site.pages import Page


class Command(BaseCommand):
    help = (
        "Re-render the stored HTML of articles and pages, and the fields "
        "derived from it, with the current renderer. Safe to interrupt and run again."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--all", action="store_true", help="also re-render articles that are already up to date"
        )

    def handle(self, **options):
        refused = []
        for model, name in ((Article, "articles"), (Page, "pages")):
            rows = model.objects.all() if options["all"] else model.objects.rendered_by_another_version()
            with Progress(rows.count(), shown=options["verbosity"], unit=name) as progress:
                count = rows.derive(lambda row, error: refused.append((row, error)), on_batch=progress.reach)
            if options["verbosity"]:
                self.stdout.write(f"{count} {name} derived.")
        for row, error in refused:
            self.stderr.write(f"{row._meta.verbose_name} {row.pk}, “{row}”: {text_refusal(error)}")
        if refused:
            raise CommandError(f"{len(refused)} texts could not be re-rendered and keep their old HTML.")
