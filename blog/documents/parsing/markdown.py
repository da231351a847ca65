"""Parse Galley's dialect of Markdown into tokens, and find images and raw HTML in them."""

import re
from collections.abc import Callable
from itertools import islice
from types import SimpleNamespace
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common.normalize_url import normalizeLinkText
from markdown_it.common.utils import unescapeAll
from markdown_it.helpers import parseLinkLabel, parseLinkTitle
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin

from blog.documents.characters import clean_characters
from blog.documents.parsing.html import (
    closes_element,
    dropped_element_left_open,
    image_addresses,
    markup_text,
    repair_element,
)

# Levels of block quotes and lists (a list takes two). Deeper nesting is shown as text.
MAX_NESTING = 20
# {block that contains other blocks: blocks that it may interrupt}. At the last level, the library would drop
# the contents of such a block.
_CONTAINERS = {
    "blockquote": ["paragraph", "reference", "blockquote", "list"],
    "deflist": ["paragraph", "reference", "blockquote"],
    "footnote_def": ["paragraph", "reference"],
    "list": ["paragraph", "reference", "blockquote"],
}
MAX_TEMPLATE_ADDRESS = 500
# Markup characters and lines of a text; the rest is shown unrendered. Each takes some 15 µs. An article of
# 10,000 words has about 3,000, the table of all emoji in Hugo's documentation 33,000.
MAX_TOKENS = 50_000
MOST_EMPTY_CELLS = 5_000  # per text; rows may be shorter than the header, so a few characters make thousands
LONGEST_FOOTNOTE_LABEL = 200
MOST_BRACKETS = 32  # nested in a link's URL

# A text without such a line has no block of code or HTML, so that it does not have to be parsed.
_MAY_HOLD_BLOCK = re.compile(r"^(?:\[\^[^\]\n]*\]:)?[ \t>*+.):\d-]*?(?:```|~~~|<| {4}|\t)", re.MULTILINE)
_COUNTED_MARK = re.compile(r"[*_~`<\[!&\\|\n>\-+#:]")
_FOOTNOTE_LABEL = re.compile(rf"\[\^[^\]\s]{{1,{LONGEST_FOOTNOTE_LABEL}}}\]")
_IN_ANGLES = re.compile(r"<((?:[^\n<>\\]|\\[\s\S])*+)>")
_WITHOUT_BRACKET = re.compile(r"(?:[^\x00-\x20\x7f()\\]|\\(?! )[\s\S]|\\(?![\s\S]))*+")
REPAIRED_TAGS = "repaired tags"  # key in the environment of a parse
_TEMPLATE_ENDS = {"{{": "}}", "{%": "%}"}

# Characters that start inline markup or end a link's text. The library tries every rule at 12 further
# characters, for rules that are not used here.
_STARTS_MARK = re.compile(r"[\n\\`~*_\[\]!<&]")
# Emphasis around text without other markup, where the marks cannot belong to anything else.
_PLAIN_EMPHASIS = re.compile(
    r"(?<![^ \n(\[])(?P<mark>\*\*?|__?)(?P<words>(?=[^\W_])[^\n\\`~*_\[\]!<&]++)"
    r"(?:(?<=\w)(?P=mark)(?=[.,;:)])|(?<=[\w.,;:?)])(?P=mark)(?=\n| (?! *\n)|\Z))"
)
# A link without a title, on text without other markup.
_PLAIN_LINK = re.compile(
    r"\[(?P<words>[^\n\\`~*_\[\]!<&]++)\]\((?P<address>[\w.~:/?#@!$%*+,;=-]++)\)", re.ASCII
)
# {rule: characters that the block can start with}. Blocks of other rules can start with any character.
_BLOCK_STARTS = {
    "fence": "`~",
    "blockquote": ">",
    "hr": "*-_",
    "list": "*+-0123456789",
    "footnote_def": "[",
    "reference": "[",
    "html_block": "<",
    "heading": "#",
}

BlockRule = Callable[[StateBlock, int, int, bool], bool]
InlineRule = Callable[[StateInline, bool], bool]


