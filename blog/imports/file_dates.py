"""Dates for texts that state none: when their file was added to Git, or was last changed on the disk."""

import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from blog.files.archives import is_archive
from blog.files.git import GitMissingError, git_command, surroundings
from blog.imports.report import DateSource, ImportFailedError
from blog.imports.sources import ImportSource

LOG = (
    "log",
    "--format=@%at",
    "--name-status",
    "--diff-filter=AR",
    "-M",
    "--no-ext-diff",
    "--no-show-signature",
)
OPTIONS = ("core.quotePath=false", "log.showRoot=true", "diff.relative=false")
NO_FETCH = {"GIT_NO_LAZY_FETCH": "1"}  # of what a partial clone lacks


def find_dates(source: ImportSource, date_from: DateSource) -> Callable[[str], datetime | None]:
    """Return a function from the path of a file to its date. Raises ImportFailedError if there is none."""
    if date_from == DateSource.FILE:
        return lambda path: None
    if source.is_export or is_archive(source.place):
        raise ImportFailedError(f"--date-from: {source.place} is not a folder; unpack it, or leave this out.")
    if date_from == DateSource.MTIME:
        return lambda path: _moment((source.place / path).stat().st_mtime)
    top, seconds = _first_commits(source.place)
    folder = source.place.relative_to(top)
    return lambda path: _moment(seconds[name]) if (name := (folder / path).as_posix()) in seconds else None


def _moment(seconds):
    """Return a datetime, or None if it is out of range. A later one than now is a wrong clock."""
    try:
        return min(datetime.fromtimestamp(seconds, UTC), datetime.now(UTC)) if seconds > 0 else None
    except (ValueError, OverflowError):
        return None


def _first_commits(place: Path) -> tuple[Path, dict[str, int]]:
    """Return the top folder of a repository, and {path now: seconds of the commit that added the file}."""
    top = next((folder for folder in (place, *place.parents) if (folder / ".git").exists()), None)
    if top is None:
        raise ImportFailedError(f"--date-from git: {place} is in no Git repository. Try --date-from mtime.")
    if (top / ".git" / "shallow").exists():
        raise ImportFailedError(f"--date-from git: {top} lacks history; run git fetch --unshallow in it.")
    try:
        command = git_command(top / ".git", f"--work-tree={top}", *LOG, options=OPTIONS)
    except GitMissingError as error:
        raise ImportFailedError(f"--date-from git: {error}") from error
    where = surroundings(top, NO_FETCH)
    done = subprocess.run(command, capture_output=True, check=False, **where)  # noqa: S603 -- Git
    if done.returncode:
        raise ImportFailedError(f"--date-from git: {done.stderr.decode(errors='replace').strip()[:300]}")
    return top, _read_log(done.stdout.decode(errors="replace"))


def _read_log(log):
    """Return {path now: seconds} from a log whose newest commit is first."""
    seconds, at, now = {}, 0, {}  # now: {former path: the path now}
    for line in log.splitlines():
        status, *paths = line.split("\t")
        if status.startswith("@"):
            at = int(status[1:])
        elif paths:
            current = now.get(paths[-1], paths[-1])
            seconds[current] = at
            if len(paths) == 2:
                now[paths[0]], now[paths[1]] = current, ""  # its older commits are of another file
    return seconds
