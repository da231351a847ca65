"""Mail errors to GALLEY_ADMINS: at most one mail per kind of error and hour.

The cache "errors" has the kinds that were mailed. It is a folder in the data folder, because the limit is for
all processes together, also for a worker that fails again after each start.
"""

import hashlib
import logging
import threading
import traceback
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from django.core.cache import caches
from django.utils.log import AdminEmailHandler
from django.views.debug import ExceptionReporter

from site_config.logs import escape_unprintable

BETWEEN_MAILS = 3600  # seconds, per kind
BETWEEN_ATTEMPTS = 600  # seconds, while mail cannot be sent
MAX_CHARACTERS = 20_000  # per traceback, whose end is kept

logger = logging.getLogger(__name__)  # outside "django", whose errors are mailed


class OnceAnHour(logging.Filter):
    """Passes the first error of a kind, and the next one after an hour."""

    def filter(self, record):
        return bool(settings.ADMINS) and is_new(kind_of(record))


def is_new(kind: str) -> bool:
    """Whether no error of this kind was mailed in the last hour. If not, record that one is."""
    for cache in ("errors", "default"):
        with suppress(Exception):  # such as a full disk, which must not fail the request
            return caches[cache].add(key_of(kind), True, BETWEEN_MAILS)
    return False


def key_of(kind: str) -> str:
    return "error-" + hashlib.sha256(kind.encode()).hexdigest()


def kind_of(record) -> str:
    """Return what errors of one kind have in common: the exception and where it was raised."""
    if not record.exc_info or not record.exc_info[2]:
        return escape_unprintable(f"{record.name}: {record.msg} {getattr(record, 'status_code', '')}".strip())
    error, _, frames = record.exc_info
    places = traceback.extract_tb(frames)
    ours = [place for place in places if Path(place.filename).is_relative_to(settings.BASE_DIR / "blog")]
    place = (ours or places)[-1]
    return f"{error.__qualname__} in {place.name}(), {Path(place.filename).name} line {place.lineno}"


class ErrorMailHandler(AdminEmailHandler):
    """Sends mail in a thread, because the mail server may be down or hang."""

    def emit(self, record):
        try:
            threading.Thread(target=self.mail, args=[record], name="error-mail").start()
        except RuntimeError:  # no thread can be started
            self.handleError(record)

    def mail(self, record) -> None:
        """Mail the error, or another one of its kind after BETWEEN_ATTEMPTS if mail cannot be sent."""
        try:
            super().emit(record)
        except Exception as error:  # any problem with the mail server or its URL
            logger.warning("Mail about an error cannot be sent: %s", error)
            with suppress(OSError):
                caches["errors"].set(key_of(kind_of(record)), True, BETWEEN_ATTEMPTS)

    def send_mail(self, subject, message, *args, **kwargs):
        super().send_mail(escape_unprintable(subject), message, *args, **kwargs)


class TracebackReporter(ExceptionReporter):
    """The traceback, without form data, cookies, variables and settings."""

    def get_traceback_text(self):
        if self.exc_type is None:
            return ""
        text = "".join(traceback.format_exception(self.exc_type, self.exc_value, self.tb))
        # Indented, so that no line of it looks like another entry.
        return "\n    ".join(map(escape_unprintable, text.split("\n")))[-MAX_CHARACTERS:]
