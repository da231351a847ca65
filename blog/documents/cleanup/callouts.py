"""Rewrite callouts and tabs of site generators as Markdown.

Callouts become block quotes with an alert, tabs become bold titles. Known notations are `:::note` … `:::`,
`!!! note "Title"` and `=== "Tab"` with indented content, `{{< notice tip >}}`, `{% note tip %}`, `<Note>`,
`<TabItem>` and `<!-- tab Title -->`. The tags of quotations become block quotes with the source at the end.

read_directive() and end_of_directive() recognise the first and last line of a directive. The number of lines
does not change, so line numbers in the report match the file.
"""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace

from blog.documents.cleanup.shortcodes import Arguments, as_text, read_arguments
from blog.documents.parsing.html import names
from blog.documents.text import strip_markdown_inline

_SHORTCODES = "admonition|alert|callout|caution|hint|important|info|note|notice|tip|warning"
_COMPONENTS = "Admonition|Aside|Callout|Caution|Danger|Info|Note|Tip|Warning"
_TABS = "TabItem|TabPanel|Tab"
_QUOTES = "blockquote|centerquote|cq|pullquote|quote"
_TAGS = f"{_SHORTCODES}|danger|success|{_QUOTES}"  # of Liquid and Nunjucks
# Kinds of callouts. Containers of other blocks, such as columns, are not included.
_KINDS = names(
    "abstract attention bug caution danger details error example failure hint important info"
    " note question quote seealso success summary tip tldr todo warn warning"
)
_SAME_KIND = {
    "attention": "warning",
    "details": "note",
    "failure": "error",
    "seealso": "note",
    "warn": "warning",
}

# Pre-check: without one of these there is no directive.
_SIGNS = (":::", "!!!", "???", "===", "{{<", "{{%", "{%", "<!--")
_COMPONENT = re.compile(r"<[A-Z]")
_HINT = re.compile(
    r"^[ \t]*(?::::|!!!|\?\?\?|===[!+]*[ \t]+\""
    rf"|\{{\{{[<%][ \t]*(?:{_SHORTCODES})\b|<(?:{_COMPONENTS}|{_TABS})\b"
    rf"|\{{%-?[ \t]*(?:{_TAGS})\b|<!--[ \t]*tab\b)",
    re.MULTILINE,
)
_COLONS = re.compile(
    r"(:{3,})[ \t]*(?:\{(?P<attributes>[^{}]*)\}|(?P<name>[A-Za-z][\w-]*)(?P<rest>(?:[ \t\[{].*)?))"
)
_COLONS_END = re.compile(r":{3,}")
_TITLE_IN_BRACKETS = re.compile(r"\[(.*)\](?:[ \t]*\{[^{}]*\})?")
_CLASS = re.compile(r"\.(?:callout-)?([A-Za-z]+)")
_MARKED = re.compile(
    r"(?:!!!|\?\?\?\+?)[ \t]+(?P<name>[A-Za-z]{2,20})(?:[ \t]+[\w-]+)*(?:[ \t]+\"(?P<title>.*)\")?"
)
_TAB = re.compile(r"===[!+]*[ \t]+\"(?P<title>[^\"]+)\"")
_SHORTCODE = re.compile(
    rf"\{{\{{[<%][ \t]*(?P<name>{_SHORTCODES})\b(?P<rest>[^{{}}]*)[%>]\}}\}}"
    r"(?P<content>[^{}]+\{\{[<%][ \t]*/[ \t]*(?P=name)[ \t]*[%>]\}\})?"
)
_SHORTCODE_END = re.compile(rf"\{{\{{[<%][ \t]*/[ \t]*({_SHORTCODES})[ \t]*[%>]\}}\}}")
_LIQUID = re.compile(
    rf"\{{%-?[ \t]*(?P<name>{_TAGS})\b(?P<rest>[^{{}}]*)%\}}"
    r"(?P<content>[^{}]+\{%-?[ \t]*end(?P=name)[ \t]*-?%\})?"
)
_LIQUID_END = re.compile(rf"\{{%-?[ \t]*end({_TAGS})[ \t]*-?%\}}")
_COMMENT_TAB = re.compile(r"<!--[ \t]*tab\b(?P<title>[^<>]*)-->")
_END_OF_COMMENT_TAB = re.compile(r"<!--[ \t]*(endtab)[ \t]*-->")
# Words of Hexo's themes after `note`: they choose its colour or icon.
_LOOK = re.compile(
    r"default|primary|simple|modern|flat|disabled|no-icon|blue|cyan|gr[ae]y|green|orange|pink|purple|red|yellow"
    r"|fa[bdlrs]?|(?:fa[bdlrs]? )?fa-[\w -]+"
)
_REFERENCE = re.compile(r"\[([^\[\]]+)\](?![(\[])")
_COMPONENT = re.compile(rf"<(?P<name>{_COMPONENTS}|{_TABS})\b(?P<rest>[^<>]*)(?<!/)>")
_COMPONENT_END = re.compile(rf"</({_COMPONENTS}|{_TABS})>")
DEEPEST = 4  # nested callouts and tabs; deeper ones are shown as written
MOST_OPEN = 50  # unclosed directives; beyond this, the oldest is discarded
INDENT = 4  # columns: of a tab character, and of the content below `!!!` or `===` in MkDocs
_FENCE = re.compile(
    r"(`{3,})[^`]*$|(~{3,})|\{%-?[ \t]*(?P<tag>raw|highlight|codeblock|code)\b(?!.*\{%-?[ \t]*end(?P=tag)\b)"
)
_ITEM = re.compile(r"[ ]*(?:[*+-]|\d{1,9}[.)])[ ]+")
_BLANK_START = re.compile(r"[ \t]*")


