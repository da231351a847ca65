"""Limits on the size of a text and of an article's fields.

Limits on single parts of a text keep rendering linear. Beyond them, the text is shown in a simpler form:

- parsing/markdown.py: MAX_TOKENS (50,000 markup characters and lines). The rest of the text is one code
  block, and the import report states the line where it begins.
- parsing/markdown.py: MOST_EMPTY_CELLS (5,000 missing table cells). The table is shown as text.
- parsing/markdown.py: LONGEST_FOOTNOTE_LABEL (200 characters). The footnote is shown as text.
- rendering/html.py: LONGEST_ATTRIBUTE (10,000 characters). Attributes are cut. A longer URL is removed, and
  the text of its link stays.
- rendering/code_blocks.py: 5,000 characters per code block, 40,000 per text. Further code is not highlighted.
"""

MEGABYTE = 1024 * 1024

MAX_FILE_BYTES = 2 * MEGABYTE  # also of a text in the admin, so that an export of it can be imported

# Beyond these limits, values of a file are cut with a warning, and forms are invalid. Exports keep the values
# of the file.
MOST_KEYWORDS = 200  # per article
MOST_CATEGORIES = 100
MOST_AUTHORS = 100
MOST_TRANSLATORS = 20
MOST_OLD_ADDRESSES = 200
LONGEST_KEYWORD = 200  # characters
LONGEST_SUMMARY = 5_000  # characters of an excerpt, a description, a share quote or an alt text


def in_megabytes(size: int) -> int:
    """Return a limit in megabytes, for messages; all limits are whole megabytes."""
    return size // MEGABYTE