def build_parser(renderer: type[RendererHTML] = RendererHTML) -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"maxNesting": MAX_NESTING}, renderer_cls=renderer)
    parser.enable(["table", "strikethrough"])
    parser.disable("normalize")  # clean_characters() already does it
    parser.use(footnote_plugin, inline=False, move_to_end=False).use(deflist_plugin)
    parser.inline.ruler.after("html_inline", "broken_tag", _broken_tag)
    parser.inline.ruler.before("emphasis", "plain_emphasis", _plain_emphasis)
    parser.inline.ruler.before("link", "plain_link", _plain_link)
    parser.inline.terminator_re = _STARTS_MARK
    parser.inline.parse = _unless_plain(parser.inline.parse)  # type: ignore[method-assign]
    parser.renderer = renderer(parser)  # without the rules that the plug-ins add to the renderer
    # URLs stay as written. html.link_address checks them, so that a rejected link keeps its text.
    parser.normalizeLink = str  # type: ignore[method-assign]
    parser.validateLink = bool  # type: ignore[method-assign]
    parser.normalizeLinkText = _link_text  # type: ignore[method-assign]
    parser.helpers = SimpleNamespace(  # type: ignore[assignment]
        parseLinkDestination=_parse_destination, parseLinkLabel=parseLinkLabel, parseLinkTitle=parseLinkTitle
    )
    _keep_what_lies_deep(parser)
    _bound_tables_and_footnotes(parser)
    _choose_block_rules(parser)
    return parser


def _link_text(address: str) -> str:
    """Return the text of an autolink: its URL, decoded unless that gives control characters."""
    text = normalizeLinkText(address)
    return text if clean_characters(text) == text else address


def split_at_limit(text: str) -> tuple[str, str]:
    """Split a text before the line in which it exceeds MAX_TOKENS. The second part may be empty."""
    if len(text) <= MAX_TOKENS:
        return text, ""
    mark = next(islice(_COUNTED_MARK.finditer(text), MAX_TOKENS, None), None)
    if not mark:
        return text, ""
    # Split before the line, or within it if it is the first.
    end = text.rfind("\n", 0, mark.start()) + 1 or mark.start()
    return text[:end], text[end:]


def block_ranges(text: str) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Return two lists of (start, end): the code blocks of a text, and its blocks of raw HTML."""
    if not _MAY_HOLD_BLOCK.search(text):
        return [], []
    starts = [0, *(found.end() for found in re.finditer("\n", text)), len(text)]
    code: list[tuple[int, int]] = []
    html: list[tuple[int, int]] = []
    for token in _BLOCK_PARSER.parse(split_at_limit(text)[0]):
        kind = {"fence": code, "code_block": code, "html_block": html}.get(token.type)
        if kind is not None and token.map:
            first, last = (min(line, len(starts) - 1) for line in token.map)
            kind.append((starts[first], starts[last]))
    return code, html


def images_in(tokens: list[Token]) -> tuple[str, ...]:
    addresses: list[str] = []
    for token in tokens:
        if token.type == "html_block":
            addresses += image_addresses(token.content)
        is_possible = "![" in token.content or "<" in token.content
        for child in token.children or () if is_possible else ():
            if child.type == "image" and child.attrs["src"]:
                addresses.append(str(child.attrs["src"]))
            elif child.type == "html_inline":
                addresses += image_addresses(child.content)
    return tuple(addresses)


def inline_text(children: list[Token] | None) -> str:
    """Return the text of inline tokens as readers see it."""
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
    """Join adjacent tokens of raw HTML, and those from start to end of an element that is dropped."""
    joined: list[Token] = []
    pieces: list[tuple[Token, list[str]]] = []  # joined once, at the end, in linear time
    index = 0
    while index < len(tokens):
        token = tokens[index]
        index += 1
        if token.type != kind:
            joined.append(token)
            continue
        content = token.content
        if name := dropped_element_left_open(content):
            end = _end_of_element(tokens, index, kind, token.level, name)
            if end:
                content += "".join(t.content for t in tokens[index : end + 1] if t.type == kind)
                index = end + 1
        if kind == "html_block" and joined and joined[-1].type == kind:
            pieces[-1][1].append(content)
        else:
            pieces.append((token, [content]))
            joined.append(token)
    for token, contents in pieces:
        token.content = "".join(contents)
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


def repaired_tags_in(text: str) -> list[str]:
    """Return the tags that the parser repairs in paragraphs, as written: those with unpaired quote marks."""
    environment: dict[str, Any] = {}
    _PARSER.parse(split_at_limit(text)[0], environment)
    return environment.get(REPAIRED_TAGS, [])


def raw_html_in(text: str) -> list[str]:
    """Return the fragments of raw HTML in a text. An element that is dropped is one fragment."""
    blocks = join_raw_html(_PARSER.parse(split_at_limit(text)[0], {}), "html_block")
    within = (token for block in blocks for token in join_raw_html(block.children or [], "html_inline"))
    return [token.content for token in (*blocks, *within) if token.type in ("html_block", "html_inline")]


def _keep_what_lies_deep(parser: MarkdownIt) -> None:
    ruler = parser.block.ruler
    rules = dict(zip(ruler.get_active_rules(), ruler.getRules(), strict=True))
    for name, interrupted in _CONTAINERS.items():
        ruler.at(name, _up_to_deepest(rules[name]), {"alt": interrupted})


def _bound_tables_and_footnotes(parser: MarkdownIt) -> None:
    """Set limits where the library's rules have none, or one that is too high."""
    block, inline = parser.block.ruler, parser.inline.ruler
    table = dict(zip(block.get_active_rules(), block.getRules(), strict=True))["table"]
    footnote = dict(zip(inline.get_active_rules(), inline.getRules(), strict=True))["footnote_ref"]
    block.at("table", _with_few_empty_cells(table), {"alt": ["paragraph", "reference"]})
    inline.at("footnote_ref", _with_short_label(footnote))


