"""Compute how much text two files have in common."""

from collections import Counter, defaultdict
from collections.abc import Sequence

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


class Passages:
    """Texts to find changed versions of other texts in. Linear in their lengths, for each text to find."""

    def __init__(self, texts: Sequence[str]):
        self._sizes = []
        self._places = defaultdict(list)  # {run: numbers of the texts with it}
        for number, text in enumerate(texts):
            runs = _runs(text)
            self._sizes.append(len(runs))
            for run in runs:
                self._places[run].append(number)

    def most_similar(self, text: str, least: float) -> int | None:
        """Return the number of the text with the greatest common_part(), or None if that is below `least`."""
        runs = _runs(text)
        common = Counter(number for run in runs for number in self._places.get(run, ()))
        parts = {number: 2 * count / (len(runs) + self._sizes[number]) for number, count in common.items()}
        best = max(parts, key=lambda number: (parts[number], -number), default=None)
        return best if best is not None and parts[best] >= least else None


def common_part_of_files(data: bytes, other: bytes) -> float:
    """Return common_part() of the texts of two files; 0 if one cannot be read."""
    try:
        return common_part(text_of(data), text_of(other))
    except DocumentError:
        return 0.0


def _runs(text):
    words = text.split()
    return set(zip(*(words[start:] for start in range(RUN)), strict=False)) or set(words)
