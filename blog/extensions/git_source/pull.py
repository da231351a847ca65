"""Pull: fetch the branch, and import the files that changed since the last commit, as one import.

A pull may be killed at any moment and is then repeated. What it has begun to import is stored with its job
(PullProgress), so that the repeated pull continues the same import of the same commit.
"""

import itertools
import tempfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from blog.articles.changes import changing
from blog.articles.models import Article
from blog.base.queries import ROWS_AT_ONCE
from blog.extensions.git_source import credentials
from blog.extensions.git_source.access import access_to
from blog.extensions.git_source.addresses import RepositoryPlace
from blog.extensions.git_source.checkout import Checkout
from blog.extensions.git_source.clone import Clone, Commit
from blog.extensions.git_source.models import AFTER_FAILURE, GoneFile, Repository
from blog.extensions.git_source.problems import PASSING, PullError
from blog.extensions.git_source.round_trip import adopt_written_articles
from blog.files.file_kinds import is_article_name
from blog.files.folders import Folder
from blog.imports.lock import acquire_import_lock
from blog.imports.models import ImportEntry, ImportRun, SourceFile
from blog.imports.recognition import find_same_files
from blog.imports.report import ImportOptions
from blog.imports.run import check_batch, import_in_batches
from blog.imports.sources import ImportSource, read_file
from blog.imports.writer import at_level_of_earlier_imports, new_batch

TEST_SECONDS = 15  # a request waits for it
FAILURES_TOLD = 3  # in a row: then superusers get a notice


@dataclass
class PullProgress:
    """How a pull reports, and what an earlier attempt has begun.

    on_progress: called with (done, total, step). It may raise to end the pull. store: keeps values for a
    repeated pull. begun: these values.
    """

    on_progress: Callable[[int, int, str], None] = lambda done, total, step: None
    store: Callable[..., None] = lambda **values: None
    begun: dict = field(default_factory=dict)
    by: object = None  # the user who asked for it


@dataclass(frozen=True)
class Files:
    """The Markdown files of the folder at a commit: those to import, and the others."""

    source: ImportSource
    changed: tuple
    before: frozenset[str] = frozenset()  # paths at the last commit

    @property
    def number(self) -> int:
        return len(self.source.files)


def clone_of(repository: Repository, on_wait: Callable[[], None] = lambda: None) -> Clone:
    """Return the prepared copy of the repository. Raises PullError."""
    clone = Clone(credentials.folder() / "repository.git", access_to(repository.place.address), on_wait)
    clone.prepare()
    return clone


def pull(repository: Repository, progress: PullProgress, *, confirmed: str = "") -> ImportRun | None:
    """Bring the articles up to the newest commit. Return the import, or None if no file has changed.

    confirmed: the newest commit of a rewritten history, whose files an editor wants to import. Raises
    PullError, ImportFailedError, and what on_progress() raises.
    """
    step = _("Pulling %(branch)s") % {"branch": repository.branch}
    clone = clone_of(repository, lambda: progress.on_progress(0, 0, step))
    commit = _begun_commit(clone, progress) or _newest(repository, clone)
    if commit == repository.commit and clone.has(commit) and not _unfinished(repository):
        _succeed(repository)
        return _check(_begun_run(progress), progress)
    checkout = Checkout(credentials.folder())
    digests = checkout.update(clone, commit, lambda done, total: progress.on_progress(done, total, step))
    files = _files(repository, clone, checkout, digests)
    follows = not repository.commit or clone.follows(commit, repository.commit)
    if not (follows or confirmed == commit or progress.begun):
        return _ask(repository, files, clone.about(commit))
    run = _import(repository, files, clone.about(commit), progress) if files.changed else None
    _note_gone(repository, files, commit, progress.by)
    _succeed(repository, clone.about(commit), files.number, run)
    clone.keep_only(commit)  # last: without its history, a repeated pull would take it for rewritten
    return _check(run, progress)


