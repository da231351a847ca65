"""Terminal output, report files and Ctrl+C for management commands."""

import json
import shutil
import signal
import sys
import time
from contextlib import contextmanager
from pathlib import Path

from django.core.management.base import CommandError

from blog.files.modes import open_private
from blog.review.proofs import CheckSummary


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


def escape_control_characters(text: str) -> str:
    """Return the text with unprintable characters, which could move a terminal's cursor, escaped."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


def check_summary(checked: CheckSummary) -> str:
    """Return a summary of a check's findings."""
    marks = checked.count_marks()
    counts = [
        number_of(marks["blocking"], "quotation or person to resolve", "quotations and people to resolve"),
        number_of(marks["claims"], "other claim", "other claims"),
        number_of(marks["findings"], "finding of a single article", "findings of single articles"),
    ]
    if checked.refused:
        counts.append(f"{checked.refused} could not be checked within the time and memory limits")
    return f"Checked {number_of(checked.articles, 'article', 'articles')}: {', '.join(counts)}."


def number_of(number: int, one: str, many: str) -> str:
    """Return a number with the word for one or many, such as "1 file"."""
    return f"{number} {one if number == 1 else many}"


@contextmanager
def deferred_interrupt():
    """Yield a function to call between steps, which raises KeyboardInterrupt if Ctrl+C was pressed.

    Ctrl+C itself raises KeyboardInterrupt, too. But if a finalizer is running at that moment, Python only
    prints the exception, and the block goes on.
    """
    was_pressed = False

    def on_press(signum, frame):
        nonlocal was_pressed
        was_pressed = True
        signal.default_int_handler(signum, frame)

    def check():
        if was_pressed:
            raise KeyboardInterrupt

    if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:  # ignored, or handled elsewhere
        yield check
        return
    signal.signal(signal.SIGINT, on_press)
    try:
        yield check
        check()
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)


class Progress:
    """A progress bar on the terminal, drawn only if `shown`, and cleared at the end of the block."""

    def __init__(self, total=0, *, shown, unit="files"):
        self.shown = shown and sys.stderr.isatty()
        self.unit = unit
        self.total, self.done = total, 0
        self.noted = ""
        self.drawn_at = 0.0

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.clear()

    def start(self, total):
        self.total = total

    def advance(self):
        self.reach(self.done + 1)

    def note(self, text):
        """Show a text behind the number."""
        self.noted = text
        self.reach(self.done)

    def reach(self, done):
        self.done = done
        if self.shown and (time.monotonic() - self.drawn_at > 0.1 or self.done == self.total):
            self.drawn_at = time.monotonic()
            width = max(10, min(50, shutil.get_terminal_size().columns - 45))
            filled = width * self.done // max(1, self.total)
            sys.stderr.write(
                f"\r[{'#' * filled}{'.' * (width - filled)}] {self.done}/{self.total} {self.unit}{self.noted}"
            )
            sys.stderr.flush()

    def clear(self):
        if self.shown and self.drawn_at:
            sys.stderr.write("\r\033[K")
            sys.stderr.flush()
