"""How much one worker takes in, and which addresses take more than others.

A worker's temporary files hold at most SMALL_BODIES_BYTES + UPLOADS_BYTES + ANSWERS_BYTES, and what Django
makes of an upload once more. docs/deploy/nginx.conf and docs/configuration.md say the same:
tests/test_limits.py compares them.
"""

import re

from blog.upload_limits import MAX_CSV_BYTES, MAX_FILE_BYTES, MAX_IMAGE_BYTES, MEGABYTE

# A request's body. Whatever is larger than the first is taken from somebody who is logged in only.
LARGEST_BODY_BYTES = 1 * MEGABYTE
LARGEST_TEXT_BYTES = 4 * MAX_FILE_BYTES  # a form may send a text three times as long; and its other fields
LARGEST_IMAGE_BYTES = MAX_IMAGE_BYTES + MEGABYTE  # and what a form puts around it
LARGEST_CSV_BYTES = MAX_CSV_BYTES + MEGABYTE

# Of one body or answer, the rest lies in a temporary file.
BODY_IN_MEMORY_BYTES = 64 * 1024
ANSWER_IN_MEMORY_BYTES = 256 * 1024

# All temporary files of a worker: of bodies that anybody may send, of uploads, of answers.
SMALL_BODIES_BYTES = 32 * MEGABYTE
UPLOADS_BYTES = 128 * MEGABYTE
ANSWERS_BYTES = 128 * MEGABYTE

CONNECTIONS = 1000  # of a worker; each may hold the bytes in memory above
OPEN_FILES = 4096  # for connections and temporary files, where the system allows as many
RETRY_SECONDS = 5  # what is full may have room again then

IMAGE_UPLOAD = "/admin/markdownx/upload/"  # the editor's script reads each of its answers as JSON
UPLOADS = (
    (r"/admin/blog/image/(?:add|[^/]+/change)/", LARGEST_IMAGE_BYTES),
    (r"/admin/blog/siteidentity/(?:add|[^/]+/change)/", LARGEST_IMAGE_BYTES),
    (IMAGE_UPLOAD, LARGEST_IMAGE_BYTES),
    (r"/admin/blog/redirect/import/", LARGEST_CSV_BYTES),
    (r"/admin/blog/(?:article|page)/(?:add|[^/]+/change)/", LARGEST_TEXT_BYTES),
    (r"/admin/blog/article/\d+/preview/", LARGEST_TEXT_BYTES),
    (r"/admin/markdownx/preview/", LARGEST_TEXT_BYTES),
)


def largest_body(method: str, path: str) -> int:
    """Return how many bytes a request to this address may bring."""
    if method == "POST":
        for pattern, limit in UPLOADS:
            if re.fullmatch(pattern, path):
                return limit
    return LARGEST_BODY_BYTES


class NoRoomError(Exception):
    """A worker's limit for temporary files is reached, or its disk is full."""


class Room:
    """A limit in bytes, shared by all requests of a worker."""

    def __init__(self, size: int):
        self.size = size
        self.taken = 0

    def take(self, number: int) -> None:
        if self.taken + number > self.size:
            raise NoRoomError
        self.taken += number

    def give_back(self, number: int) -> None:
        self.taken -= number
