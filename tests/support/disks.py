"""A small file system that a test can fill or make read-only."""

import os
import subprocess
from contextlib import contextmanager

import pytest

from tests.support.programs import find_program


class Disk:
    def __init__(self, folder):
        self.folder = folder

    def fill(self):
        """Fill the disk completely."""
        with open(self.folder / "filling", "ab", buffering=0) as file:
            for size in (65536, 4096, 1):
                try:
                    while True:
                        file.write(b"a" * size)
                except OSError:
                    continue

    def make_room(self):
        (self.folder / "filling").unlink()

    def make_read_only(self):
        mount("-o", "remount,ro", self.folder)


def mount(*arguments):
    command = [find_program("mount"), *map(str, arguments)]
    return subprocess.run(command, check=True, capture_output=True)  # noqa: S603 -- our own command


@contextmanager
def small_disk(folder, megabytes):
    """Yield a Disk mounted at this folder. Without the right to mount, skip the test, or fail it in CI."""
    folder.mkdir()
    try:
        mount("-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "tmpfs", folder)
    except subprocess.CalledProcessError as error:
        reason = f"a disk can be mounted by root only: {error.stderr.decode().strip()}"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    try:
        yield Disk(folder)
    finally:
        subprocess.run([find_program("umount"), "--lazy", str(folder)], check=True)  # noqa: S603 -- our own command
