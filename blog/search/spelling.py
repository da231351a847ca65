"""Words that a reader may have meant: one letter more, less, other, or two of them in the other order."""

from string import ascii_lowercase

SHORTEST, LONGEST = 3, 20


def near_words(word: str) -> set[str]:
    """Return all that is one slip of the fingers away from the word, whether it is one or not."""
    if not SHORTEST <= len(word) <= LONGEST:
        return set()
    halves = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    letters = {*ascii_lowercase, *word}
    near = {start + end[1:] for start, end in halves if end}
    near |= {start + end[1] + end[0] + end[2:] for start, end in halves if len(end) > 1}
    near |= {start + letter + end[1:] for start, end in halves if end for letter in letters}
    near |= {start + letter + end for start, end in halves for letter in letters}
    return near - {word}
