from django.core.management.base import BaseCommand

from blog import search
from blog.articles.models import Article


class Command(BaseCommand):
    help = "Rebuild the search index from all articles, in one transaction."

    def handle(self, **options):
        count = search.rebuild(Article.objects.all())
        if options["verbosity"]:
            self.stdout.write(f"{count} articles in the search index.")
