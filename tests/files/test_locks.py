"""Locks on open files: one holder at a time, until the file is closed."""

import os
import subprocess
import sys

import pytest

from blog.files.locks import is_in_place, lock, unlock_of_process


@pytest.fixture
def path(tmp_path):
    return tmp_path / "locked"


def locks_in_child(file) -> bool:
    """Return whether a process that has inherited the opened file can lock it."""
    script = "import sys; from blog.files.locks import lock; sys.exit(lock(0, waits=False, of_process=True))"
    return bool(subprocess.run([sys.executable, "-c", script], stdin=file).returncode)  # noqa: S603 -- our own script


def test_file_is_locked_once_until_it_is_closed(path):
    with path.open("w") as first, path.open("a") as second:
        assert lock(first)
        assert not lock(second, waits=False)

    with path.open("a") as third:
        assert lock(third, waits=False)


def test_folder_can_be_locked(tmp_path):
    first, second = (os.open(tmp_path, os.O_RDONLY) for _ in range(2))
    assert [lock(first), lock(second, waits=False)] == [True, False]

    os.close(first)
    assert lock(second, waits=False)
    os.close(second)


def test_lock_of_a_process_excludes_processes_that_inherited_the_file(path):
    with path.open("w") as file:
        assert lock(file, of_process=True)
        assert not locks_in_child(file)

        unlock_of_process(file)
        assert locks_in_child(file)


def test_replaced_and_removed_files_are_not_in_place(path):
    with path.open("w") as file:
        assert is_in_place(path, file.fileno())

        path.rename(path.with_name("moved"))
        assert not is_in_place(path, file.fileno())

        path.touch()
        assert not is_in_place(path, file.fileno())
