import sys

from django.core.management.base import BaseCommand, CommandError

from blog.articles.authors import Author
from blog.articles.categories import Category
from blog.articles.series import Series
from blog.images.models import Image
from blog.imports.models import ImportRun
from blog.imports.undo import Undo, plan_undo, undo_import
from blog.management.terminal import escape_control_characters

WORDS = {
    Undo.DELETED: "permanently deleted with their stored files; importing them again creates new articles",
    Undo.RESTORED: "restored to their state before the import",
    Undo.WITHDRAWN: "that are held or in conflict, withdrawn",
    Undo.KEPT: "kept because they changed after the import",
}
DONE = {
    Undo.DELETED: "deleted",
    Undo.RESTORED: "restored",
    Undo.WITHDRAWN: "withdrawn",
    Undo.KEPT: "kept",
}
PLURALS = {Category: "categories", Author: "authors", Series: "series", Image: "images"}
KEPT_SHOWN = 20


class Command(BaseCommand):
    help = (
        "Undo an import after showing what will change and asking for confirmation. "
        "Articles that changed after the import are kept. Safe to run again after an interruption. "
        "Exit status: 0 if the import was undone, 1 if not."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "batch", type=int, metavar="BATCH", help="number of the import, from the URL of its page"
        )
        parser.add_argument("--yes", action="store_true", help="skip the confirmation")

    def handle(self, *, batch, yes, **options):
        row = ImportRun.objects.filter(pk=batch).first()
        if row is None:
            raise CommandError(
                f"There is no import {batch}. The number of an import is in the URL of its page."
            )
        if row.undone_at:
            self.stdout.write(f"This import was already undone: {row.undone_at:%Y-%m-%d %H:%M} UTC.")
            return
        self._write_plan(row, plan_undo(row))
        if not yes:
            self._confirm()
        done = undo_import(row)
        counts = ", ".join(f"{done[undo]} {word}" for undo, word in DONE.items() if done[undo])
        self.stdout.write(f"Undone: {counts or 'nothing to do'}.")

    def _write_plan(self, row, plan):
        self.stdout.write(f"Import {row.pk}: {escape_control_characters(str(row))}, {row.counted} files.")
        for undo, words in WORDS.items():
            titles = escape_control_characters("; ".join(plan.samples[undo]))
            if plan.numbers[undo]:
                self.stdout.write(f"{plan.numbers[undo]} {words}{titles and f', such as: {titles}'}")
        created = [f"{count} {PLURALS[model]}" for model, count in plan.created_rows.items() if count]
        if created:
            self.stdout.write(f"{', '.join(created)} created only by this import will be deleted, too.")
        for entry in plan.kept[:KEPT_SHOWN]:
            self.stdout.write(f"  {escape_control_characters(entry.file)}: {entry.get_kept_reason_display()}")
        if (more := len(plan.kept) - KEPT_SHOWN) > 0:
            self.stdout.write(f"  and {more} more: see the page of the import")

    def _confirm(self):
        if not sys.stdin.isatty():
            raise CommandError("Nothing was undone: no terminal to confirm on. Use --yes.")
        if input("Undo it? [y/N] ").strip().lower() not in {"y", "yes"}:
            raise CommandError("Nothing was undone.")
