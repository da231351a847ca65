"""Markdown to tokens: the dialect that Galley reads, and the pictures in it."""

import re
from types import SimpleNamespace
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common.html_re import HTML_TAG_RE
from markdown_it.helpers import parseLinkDestination, parseLinkLabel, parseLinkTitle
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin

from blog.documents.rendering.broken_tags import LONGEST_TAG
from blog.documents.rendering.raw_html import (
    closes_element,
    dropped_element_left_open,
    markup_text,
    mend_element,
    picture_addresses,
)
from blog.documents.rendering.rules import BlockRule, ask_only_likely_rules

# Levels of quotations and lists (two levels each); what lies deeper than people write is shown as text.
MAX_NESTING = 20
# What holds other blocks, and what it may interrupt. The parser would drop what it finds at the last level.
_CONTAINERS = {
    "blockquote": ["paragraph", "reference", "blockquote", "list"],
    "deflist": ["paragraph", "reference", "blockquote"],
    "footnote_def": ["paragraph", "reference"],
    "list": ["paragraph", "reference", "blockquote"],
}
MAX_TEMPLATE_ADDRESS = 500

_MAY_HOLD_PICTURE = re.compile(r"!\[|<img", re.IGNORECASE)
# Without a line like these there is neither code nor HTML: parsing would find no block of them.
_MAY_HOLD_BLOCK = re.compile(r"^(?:\[\^[^\]\n]*\]:)?[ \t>*+.):\d-]*?(?:```|~~~|<| {4}|\t)", re.MULTILINE)
_TAG_START = re.compile(r"<(?=[a-zA-Z])")
_TEMPLATE_ENDS = {"{{": "}}", "{%": "%}"}


def build_parser(renderer: type[RendererHTML] = RendererHTML) -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"maxNesting": MAX_NESTING}, renderer_cls=renderer)
    parser.enable(["table", "strikethrough"])
    parser.disable("normalize")  # clean_characters() has done so
    parser.use(footnote_plugin, inline=False, move_to_end=False).use(deflist_plugin)
    parser.inline.ruler.after("html_inline", "broken_tag", _broken_tag)
    parser.renderer = renderer(parser)  # without the plug-ins' own rules for writing
    # Addresses stay as written and are judged by html.link_address, so that a refused link keeps its text.
    parser.normalizeLink = str  # type: ignore[method-assign]
    parser.validateLink = bool  # type: ignore[method-assign]
    parser.helpers = SimpleNamespace(  # type: ignore[assignment]
        parseLinkDestination=_parse_destination, parseLinkLabel=parseLinkLabel, parseLinkTitle=parseLinkTitle
    )
    _keep_what_lies_deep(parser)
    ask_only_likely_rules(parser)
    return parser


def parse_pictures(text: str) -> list[Token]:
    """The tokens of a text, with those inside of paragraphs only where pictures may be."""
    environment: dict[str, Any] = {}
    tokens = _BLOCK_PARSER.parse(text, environment)
    for token in tokens:
        if token.children is not None and may_hold_picture(token.content):
            _BLOCK_PARSER.inline.parse(token.content, _BLOCK_PARSER, environment, token.children)
    return tokens


def may_hold_picture(text: str) -> bool:
    return bool(_MAY_HOLD_PICTURE.search(text))


def block_ranges(text: str) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """From where to where there are blocks of code in a text, and from where to where blocks of raw HTML."""
    if not _MAY_HOLD_BLOCK.search(text):
        return [], []
    starts = [0, *(found.end() for found in re.finditer("\n", text)), len(text)]
    code: list[tuple[int, int]] = []
    html: list[tuple[int, int]] = []
    for token in _BLOCK_PARSER.parse(text):
        kind = {"fence": code, "code_block": code, "html_block": html}.get(token.type)
        if kind is not None and token.map:
            first, last = (min(line, len(starts) - 1) for line in token.map)
            kind.append((starts[first], starts[last]))
    return code, html


def pictures_in(tokens: list[Token]) -> tuple[str, ...]:
    addresses: list[str] = []
    for token in tokens:
        if token.type == "html_block":
            addresses += picture_addresses(token.content)
        is_possible = "![" in token.content or "<" in token.content
        for child in token.children or () if is_possible else ():
            if child.type == "image" and child.attrs["src"]:
                addresses.append(str(child.attrs["src"]))
            elif child.type == "html_inline":
                addresses += picture_addresses(child.content)
    return tuple(addresses)


