"""Files of earlier imports: a file may be an update, a move or a copy of one.

A file counts as moved if its bytes are known from another path and are gone from there. The bytes may also be
those of an update that is held or was declined.

wrong_source_reason() and conflicting_edits() return why a changed file may not update its article.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import tzinfo
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from django.db.models import Q

from blog.articles.file_fields import article_fields, edited_fields, field_digests
from blog.articles.models import Article
from blog.documents.fields.extraction import read_fields
from blog.documents.fields.values import ArticleFields
from blog.documents.frontmatter.document import parse_file
from blog.documents.generators.rules import AddressRules
from blog.documents.notices import Notice, NoticeKind
from blog.documents.similarity import SAME_TEXT, common_part_of_files
from blog.files.archives import is_there
from blog.imports.models import HeldUpdate, SourceFile
from blog.imports.slugs import without_number
from blog.imports.sources import ImportSource, PreparedFile


class KnownFile(NamedTuple):
    """A file of an earlier run, or of this run."""

    source_name: str
    path: str
    root: str
    digest: str
    article_id: int | None  # None for an article that this import creates
    slug: str = ""  # of the article


COLUMNS = ("source_name", "path", "root", "digest", "article_id", "article__slug")


class KnownFiles:
    """The files of all articles in the database, of any source.

    An import of unchanged files needs only their paths, so the other indexes are built when they are needed.
    """

    def __init__(self, source: ImportSource):
        self.source = source
        self.paths = set(map(source.level.key_of, source.paths))  # of files that exist now
        states = [HeldUpdate.State.WAITING, HeldUpdate.State.DECLINED]
        rows = HeldUpdate.objects.filter(source_name=source.name, state__in=states).order_by("pk")
        held = list(rows.values_list("digest", "article", "state"))
        # {digest: article} of this source's files that are held or were declined
        self._held = {digest: article for digest, article, _state in held}
        self._waiting = {article: digest for digest, article, state in held if state == states[0]}
        rows = SourceFile.objects.not_undone().values_list(*COLUMNS)
        if source.digests is not None:
            at_path = Q(source_name=source.name, path__in=self.paths)
            rows = rows.filter(at_path | Q(digest__in=source.digests))
        self._at_start = list(map(KnownFile._make, rows))
        ours = [file for file in self._at_start if file.source_name == source.name]
        self._by_path = {file.path: file for file in ours}  # only this source
        self._of_held = dict.fromkeys(self._held.values())
        self._of_held |= {file.article_id: file for file in ours if file.article_id in self._of_held}

    def at(self, path: str) -> KnownFile | None:
        """Return this source's known file with this path, or None."""
        return self._by_path.get(path)

    def has_several(self) -> bool:
        """Whether this source has more than one known file."""
        return len(self._by_path) > 1

    def with_digest(self, digest: str) -> Sequence[KnownFile]:
        return self._by_digest.get(digest, ())

    def with_slug(self, slug: str) -> KnownFile | None:
        """Return this source's file of the article with this slug, or None."""
        known = self._by_slug.get(slug)
        return known if known and self.at(known.path) == known else None

    def held_with(self, digest: str) -> KnownFile | None:
        """Return this source's file whose article has a held or declined update with these bytes."""
        return self._of_held.get(self._held.get(digest))

    def holds_another(self, article_id: int | None, digest: str) -> bool:
        """Whether a file of this source with other bytes waits for the article."""
        return self._waiting.get(article_id, digest) != digest

    def knows(self, digest: str) -> bool:
        """Whether a file with these bytes is known under any path."""
        return bool(self.with_digest(digest) or self.held_with(digest))

    def look_up(self, path: str) -> None:
        """Fetch a file that another import may have added since this one began."""
        rows = SourceFile.objects.filter(source_name=self.source.name, path=path)
        row = rows.values_list(*COLUMNS).first()
        if row and path not in self._by_path:
            self._add(KnownFile(*row))

    def merge_changes(self, changes: "BatchKnownFiles") -> None:
        """Add the changes of a batch after its commit."""
        for file in changes.gone:
            self._by_path.pop(file.path, None)
            self._by_digest[file.digest].remove(file)
        for file in changes.new:
            self._add(file)

    @cached_property
    def _by_digest(self):
        """The files of all sources. Looked up before any of them changes."""
        found = defaultdict(list)
        for file in self._at_start:
            found[file.digest].append(file)
        return found

    @cached_property
    def _by_slug(self):
        """This source's files at the start of the import, and those that another import has added since."""
        return {file.slug: file for file in self._at_start if file.source_name == self.source.name}

    def _add(self, file):
        self._by_digest[file.digest].append(file)
        if file.source_name == self.source.name:
            self._by_path[file.path] = file
            if file.slug:
                self._by_slug[file.slug] = file
            if file.article_id in self._of_held:
                self._of_held[file.article_id] = file


