"""Formats of log entries: lines for people, JSON for programs (GALLEY_LOG_FORMAT).

Entries that are written while Django answers a request contain its ID and the key of its user.
"""

import json
import logging
import re
import secrets
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

# What follows these gives access to something.
SECRET_PATHS = (
    *("/preview/", "/follow/", "/mail/events/", "/hooks/git/"),
    *("/admin/join/", "/admin/password-reset/", "/admin/login/link/"),
)
SANE_ID = re.compile(r"[\w.:=+/-]{8,128}", re.ASCII)  # that of a proxy

# The request that this thread answers: an HttpRequest with the attribute id.
current_request: ContextVar[Any] = ContextVar("current_request", default=None)


def request_id(proposed: str) -> str:
    """Return the proposed ID of a request if it is short and harmless, otherwise a new one."""
    return proposed if SANE_ID.fullmatch(proposed) else secrets.token_hex(16)


def without_secret(path: str) -> str:
    """Return the path without its end if that gives access to something. Other text is not changed."""
    start = next((start for start in SECRET_PATHS if path.startswith(start) and path != start), None)
    return f"{start}…" if start else path


class RequestFilter(logging.Filter):
    """Adds request_id and user_id to each entry, None outside of a request.

    Also hides secrets in the paths that Django logs, such as after errors and refused forms.
    """

    def filter(self, record):
        request = current_request.get()
        record.request_id = getattr(request, "id", None)
        record.user_id = user_id(request)
        if isinstance(record.args, tuple):
            record.args = tuple(
                without_secret(value) if isinstance(value, str) else value for value in record.args
            )
        return True


def escape_unprintable(text: str) -> str:
    """Return the text with newlines, control characters and lone surrogates escaped, as repr() does."""
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)


def user_id(request) -> int | None:
    """Return the key of the user that has been read for this request. Never queries the database."""
    user = getattr(request, "_cached_user", None)  # of django.contrib.auth's middleware
    return user.pk if user is not None else None


class LineFormatter(logging.Formatter):
    """One line for each entry, followed by its traceback, whose lines are indented.

    Requests can put anything into messages and exceptions. So no text of an entry can look like another one.
    """

    def __init__(self, fmt="%(asctime)s %(levelname)s %(name)s: %(message)s", datefmt=None):
        super().__init__(fmt, datefmt)

    def format(self, record):
        return "\n    ".join(map(escape_unprintable, super().format(record).split("\n")))

    def formatMessage(self, record):  # noqa: N802 -- logging's name for it
        line = escape_unprintable(super().formatMessage(record))
        about = [
            f"{name} {value}"
            for name, value in (
                ("request", getattr(record, "request_id", None)),
                ("user", getattr(record, "user_id", None)),
            )
            if value is not None
        ]
        return f"{line} [{', '.join(about)}]" if about else line


class JsonFormatter(logging.Formatter):
    """One JSON object for each entry, on a line. `fields` of the entry are members of their own.

    Lone surrogates are escaped as in LineFormatter: many programs reject them in JSON.
    """

    def format(self, record):
        entry = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": _encodable(record.getMessage()),
            "request_id": getattr(record, "request_id", None),
            "user_id": getattr(record, "user_id", None),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            entry["exception"] = _encodable(self.formatException(record.exc_info))
        return json.dumps({name: value for name, value in entry.items() if value is not None}, default=str)


def _encodable(text):
    return text.encode("utf-8", "backslashreplace").decode()