def _with_few_empty_cells(rule: BlockRule) -> BlockRule:
    """Wrap the rule for tables so that it stops matching after MOST_EMPTY_CELLS missing cells in a text."""

    def bounded(state: StateBlock, line: int, end: int, silent: bool) -> bool:
        start = state.bMarks[line + 1] + state.tShift[line + 1]
        if state.src[start : start + 1] not in "|-:":  # nearly always, and faster than the rule
            return False
        before = state.env.get("empty_cells", 0)
        if before > MOST_EMPTY_CELLS or not rule(state, line, end, True):
            return False
        empty = before + _empty_cells(state, line, end)
        if not silent or empty > MOST_EMPTY_CELLS:
            state.env["empty_cells"] = empty
        return empty <= MOST_EMPTY_CELLS and (silent or rule(state, line, end, False))

    return bounded


def _empty_cells(state: StateBlock, line: int, end: int) -> int:
    """Return the number of missing cells in the rows below a table's header, up to a blank line."""
    columns = state.src.count("|", state.bMarks[line], state.eMarks[line])
    lacking = 0
    for row in range(line + 2, end):
        if state.isEmpty(row) or lacking > MOST_EMPTY_CELLS:
            break
        lacking += max(0, columns - state.src.count("|", state.bMarks[row], state.eMarks[row]))
    return lacking


def _with_short_label(rule: InlineRule) -> InlineRule:
    """Wrap the rule for footnotes, which would search the rest of the text for the end of each label."""
    return lambda state, silent: bool(_FOOTNOTE_LABEL.match(state.src, state.pos)) and rule(state, silent)


def _up_to_deepest(rule: BlockRule) -> BlockRule:
    """Wrap a rule for containers: it matches only if two more levels, the depth of a list, are allowed."""

    def bounded(state: StateBlock, line: int, end: int, silent: bool) -> bool:
        # A block that ends this one is outside of it, on a level that may contain further blocks.
        ends_block = silent and state.sCount[line] < state.blkIndent
        return (ends_block or state.level < MAX_NESTING - 2) and rule(state, line, end, silent)

    return bounded


def _choose_block_rules(parser: MarkdownIt) -> None:
    """Try only the rules that fit the first character of a line, which avoids most calls."""
    ruler = parser.block.ruler
    names = dict(zip(ruler.getRules(""), ruler.get_active_rules(), strict=True))
    chains = {
        chain: [_rule_by_start([(names[rule], rule) for rule in ruler.getRules(chain)])]
        # The last four chains have the rules that may end a block of that kind.
        for chain in ("", "paragraph", "reference", "blockquote", "list")
    }
    ruler.getRules = chains.__getitem__  # type: ignore[method-assign]


def _unless_plain(parse: Callable[..., list[Token]]) -> Callable[..., list[Token]]:
    """Wrap the parser of inline markup: a text without any becomes one token, which is much faster."""

    def parse_marks(source: str, md: MarkdownIt, env: Any, tokens: list[Token]) -> list[Token]:
        if not source or _STARTS_MARK.search(source):
            return parse(source, md, env, tokens)
        tokens.append(Token("text", "", 0, content=source))
        return tokens

    return parse_marks


