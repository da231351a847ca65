"""Regular expressions for any of many words."""

import re
from collections import defaultdict
from collections.abc import Iterable


def any_of(words: Iterable[str]) -> str:
    """Return a pattern that matches one of these words, the longest.

    Words share what they begin with: then most places are passed by at the first letter, where a plain choice
    would try each word.
    """
    rests = defaultdict(set)
    for word in words:
        rests[word[:1]].add(word[1:])
    may_end = rests.pop("", None) is not None
    choices = [
        re.escape(first) + any_of(rest) if rest != {""} else re.escape(first)
        for first, rest in sorted(rests.items())
    ]
    pattern = choices[0] if len(choices) == 1 and not may_end else f"(?:{'|'.join(choices)})"
    return f"{pattern}?" if may_end else pattern
