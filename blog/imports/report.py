"""The options of an import, and its report: an outcome, a message and warnings for each file."""

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from django.contrib.auth.base_user import AbstractBaseUser

from blog.articles.provenance import WrittenBy
from blog.documents.notices import Notice, NoticeKind


class ImportFailedError(Exception):
    """Raised when an import cannot start or continue. The message says what to change."""


class Outcome(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    HELD = "held"
    CONFLICT = "conflict"
    REJECTED = "rejected"
    SKIPPED = "skipped"


class StatusRule(StrEnum):
    """The rule for the status of a new article. Existing articles keep theirs."""

    NEW = "new"
    AS_FILE = "as-file"
    PUBLISHED = "published"


class ConflictRule(StrEnum):
    """The rule if an article and its file have both changed and the file is not held."""

    KEEP = "keep"
    FILE = "file"
    MERGE = "merge"  # keep both changes if they can be merged, otherwise keep the article


class CategorySource(StrEnum):
    """The origin of categories for texts that name none. Used only when a text is first imported."""

    AUTO = "auto"  # tags or folders, unless other texts of the source name categories
    CATEGORIES = "categories"  # no other origin: these texts get no categories
    TAGS = "tags"
    FOLDERS = "folders"


class DateSource(StrEnum):
    """The origin of the date of a published text whose file states none. Existing articles keep theirs."""

    FILE = "file"  # no other origin: these texts stay new
    GIT = "git"
    MTIME = "mtime"


@dataclass(frozen=True, slots=True)
class ImportOptions:
    status: StatusRule = StatusRule.NEW
    date_from: DateSource = DateSource.FILE
    source_name: str = ""  # blank: the name of each given folder
    on_conflict: ConflictRule | None = None  # None: merge unpublished articles, keep published ones
    written_by: str = "file"  # or people, machine, machine=NAME: see blog/articles/provenance.py
    static_root: Path | None = None  # folder of images with a path like /images/x.jpg
    addresses: str = ""  # pattern of the old addresses, "off", or "" to find it: see addresses.py
    old_site: str = ""  # URL of the site that the texts come from; "": that of the configuration
    categories_from: CategorySource = CategorySource.AUTO
    default_category: str = ""  # of texts that name none; "": by categories_from
    requires_category: bool = False  # whether to reject texts that name none
    publish_damaged: bool = False  # whether to publish texts that lost passages
    dry_run: bool = False
    limit: int | None = None  # files, over all given paths
    workers: int | None = None  # processes that read files; None: one per CPU
    checks: bool = False  # whether to check new articles at once, from the same reading of their files
    asks_for_source: bool = False  # whether to refuse the files of an earlier source under another name
    started_by: AbstractBaseUser | None = None  # None: the command line
    note: str = ""  # of the versions that the import makes
    way: str = "command"  # an ImportRun.Way

    @property
    def provenance(self) -> WrittenBy:
        return WrittenBy.parse(self.written_by)


class DryRunResult(NamedTuple):
    """The result of the dry run for a file, as shown before the import."""

    outcome: str
    slug: str


@dataclass(slots=True)
class FileReport:
    file: str  # relative to the given folder
    outcome: Outcome
    notice: Notice | None = None  # the reason for the outcome, if there is something to explain
    slug: str = ""
    title: str = ""
    seconds: float = 0.0
    notices: list[Notice] = field(default_factory=list)  # warnings
    article_id: int | None = None
    article_version: int | None = None  # lock_version right after the import of the file
    other_keys: tuple[str, ...] = ()  # unknown front matter keys, which are kept
    old_address: str = ""  # computed from a pattern, see AddressRules

    @classmethod
    def of(cls, path, outcome, article, notice=None, notices=()) -> "FileReport":
        """Return the report for the file of an article."""
        return cls(
            path,
            outcome,
            notice,
            article.slug,
            article.title,
            notices=list(notices),
            article_id=article.pk,
            article_version=article.lock_version,
        )

    def compare_with(self, shown: DryRunResult) -> None:
        """Add a notice if the outcome or the slug differs from the dry run."""
        if shown.outcome != self.outcome:
            sentence = f"the dry run showed {shown.outcome}: something has changed since then."
            self.notices.append(Notice(NoticeKind.NOT_AS_SHOWN, sentence))
        elif self.outcome == Outcome.CREATED and shown.slug != self.slug:
            sentence = f"the dry run showed the slug {shown.slug}, which has been taken since then."
            self.notices.append(Notice(NoticeKind.NOT_AS_SHOWN, sentence))

    @property
    def message(self) -> str:
        return self.notice.text if self.notice else ""

    @property
    def shown_notices(self) -> list[Notice]:
        """The warnings and choices that editors see next to the file, gravest first."""
        shown = [notice for notice in self.notices if not notice.kind.is_remark]
        return sorted(shown, key=lambda notice: notice.kind.rank)

    @property
    def stored_warnings(self) -> list[str]:
        """The texts of shown_notices."""
        return [notice.text for notice in self.shown_notices]

    @property
    def warnings(self) -> list[str]:
        """The texts of the warnings. Choices and remarks are counted for the whole import instead."""
        return [notice.text for notice in self.shown_notices if not notice.kind.is_counted]

    @property
    def stored_notices(self) -> list[list[str]]:
        """[kind, detail] of the message, if there is one, and of each warning."""
        return [notice.stored for notice in ([self.notice] if self.notice else []) + self.shown_notices]


FILES_NAMED = 10  # in a sentence
CHANGES = frozenset((Outcome.CREATED, Outcome.UPDATED))
FLAGGED = frozenset((Outcome.HELD, Outcome.CONFLICT, Outcome.REJECTED, Outcome.SKIPPED))
MOST_REMARKS = 100  # different details of one kind that are counted, to limit memory
MOST_KEYS = 1000  # counted front matter keys, to limit memory: a folder may have any number


@dataclass(slots=True)
class ImportReport:
    """The number of files by outcome, and the reports of files that need attention."""

    counts: Counter[Outcome] = field(default_factory=Counter)
    flagged_files: list[FileReport] = field(default_factory=list)
    other_keys: Counter[str] = field(default_factory=Counter)  # {unknown front matter key: number of files}
    remarks: dict[NoticeKind, Counter[str]] = field(default_factory=dict)  # {kind: {detail: files}}
    changed: list[int] = field(default_factory=list)  # primary keys of created and updated articles
    addresses: list = field(default_factory=list)  # a SourceAddresses for each source
    topics: list = field(default_factory=list)  # the Topics of each source that has some

    @property
    def is_complete(self) -> bool:
        """Whether no file was rejected or in conflict."""
        return not (self.counts[Outcome.REJECTED] or self.counts[Outcome.CONFLICT])

    @property
    def other_texts(self) -> list[str]:
        """The paths of texts that are neither Markdown nor HTML, which were not imported."""
        kind = NoticeKind.NOT_MARKDOWN
        return [report.file for report in self.flagged_files if report.notice and report.notice.kind is kind]

    def named(self, kind: NoticeKind) -> list[tuple[str, str]]:
        """Return (file, detail) of the files whose outcome has a reason of this kind."""
        reports = (report for report in self.flagged_files if report.notice and report.notice.kind is kind)
        return [(report.file, report.notice.detail or "") for report in reports]

    def add(self, file_report: FileReport) -> None:
        self.counts[file_report.outcome] += 1
        if file_report.outcome in CHANGES and file_report.article_id:
            self.changed.append(file_report.article_id)
        for key in file_report.other_keys:
            if key in self.other_keys or len(self.other_keys) < MOST_KEYS:
                self.other_keys[key] += 1
        for notice in filter(lambda notice: notice.kind.is_counted, file_report.notices):
            details = self.remarks.setdefault(notice.kind, Counter())
            detail = notice.detail or ""
            details[detail if detail in details or len(details) < MOST_REMARKS else ""] += 1
        file_report.notices = [notice for notice in file_report.notices if not notice.kind.is_remark]
        file_report.other_keys = ()  # saves memory: they are counted now
        if file_report.warnings or file_report.outcome in FLAGGED:
            self.flagged_files.append(file_report)


def name_files(paths: Sequence[str]) -> str:
    """Return the first of these paths, and how many more there are, for a sentence."""
    more = len(paths) - FILES_NAMED
    return ", ".join(paths[:FILES_NAMED]) + (f" and {more} more" if more > 0 else "")


def report_line(file_report) -> dict:
    """Return the JSON object for a file in a report. file_report: a FileReport or an ImportEntry.

    notes: the choices and remarks, which the summary of the whole import counts.
    """
    said = _said(file_report)
    counted = [(kind, text) for kind, text in said if kind and kind.is_counted]
    return {
        "file": file_report.file,
        "outcome": file_report.outcome,
        "message": file_report.message,
        "slug": file_report.slug,
        "title": file_report.title,
        "seconds": round(file_report.seconds, 4),
        "warnings": [text for kind, text in said if not (kind and kind.is_counted)],
        "notes": [{"kind": kind.name.lower(), "message": text} for kind, text in counted],
    }


def _said(file_report) -> list[tuple[NoticeKind | None, str]]:
    """Return (kind, text) of each warning, choice and remark. Entries have no remarks, old ones no kinds."""
    if isinstance(file_report, FileReport):
        notices = sorted(file_report.notices, key=lambda notice: notice.kind.rank)
        return [(notice.kind, notice.text) for notice in notices]
    names = [name for name, _detail in file_report.notices[bool(file_report.message) :]]
    pairs = itertools.zip_longest(names, file_report.warnings, fillvalue="")
    return [(NoticeKind.__members__.get(name.upper()), text) for name, text in pairs]
