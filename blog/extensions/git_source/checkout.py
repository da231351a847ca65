"""The files of a commit, in a folder from which they are imported. Galley writes them, not Git.

So attributes in the repository, links and filters have no effect. With the list of the digests that were
written (WRITTEN), each pull writes only what has changed. It is deleted first, so that after a kill, all is
written again.
"""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from blog.extensions.git_source.clone import Clone
from blog.extensions.git_source.problems import PullError
from blog.files.atomic import write_atomically
from blog.files.modes import PRIVATE_FILE, PRIVATE_FOLDER, make_folder, open_private
from blog.files.upload_limits import MAX_LINKED_FILE_BYTES

WRITTEN = "files.json"
MOST_BYTES = 2 * 1024**3  # of all files
CHUNK = 1024 * 1024
LFS = b"version https://git-lfs.github.com/spec/"


class Checkout:
    def __init__(self, folder: Path):
        self.files, self._list = folder / "files", folder / WRITTEN

    def update(self, clone: Clone, commit: str, on_file: Callable[[int, int], None]) -> dict[str, str]:
        """Write the files of a commit. Return {path: digest}. on_file: called with (number done, total)."""
        wanted = {
            path: digest
            for path, (digest, size) in _within_limits(clone.files(commit))
            if is_safe(path) and size <= MAX_LINKED_FILE_BYTES
        }
        before = self._written()
        self._list.unlink(missing_ok=True)
        if before is None:
            shutil.rmtree(self.files, ignore_errors=True)
        make_folder(self.files, PRIVATE_FOLDER)
        for path in (before or {}).keys() - wanted.keys():
            self._remove(path)
        changed = [path for path, digest in wanted.items() if (before or {}).get(path) != digest]
        for done, (path, pieces) in enumerate(_contents(clone, changed, wanted), 1):
            self._write(path, pieces)
            on_file(done, len(changed))
        write_atomically(self._list, [json.dumps(wanted).encode()], mode=PRIVATE_FILE)
        return wanted

    def _written(self) -> dict[str, str] | None:
        try:
            return json.loads(self._list.read_bytes())
        except (FileNotFoundError, ValueError):
            return None

    def _remove(self, path):
        file = self.files / path
        file.unlink(missing_ok=True)
        for folder in file.parents:
            if folder == self.files:
                return
            with suppress(OSError):  # it has other files
                folder.rmdir()

    def _write(self, path, pieces):
        file = self.files / path
        make_folder(file.parent, PRIVATE_FOLDER)
        file.unlink(missing_ok=True)
        with open(file, "xb", opener=open_private) as target:
            target.writelines(pieces)
        with file.open("rb") as start:
            is_pointer = start.read(len(LFS)) == LFS
        if is_pointer:  # its contents are not fetched
            file.unlink()


def is_safe(path: str) -> bool:
    """Whether the path of a file stays below its folder, and is nobody's .git."""
    parts = path.split("/")
    return not any(part in {"", ".", ".."} or part.lower() == ".git" or "\0" in part for part in parts)


def _within_limits(files):
    if sum(size for _digest, size in files.values()) > MOST_BYTES:
        raise PullError("large", limit=f"{MOST_BYTES // 1024**3} GB")
    return files.items()


def _contents(clone, paths, digests) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Yield (path, pieces of its contents)."""
    if not paths:
        return
    reader = clone.reader()
    try:
        for path in paths:
            reader.stdin.write(f"{digests[path]}\n".encode())
            reader.stdin.flush()
            answer = reader.stdout.readline().split()
            if len(answer) != 3:
                raise PullError("failed", reason=f"{path!a}: the object is missing")
            yield path, _pieces(reader.stdout, int(answer[2]))
            reader.stdout.read(1)  # the line break after the contents
    finally:
        reader.kill()
        reader.wait()
        for pipe in (reader.stdin, reader.stdout):
            with suppress(OSError):
                pipe.close()


def _pieces(file, size) -> Iterator[bytes]:
    while size:
        piece = file.read(min(CHUNK, size))
        if not piece:
            raise PullError("failed", reason="git cat-file ended")
        size -= len(piece)
        yield piece