@dataclass(frozen=True, slots=True)
class Directive:
    """A callout or tab opened by a line: the line to show instead, and how to treat the lines below.

    `end` is the value of end_of_directive() for the last line. Without it, the directive continues as long as
    lines are indented. If `is_whole`, it consists of its own line only.
    """

    shown: str
    end: str = ""
    is_quoted: bool = False
    is_whole: bool = False
    may_be_indented: bool = False
    last: str = ""  # shown instead of the last line


def may_hold_directives(text: str) -> bool:
    has_sign = any(sign in text for sign in _SIGNS) or _COMPONENT.search(text)
    return bool(has_sign and _HINT.search(text))


def read_directive(line: str) -> Directive | None:
    """Return the directive that an unindented line opens."""
    if line.startswith(":::"):
        return _read_colons(line)
    if line.startswith(("!!!", "???")):
        found = _MARKED.fullmatch(line)
        return _callout(found["name"], found["title"] or "") if found else None
    if line.startswith("==="):
        found = _TAB.fullmatch(line)
        return Directive(_tab(found["title"])) if found else None
    if line.startswith("{{"):
        return _read_shortcode(line)
    if line.startswith("{%"):
        return _read_liquid(line)
    if found := _COMMENT_TAB.fullmatch(line):
        title = found["title"].partition("@")[0].strip()  # the name of an icon may follow
        return Directive(_tab(title) if title else "", "endtab")
    return _read_component(line) if line.startswith("<") else None


def end_of_directive(line: str) -> str:
    """Return the colons or the name of the directive that an unindented line closes, or "" if none."""
    if _COLONS_END.fullmatch(line):
        return line
    ends = (_SHORTCODE_END, _COMPONENT_END, _LIQUID_END, _END_OF_COMMENT_TAB)
    found = next((match for end in ends if (match := end.fullmatch(line))), None)
    return found[1] if found else ""


