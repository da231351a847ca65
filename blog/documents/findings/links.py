"""Links of a text that lead to pages of its own site."""

import re
from dataclasses import dataclass
from itertools import islice

from blog.documents.addresses import path_on_site
from blog.documents.findings.structure import without_code

MOST = 2000  # links that are looked at
LONGEST_WORDS = 500  # of a link
_LINK = re.compile(
    r"\]\(\s{0,3}<?(?P<target>[^\s()<>]{1,2000})>?[^()\n]{0,300}\)"
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
    prose = without_code(body)
    found = []
    for link in islice(_LINK.finditer(prose), MOST):
        path = path_on_site(link["target"] or link["reference"] or link["href"], site)
        start = link.start() if not link["target"] else _opening(prose, link.start())
        if path and start >= 0:
            found.append(InternalLink(path, start, link.end()))
    return found


def _opening(prose, closing):
    """Return where the square bracket opens that is closed here; -1 if it is that of a picture."""
    opening = prose.rfind("[", max(0, closing - LONGEST_WORDS), closing)
    is_picture = prose[max(0, opening - 1) : opening] == "!"
    if is_picture and prose[closing - 1] == ")":  # a picture that is a link
        return opening - 2
    return -1 if is_picture else opening
