"""The parts of a Markdown text that a replacement of words must not change, the URLs of its links, and edits.

Protected are code, tags, URLs, templates and labels that other parts of the text refer to. When in doubt, a
part is protected: a word that stays is a smaller fault than a broken link or command.

Each pattern starts with a rare character and has a bounded length, so that matching takes linear time.
"""

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from blog.documents.parsing.markdown import block_ranges, split_at_limit

Range = tuple[int, int]

# Elements whose content is code, and templates of site generators around code.
_CODE_ELEMENT = re.compile(
    r"<(?P<tag>code|kbd|math|pre|samp|script|style|svg|textarea|title|var)\b"
    r"|<(?P<comment>!--)|\{(?P<liquid>%-?)\s*(?P<block>highlight|raw|codeblock|comment|math)\b"
    r"|\{\{[<%]\s*(?P<hugo>highlight|code|mermaid|katex|math)\b|(?P<formula>\$\$)",
    re.IGNORECASE,
)
_TITLE = r"(?:\s{1,9}(?:\"[^\"\n]{0,500}\"|'[^'\n]{0,500}'))?"
_PARTS = (
    # URLs of links and images, with their titles; labels of reference links
    r"\]\(\s{0,3}(?:<[^<>\n]{0,2000}>|[^\s()<>]*+(?:\([^\s()<>]*+\)[^\s()<>]*+){0,9})"
    + _TITLE
    + r"\s{0,9}\)",
    r"\]\([^()\n]{0,2000}\)",
    r"\]\[[^\[\]\n]{0,500}\]",
    # wikilinks up to their label, footnotes, kinds of callouts
    r"\[\[[^\[\]\n|]{0,500}(?:\||\]\])",
    r"\[\^[^\[\]\n]{0,200}\]",
    r"\[![A-Za-z]{1,20}\]",
    # tags with their attributes, and autolinks
    r"<[a-zA-Z/][^<>]{0,5000}>",
    r"(?<=[\w-])=(?:\"[^\"\n]{0,1000}\"|'[^'\n]{0,1000}')",
    # templates, attributes of headings and images, names of emoji
    r"\{\{[^{}\n]{0,2000}\}\}",
    r"\{%[^%\n]{0,2000}%\}",
    r"\{[.#:][^{}\n]{0,300}\}",
    r":[a-z0-9_+-]{1,60}:",
    # bare URLs, addresses of mail and handles
    r"(?:https?://|www\.|mailto:)[^\s<>()\[\]\"]{1,2000}",
    r"@[\w.-]{1,200}",
)
_PART = re.compile("|".join(_PARTS))
_LINES = re.compile(
    r"^[ \t>]*(?::::+[^\n]*|(?:!!!|\?\?\?)\+?[ \t]+[\w-]+|(?:import|export)[ \t][^\n]*)$"
    r"|^[ \t>]*\[(?!\^)[^\[\]\n]{1,500}\]:[ \t]*\S[^\n]*$",
    re.MULTILINE,
)
_DEFINED = re.compile(r"^[ \t>]*\[(?!\^)([^\[\]\n]{1,500})\]:[ \t]*\S", re.MULTILINE)
_LABEL = re.compile(r"\[([^\[\]\n]{1,500})\](?!\()")
_IMAGE_LABEL = re.compile(r"!\[(?P<alt>[^\[\]]{1,500})\](?:\[(?P<label>[^\[\]\n]{0,500})\])?(?!\()")
_BLANK_LINE = re.compile(r"\n[ \t>]*\n")
_IMAGE = re.compile(
    r"!\[(?P<alt>[^\[\]]{0,2000})\]"
    r"(?:\(\s{0,3}<?[^\s()<>]{0,2000}>?(?:\s{1,9}(?P<quote>[\"'])(?P<title>[^\"'\n]{0,500})(?P=quote))?)?"
)
# The beginning of the URL of a link: of an inline link, a definition, an autolink or an attribute.
_LINK = re.compile(
    r"(?<=\]\()\s{0,3}<?(?P<inline>[^\s<>()]{1,2000})"
    r"|(?<=\]:)[ \t]{1,9}<?(?P<defined>[^\s<>]{1,2000})"
    r"|(?i:(?<=\shref)=\s{0,3}[\"']?)(?P<attribute>[^\s\"'<>]{1,2000})"
    r"|(?P<bare>(?<![\w/=\"'])https?://[^\s<>()\[\]\"'`*]{1,2000})"
)
_TRAILING = ".,;:!?_~"
_IMAGE_BEFORE = re.compile(r"!\[[^\[\]]{0,2000}\]\Z")
_LONGEST_ALT = 2010
_LONGEST_LABEL = 600  # of a definition, with what precedes it in its line


@dataclass(frozen=True, slots=True)
class Edit:
    """text[start:end] is replaced with `new`."""

    start: int
    end: int
    new: str


def apply_edits(text: str, edits: list[Edit]) -> str:
    """Return the text with the edits, which must be in order and not overlap."""
    parts, here = [], 0
    for edit in edits:
        parts += text[here : edit.start], edit.new
        here = edit.end
    return "".join([*parts, text[here:]])


