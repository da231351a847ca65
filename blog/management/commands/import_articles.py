import csv
import sys
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

from django.core.checks import Tags
from django.core.management.base import BaseCommand, CommandError

from blog.documents.notices import NoticeKind
from blog.imports.addresses import LEFT_SHOWN
from blog.imports.report import (
    CategorySource,
    ConflictRule,
    DateSource,
    ImportFailedError,
    ImportOptions,
    Outcome,
    StatusRule,
    name_files,
    report_line,
)
from blog.imports.run import check_imported_articles, import_articles
from blog.management.commands.mirror_images import mirror
from blog.management.terminal import (
    Progress,
    ReportFile,
    check_summary,
    deferred_interrupt,
    escape_control_characters,
    number_of,
)

WORDS = {
    Outcome.CREATED: "created",
    Outcome.UPDATED: "updated",
    Outcome.UNCHANGED: "unchanged",
    Outcome.HELD: "held",
    Outcome.CONFLICT: "in conflict",
    Outcome.REJECTED: "refused",
    Outcome.SKIPPED: "skipped",
}


WARNED_FILES_SHOWN = 20  # on the terminal; --report and the admin list all
KEYS_SHOWN = 20


REMARKS = {
    NoticeKind.NO_STATIC_ROOT: "Images in a folder that was not given (--static-root DIR): {number}, such as "
    "{first}.",
    NoticeKind.UNDATED: "Not published, because the file has no usable date: {number}. --date-from git or "
    "mtime dates them.",
    NoticeKind.DRAFT_NAME: "New, because their names or folders mark them as drafts: {number}.",
    NoticeKind.NO_FRONT_MATTER: "Files without front matter: {number}.",
    NoticeKind.SLUG_TAKEN: "Slugs that got a number, because they were taken: {number}, such as {first}.",
    NoticeKind.SLUG_CHANGED: "Slugs changed so that they are valid: {number}, such as {first}.",
    NoticeKind.GUESSED: "Titles taken from file names: {number}.",
    NoticeKind.SLUG_GUESSED: "Slugs taken from file names: {number}.",
    NoticeKind.HEADING_AS_TITLE: "Titles taken from the first heading: {number}.",
    NoticeKind.EMPTY_KEYS: "Front matter keys without a value, in {number} files: {details}.",
    NoticeKind.CONVERTED: "Files with template tags or components that are shown as meant: {number}.",
    NoticeKind.STYLES: "Files whose style attributes and style sheets are left out: {number}.",
}


def _remark(kind, details) -> str:
    """Return one sentence for all notices of a kind. details: {detail of the notice: number of files}."""
    most = [detail for detail, _ in details.most_common(KEYS_SHOWN) if detail]
    return REMARKS[kind].format(number=details.total(), first=next(iter(details)), details=", ".join(most))


