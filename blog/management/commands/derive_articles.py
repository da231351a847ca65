from django.core.management.base import BaseCommand

from blog.models import Article, Page


class Command(BaseCommand):
    help = (
        "Makes the stored HTML of articles and pages, and what goes with it, afresh by the present renderer."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--all", action="store_true", help="also those that the present renderer has made"
        )

    def handle(self, **options):
        for model, name in ((Article, "articles"), (Page, "pages")):
            rows = model.objects.all() if options["all"] else model.objects.rendered_by_another_version()
            count = rows.derive()
            if options["verbosity"]:
                self.stdout.write(f"{count} {name} derived.")