class Ranges:
    """Sorted (start, end) ranges of a text that may be asked whether they touch or contain others."""

    def __init__(self, ranges: Iterable[Range]):
        self._starts: list[int] = []
        self._ends: list[int] = []
        for start, end in sorted(ranges):
            if self._ends and start <= self._ends[-1]:
                self._ends[-1] = max(self._ends[-1], end)
            elif start < end:
                self._starts.append(start)
                self._ends.append(end)

    def touches(self, start: int, end: int) -> bool:
        """Whether a part of text[start:end] is in one of the ranges."""
        number = bisect_left(self._starts, end) - 1
        return number >= 0 and self._ends[number] > start

    def contains(self, start: int, end: int) -> bool:
        """Whether text[start:end] is within one range."""
        number = bisect_right(self._starts, start) - 1
        return number >= 0 and self._ends[number] >= end


def code_ranges(text: str) -> list[Range]:
    """Return the ranges of code blocks, code in a line, code elements, comments and formulas."""
    blocks, _html = block_ranges(text)
    rendered, rest = split_at_limit(text)
    ranges = [*blocks, *_spans(text), *_elements(text)]
    return [*ranges, (len(rendered), len(text))] if rest else ranges


def protected_ranges(text: str, code: Iterable[Range]) -> list[Range]:
    """Return the ranges that no replacement of words may touch. Alt texts of images are not among them.

    code: from code_ranges().
    """
    ranges = [*code, *(found.span() for found in _PART.finditer(text))]
    ranges += (found.span() for found in _LINES.finditer(text))
    defined = {_folded(found[1]) for found in _DEFINED.finditer(text)}
    if defined:
        ranges += (found.span() for found in _LABEL.finditer(text) if _folded(found[1]) in defined)
    return ranges


def image_text_ranges(text: str, code: Iterable[Range]) -> list[Range]:
    """Return the ranges of the alt texts of images, and of the titles that are shown as their captions.

    code: from code_ranges(). Images in it are not shown.
    """
    hidden = Ranges(code)
    found = [image for image in _IMAGE.finditer(text) if not hidden.contains(*image.span())]
    titles = (image.span("title") for image in found if image["title"])
    return [*(image.span("alt") for image in found), *titles]


def link_addresses(text: str, *, with_bare: bool = True) -> Iterator[Range]:
    """Yield the ranges of the URLs of links in order, without those of images and in code.

    with_bare: also URLs that are links without other markup than angle brackets.
    """
    code = Ranges(code_ranges(text))
    of_images = {_folded(found["label"] or found["alt"]) for found in _IMAGE_LABEL.finditer(text)}
    for found in _LINK.finditer(text):
        start, end = found.span(found.lastgroup)
        if found.lastgroup == "bare":
            end = start + len(found["bare"].rstrip(_TRAILING))
        label_end = text.rfind("](", max(0, start - 9), start) + 1
        is_image = found.lastgroup == "inline" and _IMAGE_BEFORE.search(
            text, max(0, start - _LONGEST_ALT), label_end
        )
        if of_images and found.lastgroup == "defined":
            line = text.rfind("\n", max(0, start - _LONGEST_LABEL), start) + 1
            definition = _DEFINED.match(text, line)
            is_image = definition and _folded(definition[1]) in of_images
        is_wanted = with_bare or found.lastgroup != "bare"
        if start < end and is_wanted and not is_image and not code.touches(start, end):
            yield start, end


def _folded(label):
    return " ".join(label.casefold().split())


def _spans(text) -> Iterator[Range]:
    """Yield the ranges of code between equal runs of backticks in one paragraph."""
    runs = [found.span() for found in re.finditer("`+", text)]
    by_length = defaultdict(list)
    for start, end in runs:
        by_length[end - start].append(start)
    blanks = [found.start() for found in _BLANK_LINE.finditer(text)] if runs else []
    done = 0
    for start, end in runs:
        if start < done:
            continue
        if start and text[start - 1] == "\\":
            start += 1
        closing = by_length[end - start]
        number = bisect_left(closing, end)
        if start == end or number == len(closing):
            continue
        close = closing[number]
        if bisect_left(blanks, close) == bisect_left(blanks, end):
            done = close + end - start
            yield start, done


def _elements(text) -> Iterator[Range]:
    """Yield the ranges of elements and templates that contain code, and of comments."""
    lower, position, unclosed = text.lower(), 0, set()
    while found := _CODE_ELEMENT.search(text, position):
        closing = _closing(found)
        end = -1 if closing in unclosed else lower.find(closing, found.end())
        if end < 0:
            unclosed.add(closing)
            position = found.end()
        else:
            position = end + len(closing)
            yield found.start(), position


def _closing(found):
    if found["tag"]:
        return f"</{found['tag'].lower()}"
    if found["comment"]:
        return "-->"
    if found["formula"]:
        return "$$"
    return f"end{found['block'].lower()}" if found["liquid"] else f"/{found['hugo'].lower()}"
