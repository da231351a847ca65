"""Characters that have no place in a text or in HTML."""

import re

# C0 and C1 controls but tab and line ends, halves of surrogate pairs, and what Unicode calls noncharacters.
_NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_HIGH = re.compile("[\U0001fffe-\U0010ffff]")
_HIGH_NOT_TEXT = re.compile(
    "[" + "".join(chr(plane * 0x10000 + last) for plane in range(1, 17) for last in (0xFFFE, 0xFFFF)) + "]"
)
_LINE_ENDS = re.compile(r"\r\n?")


def clean_characters(text: str) -> str:
    """Text with plain line ends and without the characters that have no place in HTML."""
    text = _LINE_ENDS.sub("\n", text)
    # None of those characters is printable, and that is known of most texts 20 times sooner.
    if text.replace("\n", "").isprintable():
        return text
    text = _NOT_TEXT.sub("", text)
    return _HIGH_NOT_TEXT.sub("", text) if _HIGH.search(text) else text
