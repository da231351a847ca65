"""Asking only the rules of a parser that can match: what they find is the same, in half the time.

Each rule of markdown-it looks at the sign it stands before, and most of them say no. A line that begins with
a letter can be no list, and no letter begins a link.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple, override

from markdown_it import MarkdownIt
from markdown_it.common.utils import isMdAsciiPunct, isPunctChar, isWhiteSpace
from markdown_it.parser_inline import ParserInline
from markdown_it.ruler import Ruler
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Scanned
from markdown_it.token import Token

# Rules that are not named here are asked at every sign.
_SIGNS = {
    "autolink": "<",
    "backticks": "`",
    "broken_tag": "<",
    "emphasis": "*_",
    "entity": "&",
    "escape": "\\",
    "footnote_ref": "[",
    "html_inline": "<",
    "image": "!",
    "link": "[",
    "newline": "\n",
    "strikethrough": "~",
}
_LINE_STARTS = {
    "blockquote": ">",
    "fence": "`~",
    "footnote_def": "[",
    "heading": "#",
    "hr": "*-_",
    "html_block": "<",
    "list": "*-+0123456789",
    "reference": "[",
}

BlockRule = Callable[[StateBlock, int, int, bool], bool]
InlineRule = Callable[[StateInline, bool], bool]


def ask_only_likely_rules(parser: MarkdownIt) -> None:
    """Let a parser, whose rules are all set, ask only those that can match."""
    parser.inline = _InlineParser(parser.inline)
    parser.block.ruler = _LikelyRules(parser.block.ruler)


class _LikelyRules(Ruler[BlockRule]):
    """In place of a ruler: the rules of each chain as one, which tells by the sign before it which to ask."""

    def __init__(self, ruler: Ruler[BlockRule]):
        super().__init__()
        self._names = ruler.get_active_rules()
        named = dict(zip(ruler.getRules(), self._names, strict=True))
        chains = ("", "paragraph", "reference", "blockquote", "list")
        self._chains = {chain: [_one_rule(ruler.getRules(chain), named)] for chain in chains}

    @override
    def getRules(self, chainName: str = "") -> list[BlockRule]:
        return self._chains[chainName]

    @override
    def get_active_rules(self) -> list[str]:
        return self._names


def _one_rule(rules: list[BlockRule], names: dict[BlockRule, str]) -> BlockRule:
    signs = {sign for starts in _LINE_STARTS.values() for sign in starts}
    always = [rule for rule in rules if names[rule] not in _LINE_STARTS]
    by_sign = {
        sign: [rule for rule in rules if sign in _LINE_STARTS.get(names[rule], sign)] for sign in signs
    }

    def ask(state: StateBlock, line: int, end: int, silent: bool) -> bool:
        start = state.bMarks[line] + state.tShift[line]
        for rule in by_sign.get(state.src[start : start + 1], always):  # noqa: SIM110 -- any() takes twice as long
            if rule(state, line, end, silent):
                return True
        return False

    return ask


class _InlineParser(ParserInline):
    """The inline parser with the rules of another one, which stops only where one of them may match."""

    def __init__(self, configured: ParserInline):
        super().__init__()
        self.ruler, self.ruler2 = configured.ruler, configured.ruler2
        rules = dict(zip(self.ruler.get_active_rules(), self.ruler.getRules(), strict=True))
        del rules["text"]  # what stands between the signs
        signs = "".join(dict.fromkeys("".join(_SIGNS[name] for name in rules)))
        self._by_sign = {
            sign: [rule for name, rule in rules.items() if sign in _SIGNS[name]] for sign in signs
        }
        self._sign = re.compile(f"[{re.escape(signs)}]")
        self._sign_or_end_of_label = re.compile(f"[{re.escape(signs)}\\]]")
        self._emphasis = re.compile(rf"(\*\*?)([^{re.escape(signs)}]+)\1(?!\*)")

    @override
    def tokenize(self, state: StateInline) -> None:
        source, end = state.src, state.posMax
        may_nest = state.level < state.md.options["maxNesting"]
        while state.pos < end:
            found = self._sign.search(source, state.pos, end) if may_nest else None
            stop = found.start() if found else end
            if stop > state.pos:
                state.append_pending(source[state.pos : stop])
                state.pos = stop
            if found and not (self._take_emphasis(state) or self._ask(found[0], state)):
                state.append_pending(found[0])
                state.pos += 1
        if state.pending:
            state.pushPending()

    @override
    def skipToken(self, state: StateInline) -> None:
        """Pass by one token, as where the end of a link's words is looked for."""
        start, cache = state.pos, state.cache
        if start in cache:
            state.pos = cache[start]
            return
        if state.level >= state.md.options["maxNesting"]:
            state.pos = state.posMax
        elif rules := self._by_sign.get(state.src[start]):
            state.level += 1
            if not any(rule(state, True) for rule in rules):
                state.pos = start + 1
            state.level -= 1
        else:
            stop = self._sign_or_end_of_label.search(state.src, start + 1, state.posMax)
            state.pos = stop.start() if stop and state.src[start] != "]" else start + 1
        cache[start] = state.pos

    @override
    def parse(self, src: str, md: MarkdownIt, env: Any, tokens: list[Token]) -> list[Token]:
        if src and not self._sign.search(src):
            tokens.append(Token("text", "", 0, content=src))
            return tokens
        state = _InlineState(src, md, env, tokens)
        self.tokenize(state)
        # What comes after pairs the signs that were found, of emphasis and the like.
        if state.delimiters or any(meta and meta["delimiters"] for meta in state.tokens_meta):
            for rule in self.ruler2.getRules():
                rule(state)
        return state.tokens

    def _take_emphasis(self, state: StateInline) -> bool:
        """Take in plain emphasis: after a blank, with no sign in it. Nothing around it can change what it is.

        The rules of CommonMark (6.2) come to that where the first marks can close nothing, and the next ones
        are as many and can close: they close what is nearest to them.
        """
        source, start, end = state.src, state.pos, state.posMax
        found = self._emphasis.match(source, start, end)
        if not found or (start and not _kind(source[start - 1]).is_blank):
            return False
        marks, words = found.groups()
        last, after = _kind(words[-1]), found.end()
        if _kind(words[0]).is_blank or last.is_blank:
            return False
        if last.is_sign and after < end and not any(_kind(source[after])):
            return False
        tag = "strong" if len(marks) == 2 else "em"
        state.push(f"{tag}_open", tag, 1).markup = marks
        state.append_pending(words)
        state.push(f"{tag}_close", tag, -1).markup = marks
        state.pos = after
        return True

    def _ask(self, sign: str, state: StateInline) -> bool:
        for rule in self._by_sign[sign]:  # noqa: SIM110 -- any() takes twice as long
            if rule(state, False):
                return True
        return False


class _InlineState(StateInline):
    @override
    def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:
        """As in the parser itself, but what a character is, is asked once for all texts."""
        source, maximum = self.src, self.posMax
        end = start + 1
        while end < maximum and source[end] == source[start]:
            end += 1
        blank_before, sign_before = _kind(source[start - 1]) if start else (True, False)
        blank_after, sign_after = _kind(source[end]) if end < maximum else (True, False)
        left = not (blank_after or (sign_after and not (blank_before or sign_before)))
        right = not (blank_before or (sign_before and not (blank_after or sign_after)))
        return Scanned(
            left and (canSplitWord or not right or sign_before),
            right and (canSplitWord or not left or sign_after),
            end - start,
        )


class _Kind(NamedTuple):
    is_blank: bool
    is_sign: bool


@lru_cache(maxsize=2048)
def _kind(character: str) -> _Kind:
    return _Kind(isWhiteSpace(ord(character)), isMdAsciiPunct(ord(character)) or isPunctChar(character))