class Command(BaseCommand):
    requires_system_checks = (Tags.files, Tags.security)  # the others would load the admin
    help = (
        "Import Markdown files, folders of them, zip files, and exports of WordPress, Ghost, Medium, "
        "Substack and Notion. Safe to run again: unchanged files are skipped. Exit status: 0 if all files "
        "were imported, 1 if some were refused or are in conflict, 2 if the import could not run."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "paths",
            nargs="+",
            type=Path,
            metavar="PATH",
            help="a Markdown file, a folder, a zip file or an export",
        )
        parser.add_argument(
            "--status",
            type=StatusRule,
            choices=list(StatusRule),
            default=StatusRule.NEW,
            help="status of created articles: new (default), as-file (as the file states), or published (all "
            "that have a date and lack no passages)",
        )
        parser.add_argument(
            "--date-from",
            type=DateSource,
            choices=list(DateSource),
            default=DateSource.FILE,
            help="date of published texts that state none: file (default: they stay new), git (when the file "
            "was added to its repository), or mtime (when it was last changed)",
        )
        parser.add_argument(
            "--publish-damaged",
            action="store_true",
            help="also publish articles that lack passages because template tags had no output",
        )
        parser.add_argument(
            "--source",
            default="",
            metavar="NAME",
            help="name of the source (default: the name of the folder or archive)",
        )
        parser.add_argument(
            "--on-conflict",
            type=ConflictRule,
            choices=list(ConflictRule),
            help="when file and article have both changed: keep the article, take the file, or merge both "
            "changes where they do not overlap (default: merge, but keep published articles)",
        )
        parser.add_argument(
            "--written-by",
            default="file",
            metavar="WHO",
            help="who wrote the texts: file (as each states, default), people, machine, or machine=NAME",
        )
        parser.add_argument(
            "--static-root",
            type=Path,
            metavar="DIR",
            help="folder that site-absolute image paths such as /images/x.jpg refer to",
        )
        parser.add_argument(
            "--old-host",
            default="",
            metavar="HOST",
            help="host or URL of the site that the texts come from: links to it lead to their articles "
            "(default: that of the configuration)",
        )
        parser.add_argument(
            "--addresses",
            default="",
            metavar="PATTERN",
            help="pattern of the old addresses, such as /:year/:month/:day/:title/, or off (default: from "
            "the configuration of the site generator in, above or next to the folder)",
        )
        parser.add_argument(
            "--categories-from",
            type=CategorySource,
            choices=list(CategorySource),
            default=CategorySource.AUTO,
            help="where new texts that name no category get theirs from: auto (default: the tags or folders "
            "that several texts share, if hardly any text names a category), tags, folders, or categories "
            "(nowhere)",
        )
        parser.add_argument(
            "--mirror",
            action="store_true",
            help="copy images from other sites afterwards, as mirror_images does",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="show what would happen without changing anything"
        )
        parser.add_argument(
            "--report", type=Path, metavar="FILE", help="write a report in JSON Lines, one object per file"
        )
        parser.add_argument(
            "--left-links",
            type=Path,
            metavar="FILE.csv",
            help="write the linked addresses of the old site that did not come, to add where each leads now, "
            "for import_redirects",
        )
        parser.add_argument("--limit", type=int, metavar="N", help="stop after N files")
        parser.add_argument(
            "--workers",
            type=int,
            metavar="N",
            help="number of processes that read files (default: one per CPU, at most 4)",
        )
        parser.add_argument(
            "--no-check",
            action="store_true",
            help="skip the check of imported articles; a worker or check_articles does it later",
        )
        parser.add_argument("--quiet", action="store_true", help="no progress, no warnings, no summary")

    def handle(self, *, paths, report, quiet, **options):
        host = options["old_host"]
        import_options = ImportOptions(
            status=StatusRule(options["status"]),
            date_from=options["date_from"],
            source_name=options["source"],
            on_conflict=options["on_conflict"],
            written_by=options["written_by"],
            static_root=Path(options["static_root"]) if options["static_root"] else None,
            addresses=options["addresses"],
            old_site=host if not host or "://" in host else f"https://{host}",
            categories_from=options["categories_from"],
            publish_damaged=options["publish_damaged"],
            dry_run=options["dry_run"],
            limit=options["limit"],
            workers=options["workers"],
            checks=not options["no_check"],
            asks_for_source=True,
        )
        try:
            with ExitStack() as stack:
                stop_if_interrupted = stack.enter_context(deferred_interrupt())
                lines = stack.enter_context(ReportFile(report)) if report else None
                progress = stack.enter_context(Progress(shown=not quiet))

                def on_file(file_report):
                    stop_if_interrupted()
                    progress.advance()
                    if lines:
                        lines.write(report_line(file_report))
                    self._write_refusal(file_report, progress)

                def on_images(stored):
                    stop_if_interrupted()
                    progress.note(f", {number_of(stored, 'image', 'images')}" if stored else "")

                result = import_articles(
                    paths, import_options, on_start=progress.start, on_file=on_file, on_images=on_images
                )
        except ImportFailedError as error:
            raise CommandError(str(error), returncode=2) from error
        left = [each for addresses in result.addresses for each in addresses.left]
        if options["left_links"]:
            _write_left_links(options["left_links"], left)
        if not quiet:
            self._summarise(result, dry_run=import_options.dry_run)
            self._show_left_links(left)
        if not options["no_check"]:
            self._look_at(result, workers=import_options.workers, quiet=quiet)
        if options["mirror"] and not import_options.dry_run:
            mirror(self, quiet=quiet)
        if not result.is_complete:
            sys.exit(1)

    def _show_topics(self, topics):
        origin = "folders" if topics.are_folders else "tags"
        names = ", ".join(f"{name} ({topics.numbers[key]})" for key, name in topics.names.items())
        if names:
            line = f"Categories of texts that name none, from {origin}: {names}."
            self.stdout.write(escape_control_characters(line))

    def _show_export(self, result):
        """Show what the export of a publishing system has besides articles."""
        pages = [address for _, address in result.named(NoticeKind.PAGE)]
        if pages:
            self.stdout.write(
                escape_control_characters(f"Pages, to be published in the admin: {name_files(pages)}.")
            )
        if left_out := result.named(NoticeKind.LEFT_OUT_OF_EXPORT):
            parts = ", ".join(f"{what}: {number}" for what, number in left_out)
            self.stdout.write(escape_control_characters(f"Not imported: {parts}."))

    def _show_addresses(self, addresses):
        if addresses.problem:
            start = f"The configuration {addresses.path} has a problem: " if addresses.path else ""
            self.stdout.write(escape_control_characters(start + addresses.problem))
        if not addresses.count:
            is_asked_for = addresses.rules or (addresses.left and not addresses.found)
            if is_asked_for and not addresses.problem:
                self.stdout.write("No pattern of old addresses is known: add it with --addresses.")
            return
        origin = f" ({addresses.generator}, {addresses.path})" if addresses.path else ""
        pattern = addresses.pattern or "as the export states them"
        if addresses.proof:
            working, links = addresses.proof
            self.stdout.write(f"{pattern} makes {working} of {links} links between the texts work.")
        lines = [f"Old addresses of {addresses.count} files: {pattern}{origin}. For example:"]
        lines += [f"  {file} → {old_address}" for file, old_address in addresses.examples]
        self.stdout.write("\n".join(map(escape_control_characters, lines)))

    def _show_left_links(self, left):
        if not left:
            return
        links = sum(number for _, number in left)
        shown = ", ".join(f"{path} ({number})" for path, number in left[:LEFT_SHOWN])
        self.stdout.write(
            escape_control_characters(
                f"{links} links lead to {len(left)} addresses of the old site that did not come: {shown}. To "
                "where? --left-links FILE.csv lists them for import_redirects."
            )
        )

    def _show_unpublished(self, result):
        """Count the reasons for which articles stay new, with the option that publishes them."""
        notices = (notice for file in result.flagged_files for notice in file.notices)
        reasons = Counter(notice.text for notice in notices if notice.kind is NoticeKind.NOT_PUBLISHED)
        for reason, number in reasons.most_common():
            self.stdout.write(f"{reason[0].upper()}{reason[1:].rstrip('.')}: {number}.")

    def _look_at(self, result, *, workers, quiet):
        def on_batch(done):
            stop_if_interrupted()
            progress.reach(done)

        with (
            Progress(len(result.changed), shown=not quiet, unit="articles") as progress,
            deferred_interrupt() as stop_if_interrupted,
        ):
            checked = check_imported_articles(result, on_batch=on_batch, workers=workers)
        if checked.articles and not quiet:
            self.stdout.write(check_summary(checked))

    def _write_refusal(self, file_report, progress):
        if file_report.outcome in {Outcome.REJECTED, Outcome.CONFLICT}:
            progress.clear()
            line = f"{file_report.file}: {WORDS[file_report.outcome]}: {file_report.message}"
            self.stderr.write(escape_control_characters(line))

    def _summarise(self, result, *, dry_run):
        warned = [file_report for file_report in result.flagged_files if file_report.warnings]
        warned.sort(key=lambda file_report: file_report.shown_notices[0].kind.rank)  # gravest first
        for file_report in warned[:WARNED_FILES_SHOWN]:
            for warning in file_report.warnings:
                line = escape_control_characters(f"{file_report.file}: {warning}")
                self.stderr.write(line, self.style.WARNING)
        counts = [
            f"{result.counts[outcome]} {word}" for outcome, word in WORDS.items() if result.counts[outcome]
        ]
        summary = ", ".join(counts)
        if warned:
            summary += f"; {len(warned)} with warnings"
        if len(warned) > WARNED_FILES_SHOWN:
            summary += f" (the gravest {WARNED_FILES_SHOWN} are shown above; use --report FILE to see all)"
        self.stdout.write(f"{'Dry run: ' if dry_run else ''}{summary}.")
        for addresses in result.addresses:
            self._show_addresses(addresses)
        for topics in result.topics:
            self._show_topics(topics)
        self._show_unpublished(result)
        self._show_export(result)
        if others := result.other_texts:
            names = escape_control_characters(name_files(others))
            self.stdout.write(f"Neither Markdown nor HTML, so not imported: {len(others)} ({names}).")
        if result.other_keys:
            keys = [f"{key[:40]} ({count})" for key, count in result.other_keys.most_common(KEYS_SHOWN)]
            more = len(result.other_keys) - len(keys)
            keys += [f"and {more} more"] if more else []
            names = escape_control_characters(", ".join(keys))
            self.stdout.write(f"Unused front matter keys, kept for export: {names}.")
        for kind, details in result.remarks.items():
            self.stdout.write(escape_control_characters(_remark(kind, details)))


def _write_left_links(path, left):
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([("old", "new"), *((address, "") for address, _ in left)])
    except OSError as error:
        raise CommandError(f"--left-links: {path}: {error.strerror}.", returncode=2) from error
