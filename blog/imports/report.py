"""The options of an import, and its report: an outcome, a message and warnings for each file."""

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
    """The import could not start, or could not go on; the message says what to change."""


class Outcome(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    HELD = "held"
    CONFLICT = "conflict"
    REJECTED = "rejected"
    SKIPPED = "skipped"


class StatusRule(StrEnum):
    """Which status a new article gets; an existing article keeps its own."""

    NEW = "new"
    AS_FILE = "as-file"
    PUBLISHED = "published"


class ConflictRule(StrEnum):
    """What becomes of an article that is not held, when its file and it have both changed."""

    KEEP = "keep"
    FILE = "file"
    MERGE = "merge"  # both changes, if they fit together; else the article is kept


# Who wrote the files. A machine's name stands behind the third; it is for files that name none themselves.


@dataclass(frozen=True, slots=True)
class ImportOptions:
    status: StatusRule = StatusRule.NEW
    source_name: str = ""  # empty: the name of each given folder
    on_conflict: ConflictRule = ConflictRule.KEEP
    written_by: str = "file"  # or people, machine, machine=NAME: see blog/articles/provenance.py
    static_root: Path | None = None  # where images with an address like /images/x.jpg lie
    dry_run: bool = False
    limit: int | None = None  # files, over all given paths
    workers: int | None = None  # processes that read files; None: as many as there are processors
    started_by: AbstractBaseUser | None = None  # None: the command line

    @property
    def provenance(self) -> WrittenBy:
        return WrittenBy.parse(self.written_by)


class DryRunResult(NamedTuple):
    """What somebody was shown of a file by a dry run, before the import."""

    outcome: str
    slug: str


@dataclass(slots=True)
class FileReport:
    file: str  # relative to the given folder
    outcome: Outcome
    notice: Notice | None = None  # why it ended so, if that needs a word
    slug: str = ""
    title: str = ""
    seconds: float = 0.0
    notices: list[Notice] = field(default_factory=list)  # what else there is to say of it
    article_id: int | None = None
    article_version: int | None = None  # as it was right after this
    other_keys: tuple[str, ...] = ()  # of its front matter: kept, though they mean nothing here

    @classmethod
    def of(cls, path, outcome, article, notice=None, notices=()) -> "FileReport":
        """Return what became of the file of an article."""
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
        """Note what has become otherwise than it was shown."""
        if shown.outcome != self.outcome:
            sentence = f"was shown as {shown.outcome} before the import: something has changed since."
            self.notices.append(Notice(NoticeKind.NOT_AS_SHOWN, sentence))
        elif self.outcome == Outcome.CREATED and shown.slug != self.slug:
            sentence = (
                f"was shown with the address {shown.slug} before the import: that has been taken since."
            )
            self.notices.append(Notice(NoticeKind.NOT_AS_SHOWN, sentence))

    @property
    def message(self) -> str:
        return self.notice.text if self.notice else ""

    @property
    def warnings(self) -> list[str]:
        return [notice.text for notice in self.notices]

    @property
    def stored_notices(self) -> list[list[str]]:
        """The kinds and details of the message, if there is one, and of the warnings."""
        return [notice.stored for notice in ([self.notice] if self.notice else []) + self.notices]

    @property
    def is_noteworthy(self) -> bool:
        """Whether somebody should look at the file."""
        return bool(self.notices) or self.outcome in {
            Outcome.HELD,
            Outcome.CONFLICT,
            Outcome.REJECTED,
            Outcome.SKIPPED,
        }


FILES_NAMED = 10  # in a sentence
CHANGES = frozenset((Outcome.CREATED, Outcome.UPDATED))
MOST_KEYS = 1000  # that are counted: a folder may hold any number, and memory must not follow


@dataclass(slots=True)
class ImportReport:
    """The number of files by outcome, and the reports of those that somebody should look at."""

    counts: Counter[Outcome] = field(default_factory=Counter)
    flagged_files: list[FileReport] = field(default_factory=list)
    other_keys: Counter[str] = field(default_factory=Counter)  # in how many of the files that were read
    changed: list[int] = field(default_factory=list)  # keys of the articles that were created or updated

    @property
    def is_complete(self) -> bool:
        """Whether no file was rejected or in conflict."""
        return not (self.counts[Outcome.REJECTED] or self.counts[Outcome.CONFLICT])

    @property
    def other_texts(self) -> list[str]:
        """The paths of texts in other formats than Markdown, which were not imported."""
        kind = NoticeKind.NOT_MARKDOWN
        return [report.file for report in self.flagged_files if report.notice and report.notice.kind is kind]

    def add(self, file_report: FileReport) -> None:
        self.counts[file_report.outcome] += 1
        if file_report.outcome in CHANGES and file_report.article_id:
            self.changed.append(file_report.article_id)
        for key in file_report.other_keys:
            if key in self.other_keys or len(self.other_keys) < MOST_KEYS:
                self.other_keys[key] += 1
        file_report.other_keys = ()  # counted: kept for each file, they would fill memory
        if file_report.is_noteworthy:
            self.flagged_files.append(file_report)


def name_files(paths: Sequence[str]) -> str:
    """Return the first of these paths, and how many more there are, for a sentence."""
    more = len(paths) - FILES_NAMED
    return ", ".join(paths[:FILES_NAMED]) + (f" and {more} more" if more > 0 else "")


def report_line(file_report) -> dict:
    """Return the JSON object of a file in a report. An ImportEntry may be given, too."""
    return {
        "file": file_report.file,
        "outcome": file_report.outcome,
        "message": file_report.message,
        "slug": file_report.slug,
        "title": file_report.title,
        "seconds": round(file_report.seconds, 4),
        "warnings": file_report.warnings,
    }