def _read_colons(line):
    found = _COLONS.fullmatch(line)
    if not found:
        return None
    if found["name"]:
        rest = found["rest"].strip()
        in_brackets = _TITLE_IN_BRACKETS.fullmatch(rest)
        name, title = found["name"].lower(), in_brackets[1] if in_brackets else rest.partition("{")[0]
    else:
        kind = _CLASS.search(found["attributes"])
        name = kind[1].lower() if kind else ""
        title = read_arguments(found["attributes"]).get("title")
    return _callout(name, title, found[1]) if name in _KINDS else Directive("", found[1])


def _read_shortcode(line):
    found = _SHORTCODE.fullmatch(line)
    if not found:
        return None
    kind, title = _kind_and_title(found["name"], read_arguments(found["rest"].rstrip("%> \t")))
    if found["content"]:
        words = found["content"].partition("{{")[0].strip()
        return Directive(f"> **{kind.capitalize()}:** {words}", is_whole=True)
    return _callout(kind, title, found["name"])


def _read_liquid(line):
    found = _LIQUID.fullmatch(line)
    if not found:
        return None
    words = (found["content"] or "").partition("{%")[0].strip()
    if found["name"] in _QUOTES.split("|"):
        source = as_text(strip_markdown_inline(found["rest"].strip(" \t-")))
        source = f"— {source}" if source else ""
        if words:
            return Directive(f"> {words} {source}".rstrip(), is_whole=True)
        return Directive("", found["name"], is_quoted=True, last=source)
    arguments = read_arguments(found["rest"].strip(" \t-"))
    said = [word for word in arguments.positional if not _LOOK.fullmatch(word)]
    stated = said.pop(0) if said and said[0] in _KINDS else ""
    kind, _ = _kind_and_title(stated or found["name"], Arguments((), arguments.named))
    title = arguments.get("title") or " ".join(said)
    if words:
        return Directive(f"> **{title or kind.capitalize()}:** {words}", is_whole=True)
    return _callout(kind, title, found["name"])


def _read_component(line):
    found = _COMPONENT.fullmatch(line)
    if not found:
        return None
    arguments = Arguments((), read_arguments(found["rest"]).named)  # words without a value are switches
    if found["name"] in _TABS.split("|"):
        title = arguments.get("label", "title", "value")
        return Directive(_tab(title) if title else "", found["name"], may_be_indented=True)
    return replace(_callout(*_kind_and_title(found["name"], arguments), found["name"]), may_be_indented=True)


def _kind_and_title(name: str, arguments: Arguments) -> tuple[str, str]:
    words = list(arguments.positional)
    kind = arguments.get("type", "kind", "style")
    if not kind and words and words[0].lower() in _KINDS:
        kind = words.pop(0)
    kind = (kind or name).lower()
    return _SAME_KIND.get(kind, kind if kind in _KINDS else "note"), arguments.get("title") or "".join(
        words[:1]
    )


def _callout(kind: str, title: str, end: str = "") -> Directive:
    kind = _SAME_KIND.get(kind.lower(), kind.lower())
    title = as_text(strip_markdown_inline(_REFERENCE.sub(r"\1", title)))
    return Directive(f"> [!{kind.upper()}] {title}".rstrip(), end, is_quoted=True)


def _tab(title: str) -> str:
    return f"**{as_text(strip_markdown_inline(title))}**  "  # a line break before text that follows directly


@dataclass(frozen=True, slots=True)
class _Span:
    """A directive with the number of its last line."""

    directive: Directive
    last: int


@dataclass(frozen=True, slots=True)
class _Block:
    """An open block: its last line, the columns to remove from its lines, and the prefix to add instead."""

    last: int
    indent: int
    prefix: str
    has_end: bool = False
    shown_last: str = ""


def replace_directives(text: str) -> str:
    """Return the text with callouts and tabs as Markdown, line for line. Line ends must be LF."""
    if not may_hold_directives(text):
        return text
    lines = text.split("\n")
    return "\n".join(_replaced(lines, _spans(lines)))