def _check(run: ImportRun | None, progress) -> ImportRun | None:
    """Check the articles of an import, and return it."""
    step = _("Checking articles")
    if run:
        check_batch(run, on_batch=lambda done, total: progress.on_progress(done, total, step))
    return run


def test_connection(place: RepositoryPlace) -> int | None:
    """Return the number of Markdown files in the folder, None if they do not arrive in time.

    Raises PullError. Nothing of it is kept, so that a pull is not disturbed.
    """
    access = access_to(place.address)
    with tempfile.TemporaryDirectory(dir=credentials.folder()) as folder:
        clone = Clone(Path(folder) / "test.git", access, seconds=TEST_SECONDS)
        clone.prepare()
        _check_branch(place.branch, clone.branches())
        try:
            commit = clone.fetch(place.branch, with_history=False)
        except PullError as error:
            if error.code in {"slow", "large"}:
                return None
            raise
        return sum(_is_inside(path, place.folder) for path in clone.files(commit))


def fail(repository: Repository, error: PullError) -> bool:
    """Store why a pull failed. Return whether superusers should get a notice."""
    repository.problem, repository.problem_values = error.code, error.values
    repository.problem_at = timezone.now()
    repository.failures += 1
    repository.next_at = timezone.now() + AFTER_FAILURE if error.code in PASSING else None
    repository.save(update_fields=["problem", "problem_values", "problem_at", "failures", "next_at"])
    return repository.failures == FAILURES_TOLD


def _begun_commit(clone, progress) -> str:
    """Return the commit that an earlier attempt has begun to import, if it is still here."""
    commit = progress.begun.get("commit", "")
    if commit and clone.has(commit):
        return commit
    progress.begun = {}
    return ""


def _newest(repository, clone) -> str:
    branches = clone.branches()
    _check_branch(repository.branch, branches)
    if clone.has(branches[repository.branch]):
        return branches[repository.branch]
    return clone.fetch(repository.branch, with_history=bool(repository.commit))


def _check_branch(branch, branches):
    if branch not in branches:
        raise PullError("branch", branch=branch, branches=sorted(branches)[:10])


def _is_inside(path, folder) -> bool:
    return path.startswith(folder) and is_article_name(path.rpartition("/")[2])


def _files(repository, clone, checkout, digests) -> Files:
    """Find the files of the folder, and those that changed since the last commit."""
    folder = repository.folder
    place = checkout.files / folder
    found = tuple(Folder(place).files()) if place.is_dir() else ()
    if not found and not repository.commit:
        raise PullError("folder", folder=folder or "/")
    source = ImportSource(repository.source_name, place, found, repository.source_name, is_named=True)
    source = _named(repository, source)
    if not clone.has(repository.commit):
        return Files(source, _differing(source) if repository.commit else found)
    before = {path: digest for path, (digest, _size) in clone.files(repository.commit).items()}
    unfinished = _unfinished(repository)
    changed = (
        each
        for each in found
        if digests.get(folder + each.path) != before.get(folder + each.path) or each.path in unfinished
    )
    inside = frozenset(path.removeprefix(folder) for path in before if _is_inside(path, folder))
    return Files(source, tuple(changed), inside | unfinished)


def _unfinished(repository) -> frozenset[str]:
    """Return the files that pulls have imported since the last commit before somebody stopped them.

    A newer commit may have taken their changes back.
    """
    runs = ImportRun.objects.filter(source_name=repository.source_name, way=ImportRun.Way.GIT)
    entries = ImportEntry.objects.filter(batch__in=runs.filter(pk__gt=repository.last_run_id or 0))
    return frozenset(entries.values_list("file", flat=True))


def _differing(source) -> tuple:
    """Return the files whose bytes are not those of their last import."""
    stored = SourceFile.objects.filter(source_name=source.name).values_list("path", "digest")
    known = dict(stored.iterator())
    read = ((file, read_file(source, file)) for file in source.files)
    return tuple(file for file, now in read if known.get(now.key) != now.digest)


