"""Mail errors to GALLEY_ADMINS: at most one mail per kind of error and hour, with the number of errors.

A request only counts its error in memory. A separate thread sends the mail, so a mail server that is down or
hangs delays no request. The counts are in a file in the data folder, because the limit is for all processes
together.
"""

import atexit
import json
import logging
import os
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.mail import mail_admins
from django.db import connection

from blog.files.locks import lock
from blog.files.modes import open_private
from site_config.logs import LineFormatter, escape_unprintable

BETWEEN_MAILS = 3600  # seconds, per kind
BETWEEN_ATTEMPTS = 600  # seconds, while mail cannot be sent
POLL_SECONDS = 30  # between checks for kinds whose hour is over
END_SECONDS = 2  # for sending due mail when the process ends
MAX_KINDS = 100  # per process; further kinds are counted together
MAX_CHARACTERS = 20_000  # per traceback, whose end is kept

logger = logging.getLogger(__name__)  # outside "django", whose errors are mailed


@dataclass(slots=True)
class Errors:
    """Unmailed errors of one kind. Times are in seconds since 1970."""

    count: int = 0
    first: float = 0.0
    last: float = 0.0
    details: str = ""  # of the last error
    not_before: float = 0.0  # earliest time of the next mail

    def add(self, count: int, first: float, last: float, details: str) -> None:
        self.first = min(self.first, first) if self.count else first
        self.count += count
        self.last, self.details = last, details

    def is_due(self, now: float) -> bool:
        """Whether a mail may be sent, also because the clock was set back since the last one."""
        return not now < self.not_before <= now + BETWEEN_MAILS


class ErrorMailHandler(logging.Handler):
    """Passes errors to a Sender, which exists as long as the process."""

    def __init__(self):
        super().__init__()
        self.sender = Sender(Path(settings.DATA_DIR) / "error_mail.json")

    def emit(self, record):
        if not settings.ADMINS:
            return
        try:
            self.sender.note(kind_of(record), details_of(record), record.created)
        except Exception:  # as in logging's handlers: a failing handler must not fail the request
            self.handleError(record)


def kind_of(record) -> str:
    """Return the key that groups errors into mails: the exception and where it was raised."""
    if not record.exc_info or not record.exc_info[2]:
        return escape_unprintable(f"{record.name}: {record.msg} {getattr(record, 'status_code', '')}".strip())
    error, _, frames = record.exc_info
    places = traceback.extract_tb(frames)
    ours = [place for place in places if Path(place.filename).is_relative_to(settings.BASE_DIR / "blog")]
    place = (ours or places)[-1]
    return f"{error.__qualname__} in {place.name}(), {Path(place.filename).name} line {place.lineno}"


def details_of(record) -> str:
    """Return the entry of the log, without form data, cookies, variables and settings."""
    return LineFormatter().format(record)[-MAX_CHARACTERS:]


class Sender:
    """Counts errors, and sends mail in a thread that starts with the first error."""

    def __init__(self, file: Path):
        self.file = file
        self.counted: dict[str, Errors] = {}  # in this process, not yet in the file
        self.changed = threading.Condition()
        self.thread = None
        self.is_ending = False
        self.unsaved: dict[str, Errors] = {}  # replaces the file while it cannot be written

    def note(self, kind: str, details: str, moment: float) -> None:
        with self.changed:
            if kind not in self.counted and len(self.counted) >= MAX_KINDS:
                kind = "Other errors"
            self.counted.setdefault(kind, Errors()).add(1, moment, moment, details)
            self.start()
            self.changed.notify()

    def start(self) -> None:
        """Start the thread unless it is running. A forked process has to start its own."""
        if self.thread is None or not self.thread.is_alive():
            self.thread = threading.Thread(target=self.run, name="error-mail", daemon=True)
            self.thread.start()
            atexit.register(self.end)

    def run(self):
        while True:
            self.send_due(time.time())
            with self.changed:
                if self.is_ending:
                    return
                if not self.counted:
                    self.changed.wait(POLL_SECONDS)

    def end(self):
        """Send due mail within END_SECONDS when the process ends. The rest is sent later, from the file."""
        with self.changed:
            self.is_ending = True
            self.changed.notify()
        self.thread.join(END_SECONDS)

    def send_due(self, now: float) -> None:
        """Mail each kind of error that has not been mailed in the last hour."""
        for kind, errors in self.take_due(now).items():
            try:
                send(kind, errors)
            except Exception as error:  # any problem with the mail server or its URL
                logger.warning("Mail about errors cannot be sent: %s. Next attempt in 10 minutes.", error)
                return
            self.note_sent(kind, errors.count, now)

    def take_due(self, now: float) -> dict[str, Errors]:
        """Store the counts, and return the errors to mail now, reserved for this process."""
        with self.changed:
            counted, self.counted = self.counted, {}
        with self.stored() as known:
            for kind, errors in counted.items():
                known.setdefault(kind, Errors()).add(errors.count, errors.first, errors.last, errors.details)
            due = {kind: errors for kind, errors in known.items() if errors.is_due(now)}
            for kind, errors in due.items():
                if errors.count:
                    known[kind] = replace(errors, not_before=now + BETWEEN_ATTEMPTS)
                else:
                    del known[kind]
        return {kind: errors for kind, errors in due.items() if errors.count}

    def note_sent(self, kind: str, count: int, now: float) -> None:
        """Start the hour of a kind, keeping errors that were counted while the mail was being sent."""
        with self.stored() as known:
            errors = known.get(kind, Errors())
            left = max(0, errors.count - count)
            known[kind] = replace(errors, count=left, not_before=now + BETWEEN_MAILS)

    @contextmanager
    def stored(self) -> Iterator[dict[str, Errors]]:
        """Lock the file, yield its content to be changed, and write it back."""
        try:
            file = open(self.file, "r+", opener=_opener)  # noqa: SIM115 -- closed below
        except OSError:
            yield self.unsaved
            return
        with file:
            lock(file)
            known = _read(file) | self.unsaved
            yield known
            self.unsaved = known
            with suppress(OSError):
                _write(file, known)
                self.unsaved = {}


def _opener(path, flags):
    return open_private(path, flags | os.O_CREAT)


def _read(file) -> dict[str, Errors]:
    try:
        return {kind: Errors(**errors) for kind, errors in json.loads(file.read() or "{}").items()}
    except (ValueError, TypeError, AttributeError):  # for example truncated by a full disk
        return {}


def _write(file, known) -> None:
    file.seek(0)
    file.truncate()
    json.dump({kind: asdict(errors) for kind, errors in known.items()}, file)
    file.flush()


def send(kind: str, errors: Errors) -> None:
    name = site_name()
    times = "once" if errors.count == 1 else f"{errors.count} times"
    lines = [
        f"Site: {name}, {settings.SITE_URL}",
        f"Error: {kind}",
        f"Number: {errors.count}",
        f"From {_in_words(errors.first)} to {_in_words(errors.last)}",
        "",
        "The next mail about errors of this kind comes in an hour, if there are more. The last one:",
        "",
        errors.details,
    ]
    mail_admins(" ".join(f"[{name}] {kind}: {times}".split()), "\n".join(lines))


def _in_words(moment: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(moment))


def site_name() -> str:
    try:
        # Looked up by name, because this module is loaded before the models.
        site = apps.get_model("blog", "SiteIdentity").objects.first()
        return str(site) if site else settings.SITE_NAME
    except Exception:  # the reported error may be a missing database
        return settings.SITE_NAME
    finally:
        connection.close()
