"""Recognise the files of an earlier import under another source name, or one folder deeper or higher.

Imported as a new source, the files would become duplicates of their articles. A file is recognised by its
bytes, or by its path or slug if the share of equal text is at least SAME_TEXT. If at least half of the files
belong to one earlier source, the user is asked for the source, unless the import names one.
"""

import itertools
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone

from blog.base.queries import ROWS_AT_ONCE
from blog.documents.similarity import SAME_TEXT, common_part_of_files
from blog.imports.known_files import COLUMNS, KnownFile
from blog.imports.models import ImportRun, SourceFile
from blog.imports.slugs import without_number
from blog.imports.sources import ImportSource, PreparedFile, neighbours_of, read_file
from blog.imports.workers import FileWorkers, read_fields_of

FILES_AT_ONCE = 100
CANDIDATES = 4  # known files with the same path or slug: each folder may have an index.md


@dataclass(frozen=True, slots=True)
class Twin:
    """A file that belongs to an article of an earlier import. part: the share of equal text, from 0 to 1."""

    path: str
    known_path: str
    article_id: int
    part: float


@dataclass(frozen=True, slots=True)
class SameFiles:
    """The earlier source to which at least half of the files belong. twins: the least similar first."""

    source_name: str
    imported_at: datetime | None
    files: int
    twins: tuple[Twin, ...]

    @property
    def sentence(self) -> str:
        day = f", imported on {timezone.localtime(self.imported_at):%Y-%m-%d}" if self.imported_at else ""
        return (
            f"{len(self.twins)} of its {self.files} files are those of the source “{self.source_name}”{day}"
        )


def find_same_files(source: ImportSource, *, workers: int | None = None) -> SameFiles | None:
    """Return the earlier source whose files these are, or None. Reads each file once, and writes nothing.

    Returns None without reading the files if at least half of their paths are known in this source itself.
    """
    files = [file for file in source.files if not file.notice]
    paths = SourceFile.objects.filter(source_name=source.name).values_list("path", flat=True)
    known_paths = set(paths.iterator())
    is_known = 2 * sum(file.path in known_paths for file in files) >= len(files)
    if is_known or not SourceFile.objects.exists():  # or there are no files
        return None
    known = _KnownFiles.load()
    with FileWorkers(workers, timezone.get_default_timezone()) as processes:
        left = len(files)
        for some in itertools.batched(files, FILES_AT_ONCE):
            _compare([read_file(source, file) for file in some], known, processes)
            left -= len(some)
            most = max(map(len, known.twins.values()), default=0)
            if 2 * (most + left) < len(files):
                return None
    return known.best(len(files))


@dataclass(slots=True)
class _KnownFiles:
    """The files of all articles, and the twins that were found, by source."""

    by_digest: dict[str, list[KnownFile]] = field(default_factory=lambda: defaultdict(list))
    by_path: dict[str, list[KnownFile]] = field(default_factory=lambda: defaultdict(list))
    by_slug: dict[str, list[KnownFile]] = field(default_factory=lambda: defaultdict(list))
    twins: dict[str, list[Twin]] = field(default_factory=lambda: defaultdict(list))
    taken: set[int] = field(default_factory=set)  # articles with a twin

    @classmethod
    def load(cls) -> "_KnownFiles":
        known = cls()
        rows = SourceFile.objects.not_undone().order_by("-pk").values_list(*COLUMNS)
        for file in map(KnownFile._make, rows.iterator()):
            known.by_digest[file.digest].append(file)
            for index, names in (
                (known.by_path, neighbours_of(file.path)),
                (known.by_slug, {file.slug, without_number(file.slug)}),
            ):
                for name in names:
                    if len(index[name]) < CANDIDATES:
                        index[name].append(file)
        return known

    def candidates(self, path: str, slug: str) -> list[KnownFile]:
        """Return the known files to compare with a file: those with its slug, then those with its path."""
        of_slug = self.by_slug.get(slug, ())
        of_path = (file for name in neighbours_of(path) for file in self.by_path.get(name, ()))
        found = itertools.chain(of_slug, of_path)
        return list({file.article_id: file for file in found if file.article_id not in self.taken}.values())

    def add(self, path: str, found: Iterable[tuple[float, KnownFile]]) -> None:
        """Add the twins of the file with this path: for each source, the first of its files in `found`.

        found: (share of equal text, known file).
        """
        sources = set()
        for part, file in found:
            if file.source_name not in sources and file.article_id not in self.taken:
                sources.add(file.source_name)
                self.taken.add(file.article_id)
                self.twins[file.source_name].append(Twin(path, file.path, file.article_id, part))

    def best(self, number: int) -> SameFiles | None:
        """Return the source with the most twins, if they are at least half of this number of files."""
        name = max(self.twins, key=lambda name: len(self.twins[name]), default="")
        twins = sorted(self.twins[name], key=lambda twin: twin.part)
        if not twins or 2 * len(twins) < number:
            return None
        run = ImportRun.objects.filter(source_name=name).order_by("-pk").first()
        return SameFiles(name, run.started_at if run else None, number, tuple(twins))


def _compare(files, known, processes):
    """Find the twins of some files: first by their bytes, then by path or slug and text."""
    readable = [file for file in files if not file.notice]
    for file in readable:
        names = neighbours_of(file.path)
        same = sorted(known.by_digest.get(file.digest, ()), key=lambda each: each.path not in names)
        known.add(file.path, ((1.0, each) for each in same))
    others = [file for file in readable if file.digest not in known.by_digest]
    slugs = {file.path: fields.slug for file, fields in read_fields_of(processes, others)}
    candidates = {file.path: known.candidates(file.path, slugs.get(file.path, "")) for file in others}
    originals = _originals({each.article_id for of_file in candidates.values() for each in of_file})
    for file in others:
        known.add(file.path, _alike(file, candidates[file.path], originals))


def _originals(articles) -> dict[int, bytes]:
    found = {}
    for keys in itertools.batched(articles, ROWS_AT_ONCE):
        found |= SourceFile.objects.filter(article__in=keys).values_list("article", "original")
    return found


def _alike(file: PreparedFile, candidates, originals) -> list[tuple[float, KnownFile]]:
    """Return (part, known file) for the candidates that have enough of the text, the most similar first."""
    parts = [
        (common_part_of_files(file.data, bytes(originals[each.article_id])), each) for each in candidates
    ]
    return sorted((pair for pair in parts if pair[0] >= SAME_TEXT), key=lambda pair: -pair[0])
