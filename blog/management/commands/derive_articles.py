from django.core.management.base import BaseCommand

from blog.models import Article


class Command(BaseCommand):
    help = "Makes the stored HTML, contents list and reading time afresh, after the renderer has changed."

    def add_arguments(self, parser):
        parser.add_argument(
            "--all", action="store_true", help="also those that the present renderer has made"
        )

    def handle(self, **options):
        articles = Article.objects.all() if options["all"] else Article.objects.rendered_by_another_version()
        count = articles.derive()
        if options["verbosity"]:
            self.stdout.write(f"{count} articles derived.")
