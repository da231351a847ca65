"""Links of a text that lead to pages of its own site."""

import re
from dataclasses import dataclass

from blog.documents.addresses import path_on_site
from blog.documents.findings.prose import without_code

_LINK = re.compile(
    r"(?<!!)\[[^\]\n]{0,500}\]\(\s{0,3}<?(?P<target>[^\s()<>]{1,2000})>?[^()\n]{0,300}\)"
    r"|^\[[^\]\n]{1,200}\]:[ \t]{0,9}<?(?P<reference>[^\s<>]{1,2000})"
    r"|<a\s[^<>]{0,500}?href=[\"'](?P<href>[^\"'<>]{1,2000})[\"']",
    re.MULTILINE | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class InternalLink:
    """A link in a text to a path on its site: body[start:end] of the Markdown."""

    path: str
    start: int
    end: int


def internal_links(body: str, site: str = "") -> list[InternalLink]:
    """Return the links of a Markdown text to pages on its own site, in order. site: its address."""
    found = []
    for link in _LINK.finditer(without_code(body)):
        address = link["target"] or link["reference"] or link["href"]
        if path := path_on_site(address, site):
            found.append(InternalLink(path, link.start(), link.end()))
    return found
