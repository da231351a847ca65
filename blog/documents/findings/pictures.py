"""The pictures of a Markdown text, with their descriptions and credits, and findings in these."""

import re

from blog.documents.findings.article_words import Picture

_PICTURE = re.compile(
    r"!\[(?P<alt>[^\]\n]{0,2000})\]\(\s{0,3}<?(?P<address>[^\s()<>]{1,2000})>?[^()\n]{0,300}\)"
    r"(?:[ \t]*\n[ \t>]*[*_](?P<credit>[^*\n][^\n]{0,400}?)[*_][ \t]*(?=\n|\Z))?"
)


def read_pictures(body: str) -> tuple[Picture, ...]:
    """Return the pictures of a Markdown text in order; the line in italics below one is its credit."""
    return tuple(
        Picture(found["address"], found["alt"], found["credit"] or "", found.start(), found.end())
        for found in _PICTURE.finditer(body)
    )
