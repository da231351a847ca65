"""Files that are whole or not there: written under another name in their folder, then renamed."""

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
    """Write a file such that whoever reads it finds all of the old one or all of the new one.

    The folder must be there. `mode` holds from the first moment under that name on, whatever the umask.
    `durable` waits until the disk has the bytes: for what nobody could make again after a power cut.
    `modified` is its time, in seconds since 1970. Without `replace` a file that is there stays as it is.
    Raises OSError, naming the file, and leaves nothing behind then.
    """
    try:
        descriptor, draft = tempfile.mkstemp(prefix=".draft-", dir=path.parent)
        try:
            with os.fdopen(descriptor, "wb") as file:
                _fill(file, parts, mode, durable)
            if modified is not None:
                os.utime(draft, (modified, modified))
            _give_name(draft, path, replace)
        finally:
            Path(draft).unlink(missing_ok=True)
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
        os.link(draft, path)  # unlike a replacement, it fails where there is a file