class BatchKnownFiles:
    """The known files, with the uncommitted changes of one batch."""

    def __init__(self, files: KnownFiles):
        self.files = files
        self.source = files.source
        self.gone = set()
        self.new = []
        self._by_path = {}  # changes of the batch; None for a removed file
        self._by_digest = defaultdict(list)  # new files of the batch

    def at(self, path: str) -> KnownFile | None:
        return self._by_path[path] if path in self._by_path else self.files.at(path)

    def with_digest(self, digest: str) -> list[KnownFile]:
        before = [file for file in self.files.with_digest(digest) if file not in self.gone]
        return before + self._by_digest.get(digest, [])

    def add(self, file: KnownFile, before: KnownFile | None = None) -> None:
        """Add a file of this source. before: the known file that it replaces or was moved from."""
        if before:
            self._remove(before)
        self._by_path[file.path] = file
        self._by_digest[file.digest].append(file)
        self.new.append(file)

    def moved_from(self, file: PreparedFile) -> KnownFile | None:
        """Return the file of this source from whose path this file was moved, or None."""
        for known in self.with_digest(file.digest):
            if known.source_name == self.source.name and known.path != file.key and self.is_gone(known):
                return known
        return self._held_and_moved(file)

    def first_copy_of(
        self, file: PreparedFile, time_zone: tzinfo, rules: AddressRules | None
    ) -> KnownFile | None:
        """Return the first existing file with the same bytes that results in the same article, or None."""
        for known in self.with_digest(file.digest):
            if self.is_gone(known):
                continue
            document = parse_file(file.data, known.path)
            fields = read_fields(document, path=known.path, time_zone=time_zone)
            fields = rules.applied(fields, document.fields, known.path) if rules else fields
            if (fields.slug, fields.language) == (file.fields.slug, file.fields.language):
                return known
        return None

    def _held_and_moved(self, file):
        """Return the known file whose held or declined update has these bytes, if the file was moved."""
        held = self.files.held_with(file.digest)
        known = held and self.at(held.path)  # with the changes of this batch
        is_it = known and known.article_id == held.article_id and known.path != file.key
        return known if is_it and self.is_gone(known) else None

    def _remove(self, file):
        self._by_path[file.path] = None
        if file in self.new:
            self.new.remove(file)
            self._by_digest[file.digest].remove(file)
        else:
            self.gone.add(file)

    def is_gone(self, known: KnownFile) -> bool:
        is_ours = known.source_name == self.source.name
        if is_ours and (self.source.digests is not None or known.path in self.files.paths):
            return False
        if known.root == known.source_name:  # uploaded: only the files of this upload can be checked
            return is_ours
        return not is_there(Path(known.root), known.path)


class RenamedFiles:
    """Files of a batch that were both renamed and changed.

    Such a file has the slug and most of the text of a file that is gone. Only files of an explicitly named
    source count; for other sources, the user is asked (recognition.py).
    """

    def __init__(self, known: BatchKnownFiles, files: Iterable[PreparedFile]):
        self._known = known
        candidates = [(file, before) for file in files if (before := self._candidate(file))]
        keys = [before.article_id for _, before in candidates]
        originals = dict(SourceFile.objects.filter(article__in=keys).values_list("article", "original"))
        self._before = {
            file.path: before.path
            for file, before in candidates
            if common_part_of_files(file.data, bytes(originals[before.article_id])) >= SAME_TEXT
        }

    def before(self, file: PreparedFile) -> KnownFile | None:
        """Return the known file that the file replaces, or None."""
        path = self._before.get(file.path)
        return self._known.at(path) if path else None

    def _candidate(self, file):
        known, source = self._known, self._known.source
        if not source.is_named or source.digests is not None or known.at(file.key) or known.moved_from(file):
            return None
        before = known.files.with_slug(file.fields.slug)
        if before is None or before.path in known.files.paths:
            return None
        # Files at an earlier root of the source count as gone.
        return before if before.root != known.source.root or known.is_gone(before) else None


def wrong_source_reason(
    source: ImportSource, source_file: SourceFile, fields: ArticleFields
) -> Notice | None:
    """Return a notice if the file belongs to another source folder, or None if it may update the article."""
    article = source_file.article
    if (
        source.is_same_place(source_file.root)
        or article.title == fields.title
        or without_number(article.slug) == without_number(fields.slug)
    ):
        return None
    is_uploaded = source_file.root == source_file.source_name
    where = "uploaded files" if is_uploaded else f"another folder, {source_file.root}"
    sentence = (
        f"the source name “{source.name}” and this path belong to {where}: "
        "import this file under another name with --source."
    )
    return Notice(NoticeKind.OTHER_FOLDER, sentence, detail=source.name if is_uploaded else source_file.root)


def conflicting_edits(article: Article, fields: ArticleFields) -> str:
    """Return the names of fields that an editor changed to values other than the file's, or ""."""
    ours, theirs = field_digests(article_fields(article)), field_digests(fields)
    edited = [name for name in edited_fields(article) if ours[name] != theirs[name]]
    return ", ".join(sorted(name.replace("_", " ") for name in edited))
