"""How large a text may be."""

MEGABYTE = 1024 * 1024

MAX_FILE_BYTES = 2 * MEGABYTE  # of a Markdown file, and of a text in the admin, which can be exported


def in_megabytes(size: int) -> int:
    """Return a limit in megabytes, for messages; all limits are whole megabytes."""
    return size // MEGABYTE
