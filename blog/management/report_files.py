"""The file that the --report option of a command writes."""

import json
from contextlib import contextmanager
from pathlib import Path

from django.core.management.base import CommandError

from blog.files.modes import open_private


class ReportFile:
    """A file in JSON Lines format. Raises CommandError if it cannot be written."""

    def __init__(self, path: Path):
        self.path = path
        with self._raising_command_error():
            # Contains data of unpublished articles, so a new file is readable by its owner only.
            self.file = open(path, "w", encoding="utf-8", opener=open_private)  # noqa: SIM115 -- see __exit__

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        with self._raising_command_error():
            self.file.close()  # may fail, because it flushes

    def write(self, line: dict) -> None:
        with self._raising_command_error():
            self.file.write(json.dumps(line) + "\n")

    @contextmanager
    def _raising_command_error(self):
        try:
            yield
        except OSError as error:
            raise CommandError(f"--report: {self.path}: {error.strerror}.", returncode=2) from error
