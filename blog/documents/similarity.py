"""Compute how much text two files have in common."""

from blog.documents.frontmatter.bounds import split_text
from blog.documents.frontmatter.encoding import DocumentError, clean, decode

SAME_TEXT = 0.7  # of the words; from this share on, two texts are versions of one text
RUN = 3  # words: single words occur in any text on the same subject


def text_of(data: bytes) -> str:
    """Return the text below the front matter, which is not parsed. Raises DocumentError."""
    text = clean(decode(data)[0])
    return text[split_text(text).body :]


def common_part(text: str, other: str) -> float:
    """Return the share, 0 to 1, of the words of two texts that occur in both in the same order.

    Runs of three words are compared, so a changed word counts up to three times. Linear in the lengths.
    """
    runs, other_runs = _runs(text), _runs(other)
    total = len(runs) + len(other_runs)
    return 2 * len(runs & other_runs) / total if total else 0.0


def common_part_of_files(data: bytes, other: bytes) -> float:
    """Return common_part() of the texts of two files; 0 if one cannot be read."""
    try:
        return common_part(text_of(data), text_of(other))
    except DocumentError:
        return 0.0


def _runs(text):
    words = text.split()
    return set(zip(*(words[start:] for start in range(RUN)), strict=False)) or set(words)
