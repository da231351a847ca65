"""The sandbox's tasks for uploads: archives are opened in a process without secrets."""

from collections.abc import Iterable
from pathlib import Path

from blog.files.archives import forget_archives, is_there, place_at
from blog.files.folders import UnreadableError
from blog.sandbox.child import serve
from blog.sandbox.refusals import Refusal, RefusedError


def main() -> None:
    serve({"read": read_member, "find": find_members})


def read_member(place: Path, path: str, limit: int) -> bytes:
    """Return the bytes of a file of at most `limit` bytes in a folder or an archive. Raises RefusedError."""
    try:
        return place_at(place).read(path, limit)
    except (UnreadableError, OSError, ValueError) as error:
        raise RefusedError(Refusal.ERROR, {"cause": str(error)}) from None
    finally:
        forget_archives()


def find_members(place: Path, paths: Iterable[str]) -> set[str]:
    """Return the paths that are files in the folder or archive."""
    try:
        return {path for path in paths if is_there(place, path)}
    finally:
        forget_archives()