def _replaced(lines: list[str], spans: dict[int, _Span]) -> Iterator[str]:
    blocks = [_Block(len(lines), 0, "")]
    item_indent = 0  # of the list item that a line may belong to
    for number, line in enumerate(lines):
        while number > blocks[-1].last:
            blocks.pop()
        block = blocks[-1]
        if number == block.last and block.has_end:
            yield f"{block.prefix}{block.shown_last}" if block.shown_last else blocks[-2].prefix.rstrip()
            continue
        rest = _without_indent(line, block.indent)
        margin = _indent(rest)
        span = spans.get(number)
        if not span or len(blocks) > DEEPEST or margin >= item_indent + INDENT:
            item = _ITEM.match(rest)
            item_indent = item.end() if item else item_indent if margin or not rest.strip() else 0
            yield f"{block.prefix}{rest}" if rest.strip() else block.prefix.rstrip()
            continue
        prefix = block.prefix + " " * margin
        yield f"{prefix}{span.directive.shown}" if span.directive.shown else prefix.rstrip()
        if span.last > number:
            blocks.append(_opened(lines, number, span, block, margin))
            item_indent = 0


def _opened(lines, number, span, outer, margin) -> _Block:
    indent = outer.indent + margin
    if not span.directive.end:
        indent += INDENT
    elif span.directive.may_be_indented:
        indent = max(indent, _indent_below(lines, number))
    prefix = outer.prefix + " " * margin + ("> " if span.directive.is_quoted else "")
    return _Block(span.last, indent, prefix, bool(span.directive.end), span.directive.last)


def _indent_below(lines: list[str], opening: int) -> int:
    below = (lines[number] for number in range(opening + 1, len(lines)) if lines[number].strip())
    return _indent(next(below))  # never empty: the line that ends the directive is below


def _spans(lines: list[str]) -> dict[int, _Span]:
    """Return the complete directives outside code blocks, keyed by the number of their first line."""
    spans: dict[int, _Span] = {}
    waiting: deque[tuple[int, Directive]] = deque(maxlen=MOST_OPEN)
    fence = ""
    for number, line in enumerate(lines):
        bare = line.strip()
        if fence or (opening := _FENCE.match(bare)):
            if fence:
                fence = "" if _ends_fence(bare, fence) else fence
            else:
                fence = opening[1] or opening[2] or f"end{opening['tag']}"
        elif end := end_of_directive(bare):
            if found := _take_waiting(waiting, end):
                spans[found[0]] = _Span(found[1], number)
        elif directive := read_directive(bare):
            if directive.end:
                waiting.append((number, directive))
            else:
                last = number if directive.is_whole else _last_indented(lines, number)
                if directive.is_whole or last > number:
                    spans[number] = _Span(directive, last)
    return spans


def _ends_fence(bare: str, fence: str) -> bool:
    if fence.startswith("end"):
        return bool(re.search(rf"\{{%-?[ \t]*{fence}\b", bare))
    return bare.startswith(fence) and not bare.strip(fence[0])


def _take_waiting(waiting: deque[tuple[int, Directive]], end: str) -> tuple[int, Directive] | None:
    """Pop the innermost directive with this end, and discard unclosed directives inside it."""
    while waiting:
        found = waiting.pop()
        if found[1].end == end:
            return found
    return None


def _last_indented(lines: list[str], opening: int) -> int:
    """Return the number of the last line indented as content of the MkDocs directive at `opening`."""
    indent = _indent(lines[opening]) + INDENT
    last = opening
    for number in range(opening + 1, len(lines)):
        if lines[number].strip():
            if _indent(lines[number]) < indent:
                break
            last = number
    return last


def _indent(line: str) -> int:
    return len(_BLANK_START.match(line)[0].expandtabs(INDENT))  # type: ignore[index] -- matches an empty string, too


def _without_indent(line: str, columns: int) -> str:
    """Return a line with its indentation reduced by `columns`, or removed."""
    if not columns:
        return line
    blank = _BLANK_START.match(line)[0]  # type: ignore[index] -- as above
    return blank.expandtabs(INDENT)[columns:] + line[len(blank) :]
