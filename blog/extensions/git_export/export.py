"""Bring the repository to the state of the published articles, and compare the two."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from blog.exports.folder import ExportFailedError
from blog.extensions.git_export.commits import galley, plan_commits
from blog.extensions.git_export.contents import KNOWN, Known, read_contents
from blog.extensions.git_export.repository import BRANCH, ExportRepository, FastImport
from blog.files.git import digest_of


@dataclass
class GitExport:
    """What a run did. problems: files that could not be exported."""

    commits: int = 0
    articles: int = 0
    problems: list[str] = field(default_factory=list)


def export_to_git(
    folder: Path,
    *,
    progress: Callable[[int, int], None] = lambda done, total: None,
    on_wait: Callable[[], None] = lambda: None,
) -> GitExport:
    """Commit what has changed since the last run. Raises ExportFailedError.

    progress: called with the number of articles exported so far, and their total. It may raise to end the
    run, which then has no effect. on_wait: called while another process of Git is at work, see prepare().
    """
    repository = ExportRepository(folder, galley())
    repository.prepare(on_wait)
    before, tree = Known.read(repository.git_folder), repository.files()
    stored = set(tree.values())
    try:
        with FastImport(repository) as import_:

            def add_file(data):
                if (digest := digest_of(data)) not in stored:
                    stored.add(digest)
                    import_.add_file(data)

            contents = read_contents(folder, before, add_file, progress)
            commits = plan_commits(before, contents, tree)
            if commits:
                repository.write(commits, import_)
    except ExportFailedError:
        (repository.git_folder / KNOWN).unlink(missing_ok=True)  # it may name contents that Git has lost
        raise
    contents.known.write(repository.git_folder)
    return GitExport(len(commits), len(contents.known.articles), contents.problems)


def compare(folder: Path) -> list[str]:
    """Return how the folder differs from the published articles, a line each. Changes nothing.

    Raises ExportFailedError if the folder is no repository.
    """
    repository = ExportRepository(folder, galley())
    if not repository.git_folder.exists():
        raise ExportFailedError(f"{folder}: there is no repository yet.")
    tree = repository.files()
    wanted = read_contents(folder, Known(), lambda data: None).files
    found = [f"{path}: missing" for path in wanted if path not in tree]
    found += [f"{path}: not published" for path in tree if path not in wanted]
    found += [f"{path}: differs" for path in wanted if path in tree and tree[path] != wanted[path]]
    if repository.branch() != BRANCH:
        found.append(f"The folder shows another branch than {BRANCH}.")
    found += [f"{path}: the file differs from the newest commit" for path in repository.differences()]
    return sorted(found)
