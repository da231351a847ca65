"""Limits of a worker: request bodies by URL, temporary files, connections, requests.

Only a few URLs accept bodies of more than a megabyte, and only with the session of a staff user, which is
checked in a thread before the body is read. Small bodies, uploads and responses have separate limits, so
that none can exhaust another's. Requests beyond a limit get 503 with Retry-After. If there are too many
connections, the longest idle connection is closed.

A worker's temporary files hold at most SMALL_BODIES_BYTES + UPLOADS_BYTES + ANSWERS_BYTES, plus Django's
copies of uploads. tests/site_config/test_request_limits.py compares the limits with docs/deploy/nginx.conf
and docs/configuration.md.
"""

import re

from blog import extend
from blog.documents.limits import MAX_FILE_BYTES, MEGABYTE
from blog.files.upload_limits import IMPORT_PART_BYTES, MAX_CSV_BYTES, MAX_IMAGE_BYTES, MAX_IMPORT_BYTES

# Maximum sizes of request bodies. Bodies above MAX_BODY_BYTES are accepted from logged-in staff only.
MAX_BODY_BYTES = 1 * MEGABYTE
LARGEST_TEXT_BYTES = 4 * MAX_FILE_BYTES  # URL encoding may triple an article, and there are other fields
LARGEST_IMAGE_BYTES = MAX_IMAGE_BYTES + MEGABYTE  # plus the rest of the form
LARGEST_CSV_BYTES = MAX_CSV_BYTES + MEGABYTE
LARGEST_IMPORT_BYTES = MAX_IMPORT_BYTES + MEGABYTE  # without JavaScript, which uploads in parts

# A larger body or response is buffered in a temporary file.
BODY_IN_MEMORY_BYTES = 64 * 1024
ANSWER_IN_MEMORY_BYTES = 256 * 1024

# The total size of a worker's temporary files: bodies from anyone, uploads, responses.
SMALL_BODIES_BYTES = 32 * MEGABYTE
UPLOADS_BYTES = 256 * MEGABYTE
ANSWERS_BYTES = 128 * MEGABYTE

CONNECTIONS = 1000  # per worker; each may use BODY_IN_MEMORY_BYTES
REQUESTS = 50_000  # that reached Django; then a worker is replaced, which limits memory leaks of libraries
OPEN_FILES = 4096  # for connections and temporary files; lower if the hard limit is lower
RETRY_SECONDS = 5  # Retry-After when a limit is reached

IMAGE_UPLOAD = "/admin/markdownx/upload/"  # the editor's script expects JSON
IMPORT = "/admin/import/"  # only with the import permission
UPLOADS = (
    (r"/admin/blog/image/(?:add|[^/]+/change)/", LARGEST_IMAGE_BYTES),
    (r"/admin/appearance/", LARGEST_IMAGE_BYTES),
    (IMAGE_UPLOAD, LARGEST_IMAGE_BYTES),
    (r"/admin/blog/redirect/import/", LARGEST_CSV_BYTES),
    (r"/admin/blog/(?:article|page)/(?:add|[^/]+/change)/", LARGEST_TEXT_BYTES),
    (r"/admin/blog/article/\w+/preview/", LARGEST_TEXT_BYTES),
    (r"/admin/markdownx/preview/", LARGEST_TEXT_BYTES),
    (IMPORT, LARGEST_IMPORT_BYTES),
    (rf"{IMPORT}[0-9a-f-]{{36}}/part/", IMPORT_PART_BYTES),
)


def largest_body(method: str, path: str) -> int:
    """Return the maximum size in bytes of a request body for this method and path."""
    if method == "POST":
        for pattern, limit in UPLOADS:
            if re.fullmatch(pattern, path):
                return limit
        if upload := extend.upload_to(path):
            return upload.size
    return MAX_BODY_BYTES


class QuotaExceededError(Exception):
    """Raised when a worker's limit for temporary files is reached, or its disk is full."""


class ByteQuota:
    """A number of bytes that all requests of a worker share."""

    def __init__(self, size: int):
        self.size = size
        self.taken = 0

    def take(self, number: int) -> None:
        if self.taken + number > self.size:
            raise QuotaExceededError
        self.taken += number

    def give_back(self, number: int) -> None:
        self.taken -= number
