"""Split a Markdown text into blocks: paragraphs, headings, list items and table rows, with their offsets."""

import re
from collections.abc import Iterator
from enum import Enum, auto
from itertools import zip_longest

_FENCE = re.compile(r"(`{3,}|~{3,})")
_OPENS_BLOCK = re.compile(r"#{1,6} |[-*+] |\d{1,9}[.)] |> ?|\||\[\^")
_DEFINITION = re.compile(r"\[(?!\^)[^\]\n]{1,200}\]:[ \t]*\S+(?:[ \t]+[\"'(].*)?")  # of a link: not shown
_NO_TEXT = object()  # marks a line of code or HTML, or a blank line
_TAG = re.compile(r"<[^<>]*>")
_LETTER_OR_DIGIT = re.compile(r"[^\W_]")
_INLINE = re.compile(
    r"</?(?:a|abbr|b|bdi|bdo|br|cite|del|dfn|em|font|i|ins|kbd|mark|q|s|small|span|strong|strike|sub|sup|time|u)"
    r"\b[^<>]*>",
    re.IGNORECASE,
)
_DELIMITER_ROW = re.compile(r"\s*\|?\s*:?-{2,}")


class Block(Enum):
    """The kind of block that contains a sentence."""

    HEADING = auto()
    ITEM = auto()
    QUOTE = auto()
    ROW = auto()
    FOOTNOTE = auto()
    PARAGRAPH = auto()
    PICTURE = auto()


_HTML_BLOCKS = {
    **dict.fromkeys(("li", "dd", "dt"), Block.ITEM),
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6", "th"), Block.HEADING),
    "td": Block.ROW,
    "blockquote": Block.QUOTE,
}
_GROUPS = ("dl", "ol", "table", "tr", "ul")
_PARTS = (
    *("address", "article", "aside", "caption", "center", "details", "div", "fieldset", "figcaption"),
    *("figure", "footer", "form", "header", "hr", "main", "nav", "p", "section", "summary", "tbody"),
    *("tfoot", "thead"),
)
_BEYOND_BLANK_LINES = ("--", "pre", "script", "style", "textarea")
_HIDDEN = (
    *("audio", "iframe", "noscript", "object", "pre", "script", "select", "style", "svg", "template"),
    *("textarea", "video"),
)
_ENDS = {
    **{name: re.compile(rf"</{name}\b[^<>]*>?", re.IGNORECASE) for name in _HIDDEN},
    "--": re.compile("-->"),
    ">": re.compile(">"),
}
_NAMES = "|".join((*_HTML_BLOCKS, *_GROUPS, *_PARTS, *_HIDDEN))
_BEGINS_HTML = re.compile(rf"</?(?:{_NAMES})\b|<!--", re.IGNORECASE)
_HTML_TAG = re.compile(
    rf"<(?P<closes>/?)(?P<name>{_NAMES})\b[^<>]*(?P<end>>|\Z)|<!--|(?P<unfinished></?[a-z][^<>]*)\Z",
    re.IGNORECASE,
)


def read_blocks(body: str) -> Iterator[tuple[int, int, Block]]:
    """Yield (start, end, block) of each paragraph, heading, list item and table row."""
    start, kind, position = None, Block.PARAGRAPH, 0
    for line, opens, is_head in _lines(body):
        goes_on_quoting = opens == Block.QUOTE == kind
        if start is not None and opens is not None and not goes_on_quoting:
            yield start, position, kind
            start = None
        if opens is not _NO_TEXT and start is None:
            start, kind = position, opens or Block.PARAGRAPH
        if start is not None and kind in (Block.HEADING, Block.ROW):
            yield start, position + len(line), Block.HEADING if is_head else kind
            start = None
        position += len(line)
    if start is not None:
        yield start, position, kind


