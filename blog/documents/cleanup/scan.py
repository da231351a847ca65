"""The state of a scan for leftovers: positions of code and raw HTML, and of closing delimiters."""

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from blog.documents.cleanup.shortcodes import IMAGE_ENDING, as_text, listing, stand_in
from blog.documents.parsing.markdown import block_ranges

UNKNOWN = "unknown tag"
LONGEST_TAG = 2000  # characters
LONGEST_LINE_BEFORE = 200  # characters; of a longer line, only the end is used

_BLANK_LINE = re.compile(r"\n[ \t>]*\n")
NOTHING = "<!-- -->"  # invisible content, where Markdown needs some
# Replaces output that only the generator knows, so that rendering can remove the passage around it.
# clean_characters() removes this noncharacter from texts.
LOST = "\ufdd0"

_REST_IS_BLANK = re.compile(r"[ \t]*(?:\n|\Z)")
_LONE_MARK = re.compile(r"[ \t>]*(?::|[*+-]|\d+[.)])[ \t]+")
_HTML_CODE = re.compile(r"<(/?)(code|kbd|pre|samp)\b", re.IGNORECASE)
# The parser treats a component on its own line as HTML up to a blank line, but Markdown follows it.
_LONE_COMPONENT = re.compile(r"^[ \t>]*</?[A-Z][a-z][\w.]*[^<>\n]*>[ \t]*$", re.MULTILINE)
_DEFINITION = re.compile(r"^ {0,3}\[([^\[\]\n^][^\[\]\n]*)\]:[ \t]*\S", re.MULTILINE)
# The line up to a part of a URL: in a link, an attribute or a definition.
_OPENS_ADDRESS = re.compile(r"(?:\]\(\s*<?|^[ \t>]*\[[^\]\n]*\]:\s*<?)[^\s<>\"'()]*$")
# The line up to the first character of a URL. {{ site.baseurl }} before it is dropped.
_BEGINS_ADDRESS = re.compile(r"(?:\]\(\s*<?|^[ \t>]*\[[^\]\n]*\]:\s*<?|=\s*[\"']?)(?:\{\{[^{}\n]*\}\})?$")
_OPENS_VALUE = re.compile(r"=\s*[\"']?[^\s<>\"'()]*$")
_SENTENCE_FOLLOWS = re.compile(r"[ \t]+[\"“„«*_\[]{0,3}[A-Z\u00c0-\u00de]")
_IMPORTED_FILE = re.compile(
    r"^(?:import\s+|(?:export\s+)?(?:const|let|var)\s+)(?P<name>[\w$]+)\s*(?:from\s*|=\s*require\(\s*)"
    rf"[\"'](?P<path>[^\"'\n]{{0,1000}}(?:{IMAGE_ENDING}|\?raw))[\"']",
    re.MULTILINE | re.IGNORECASE,
)
_SHORTCODE_ENDS = re.compile(r"\{\{[<%]\s*/\s*([\w./-]+)")
_TAG_ENDS = re.compile(r"\{%-?\s*end([\w-]+)")


@dataclass(frozen=True, slots=True)
class Leftover:
    """A piece of a text that was written for a generator, and the Markdown that replaces it."""

    kind: str
    start: int
    end: int
    replacement: str


