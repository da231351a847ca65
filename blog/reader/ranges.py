"""Parts of files: the Range header, with which browsers play videos and read PDFs (RFC 9110, section 14).

One range is answered. For several, and for headers that are not valid, readers get the whole file, as the RFC
allows.
"""

import re

from django.http import FileResponse, HttpResponse

_RANGE = re.compile(r"bytes=\s*(?:([0-9]{1,19})-([0-9]{0,19})|-([0-9]{1,19}))\s*", re.IGNORECASE)
UNSATISFIABLE = 416


class UnsatisfiableError(Exception):
    """Raised if a requested range has no byte of the file."""


class FilePart:
    """An open file as a file object that begins at one offset and ends at another."""

    def __init__(self, file, part: range):
        self._file = file
        self._left = len(part)
        file.seek(part.start)

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(self._left if size < 0 else min(size, self._left))
        self._left -= len(data)
        return data

    def close(self) -> None:
        self._file.close()


def file_or_part(request, file, size: int, etag: str, **options) -> HttpResponse:
    """Return a response with an open file, or with the part of it that the request asks for.

    options: of FileResponse.
    """
    try:
        part = requested_part(request, size, etag)
    except UnsatisfiableError:
        file.close()
        return HttpResponse(status=UNSATISFIABLE, headers={"Content-Range": f"bytes */{size}"})
    if part is None:
        response = FileResponse(file, **options)
    else:
        response = FileResponse(FilePart(file, part), status=206, **options)
        response["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{size}"
        response["Content-Length"] = len(part)
    response["Accept-Ranges"] = "bytes"
    return response


def requested_part(request, size: int, etag: str) -> range | None:
    """Return the offsets of the bytes that a request asks for, or None for the whole file.

    etag: that of the file. An If-Range header with another one, or with a date, asks for the whole file.
    Raises UnsatisfiableError.
    """
    wanted = _RANGE.fullmatch(request.headers.get("range", ""))
    if not wanted or request.method != "GET" or request.headers.get("if-range", etag) != etag:
        return None
    first, last, count = wanted.groups()
    if count:
        start, stop = max(0, size - int(count)), size
    else:
        start, stop = int(first), min(size, int(last) + 1) if last else size
        if last and int(last) < start:
            return None
    if start >= stop:
        raise UnsatisfiableError
    return range(start, stop)
