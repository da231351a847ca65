"""Findings in the structure of a text: headings, tables, internal links and an unfinished end.

The rules read the text without its code. without_code() replaces code with spaces, so offsets match the
original text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from blog.documents.addresses import path_on_site
from blog.documents.cleanup.leftovers import find_leftovers
from blog.documents.findings.article_words import InternalLink
from blog.documents.findings.finding import Finding
from blog.documents.findings.kinds import FindingKind
from blog.documents.references import SCHEME, parse_reference
from blog.documents.rendering.html import has_template_syntax
from blog.documents.text import decode_entities

MOST_LINKS = 2000  # per text; further links are not checked
LONGEST_LINK_WORDS = 500  # characters in the text of a link
LONGEST_SITE_ADDRESS = 100  # characters of {{ site.baseurl }}
FEWEST_WORDS = 6  # in the last paragraph; a shorter one is a signature or a farewell

_HEADING = re.compile(r"\n {0,3}(#{1,6})[ \t]++([^\n]++)")  # found much faster than the start of a line
_CONCLUDES = re.compile(r"(?:[\d.]+ )?(?:conclusions?|in conclusion|fazit|schluss)\b")
_INTRODUCES = re.compile(r"(?:[\d.]+ )?(?:introduction|einleitung|einführung)\b")
_FRONT_MATTER = re.compile(
    r"^---[ \t]*\n(?P<first>title:[^\n]*)\n(?:[\w-]{1,40}:[^\n]*\n){1,40}---[ \t]*$",
    re.MULTILINE | re.IGNORECASE,
)
_ROW_OF_DASHES = re.compile(r"\n([ \t]{0,3}[ \t|:-]++)$", re.MULTILINE)
_CELL_END = re.compile(r"(?<!\\)\|")
_BLANK_LINES = re.compile(r"\n[ \t]*\n")
# Blocks allowed below the last sentence: images with credits, HTML, definitions, rules.
_AFTERWORD = re.compile(
    r"\s*(?:!\[|\[!\[|<|\[\^?[^\]\n]{1,200}\]:|[*_](?![*_\s])|[-*_=]{3,}|\{"
    r"|(?i:[*_]{0,2}(?:keywords|tags|hashtags|schlagwörter|schlagworte)[*_]{0,2}[ ]?:))"
)
_NO_PARAGRAPH = re.compile(r"\s*(?:#{1,6}\s|>|\||[*+-]\s|\d{1,9}[.)]\s| {4}|\t)")
_IN_MID_SENTENCE = re.compile(r"[\w,;–—-]")
_GOES_ON = re.compile(r"(?:,|\b(?:and|or|but|the|a|an|of|to|in|for|with|by|und|oder|der|die|das))$")
_TEMPLATE_LINK = re.compile(r"\{%-?\s*(?:link|post_url)\s|\{\{[<%]\s*(?:rel)?ref\s|\(\{\{-?\s*[\"']/")
_SITE_ADDRESS = re.compile(r"\{\{[^{}\n]+\}\}$")
_CODE = re.compile(r"(?<!`)(`{1,3})(?!`)[^`\n]{1,2000}\1(?!`)")
_FENCE = re.compile(r"[ \t]{0,3}(`{3,}|~{3,})")
_LINK = re.compile(
    r"[\]\[<](?:(?<=\])\(\s{0,3}<?(?P<target>[^\s()<>]{1,2000})>?[^()\n]{0,300}\)"
    r"|(?<=^\[)[^\]^\n][^\]\n]{0,200}\]:[ \t]{0,9}<?(?P<reference>[^\s<>]{1,2000})"
    r">?[ \t]{0,9}(?:[\"'(][^\n]{0,300})?$"  # then at most a title, unlike `[^1]: a footnote`
    r"|(?<=<)[aA]\s[^<>]{0,500}?(?i:href)=[\"'](?P<href>[^\"'<>]{1,2000})[\"'])",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class HeadingLine:
    """The line of a heading: body[start:end] of the Markdown, without its newline."""

    level: int
    start: int
    end: int
    words: str


def read_headings(prose: str) -> list[HeadingLine]:
    return [
        HeadingLine(len(found[1]), found.start(), found.end() - 1, found[2])
        for found in _HEADING.finditer(f"\n{prose}")
    ]


def heading_findings(headings: list[HeadingLine]) -> Iterator[Finding]:
    """Yield headings that skip a level, and level-1 headings after the first heading."""
    before = 2  # a text may begin with a level-3 heading
    for place, heading in enumerate(headings):
        if heading.level > before + 1:
            yield Finding(FindingKind.HEADING_SKIPS_LEVEL, heading.start, heading.end, heading.words.strip())
        if heading.level == 1 and place:
            yield Finding(FindingKind.SECOND_TITLE, heading.start, heading.end, heading.words.strip())
        before = heading.level


def second_article_findings(prose: str, headings: list[HeadingLine]) -> Iterator[Finding]:
    """Yield a finding where a second article begins: at front matter, or after the end of the first."""
    may_hold_front_matter = prose.startswith("---") or "\n---" in prose
    if may_hold_front_matter and (pasted := _FRONT_MATTER.search(prose)):
        yield Finding(FindingKind.TWO_ARTICLES, pasted.start("first"), pasted.end("first"), pasted["first"])
        return
    has_ended = False
    for heading in headings:
        words = heading.words.strip("*_ #").casefold()
        if has_ended and (heading.level == 1 or _CONCLUDES.match(words) or _INTRODUCES.match(words)):
            yield Finding(FindingKind.TWO_ARTICLES, heading.start, heading.end, heading.words.strip())
            return
        has_ended = has_ended or (heading.level <= 2 and _CONCLUDES.match(words) is not None)


def table_findings(body: str, prose: str) -> Iterator[Finding]:
    """Yield the table rows whose number of cells differs from the header row."""
    if "|" not in prose:
        return
    end = 0  # of the last table
    for found in _ROW_OF_DASHES.finditer(f"\n{prose}"):
        start, dashes = found.start(), found[1]
        if start < end or "-" not in dashes or "|" not in dashes:
            continue
        head = body[body.rfind("\n", 0, max(start - 1, 0)) + 1 : start].strip()
        end = start + len(dashes)
        if "|" in head and _cells(head) == _cells(dashes):
            for start, row in _rows_below(body, end):
                end = start + len(row)
                if _cells(row) != _cells(head):
                    yield Finding(FindingKind.TABLE_UNEVEN, start, end, row.strip())


def _rows_below(body, end):
    start = end + 1
    while "|" in (row := _line_at(body, start)):
        yield start, row
        start += len(row) + 1


def _line_at(body, start):
    end = body.find("\n", start)
    return body[start : end if end >= 0 else len(body)]


def _cells(row):
    return len(_CELL_END.findall(row.strip().removeprefix("|").removesuffix("|")))


def ending_findings(body: str, prose: str) -> Iterator[Finding]:
    """Yield a finding if the text ends in the middle of a sentence, parenthesis or code block."""
    if has_open_fence(body):
        yield Finding(FindingKind.TEXT_CUT_OFF, len(body), len(body))
    if len(body.rstrip()) > len(prose.rstrip()):  # the text ends with a code block
        return
    start, end = _last_block(prose)
    block = prose[start:end].strip()
    if _is_cut(block, is_last=not prose[end:].strip()):
        yield Finding(FindingKind.TEXT_CUT_OFF, start, end, block[-80:])


def _last_block(prose):
    """Return (start, end) of the last block, except those in _AFTERWORD, or (0, 0)."""
    end = len(prose)
    while end > 0:
        start = prose.rfind("\n\n", 0, end)
        start = start + 2 if start >= 0 else 0
        if prose[start:end].strip() and not _AFTERWORD.match(prose, start, end):
            return start, end
        end = start - 2
    return 0, 0


def _is_cut(block, *, is_last):
    if block.startswith("#") and "\n" not in block:
        return is_last
    last = block.rpartition("\n")[2].strip()
    if _NO_PARAGRAPH.match(block) or _NO_PARAGRAPH.match(last):
        return _GOES_ON.search(last) is not None
    if len(block.split()) < FEWEST_WORDS:
        return False
    return _IN_MID_SENTENCE.match(last[-1:]) is not None or block.count("(") > block.count(")")


def internal_links(body: str, site: str = "") -> list[InternalLink]:
    """Return the links of a Markdown text to its own site or source, in order. site: the site's URL."""
    prose = _with_references(without_code(body))
    found = []
    for link in islice(_LINK.finditer(prose), MOST_LINKS):
        address = (link["target"] or link["reference"] or link["href"]).strip()
        path = path_on_site(address, site) or _path_of_text(address)
        start = link.start() if not link["target"] else _opening_bracket(prose, link.start())
        if path and start >= 0:
            found.append(InternalLink(path, start, link.end()))
    return found


