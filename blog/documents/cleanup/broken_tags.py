"""Tags whose quotation marks do not pair up, for the report. The parser reads them as they were meant."""

import re

from markdown_it.common.html_re import HTML_TAG_RE

from blog.documents.parsing.html import mend_element
from blog.documents.parsing.markdown import mended_tags_in
from blog.documents.parsing.tag_mending import LONGEST_TAG

_TAG_START = re.compile(r"<(?=[a-zA-Z])")


def find_broken_tags(text: str) -> list[str]:
    """The tags within paragraphs that are not read as they are written: their quotation marks are broken."""
    if not any(_may_be_broken(text, found.start()) for found in _TAG_START.finditer(text)):
        return []
    return mended_tags_in(text)


def _may_be_broken(text: str, start: int) -> bool:
    """Whether there may be a broken tag here: most are whole at first sight, which saves parsing the text."""
    end = text.find("\n", start, start + LONGEST_TAG)
    whole = HTML_TAG_RE.match(text, start, end if end >= 0 else start + LONGEST_TAG)
    # A sign that parts the cells of a table may part a tag, too.
    return (not whole or "|" in whole[0]) and mend_element(text, start, len(text)) is not None
