"""Show what takes space, what grows, and what the next clean-up deletes."""

from django.core.management.base import BaseCommand
from django.template.defaultfilters import filesizeformat

from blog.management.sizes import expired, folder_sizes, table_sizes

SMALLEST = 1024 * 1024  # bytes; smaller tables are shown in one line


class Command(BaseCommand):
    help = (
        "Show the size of each table and folder, how much of it is from the last 30 days, and what expires. "
        "Nothing is changed."
    )

    def add_arguments(self, parser):
        parser.add_argument("--all", action="store_true", help="Also list tables smaller than 1 MB.")

    def handle(self, **options):
        tables = table_sizes()
        listed = [table for table in tables if options["all"] or table.size >= SMALLEST]
        self.show("Table", "rows", listed)
        if rest := tables[len(listed) :]:
            self.stdout.write(f"{len(rest)} smaller tables: {size_in_words(sum(each.size for each in rest))}")
        self.show("\nFolder", "files", folder_sizes())
        self.stdout.write("\nThe worker deletes within an hour:")
        for name, count in expired().items():
            self.stdout.write(f"  {count} {name}")
        self.stdout.write("Old versions are kept: prune_versions --dry-run shows what it would delete.")

    def show(self, title, unit, sizes):
        self.stdout.write(f"{title:<40} {unit:>10} {'size':>10} {'last 30 days':>24}")
        for each in sizes:
            new = "" if each.new is None else f"{each.new} {unit}, {size_in_words(each.growth)}"
            number = "" if each.number is None else each.number
            self.stdout.write(f"{each.name:<39} {number:>10} {size_in_words(each.size):>10} {new:>24}")


def size_in_words(size) -> str:
    return filesizeformat(size).replace("\xa0", " ")