class Scan:
    """A text and the positions reached in it. Found delimiters are cached, so the total time is linear."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.backticks: dict[int, list[int]] = {}  # {length of a run: [start, …]}
        for found in re.finditer("`+", text):
            self.backticks.setdefault(len(found[0]), []).append(found.start())
        self.closed_components = set(re.findall(r"</([A-Z][\w.]*)>", text))
        self.closed_shortcodes = set(_SHORTCODE_ENDS.findall(text))
        self.captions: dict[str, str] = {}  # of open shortcodes, by name
        self.closed_tags = set(_TAG_ENDS.findall(text))
        self.code_until = self.raw_until = self.done_until = 0
        self.ends: dict[str | re.Pattern[str], tuple[int, Any]] = {}

    @cached_property
    def blocks(self) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
        """The (start, end) ranges of code, and those of raw HTML."""
        return block_ranges(_LONE_COMPONENT.sub(lambda found: " " * len(found[0]), self.text))

    @cached_property
    def html_code(self) -> list[tuple[int, int]]:
        """The (start, end) ranges of code elements in raw HTML."""
        return list(_html_code(self.text))

    @cached_property
    def defined_labels(self) -> set[str]:
        """The labels of `[label]: URL` lines, casefolded, with single spaces."""
        return {" ".join(found[1].casefold().split()) for found in _DEFINITION.finditer(self.text)}

    @cached_property
    def imported_files(self) -> dict[str, str]:
        """The paths of images and raw texts by the names under which MDX imports them."""
        return {found["name"]: found["path"] for found in _IMPORTED_FILE.finditer(self.text)}

    def is_in_code(self, position: int) -> bool:
        return position < self.code_until or _within(self.blocks[0], position)

    def is_in_html(self, position: int) -> bool:
        return _within(self.blocks[1], position)

    def without_meaning(self, position: int, source: str) -> str:
        """Return the replacement of a tag without a meaning here: nothing, or its source in HTML code.

        Inside a URL, the source stays, too: a link or image with half of its URL would be misleading.
        """
        return as_text(source) if self.is_kept(position) else self.nothing(position, source)

    def nothing(self, position: int, source: str) -> str:
        """Return the replacement of a tag that is not shown: "", or NOTHING where content is needed.

        Without content, the markup of a definition or list item would be shown as text. In raw HTML, a blank
        line would end the HTML.
        """
        before, end = self.line_before(position), position + len(source)
        is_line = self.is_in_html(position) and not before.strip() and _REST_IS_BLANK.match(self.text, end)
        return NOTHING if is_line or _LONE_MARK.fullmatch(before) else ""

    def is_ornament(self, position: int, source: str) -> bool:
        """Whether a tag, such as an icon, precedes a sentence that is complete without it."""
        is_first = not self.line_before(position).strip(" \t>*+-")
        return is_first and bool(_SENTENCE_FOLLOWS.match(self.text, position + len(source)))

    def lost(self, position: int, source: str, shown: str = LOST) -> str:
        """Return the replacement of a tag whose output is missing, or its source if tags are kept."""
        if self.is_kept(position):
            return as_text(source)
        before = self.line_before(position)
        rest = _REST_IS_BLANK.match(self.text, position + len(source))
        is_line = rest and not before.strip(" \t>") and not self.is_in_html(position)
        return f"{shown}\n{before}" if is_line else shown

    def unknown(
        self, position: int, source: str, name: str, arguments: str, *, is_liquid: bool = False
    ) -> Leftover:
        """Return a tag that only the old site could run, with the words that readers see in its place."""
        words = stand_in(name, arguments, is_liquid=is_liquid, in_html=self.is_in_html(position))
        return Leftover(UNKNOWN, position, position + len(source), self.lost(position, source, words))

    def is_kept(self, position: int) -> bool:
        before = self.line_before(position)
        is_in_tag = self.is_in_html(position) or before.rfind("<") > before.rfind(">")
        is_in_address = _OPENS_ADDRESS.search(before) or (is_in_tag and _OPENS_VALUE.search(before))
        return bool(is_in_address) or _within(self.html_code, position)

    def begins_address(self, position: int) -> bool:
        """Whether the URL of a link, an attribute or a definition begins here."""
        return bool(_BEGINS_ADDRESS.search(self.line_before(position)))

    def as_code(self, position: int, source: str) -> str:
        """Return template syntax as code to show to readers, or as plain text where code would not render."""
        is_plain = "`" in source or "\n" in source or self.is_in_html(position) or self.is_kept(position)
        return as_text(source) if is_plain else f"`{source}`"

    def enter_code(self, start: re.Match[str]) -> None:
        """Store the end of the code that these backticks open, if it ends in the same paragraph."""
        runs = self.backticks.get(len(start[0]), [])  # missing if the first backtick of the run is escaped
        index = bisect_right(runs, start.start())
        if index < len(runs) and not self.crosses(start.end(), runs[index], len(self.text)):
            self.code_until = runs[index] + len(start[0])

    def line_before(self, position: int) -> str:
        """Return the line up to a position, at most LONGEST_LINE_BEFORE characters."""
        nearby = max(0, position - LONGEST_LINE_BEFORE)
        return self.text[self.text.rfind("\n", nearby, position) + 1 or nearby : position]

    def listing(self, position: int, arguments: str, code: str) -> str:
        """Return a code block to replace a tag whose first argument is the language."""
        words = arguments.split()
        language = re.sub(r"[^\w+#.-]", "", words[0]) if words and "=" not in words[0] else ""
        before = self.line_before(position)
        is_alone = not before.strip(" \t>")
        shown = listing(language, code, before if is_alone else "", in_html=self.is_in_html(position))
        return shown if is_alone or self.is_in_html(position) else f"\n\n{shown}"

    def tag(self, closing: str, pattern: re.Pattern[str], position: int) -> re.Match[str] | None:
        """Match the tag from here to the next `closing`, if the tag fits the pattern and is not too long."""
        end = self.find(closing, position + 2)
        if not end or end - position > LONGEST_TAG:
            return None
        return pattern.fullmatch(self.text, position, end)

    def crosses(self, start: int, end: int, limit: int) -> bool:
        """Whether a range is longer than `limit` or reaches into the next paragraph."""
        blank = self.end(_BLANK_LINE, start)
        return end - start > limit or bool(blank and blank[0] < end)

    def end(self, pattern: re.Pattern[str], position: int) -> tuple[int, int] | None:
        """Return (start, end) of the next match of a pattern for the end of a block."""
        return self._next(pattern, position, lambda: _span(pattern.search(self.text, position)))

    def find(self, mark: str, position: int) -> int:
        """Return the end of the next occurrence of `mark`, or 0."""
        found = self._next(mark, position, lambda: self.text.find(mark, position))
        return found + len(mark) if found >= 0 else 0

    def _next(self, mark, position, search):
        asked, known = self.ends.get(mark, (len(self.text) + 1, None))
        start = known[0] if isinstance(known, tuple) else known
        if position < asked or (start is not None and 0 <= start < position):
            known = search()
            self.ends[mark] = position, known
        return known


def _span(found):
    return found.span() if found else None


def _html_code(text):
    start, name = 0, ""
    for found in _HTML_CODE.finditer(text):
        if not name and not found[1]:
            start, name = found.start(), found[2].lower()
        elif found[1] and found[2].lower() == name:
            yield start, found.start()
            name = ""


def _within(ranges, position):
    index = bisect_right(ranges, position, key=lambda one: one[0]) - 1
    return index >= 0 and position < ranges[index][1]
