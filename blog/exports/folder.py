"""The folder of an export: prepare it, read stored images and linked files, and write files below it."""

from pathlib import Path

from blog.files.atomic import write_atomically
from blog.files.modes import PRIVATE_FOLDER, SERVED_FILE, make_folder
from blog.images.models import Image
from blog.images.originals import original_of


class ExportFailedError(Exception):
    """Raised when the export cannot run. The message says what to change."""


def prepare_folder(folder: Path, force: bool) -> None:
    """Create the folder. Raises ExportFailedError if it is not empty and force is not set."""
    try:
        make_folder(folder, PRIVATE_FOLDER)  # unpublished articles are exported, too
        if not force and any(folder.iterdir()):
            raise ExportFailedError(
                f"{folder} is not empty. Choose another folder, or add --force to write into it."
            )
    except OSError as error:
        raise ExportFailedError(f"{folder}: {error.strerror}.") from error


def write_file(folder: Path, path: str, data: bytes) -> None:
    """Write a file below the folder. Raises ValueError if its path leads outside, even by a symbolic link."""
    target = folder / path
    root = folder.resolve()
    if not target.resolve().is_relative_to(root):
        raise ValueError("the path leaves the folder.")
    target.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(target, [data], mode=SERVED_FILE)


def stored_bytes(row) -> tuple[bytes, bool]:
    """Return the bytes to export of an image or a linked file, and whether they are the imported ones."""
    original = original_of(row) if isinstance(row, Image) else None
    if original is not None:
        return original, True
    with row.file.open() as file:
        return file.read(), not isinstance(row, Image)


def reason_of_failure(error: Exception) -> str:
    return f"{error.strerror}." if isinstance(error, OSError) and error.strerror else str(error)