def _lines(body):
    """Yield (line, the block that it opens, _NO_TEXT or None, whether it is a table header).

    A line of raw HTML is yielded in pieces.
    """
    fence, may_define = "", True  # a definition cannot interrupt a paragraph
    is_in_tag = False  # the tag began on an earlier line
    html = _HtmlLines()
    lines = body.splitlines(keepends=True)
    for line, following in zip_longest(lines, lines[1:], fillvalue=""):
        bare = line.strip()
        if html.is_open or (not fence and html.begins(bare)):
            yield from ((piece, opens, False) for piece, opens in html.pieces(line))
            continue
        mark = _FENCE.match(bare) if bare.startswith(("`", "~")) else None
        defines = may_define and bare.startswith("[") and _DEFINITION.fullmatch(bare)
        may_define = not bare or defines
        was_in_tag = is_in_tag and bool(bare)
        is_tag = bare.startswith("<") and not _INLINE.match(bare)
        is_in_tag = (was_in_tag or is_tag) and ">" not in bare
        if was_in_tag or defines or fence or mark or not bare or is_tag:
            if mark and (not fence or bare.startswith(fence)):
                fence = "" if fence else mark[1]
            yield line, _NO_TEXT, False
        else:
            is_head = "--" in following and _DELIMITER_ROW.match(following) is not None
            yield line, _opened_by(bare), is_head


def _opened_by(bare: str) -> Block | None:
    """Return the block that a line of Markdown opens, or None."""
    opens = _OPENS_BLOCK.match(bare)
    return _kind(opens[0]) if opens else None


def _kind(mark: str) -> Block:
    first = mark[:1]
    if first == "#":
        return Block.HEADING
    if first == "|":
        return Block.ROW
    if first == ">":
        return Block.QUOTE
    if first == "[":
        return Block.FOOTNOTE
    return Block.ITEM


class _HtmlLines:
    """Splits lines of raw HTML at the tags of paragraphs, list items and table cells.

    As in Markdown, HTML goes from a line that begins with such a tag to the next blank line.
    """

    def __init__(self):
        self.is_open = False
        self._until = ""  # the end of what is skipped: code, and elements without text that readers see
        self._container: Block | None = None  # the kind of the innermost list item, cell or quotation
        self._opens: Block | None = None  # the kind of the block whose words follow

    def begins(self, bare: str) -> bool:
        """Whether HTML begins with this line."""
        return bare.startswith("<") and _BEGINS_HTML.match(bare) is not None

    def pieces(self, line: str) -> Iterator[tuple[str, object]]:
        """Yield each piece of a line with the block that it opens, _NO_TEXT or None."""
        if not line.strip() and self._until not in _BEYOND_BLANK_LINES:
            self.__init__()
            yield line, _NO_TEXT
            return
        self.is_open, start = True, 0
        while start < len(line):
            if self._until:
                end = _ENDS[self._until].search(line, start)
                stop = end.end() if end else len(line)
                yield line[start:stop], _NO_TEXT
                self._until = "" if end else self._until
            else:
                tag = _HTML_TAG.search(line, start)
                if words := line[start : tag.start() if tag else len(line)]:
                    yield words, self._block_of(words)
                stop = tag.end() if tag else len(line)
                if tag:
                    yield tag[0], _NO_TEXT
                    self._take(tag)
            start = stop

    def _block_of(self, words):
        if not _LETTER_OR_DIGIT.search(_TAG.sub("", words)):
            return _NO_TEXT
        opens, self._opens = self._opens or _opened_by(words.strip()), None
        return opens

    def _take(self, tag):
        if tag["unfinished"]:  # another tag that goes on in the next line
            self._until = ">"
            return
        name = (tag["name"] or "--").lower()
        if name in _ENDS:
            self._until = "" if tag["closes"] else name
            return
        if tag["end"] == "":  # it goes on in the next line
            self._until = ">"
        if name in _HTML_BLOCKS or name in _GROUPS:
            self._container = None if tag["closes"] else _HTML_BLOCKS.get(name)
        self._opens = self._container or Block.PARAGRAPH
