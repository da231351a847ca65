"""Storage errors that are temporary conditions, not bugs, and their messages for users.

For example a full or read-only disk, or a database that is locked or down.
"""

import errno
import sqlite3

from django.db import InternalError, OperationalError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

FULL = gettext_noop("The server's disk is full.")
READ_ONLY = gettext_noop("The server's disk or database is read-only at the moment.")
BUSY = gettext_noop("The database is locked: something else has been writing to it for too long.")
AWAY = gettext_noop("The database cannot be reached.")
FAILING = gettext_noop("The server's disk reports errors.")
BUCKET_AWAY = gettext_noop("The storage of images and files cannot be reached.")

BY_ERRNO = {
    **dict.fromkeys([errno.ENOSPC, errno.EDQUOT, errno.EFBIG], FULL),
    **dict.fromkeys([errno.EROFS, errno.EACCES, errno.EPERM], READ_ONLY),
    errno.EIO: FAILING,
    errno.EREMOTEIO: BUCKET_AWAY,  # of a bucket (s3.py)
}
BY_SQLITE_CODE = {
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_READONLY: READ_ONLY,
    sqlite3.SQLITE_BUSY: BUSY,
    sqlite3.SQLITE_LOCKED: BUSY,
    sqlite3.SQLITE_CANTOPEN: AWAY,
    sqlite3.SQLITE_IOERR: FAILING,
}
# PostgreSQL's error codes and classes of codes (manual, appendix A).
BY_SQLSTATE = {
    "53100": FULL,
    "25006": READ_ONLY,
    **dict.fromkeys(["55P03", "40P01", "40001", "57014"], BUSY),
    **dict.fromkeys(["08", "53", "57"], AWAY),
}


def storage_reason(error: BaseException | None) -> str | None:
    """Return the message if the exception or one of its causes is a storage error, else None."""
    while error is not None:
        if reason := _reason(error):
            return _(reason)
        error = error.__cause__ or error.__context__
    return None


def _reason(error):
    if isinstance(error, OSError):
        return BY_ERRNO.get(error.errno)
    if not isinstance(error, OperationalError | InternalError):
        return None
    cause = error.__cause__
    if isinstance(cause, sqlite3.Error):
        return BY_SQLITE_CODE.get(getattr(cause, "sqlite_errorcode", 0) & 0xFF)
    if cause is None or not hasattr(cause, "sqlstate"):
        return None
    code = cause.sqlstate or "08"  # no code: the server did not answer
    return BY_SQLSTATE.get(code) or BY_SQLSTATE.get(code[:2])