def _rule_by_start(rules: list[tuple[str, BlockRule]]) -> BlockRule:
    """Return a rule that tries these rules in order, skipping those that cannot match at the line."""
    everywhere = [rule for _, rule in rules]
    elsewhere = [rule for name, rule in rules if name not in _BLOCK_STARTS and name != "code"]
    by_start = {
        start: [rule for name, rule in rules if name != "code" and start in _BLOCK_STARTS.get(name, start)]
        for start in "".join(_BLOCK_STARTS.values())
    }

    def try_in_order(state: StateBlock, line: int, end: int, silent: bool) -> bool:
        start = state.bMarks[line] + state.tShift[line]
        fitting = by_start.get(state.src[start : start + 1], elsewhere)
        for rule in everywhere if state.is_code_block(line) else fitting:
            if rule(state, line, end, silent):
                return True
        return False

    return try_in_order


def _broken_tag(state: StateInline, silent: bool) -> bool:
    repaired = repair_element(state.src, state.pos, state.posMax)
    if not repaired:
        return False
    if not silent:
        state.env.setdefault(REPAIRED_TAGS, []).append(state.src[state.pos : repaired.end])
        state.push("html_inline", "", 0).content = repaired.text
    state.pos = repaired.end
    return True


def _plain_emphasis(state: StateInline, silent: bool) -> bool:
    """Parse most emphasis into the same tokens as the library's rule, which pairs the marks one by one."""
    found = None if silent else _PLAIN_EMPHASIS.match(state.src, state.pos, state.posMax)
    if not found:
        return False
    mark, end = found["mark"], found.end()
    name = "strong" if len(mark) == 2 else "em"
    # The library turns the outer sign of each mark into an empty text, which it joins with text next to it.
    if state.pending or name == "strong":
        state.pushPending()
    state.tokens += [
        Token(f"{name}_open", name, 1, markup=mark),
        Token("text", "", 0, content=found["words"]),
        Token(f"{name}_close", name, -1, markup=mark),
    ]
    if name == "strong" and (end == state.posMax or state.src[end] == "\n"):
        state.pushPending()
    state.pos = end
    return True


def _plain_link(state: StateInline, silent: bool) -> bool:
    """Parse most links into the same tokens as the library's rule."""
    found = None if silent else _PLAIN_LINK.match(state.src, state.pos, state.posMax)
    if not found:
        return False
    state.push("link_open", "a", 1).attrs = {"href": found["address"]}
    state.append_pending(found["words"])
    state.push("link_close", "a", -1)
    state.pos = found.end()
    return True


def _parse_destination(source: str, position: int, maximum: int) -> Any:
    """Parse a link destination, which may contain a leftover `{{ "/image.png" | url }}` with its spaces."""
    end_mark = _TEMPLATE_ENDS.get(source[position : position + 2])
    end = source.find(end_mark, position, min(maximum, position + MAX_TEMPLATE_ADDRESS)) if end_mark else -1
    if end < 0:
        return _plain_destination(source, position, maximum)
    rest = _plain_destination(source, end + 2, maximum)
    past = rest.pos if rest.ok else end + 2
    return SimpleNamespace(ok=True, pos=past, str=source[position:past])


def _plain_destination(source: str, position: int, maximum: int) -> Any:
    """Parse a link destination (CommonMark 6.3) in linear time, unlike the library's own function."""
    failed = SimpleNamespace(ok=False, pos=0, str="")
    if source.startswith("<", position):
        found = _IN_ANGLES.match(source, position, maximum)
        return SimpleNamespace(ok=True, pos=found.end(), str=unescapeAll(found[1])) if found else failed
    level, end = 0, position
    while True:
        end = _WITHOUT_BRACKET.match(source, end, maximum).end()  # type: ignore[union-attr] -- it may be empty
        bracket = source[end] if end < maximum else ""
        if bracket not in ("(", ")") or (bracket == ")" and not level):
            break
        level += 1 if bracket == "(" else -1
        end += 1
        if level > MOST_BRACKETS:
            return failed
    if end == position or level:
        return failed
    return SimpleNamespace(ok=True, pos=end, str=unescapeAll(source[position:end]))


_BLOCK_PARSER = build_parser()
_BLOCK_PARSER.core.ruler.enableOnly(["block"])
_PARSER = build_parser()
