from django.core.management.base import BaseCommand, CommandError
from django.template.defaultfilters import filesizeformat

from blog.articles.versions.retention import prune_versions


class Command(BaseCommand):
    help = (
        "Permanently delete old versions of articles. A version is kept if either option keeps it. The "
        "first, the newest, the last imported and the approved versions of an article are always kept."
    )

    def add_arguments(self, parser):
        parser.add_argument("--keep-days", type=int, metavar="N", help="keep the versions of the last N days")
        parser.add_argument(
            "--keep-last", type=int, metavar="N", help="keep the last N versions of each article"
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="show what would be deleted without deleting anything"
        )

    def handle(self, *, keep_days, keep_last, dry_run, verbosity, **options):
        if keep_days is None and keep_last is None:
            raise CommandError("Specify what to keep with --keep-days N, --keep-last N or both.")
        if min(keep_days or 0, keep_last or 0) < 0:
            raise CommandError("--keep-days and --keep-last take 0 or a positive number.")
        articles = versions = size = 0
        pruned = prune_versions(keep_days=keep_days, keep_last=keep_last, dry_run=dry_run)
        for article, numbers, bytes_deleted in pruned:
            articles, versions, size = articles + 1, versions + len(numbers), size + bytes_deleted
            if verbosity:
                self.stdout.write(f"{article}: {in_words(numbers)}")
        if verbosity:
            verb = "would be deleted" if dry_run else "deleted"
            self.stdout.write(
                f"{versions} versions of {articles} articles {verb} ({filesizeformat(size)}).".replace(
                    "\xa0", " "
                )
            )


def in_words(numbers) -> str:
    """Return increasing numbers as ranges: 2-5, 9."""
    runs = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1] = runs[-1][0], number
        else:
            runs.append((number, number))
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)
