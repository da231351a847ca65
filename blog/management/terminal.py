"""What is said on a terminal."""


def printable(text: str) -> str:
    """Return the text with everything that could move a terminal's cursor written as an escape."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)
