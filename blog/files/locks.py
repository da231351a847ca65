"""Locks on open files. The end of a process releases its locks, even if it was killed."""

import fcntl
import os


def lock(file, *, waits: bool = True, of_process: bool = False) -> bool:
    """Lock an open file or folder until it is closed. Return False if it is locked and `waits` is false.

    The lock belongs to the opened file, which forked processes share. With of_process, it belongs to the
    process, whose threads share it.
    """
    lock_file = fcntl.lockf if of_process else fcntl.flock
    try:
        lock_file(file, fcntl.LOCK_EX | (0 if waits else fcntl.LOCK_NB))
    except (BlockingIOError, PermissionError):
        return False
    return True


def unlock_of_process(file) -> None:
    """Release the lock of this process without closing the file."""
    fcntl.lockf(file, fcntl.LOCK_UN)


def is_in_place(path, descriptor: int) -> bool:
    """Whether an open file is still the one at its path, which may have been replaced or removed."""
    try:
        return os.path.samestat(os.stat(path), os.fstat(descriptor))
    except FileNotFoundError:
        return False
