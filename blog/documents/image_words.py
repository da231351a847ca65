"""Alt text, credit and *decorative* of images.

They belong to each use of an image. A use without alt text or credit has those of the image: see
words_of_use(). parse_credit() splits a credit line into creator, URL and source.
"""

import re
from dataclasses import dataclass, field

from blog.documents.text import strip_markdown_inline

_IMAGE = r"(?:cover\s+)?(?:photo(?:graph)?|picture|image|illustration|artwork|foto|bild)s?"
_LEAD = (
    rf"(?:{_IMAGE}\s+(?:credits?\s*:?\s*)?(?:by|von|courtesy\s+of)\s+"
    rf"|{_IMAGE}(?:\s+credits?)?\s*:\s*|by\s+|credits?\s*:\s*)"
)
_TARGET = r"<(?P<bracketed>[^<>]*)>|(?P<url>[^()\s]*+(?:\([^()\s]*+\)[^()\s]*+)*+)"
_LINK = rf"\[(?P<name>(?:[^\[\]\\]|\\.)+)\]\((?:{_TARGET})\)"
_VIA = r"(?:\s*(?:,\s*)?(?:on|for|via|from|at|auf|für|/|\|)\s+(?P<source>.+))?"
_LINKED = re.compile(rf"(?:{_LEAD})?{_LINK}{_VIA}", re.IGNORECASE | re.DOTALL)
_UNLINKED = re.compile(
    rf"{_IMAGE}\s+by\s+(?P<name>.+)\s+(?:on|for|via|from)\s+(?P<source>.+)", re.IGNORECASE | re.DOTALL
)
_NAMED = re.compile(rf"{_IMAGE}\s+by\s+(?P<name>.+)", re.IGNORECASE | re.DOTALL)
_HTML_LINK = re.compile(r"<a\s[^<>]*?href=[\"']([^\"'<>]*)[\"'][^<>]*>([^<>]*)</a>", re.IGNORECASE)
_WEB_ADDRESS = re.compile(r"https?://[^\s<>\"\\]+", re.IGNORECASE)
_MARKS = re.compile(r"([\[\]\\*_`~<!])")
_ESCAPED = re.compile(r"\\([\[\]\\*_`~<!])")


@dataclass(frozen=True, slots=True)
class Credit:
    creator: str = ""
    url: str = ""
    source: str = ""

    def __bool__(self):
        return any((self.creator, self.url, self.source))

    def __str__(self):
        return self.as_markdown()

    def as_markdown(self) -> str:
        """Return a credit line from which parse_credit() reads this credit again."""
        if not self.creator:
            return self.source
        if not (self.url or self.source):
            return self.creator
        target = f"<{self.url}>" if re.search(r"[()\s]", self.url) else self.url
        name = f"[{_MARKS.sub(r'\\\1', self.creator)}]({target})" if self.url else self.creator
        return f"Photo by {name} on {self.source}" if self.source else f"Photo by {name}"


def parse_credit(text: str) -> Credit:
    """Parse a credit line. Unknown formats are taken as the creator's name."""
    line = _HTML_LINK.sub(r"[\2](\1)", " ".join(text.split()))
    line = _without_emphasis(line)
    if found := _LINKED.fullmatch(line):
        url = found["bracketed"] or found["url"] or ""
        return Credit(_ESCAPED.sub(r"\1", found["name"]), web_address(url), _plain(found["source"]))
    if found := _UNLINKED.fullmatch(line):
        return Credit(_plain(found["name"]), "", _plain(found["source"]))
    if found := _NAMED.fullmatch(line):
        return Credit(_plain(found["name"]))
    return Credit(_plain(line))


def web_address(url: str) -> str:
    """Return the URL if its scheme is http or https, or ""."""
    return url if _WEB_ADDRESS.fullmatch(url) else ""


def _without_emphasis(line):
    start, end = 0, len(line)
    while end - start > 2 and line[start] == line[end - 1] and line[start] in "*_":
        start, end = start + 1, end - 1
        while start < end and line[start] == " ":
            start += 1
        while start < end and line[end - 1] == " ":
            end -= 1
    return line[start:end]


def _plain(text):
    return strip_markdown_inline(text or "")


@dataclass(frozen=True, slots=True)
class ImageWords:
    """Alt text and credit of an image, or of one use of it. A decorative use has no alt text."""

    alt: str = ""
    credit: Credit = field(default_factory=Credit)
    is_decorative: bool = False


def words_of_use(own: ImageWords, image: ImageWords) -> ImageWords:
    """Return the values shown for a use: its own, or those of the image where it has none."""
    alt = "" if own.is_decorative else own.alt if own.alt.strip() else image.alt
    return ImageWords(alt, own.credit or image.credit, own.is_decorative)