def _path_of_text(address):
    """Return a relative link to a text, or one that a template tag writes, without its anchor; else ""."""
    reference = None if has_template_syntax(address) else parse_reference(address)
    is_file = reference and (reference.is_name or reference.is_relative) and reference.is_text
    return address.partition("#")[0] if is_file else ""


def _with_references(text):
    """Return the text with template tags replaced by the URLs that they write, padded to keep offsets."""
    if not _TEMPLATE_LINK.search(text):
        return text
    pieces, position = [], 0
    for found in find_leftovers(text):
        address = decode_entities(found.replacement)
        site = _SITE_ADDRESS.search(text, max(position, found.start - LONGEST_SITE_ADDRESS), found.start)
        start = site.start() if site else found.start
        if address.startswith((SCHEME, "/")) and len(address) <= found.end - start:
            pieces += text[position:start], address.ljust(found.end - start)
            position = found.end
    return "".join([*pieces, text[position:]])


def _opening_bracket(prose, closing):
    """Return the position of the opening bracket for `closing`, or -1 (missing, or an image's)."""
    opening = prose.rfind("[", max(0, closing - LONGEST_LINK_WORDS), closing)
    is_picture = prose[max(0, opening - 1) : opening] == "!"
    if is_picture and prose[closing - 1] == ")":  # an image inside a link
        return opening - 2
    return -1 if is_picture else opening


def without_code(body: str) -> str:
    """Return a Markdown text with each character of code replaced by a space, so that offsets stay."""
    if "`" not in body and "~~~" not in body:
        return body
    return _CODE.sub(lambda found: " " * len(found[0]), "".join(_without_fences(body)))


def has_open_fence(body: str) -> bool:
    """Whether the text ends inside a fenced code block."""
    fence = ""
    for line in body.splitlines():
        fence = _fence_after(line, fence)
    return bool(fence)


def _without_fences(body):
    fence = ""
    for line in body.splitlines(keepends=True):
        before, fence = fence, _fence_after(line, fence)
        yield _blanked(line) if before or fence else line


def _fence_after(line, fence):
    """Return the fence that is open after a line, or ""."""
    mark = _FENCE.match(line)
    if not mark:
        return fence
    if not fence:
        return mark[1]
    closes = mark[1].startswith(fence) and not line[mark.end() :].strip()
    return "" if closes else fence


def _blanked(line):
    text = line.rstrip("\r\n")
    return " " * len(text) + line[len(text) :]
