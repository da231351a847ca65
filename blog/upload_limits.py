"""How large a file or a text may be that somebody imports, uploads or types. What else limits images, their
pixels and frames, is in blog/sandbox/images.py; how much a server process takes in, in site_config/limits.py.
"""

MEGABYTE = 1024 * 1024

MAX_FILE_BYTES = (
    2 * MEGABYTE
)  # of a Markdown file, and of a text in the admin, which becomes one in an export
MAX_IMAGE_BYTES = 25 * MEGABYTE
MAX_CSV_BYTES = 10 * MEGABYTE  # of a list of redirects
MAX_CSV_LINES = 50_000  # each address is looked up: they take a request some seconds


def in_megabytes(size: int) -> int:
    """Return a size in bytes as it is told to people; one of these limits is a whole number of megabytes."""
    return size // MEGABYTE
