from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from blog.articles.models import Article
from blog.exports.articles import export_articles
from blog.exports.folder import ExportFailedError
from blog.management.terminal import escape_control_characters
from blog.site.pages import Page


class Command(BaseCommand):
    help = "Write articles as Markdown files, with the folders and names that they were imported with."

    def add_arguments(self, parser):
        parser.add_argument(
            "folder", type=Path, help="the folder to write to; created if missing, otherwise it must be empty"
        )
        parser.add_argument(
            "--status", choices=Article.Status.values, help="export only articles with this status"
        )
        parser.add_argument(
            "--with-state",
            action="store_true",
            help="write status, slug and publication date into the files too",
        )
        parser.add_argument("--force", action="store_true", help="write even if the folder is not empty")

    def handle(self, *, folder, status, with_state, force, **options):
        articles = Article.objects.filter(status=status) if status else Article.objects.all()
        pages = Page.objects.filter(is_published=status == "published") if status else Page.objects.all()
        try:
            report = export_articles(
                folder,
                articles=articles,
                pages=pages,
                with_redirects=not status,
                with_state=with_state,
                force=force,
            )
        except ExportFailedError as error:
            raise CommandError(str(error), returncode=2) from error
        for line in (*report.renamed, *report.problems):
            self.stderr.write(escape_control_characters(line))
        self.stdout.write(
            f"{report.articles} articles written, {report.edited} of them with changes, "
            f"and {report.images} images."
        )
        if report.files:
            self.stdout.write(f"{report.files} linked files written.")
        if report.pages:
            self.stdout.write(f"{report.pages} pages written.")
        if report.images_changed:
            self.stdout.write(
                f"{report.images_changed} images differ from the imported files: they were imported before "
                "Galley kept these."
            )
        if report.problems:
            raise CommandError(
                f"{len(report.problems)} files could not be written (see above).", returncode=1
            )
