"""The order in which the parts of a line stand, where some are read from the right.

Pillow's shaping library orders a text that is set in one font. Where words of another script stand in another
font, the parts are ordered here: the Unicode Bidirectional Algorithm (UAX 9) without its explicit marks.
"""

import re
import unicodedata

# One letter for what matters of each character; all others are spaces and the like.
KINDS = {"L": "L", "R": "R", "AL": "R", "EN": "N", "AN": "N", "ET": "%", "ES": "-", "CS": "-"}
OTHER = " "
EXPLICIT_MARKS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# Within a text from the right, words from the left up to the last one, and numbers; within a text from the
# left, words from the right.
WORDS_FROM_LEFT = "L(?:[^R]*(?:L|N%*))?"
FROM_LEFT = re.compile(f"(%*N(?:[N%-]*[N%])?(?:{WORDS_FROM_LEFT})?|{WORDS_FROM_LEFT})")
FROM_RIGHT = re.compile("(R(?:[^L]*[RN])?)")


def is_right_to_left(text: str) -> bool:
    """Whether a text is read from the right: its first letter says so."""
    strong = (unicodedata.bidirectional(sign) for sign in text)
    return next((kind for kind in strong if kind in {"L", "R", "AL"}), "L") != "L"


def in_order(text: str, *, is_right_to_left: bool) -> list[tuple[str, bool]]:
    """Return the parts of a line from left to right, each with whether it is read from the right."""
    others = FROM_LEFT if is_right_to_left else FROM_RIGHT
    parts, at = [], 0
    for number, stretch in enumerate(others.split(kinds(text))):
        part, at = text[at : at + len(stretch)], at + len(stretch)
        if not part:
            continue
        is_other = number % 2
        if is_other and not is_right_to_left:
            parts += in_order(part, is_right_to_left=True)
        elif is_right_to_left:
            parts.insert(0, (part, not is_other))
        else:
            parts.append((part, False))
    return parts


def kinds(text: str) -> str:
    """Return a letter for each character: a key of what KINDS says, or OTHER."""
    found, word = [], ""
    for sign in text:
        kind = unicodedata.bidirectional(sign)
        if kind in {"L", "R", "AL"}:
            word = kind
        if kind in {"NSM", "BN"} and found:
            found.append(found[-1])  # a mark goes with its letter
        elif word == "AL" and kind in {"ES", "ET"}:
            found.append(OTHER)  # after Arabic letters, a hyphen or a percent sign is no part of a number
        else:
            found.append(KINDS.get(kind, OTHER))
    return "".join(found)
