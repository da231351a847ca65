"""Find the paragraph around a passage in Markdown, and remove passages."""

import re

from blog.articles.versions.paragraphs import split

CALL_OUT = re.compile(r"\s*(?:>|<(?:aside|blockquote|figure|div|section)\b|:::)", re.IGNORECASE)
LABEL = re.compile(r"[>\t *_#]*(?:[\w ]{1,40}:[\t *_]*$|[*_]{2}[^*_\n]{1,40}[*_]{2})")
TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
MARKS = " \t\n>*_#"
ENDS_SENTENCE = re.compile(r"[.!?…][\"”»’)*_]*$")  # noqa: RUF001 -- quotation marks end sentences too
REFERS_TO_PERSON = re.compile(r"(?:She|He|They|Her|His|Their|Sie|Er|Ihre?|Seine?|Sein)\b")
REFERS_BACK = re.compile(
    r"(?:This|That|These|Those|Such|But|Yet|So|And|Diese[rs]?|Das|Aber|Doch|Und)\b|[,;:\u2013\u2014-]|[a-zß-ÿ]"
)
BARE_LINE = re.compile(r"[ \t]*(?:[-*+>]|\d{1,9}[.)])?[ \t]*")
QUOTES = ('"', "“”„", "«»")  # each pair of quotation marks is of one of these sets
AROUND_SENTENCES = '"”»’)*_ \t'  # noqa: RUF001 -- closing quotation marks


def paragraph_at(body: str, place: int) -> tuple[int, int]:
    """Return the start and end of the paragraph at an offset."""
    start = 0
    for paragraph in split(body):
        end = start + len(paragraph.text)
        if place < end + len(paragraph.gap):
            return start, end
        start = end + len(paragraph.gap)
    return start, start


def remove_span(body: str, start: int, end: int) -> str:
    """Return the text without body[start:end], and without a paragraph or callout that would be left empty.

    A callout is empty if only its label, and the name and office of the quoted person, would be left.
    """
    first, last = paragraph_at(body, start)
    last = max(last, paragraph_at(body, max(start, end - 1))[1])
    rest = _joined(body[first:start], body[end:last])
    if _says_something(rest):
        return body[:first] + rest + body[last:]
    before, after = body[:first], body[last:].lstrip("\n")
    return before + after if after else before.rstrip("\n") + ("\n" if before.strip() else "")


def _joined(before, after):
    if not re.search(r"\w", after.partition("\n")[0]) and not re.search(r"\w", before.rpartition("\n")[2]):
        line = before.rpartition("\n")[2] + after.partition("\n")[0]
        if BARE_LINE.fullmatch(line):
            return before.rpartition("\n")[0] + ("\n" if "\n" in before else "") + after.partition("\n")[2]
    if before[-1:].isspace() or not before or not after.strip():
        return before + after.lstrip(" \t") if after.strip() else before.rstrip()
    return before + after


def _says_something(rest):
    if not CALL_OUT.match(rest):
        return re.search(r"\w", rest) is not None
    return any(map(_is_sentence, TAG.sub("", rest).splitlines()))


def _is_sentence(line):
    """Whether a line is a sentence, not just a label, or a name with an office."""
    words = LABEL.sub("", line, count=1).rstrip(AROUND_SENTENCES)
    return words.endswith((".", "!", "?", "…")) and words[-3:-1].isalpha()


def _open_quotes(text):
    """Return, for each set of QUOTES, whether the text has an unpaired quotation mark of it."""
    return [sum(map(text.count, marks)) % 2 for marks in QUOTES]


def can_remove_span(body: str, start: int, end: int) -> bool:
    """Whether the text still reads well without body[start:end].

    It does not if the text before leads up to the passage (it ends with a colon, or within a sentence), or if
    the text after refers back to it ("She", "This"), or if half of a pair of quotation marks would be left.
    """
    if _open_quotes(body) != _open_quotes(remove_span(body, start, end)):
        return False
    first, last = paragraph_at(body, start)
    last = max(last, paragraph_at(body, max(start, end - 1))[1])
    before, after = body[first:start].strip(MARKS), body[end:last].strip(MARKS)
    if remove_span(body, start, end) == remove_span(body, first, last):  # removes the whole paragraph
        before, after = body[:first].strip(MARKS).rpartition("\n")[2], body[last:].strip(MARKS)
        return not (before.endswith(":") or REFERS_TO_PERSON.match(after))
    if before and not ENDS_SENTENCE.search(before):
        return False
    return not (REFERS_TO_PERSON.match(after) or REFERS_BACK.match(after))
