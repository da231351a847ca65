"""Write files atomically: under a temporary name in the same folder, then renamed."""

import os
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path


def write_atomically(
    path: Path,
    parts: Iterable[bytes],
    *,
    mode: int,
    durable: bool = False,
    modified: float | None = None,
    replace: bool = True,
) -> None:
    """Write a file so that readers find either the complete old one or the complete new one.

    The folder must exist. mode: the file's permissions, independent of the umask. durable: sync to disk, for
    data that cannot be recreated after a power cut. modified: the modification time, in seconds since 1970.
    Without replace, an existing file is kept. Raises OSError with the name of the file, and leaves no
    temporary file.
    """
    try:
        descriptor, draft = tempfile.mkstemp(prefix=".draft-", dir=path.parent)
        try:
            with os.fdopen(descriptor, "wb") as file:
                _fill(file, parts, mode, durable)
            if modified is not None:
                os.utime(draft, (modified, modified))
            _give_name(draft, path, replace)
        except BaseException:
            Path(draft).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error


def _fill(file, parts, mode, durable):
    file.writelines(parts)
    file.flush()
    os.fchmod(file.fileno(), mode)
    if durable:
        os.fsync(file.fileno())


def _give_name(draft, path, replace):
    if replace:
        os.replace(draft, path)
        return
    with suppress(FileExistsError):
        os.link(draft, path)  # unlike os.replace(), fails if the file exists
    os.unlink(draft)
