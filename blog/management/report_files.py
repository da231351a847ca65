"""The file of a command's --report."""

import json
from contextlib import contextmanager
from pathlib import Path

from django.core.management.base import CommandError

from blog.files.modes import open_private


class ReportFile:
    """The file of --report: JSON lines. Write errors are reported as such."""

    def __init__(self, path: Path):
        self.path = path
        with self._told():
            # It tells of unpublished articles, so a new file is readable by its owner only.
            self.file = open(path, "w", encoding="utf-8", opener=open_private)  # noqa: SIM115 -- see __exit__

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        with self._told():
            self.file.close()  # flushes, which may fail

    def write(self, line: dict) -> None:
        with self._told():
            self.file.write(json.dumps(line) + "\n")

    @contextmanager
    def _told(self):
        try:
            yield
        except OSError as error:
            raise CommandError(f"--report: {self.path}: {error.strerror}.", returncode=2) from error
