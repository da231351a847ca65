"""Read HTML files: the content of a document, and its HTML in a form that Markdown keeps.

In Markdown, a blank line ends HTML, and indented HTML after it is code. So elements are written without blank
lines and indentation, with a blank line between them. Paragraphs of plain words lose their tags, because
claims and marks are looked for in Markdown only. Everything else stays unchanged: the sanitiser of the
rendering decides what is shown. as_html() is the inverse, for edited texts.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape

from blog.documents.parsing.html import (
    BLOCK_TAGS,
    INLINE_TAGS,
    NOT_AN_ELEMENT,
    TAG_START,
    HtmlTag,
    names,
    read_tag,
)

SUFFIXES = (".html", ".htm")
MARKDOWN_MARK = "<!-- Markdown -->\n"  # begins an edited text that is not HTML

_DOCUMENT = re.compile(
    r"\s*+(?:<!--(?:(?!-->).)*+-->\s*+|<\?xml[^<>]*+>\s*+)*+<(?:!doctype\s+html|html)\b",
    re.IGNORECASE | re.DOTALL,
)
_CONTENT = ("article", "main", "body")  # the first of these that a document has
_UNREAD = r"<!--.*?(?:-->|\Z)|<(?P<unread>script|style|template|textarea|title)\b.*?(?:</(?P=unread)\s*+>|\Z)"
_TITLE = re.compile(r"<title\b[^<>]*+>([^<]*+)</title\s*+>", re.IGNORECASE)
_META = {
    "author": "author",
    "description": "description",
    "keywords": "keywords",
    "date": "date",
    "article:published_time": "date",
}
_HEAD_LENGTH = 64 * 1024  # characters; metadata further down is not read

# Elements and code blocks whose whitespace counts, and whose tags are not read.
_VERBATIM = re.compile(
    r"<(?P<name>pre|textarea|script|style|template)\b.*?(?:</(?P=name)\s*>|\Z)"
    r"|^(?P<fence>`{3,}|~{3,})[^\n]*+\n.*?(?:^(?P=fence)[`~]*+[ \t]*+$|\Z)"
    r"|\{%-?\s*(?P<liquid>highlight|raw)\b.*?(?:\{%-?\s*end(?P=liquid)\s*-?%\}|\Z)",
    re.IGNORECASE | re.DOTALL | re.MULTILINE,
)
_SIGNS = str.maketrans({"{": "&#123;", "$": "&#36;", "\\": "&#92;"})  # of templates and math, in code
_ACTIVE = re.compile(r"script|style|template", re.IGNORECASE)
_MORE = re.compile(r"<!--\s*more\s*-->", re.IGNORECASE)
_PARTING = re.compile(r"\n[ \t]*\n\s*")
_BLANK_LINES = re.compile(r"\n{2,}")
_BLANK_IN_CODE = re.compile(r"\n(?:[ \t]*\n)+")
_TAG_NAME = re.compile(r"</?[a-zA-Z][a-zA-Z0-9:-]{0,40}(?=[\s/>])")
_WRAPPERS = names("article body center div footer header html main section")
_VOID_BLOCKS = names("hr")
_BLOCKS = BLOCK_TAGS | names("dir form h1 iframe menu nav")

_PARAGRAPH = re.compile(r"<p\s*>(.*?)(?:</p\s*>)?", re.DOTALL | re.IGNORECASE)
_MARKDOWN = re.compile(
    r"[*`\\~|{]|\]\(|\]\[|\]:|\[\[|\[\^|!\[|(?<!\w)_|_(?!\w)|\$(?!\d)|^(?:[#>+=:]|-[\s-]|\d+[.)]\s|(?:import|export)\s)",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class HtmlContent:
    """The content of an HTML file: text[start:end], and the front matter that its head states."""

    start: int
    end: int
    fields: dict[str, object] = field(default_factory=dict)


def is_html_name(path: str) -> bool:
    return path.lower().endswith(SUFFIXES)


def find_content(text: str) -> HtmlContent:
    """Find the content of a text without front matter. The content of a whole document is inside its body."""
    if not _DOCUMENT.match(text):
        return HtmlContent(0, len(text))
    fields = _head_fields(text[:_HEAD_LENGTH])
    inner = next(filter(None, (_inside(text, name) for name in _CONTENT)), (0, len(text)))
    return HtmlContent(*inner, fields)


def as_markdown(html: str) -> str:
    """Return HTML in a form in which Markdown shows all of it as HTML. Repeating this changes nothing."""
    marked, mark, text = html.partition(MARKDOWN_MARK)
    if mark and not marked.strip():
        return text
    blocks = html_blocks(html)
    return "\n\n".join(blocks) + "\n" if blocks else ""


def html_blocks(html: str) -> list[str]:
    """Return the blocks of HTML. Each is a plain paragraph or an element without blank lines."""
    return _Writer().write(html)


def as_html(text: str) -> str:
    """Return a form of a text from which as_markdown() returns the text. It is HTML if possible.

    Plain paragraphs get their tags back. A text with Markdown that as_markdown() would change is marked.
    """
    blocks = re.split(r"(\n{2,})", text)
    html = "".join(f"<p>{block}</p>" if _is_plain_paragraph(block) else block for block in blocks)
    return html if as_markdown(html) == text else MARKDOWN_MARK + text


def _units(html: str) -> Iterator[tuple[str, HtmlTag | None]]:
    """Yield the tags, comments and pieces of text of HTML, in order: (as written, the tag if it is one)."""
    position = 0
    while (start := html.find("<", position)) >= 0:
        if start > position:
            yield html[position:start], None
        if skipped := NOT_AN_ELEMENT.match(html, start):
            position, tag = skipped.end(), None
        elif _TAG_NAME.match(html, start):
            tag = read_tag(html, start)
            position = tag.end if tag else len(html)  # a tag that does not end takes the rest
        else:
            found = TAG_START.match(html, start)  # not the name of a tag
            position, tag = found.end() if found else start + 1, None
        yield html[start:position], tag
    if position < len(html):
        yield html[position:], None


def _without_blank_lines(code: str) -> str:
    """Return preformatted text with its blank lines as character references."""
    return _BLANK_IN_CODE.sub(lambda found: "\n" + "&#10;" * (found[0].count("\n") - 1), code)


def _without_indents(text: str) -> str:
    """Return text without blank lines, and without whitespace around its newlines."""
    first, *others = text.split("\n")
    if not others:
        return text
    *lines, last = others
    return "\n".join([first.rstrip(), *filter(None, map(str.strip, lines)), last.lstrip()])


class _Writer:
    def __init__(self):
        self.blocks: list[str] = []
        self.pieces: list[str] = []  # of the current block
        self.open: list[str] = []
        self.count: Counter[str] = Counter()

    def write(self, html: str) -> list[str]:
        position = 0
        for found in _VERBATIM.finditer(html):
            self._tags(html[position : found.start()])
            self._verbatim(found)
            position = found.end()
        self._tags(html[position:])
        self._end_block()
        return self.blocks

    def _verbatim(self, found: re.Match) -> None:
        if found["name"] and _ACTIVE.fullmatch(found["name"]):
            return
        verbatim = found[0].rstrip()
        if found["name"] and "{%" not in verbatim:
            verbatim = verbatim.translate(_SIGNS)
        if self.open == ["p"] and not found["liquid"]:
            self._pop()
        if self.open:
            self.pieces.append(_without_blank_lines(verbatim) if found["name"] else verbatim)
        elif found["liquid"] and found["liquid"].lower() == "raw":
            self.pieces.append(verbatim)
        else:
            self._end_block()
            self.blocks.append(verbatim)

    def _tags(self, html: str) -> None:
        for written, tag in _units(html):
            if tag:
                self._tag(tag, _without_indents(written))
            elif _MORE.fullmatch(written):
                self._lone(written)
            elif not NOT_AN_ELEMENT.fullmatch(written):
                self._text(TAG_START.sub(lambda found: f"&lt;{found[0][1:]}", written))

    def _text(self, text: str) -> None:
        if self.open:
            self.pieces.append(_without_indents(text))
            return
        parts = _PARTING.split(text)
        for number, part in enumerate(parts):
            if number:
                self._end_block()
            self.pieces.append(_without_indents(part))

    def _tag(self, tag: HtmlTag, written: str) -> None:
        if tag.closes:
            self._close(tag.name, written)
        elif tag.name in _WRAPPERS and not self._holds_wrapper():
            self._lone(written)
        elif tag.name in _BLOCKS:
            self._open(tag, written)
        else:
            self.pieces.append(written)

    def _holds_wrapper(self) -> bool:
        """Whether an open element, such as a table, goes on after a wrapper tag."""
        return bool(self.open) and self.open != ["p"]

    def _open(self, tag: HtmlTag, written: str) -> None:
        if self.open == ["p"]:
            self._pop()
        if not self.open:
            self._end_block()
        self.pieces.append(written)
        if tag.name in _VOID_BLOCKS or tag.is_whole:
            if not self.open:
                self._end_block()
            return
        self.open.append(tag.name)
        self.count[tag.name] += 1

    def _close(self, name: str, written: str) -> None:
        if not self.count[name]:
            if name in _WRAPPERS and not self._holds_wrapper():
                self._lone(written)
            elif name not in _BLOCKS:
                self.pieces.append(written)
            return
        while self._pop() != name:
            pass
        self.pieces.append(written)
        if not self.open:
            self._end_block()

    def _pop(self) -> str:
        name = self.open.pop()
        self.count[name] -= 1
        return name

    def _lone(self, written: str) -> None:
        if self.open:
            if self.open != ["p"]:
                self.pieces.append(written)
                return
            self._pop()
        self._end_block()
        self.blocks.append(written)

    def _end_block(self) -> None:
        block = _BLANK_LINES.sub("\n", "".join(self.pieces).strip())
        self.pieces = []
        if not block:
            return
        paragraph = _PARAGRAPH.fullmatch(block)
        inner = paragraph[1].strip() if paragraph else ""
        self.blocks.append(inner if _is_plain_paragraph(inner) else block)


def _is_plain_paragraph(text: str) -> bool:
    """Whether the content of a <p> can be written as a paragraph of Markdown without changing its meaning."""
    if not text.strip() or text != text.strip() or text.startswith("<") or "\n\n" in text:
        return False
    return not _MARKDOWN.search(text) and all(
        tag is None or tag.name in INLINE_TAGS for _, tag in _units(text)
    )


def _inside(text, name):
    """Return the (start, end) of the content of the first element with this name, or None if it does not end.

    Further articles of a page are teasers, but articles inside the first one belong to it.
    """
    tags = re.finditer(rf"{_UNREAD}|<(?P<slash>/?){name}(?=[\s/>])[^<>]*+>", text, re.IGNORECASE | re.DOTALL)
    start = end = None
    depth = 0
    for tag in tags:
        if tag["slash"] == "":
            start, depth = start or tag.end(), depth + 1
        elif tag["slash"] and start:
            end, depth = tag.start(), depth - 1
            if depth == 0 and name == "article":
                return start, end
    return (start, end) if end and name != "article" else None


def _head_fields(head):
    fields: dict[str, object] = {}
    if (title := _TITLE.search(head)) and (words := " ".join(unescape(title[1]).split())):
        fields["title"] = words
    for _, tag in _units(head):
        if tag is None:
            continue
        name = (tag.attributes.get("name") or tag.attributes.get("property") or "").lower()
        content = tag.attributes.get("content", "").strip()
        if tag.name == "body":
            break
        if tag.name == "html" and (language := tag.attributes.get("lang", "").strip()):
            fields["lang"] = language
        if tag.name == "meta" and content and name in _META:
            fields.setdefault(_META[name], content)
    return fields
