"""Pair the double quotation marks of a text, straight, curly and angle."""

import re

CLOSING = {'"': '"', "“": "”“", "„": "“”", "”": "”", "«": "»", "»": "«", "「": "」", "『": "』"}

MARKS = '"“”„«»「」『』'
OPENING_MARKS = '"“„«»「『'
CLOSING_MARKS = '"”“»«」』'
_MARK = re.compile(f"[{MARKS}]")
_BLANK_LINE = re.compile(r"\n[ \t>]*\n")
_BEFORE_PARAGRAPH = re.compile(r"(?:\A|\n[ \t>]*\n)[ \t>*_]*\Z")
_LOOKED_BACK = 40  # characters before a mark, for the beginning of its paragraph


def pair_quotation_marks(text: str) -> tuple[list[tuple[int, int]], list[int]]:
    """Return the offsets of the pairs of marks, and of the marks without a partner.

    A quotation of several paragraphs may repeat its opening mark at the start of each. A straight mark after
    a digit is a sign for inches unless it can close a quotation.
    """
    pairs, lone, opened = [], [], None
    for found in _MARK.finditer(text):
        place, mark = found.start(), found[0]
        before, after = text[place - 1 : place], text[place + 1 : place + 2]
        if opened is not None and mark in CLOSING[text[opened]] and _may_close(mark, before, after):
            pairs.append((opened, place))
            opened = None
        elif opened is not None and text[opened] != mark:
            continue  # a quotation inside a quotation
        elif _may_open(mark, before, after):
            if opened is not None:
                if _BEFORE_PARAGRAPH.search(text[max(0, place - _LOOKED_BACK) : place]):
                    continue
                lone.append(opened)
            opened = place
        elif not (mark == '"' and before.isdigit()):
            lone.append(place)
    return pairs, lone if opened is None else [*lone, opened]


def count_lone_marks(text: str) -> int:
    """Return the number of marks without a partner, counted by paragraph."""
    paragraphs = filter(_MARK.search, _BLANK_LINE.split(text))
    return sum(len(pair_quotation_marks(paragraph)[1]) for paragraph in paragraphs)


def _may_close(mark, before, after):
    if mark in "«»」』":
        return True
    if mark == "“":
        return not before.isspace() and not after.isalnum()
    return bool(before) and not before.isspace() and not (mark == '"' and _may_open(mark, before, after))


def _may_open(mark, before, after):
    if mark in "«»":
        return not before.isalnum()
    if mark in "「『":
        return True
    return bool(after) and not after.isspace() and not (before.isalnum() or before in (".", ",", "!", "?"))