def _named(repository, source) -> ImportSource:
    """Return the source with its name: that of an earlier import of the same files, if there is one."""
    if not repository.source_name:
        own = repository.choose_source_name(repository.place.address.name)
        same = find_same_files(replace(source, name=own, is_named=False))
        repository.source_name = same.source_name if same else own
        repository.save(update_fields=["source_name"])
    named = replace(source, name=repository.source_name, root=repository.source_name)
    return replace(named, level=at_level_of_earlier_imports(named).level)


def _ask(repository, files, about: Commit) -> None:
    """Store that the history was rewritten, and import nothing."""
    repository.tip = about.key
    repository.save(update_fields=["tip"])
    changed = len(files.changed)
    raise PullError(
        "rewritten",
        branch=repository.branch,
        commit=repository.commit[:7],
        files=files.number,
        changed=changed,
        unchanged=files.number - changed,
    )


def _import(repository, files, about: Commit, progress) -> ImportRun:
    paths = {file.path for file in files.changed}
    source = replace(
        files.source,
        files=files.changed,
        other_paths=frozenset(file.path for file in files.source.files) - paths,
    )
    options = ImportOptions(
        source_name=source.name,
        written_by=repository.written_by,
        checks=True,
        started_by=progress.by,
        note=f"{about.author}, {about.short}: {about.subject}",
        way=ImportRun.Way.GIT,
    )
    run = _begun_run(progress) or _begin(repository, source, options, about, progress)
    total = len(files.changed)
    step = _("Pulling %(branch)s") % {"branch": repository.branch}
    progress.on_progress(run.counted, total, step)
    done = run.counted
    with closing(import_in_batches(source, options, batch=run)) as batches:
        for reports in batches:
            done += len(reports)
            if done < total:
                progress.on_progress(done, total, step)
    run.refresh_from_db()
    return run


def _begun_run(progress) -> ImportRun | None:
    key = progress.begun.get("batch")
    return ImportRun.objects.filter(pk=key, undone_at=None).first() if key else None


def _begin(repository, source, options, about, progress) -> ImportRun:
    run = new_batch(source, options)
    run.file_name = f"{repository.branch[:200]} at {about.short}"
    with transaction.atomic():
        acquire_import_lock()
        adopt_written_articles(source, [file.path for file in source.files])
        run.save()
        progress.store(commit=about.key, batch=run.pk)
    return run


def _note_gone(repository, files: Files, commit, by) -> None:
    """Note the articles whose files are gone from the repository, or move new ones to the trash."""
    key_of = files.source.level.key_of
    here = {key_of(file.path) for file in files.source.files}
    for row in GoneFile.objects.all():
        if row.path in here:
            row.delete()
    missing = [key_of(path) for path in files.before - {file.path for file in files.source.files}]
    rows = SourceFile.objects.filter(source_name=files.source.name, article__trashed_at=None)
    rows = rows.select_related("article").defer("original")
    articles = [
        row.article for some in itertools.batched(missing, ROWS_AT_ONCE) for row in rows.filter(path__in=some)
    ]
    if repository.on_delete == Repository.OnDelete.TRASH:
        new = [article for article in articles if article.status == Article.Status.NEW]
        log = _("Deleted in Git, so moved to the trash.") if by else ""
        with changing(new, by=by, action=None, log=log) as change:
            change.trash(are_gone=False)
        articles = [article for article in articles if article not in new]
    for article in articles:
        values = {"path": article.source_file.path, "commit": commit}
        GoneFile.objects.update_or_create(article=article, defaults=values)


def _succeed(repository, about: Commit | None = None, files: int = 0, run: ImportRun | None = None) -> None:
    if about:
        repository.commit, repository.commit_author = about.key, about.author
        repository.commit_subject, repository.commit_at = about.subject, about.at
        repository.files, repository.last_run = files, run or repository.last_run
    repository.looked_at, repository.problem, repository.problem_values = timezone.now(), "", {}
    repository.failures, repository.tip = 0, ""
    repository.plan_next()
    repository.save()