def inline_text(children: list[Token] | None) -> str:
    """The words of inline tokens, as a reader sees them."""
    words = []
    for child in children or ():
        if child.type in ("text", "code_inline"):
            words.append(child.content)
        elif child.type in ("softbreak", "hardbreak"):
            words.append(" ")
        elif child.type == "html_inline":
            words.append(markup_text(child.content))
    return "".join(words)


def join_raw_html(tokens: list[Token], kind: str) -> list[Token]:
    """Raw HTML that belongs together in one token: neighbours, and all of an element that will be dropped."""
    joined: list[Token] = []
    index = 0
    while index < len(tokens):
        token = tokens[index]
        index += 1
        if token.type == kind and (name := dropped_element_left_open(token.content)):
            end = _end_of_element(tokens, index, kind, token.level, name)
            if end:
                token.content += "".join(t.content for t in tokens[index : end + 1] if t.type == kind)
                index = end + 1
        previous = joined[-1] if joined else None
        if kind == token.type == "html_block" and previous and previous.type == kind:
            previous.content += token.content
        else:
            joined.append(token)
    return joined


def _end_of_element(tokens: list[Token], start: int, kind: str, level: int, name: str) -> int | None:
    for index in range(start, len(tokens)):
        token = tokens[index]
        if token.level < level:
            return None
        closes = closes_element(token.content, name) if token.type == kind and token.level == level else None
        if closes is not None:
            return index if closes else None
    return None


def find_broken_tags(text: str) -> list[str]:
    """The tags within paragraphs that are not read as they are written: their quotation marks are broken."""
    if not any(_may_be_broken(text, found.start()) for found in _TAG_START.finditer(text)):
        return []
    environment: dict[str, Any] = {}
    _PARSER.parse(text, environment)
    return environment.get("broken_tags", [])


def raw_html_in(text: str) -> list[str]:
    """The fragments of raw HTML in a text, each with all of an element that will be dropped."""
    blocks = join_raw_html(_PARSER.parse(text, {}), "html_block")
    within = (token for block in blocks for token in join_raw_html(block.children or [], "html_inline"))
    return [token.content for token in (*blocks, *within) if token.type in ("html_block", "html_inline")]


def _may_be_broken(text: str, start: int) -> bool:
    """Whether there may be a broken tag here: most are whole at first sight, which saves parsing the text."""
    end = text.find("\n", start, start + LONGEST_TAG)
    whole = HTML_TAG_RE.match(text, start, end if end >= 0 else start + LONGEST_TAG)
    # A sign that parts the cells of a table may part a tag, too.
    return (not whole or "|" in whole[0]) and mend_element(text, start, len(text)) is not None


def _keep_what_lies_deep(parser: MarkdownIt) -> None:
    ruler = parser.block.ruler
    rules = dict(zip(ruler.get_active_rules(), ruler.getRules(), strict=True))
    for name, interrupted in _CONTAINERS.items():
        ruler.at(name, _up_to_deepest(rules[name]), {"alt": interrupted})


def _up_to_deepest(rule: BlockRule) -> BlockRule:
    """The rule, which begins nothing that has no room: a list needs two levels, and what stands in it one."""

    def bounded(state: StateBlock, line: int, end: int, silent: bool) -> bool:
        ends_block = (
            silent and state.sCount[line] < state.blkIndent
        )  # it stands further out, where there is room
        return (ends_block or state.level < MAX_NESTING - 2) and rule(state, line, end, silent)

    return bounded


def _broken_tag(state: StateInline, silent: bool) -> bool:
    mended = mend_element(state.src, state.pos, state.posMax)
    if not mended:
        return False
    if not silent:
        state.env.setdefault("broken_tags", []).append(state.src[state.pos : mended.end])
        state.push("html_inline", "", 0).content = mended.text
    state.pos = mended.end
    return True


def _parse_destination(source: str, position: int, maximum: int) -> Any:
    """As CommonMark does, but a leftover `{{ "/picture.png" | url }}` is one address, blanks and all."""
    end_mark = _TEMPLATE_ENDS.get(source[position : position + 2])
    end = source.find(end_mark, position, min(maximum, position + MAX_TEMPLATE_ADDRESS)) if end_mark else -1
    if end < 0:
        return parseLinkDestination(source, position, maximum)
    rest = parseLinkDestination(source, end + 2, maximum)
    past = rest.pos if rest.ok else end + 2
    return SimpleNamespace(ok=True, pos=past, str=source[position:past])


def _build_block_parser() -> MarkdownIt:
    parser = build_parser()
    parser.core.ruler.enableOnly(["block"])
    return parser


_BLOCK_PARSER = _build_block_parser()
_PARSER = build_parser()
