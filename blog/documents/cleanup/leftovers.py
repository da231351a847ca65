"""What a site generator left in a text: shortcodes, Liquid, wikilinks, components, and math for a script.

Nothing of it can be run here. What has a plain meaning is written as Markdown before the text is parsed, all
else is shown as the words that it is: no mark in it is taken for Markdown or HTML. The text itself stays.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from blog.documents.cleanup.shortcodes import (
    as_text,
    image,
    link,
    listing,
    read_arguments,
    replace_caption,
    replace_tag,
)
from blog.documents.parsing.elements import is_element
from blog.documents.parsing.markdown import block_ranges

HUGO, LIQUID, KRAMDOWN = "Hugo shortcode", "Liquid tag", "Kramdown attribute list"
WORDPRESS, WIKILINK, COMPONENT, MODULE = (
    "WordPress shortcode",
    "wikilink",
    "component",
    "import or export line",
)
PLACEHOLDER = "picture placeholder"
MATH = "math"

LONGEST_TAG = 2000
LONGEST_MATH = 2000
LONGEST_LINE_BEFORE = 200  # as far as it is looked at

_WORDPRESS_NAMES = (
    "caption|wp_caption|gallery|embed|audio|video|playlist|sourcecode|code|youtube|vimeo|gist|contact-form(?:-7)?"
    r"|vc_\w+|et_pb_\w+"
)
_PLACEHOLDER_NAMES = "(?:IMAGE|PICTURE|PHOTO)[ :\\]]"
# Without any of these there is no leftover. Each begins with one sign, for which a search is quick.
_HINTS = tuple(
    map(
        re.compile,
        (
            r"\{[{%:/]",
            rf"\[(?:\[|/?(?:{_WORDPRESS_NAMES})\b|{_PLACEHOLDER_NAMES})",
            r"</?[A-Z]",
            r"\$",
            r"\\[(\[]",
        ),
    )
)
# Where a leftover may begin. Looked for first, as a set of signs is found much faster than a choice of marks.
_SIGN = re.compile(r"[{\\$`!\[<]")
_SIGN_OR_MODULE = re.compile(rf"{_SIGN.pattern}|^(?=(?:import|export)\s)", re.MULTILINE)
_START = re.compile(
    r"(?P<hugo>\{\{[<%])|(?P<output>\{\{)|(?P<liquid>\{%)|(?P<kramdown>\{:)|(?P<comment>\{/\*)"
    r"|(?P<math>\\[(\[]|(?<![\\$\w])\$\$?(?!\$))|(?P<escape>\\.)|(?P<code>`+)|(?P<wikilink>!?\[\[)"
    rf"|(?P<wordpress>\[/?(?:{_WORDPRESS_NAMES})(?=[\s\]=]))|(?P<component>(?<!\w)</?[A-Z])"
    rf"|(?P<module>^(?:import|export)\s)|(?P<placeholder>\[{_PLACEHOLDER_NAMES})",
    re.MULTILINE,
)
_HUGO = re.compile(
    r"\{\{[<%]\s*(?P<escaped>/\*)?\s*(?P<closing>/)?\s*(?P<name>[\w./-]*)(?P<rest>.*)[%>]\}\}", re.DOTALL
)
_LIQUID = re.compile(r"\{%-?\s*(?P<name>[\w-]*)(?P<rest>.*?)-?%\}", re.DOTALL)
# Behind a tag that was put in the place of one of HTML: what was left of that one.
_REST_OF_TAG = re.compile(r"(?:[ \t]+[a-zA-Z][\w-]*=\"[^\"<>\n]*\")+[ \t]*/?>")
_LITERAL = re.compile(
    r"\{\{-?\s*(?:\"(?P<double>[^\"{}]*)\"|'(?P<single>[^'{}]*)')\s*(?P<filters>(?:\|[^{}|]*)*?)-?\}\}"
)
_ADDRESS_FILTERS = re.compile(
    r"(?:\|\s*(?:url|relative_url|absolute_url|relurl|absurl|prepend:\s*site\.(?:base)?url|safe|escape)\s*)*",
    re.IGNORECASE,
)
_SITE_ADDRESS = re.compile(r"\{\{-?\s*(?:site\.(?:github\.)?(?:base)?url|\.Site\.Base(?:URL|url))\s*-?\}\}")
_KRAMDOWN = re.compile(r"\{:(?P<extension>:\w+|/\w*)?[^{}\n]*\}")
_HEADING_LINE = re.compile(r"[ \t>]*#{1,6}[ \t]")
_CONTENTS_PLACEHOLDER = re.compile(r"\{:\s*toc\b", re.IGNORECASE)
_CONTENTS_ITEM = re.compile(r"[ \t]*(?:[*+-]|1\.)[ \t]")
_OWN_ID = re.compile(r"#[\w-]+")
_WIKILINK = re.compile(
    r"(?P<embed>!)?\[\[(?P<target>[^\s\[\]|\n](?:[^\[\]|\n]*[^\s\[\]|\n\\])?)\\?(?:\|(?P<label>[^\[\]\n]*))?\]\](?![(\[:])"
)
_IMAGE_FILE = re.compile(r".+\.(?:jpe?g|png|gif|webp|avif|svg)", re.IGNORECASE)
_WORDPRESS = re.compile(r"\[(?P<closing>/)?(?P<name>[\w-]+)(?P<rest>[^\[\]\n]*)\](?![(\[:])")
_PLACEHOLDER = re.compile(
    r"\[(?:IMAGE|PICTURE|PHOTO)(?: (?:PLACEHOLDER|HERE))?(?::[ \t]*(?P<words>[^\[\]\n]*))?\][ \t]*(?=\n|\Z)"
)
_COMPONENT = re.compile(
    r"<(?P<closing>/)?(?P<name>[A-Z][A-Za-z0-9]*(?:\.[A-Z]\w*)*)"
    r"(?P<rest>(?:\s(?:[^<>\"'{}]++|\"[^\"]*+\"|'[^']*+'|\{(?:[^{}]|\{[^{}]*+\})*+\})*+)?)(?P<whole>/)?>"
)
_MODULE = re.compile(
    r"import\s+(?:(?:[\w*$][^;'\"\n{}]*|(?:\w+\s*,\s*)?\{[^{}]*\})\s*from\s+)?"
    r"[\"'][^\"'\n]+[\"'];?[ \t]*(?=\n|\Z)"
    r"|export\s+(?:const|default|let|function|async|\{)[^\n]*"
)
_MATH_START = re.compile(r"\$\$?|\\[(\[]")
_MODULES = re.compile(r"^(?:import|export)\s", re.MULTILINE)
_TEX = re.compile(r"\\[A-Za-z]|[_^=<>+]|^\w$")
_BLOCKS = {  # tags that something belongs to, up to this end
    "highlight": re.compile(r"\{%-?\s*endhighlight\s*-?%\}"),
    "comment": re.compile(r"\{%-?\s*endcomment\s*-?%\}"),
    "raw": re.compile(r"\{%-?\s*endraw\s*-?%\}"),
    "hugo highlight": re.compile(r"\{\{[<%]\s*/\s*highlight\s*[%>]\}\}"),
    "caption": re.compile(r"\[/caption\]"),
    "wp_caption": re.compile(r"\[/wp_caption\]"),
    "code": re.compile(r"\[/code\]"),
    "sourcecode": re.compile(r"\[/sourcecode\]"),
    "embed": re.compile(r"\[/embed\]"),
    "youtube": re.compile(r"\[/youtube\]"),
    "video": re.compile(r"\[/video\]"),
    "audio": re.compile(r"\[/audio\]"),
    "kramdown comment": re.compile(r"\{:/(?:comment)?\}"),
    "blank line": re.compile(r"\n[ \t>]*\n"),
}


@dataclass(frozen=True, slots=True)
class Leftover:
    """A piece of a text that was meant for a generator, and the Markdown to read in its place."""

    kind: str
    start: int
    end: int
    replacement: str


def find_leftovers(text: str) -> list[Leftover]:
    """The leftovers of a text in order; in code only what keeps templates from being run there."""
    return [found for found in _leftovers(text) if found.kind != MATH]


def replace_leftovers(text: str) -> str:
    """The text as it is to be parsed. It must have passed clean_characters()."""
    pieces, position = [], 0
    for found in _leftovers(text):
        pieces += text[position : found.start], found.replacement
        position = found.end
    return "".join([*pieces, text[position:]]) if pieces else text


def _leftovers(text: str) -> list[Leftover]:
    return list(_Scan(text).run()) if _may_hold(text) else []


def _may_hold(text: str) -> bool:
    return any(hint.search(text) for hint in _HINTS) or _has_modules(text)


def _has_modules(text: str) -> bool:
    return ("import" in text or "export" in text) and bool(_MODULES.search(text))


class _Scan:
    """One walk through a text. Each end mark is searched for once from any place, so the walk is linear."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.backticks = _backticks(text)
        self.closed_components = set(re.findall(r"</([A-Z][\w.]*)>", text))
        self.code_until = self.raw_until = self.done_until = 0
        self.ends: dict[str, tuple[int, Any]] = {}
        self.readers = {
            "output": self._output,
            "kramdown": self._kramdown,
            "comment": self._comment,
            "math": self._math,
            "wikilink": self._wikilink,
            "wordpress": self._wordpress,
            "component": self._component,
            "module": self._module,
            "placeholder": self._placeholder,
        }

    @cached_property
    def blocks(self) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
        """Where code stands, and where raw HTML does."""
        return block_ranges(self.text)

    def run(self) -> Iterator[Leftover]:
        position = 0
        signs = _SIGN_OR_MODULE if _has_modules(self.text) else _SIGN
        while sign := signs.search(self.text, position):
            position = sign.start()
            start = _START.match(self.text, position)
            if not start:
                position += 1
                continue
            found = self._read(start.lastgroup or "", start)
            if found:
                position = self.done_until = found.end
                yield found
            else:
                is_whole = start.lastgroup in ("escape", "code") or start[0][0] == "\\"
                position = start.end() if is_whole else position + 1

    def _read(self, kind: str, start: re.Match) -> Leftover | None:
        position = start.start()
        in_code = position < self.code_until or _within(self.blocks[0], position)
        in_raw = position < self.raw_until
        if kind == "liquid":
            return self._liquid(position, in_code=in_code, in_raw=in_raw)
        if kind == "hugo":
            return None if in_raw else self._hugo(position, in_code=in_code)
        if in_code or (kind == "output" and in_raw):
            return None
        if kind == "code":
            self._enter_code(start)
        return self.readers[kind](position) if kind in self.readers else None

    def _liquid(self, position, *, in_code, in_raw):
        found = self._tag("%}", _LIQUID, position)
        if not found:
            return None
        name, kind = found["name"], (LIQUID, position, found.end())
        if name == "endraw" and (in_raw or position == self.raw_until):
            return Leftover(*kind, "")
        if in_raw:
            return None
        if name == "raw" and (end := self._end("raw", found.end())):
            self.raw_until = end[0]
            return Leftover(*kind, "")
        if in_code:
            return None
        if name in ("highlight", "comment") and (end := self._end(name, found.end())):
            code = self.text[found.end() : end[0]]
            shown = self._listing(position, found["rest"], code) if name == "highlight" else ""
            return Leftover(LIQUID, position, end[1], shown)
        shown = replace_tag(name, found["rest"], is_liquid=True, in_html=self._in_html(position))
        if shown is None:
            return Leftover(*kind, as_text(found[0]))
        rest = _REST_OF_TAG.match(self.text, found.end(), found.end() + LONGEST_TAG)
        return Leftover(LIQUID, position, rest.end() if rest else found.end(), shown)

    def _hugo(self, position, *, in_code):
        closing = "%}}" if self.text[position + 2] == "%" else ">}}"
        found = self._tag(closing, _HUGO, position)
        if not found:
            return None
        if found["escaped"]:
            plain = found[0].replace("/*", "", 1).replace("*/", "", 1)
            return Leftover(HUGO, position, found.end(), plain if in_code else as_text(plain))
        if in_code:
            return None
        if (
            found["name"] == "highlight"
            and not found["closing"]
            and (end := self._end("hugo highlight", found.end()))
        ):
            code = self.text[found.end() : end[0]]
            return Leftover(HUGO, position, end[1], self._listing(position, found["rest"], code))
        rest = found["rest"].rstrip().removesuffix("/")
        shown = (
            None if found["closing"] else replace_tag(found["name"], rest, in_html=self._in_html(position))
        )
        return Leftover(HUGO, position, found.end(), as_text(found[0]) if shown is None else shown)

    def _output(self, position):
        if not (end := self._find("}}", position)) or self._crosses(position, end, 500):
            return None
        source = self.text[position:end]
        literal = _LITERAL.fullmatch(source)
        if literal and _ADDRESS_FILTERS.fullmatch(literal["filters"]):
            return Leftover(LIQUID, position, end, as_text(literal["double"] or literal["single"] or ""))
        shown = "" if _SITE_ADDRESS.fullmatch(source) else as_text(source)
        return Leftover(LIQUID, position, end, shown)

    def _kramdown(self, position):
        found = _KRAMDOWN.match(self.text, position)
        if not found:
            return None
        if found["extension"] == ":comment" and (end := self._end("kramdown comment", found.end())):
            return Leftover(KRAMDOWN, position, end[1], "")
        before = self._line_before(position)
        if _CONTENTS_PLACEHOLDER.match(found[0]):
            return Leftover(KRAMDOWN, self._contents_item(position, before), found.end(), "")
        own_id = _OWN_ID.search(found[0])
        shown = f"{{{own_id[0]}}}" if own_id and _HEADING_LINE.match(before) else ""
        return Leftover(KRAMDOWN, position, found.end(), shown)

    def _contents_item(self, position, before):
        """Where the list item stands in whose place Kramdown puts a table of contents."""
        line_start = position - len(before)
        item = self._line_before(max(line_start - 1, 0))
        start = line_start - 1 - len(item)
        return start if start >= self.done_until and _CONTENTS_ITEM.match(item) else position

    def _comment(self, position):
        end = self._find("*/}", position)
        return Leftover(COMPONENT, position, end, "") if end and end - position < LONGEST_TAG else None

    def _math(self, position):
        opening = _MATH_START.match(self.text, position)[0]
        closing = {"\\(": "\\)", "\\[": "\\]"}.get(opening, opening)
        first = position + len(opening)
        end = self._find(closing, first)
        if not end or self._crosses(first, end, LONGEST_MATH):
            return None
        inner = self.text[first : end - len(closing)]
        if opening == "$" and (
            inner[:1].isspace() or inner[-1:].isspace() or self.text[end : end + 1].isdigit()
        ):
            return None
        if not _TEX.search(inner) or "`" in inner:
            return None
        return Leftover(MATH, position, end, as_text(self.text[position:end]))

    def _wikilink(self, position):
        found = _WIKILINK.match(self.text, position, position + LONGEST_TAG)
        if not found or found["target"][0] in "^-":
            return None
        target = found["target"]
        if target.casefold() == "toc":
            shown = ""
        elif found["embed"] and _IMAGE_FILE.fullmatch(target):
            label = found["label"] or ""
            alt = "" if re.fullmatch(r"[\dx]*", label) else label
            shown = image(target, alt, in_html=self._in_html(position)) or ""
        else:
            words = found["label"] or target.replace("#", " > ").removeprefix(" > ")
            shown = as_text(words.strip())
        return Leftover(WIKILINK, position, found.end(), shown)

    def _wordpress(self, position):
        found = _WORDPRESS.match(self.text, position, position + LONGEST_TAG)
        if not found:
            return None
        name = found["name"]
        end = None if found["closing"] or name not in _BLOCKS else self._end(name, found.end())
        if not end and not ("=" in found["rest"] or "http" in found["rest"] or found["closing"]):
            return None
        content = self.text[found.end() : end[0]] if end else ""
        shown = self._wordpress_shown(found, content, position)
        if shown is None:
            return Leftover(WORDPRESS, position, found.end(), as_text(found[0]))
        return Leftover(WORDPRESS, position, end[1] if end else found.end(), shown)

    def _wordpress_shown(self, found, content, position):
        in_html = self._in_html(position)
        name, rest = found["name"], found["rest"].lstrip("=")
        if found["closing"]:
            return None
        if name in ("caption", "wp_caption"):
            return replace_caption(rest, content, in_html=in_html)
        if name in ("code", "sourcecode") and content:
            language = read_arguments(rest).get("language", "lang")
            return self._listing(position, language, content)
        address = content.strip() or rest.strip()
        if name in ("embed", "youtube", "vimeo") and re.fullmatch(r"https?://\S+", address):
            return link(address, in_html=in_html)
        return replace_tag(name, rest, in_html=in_html)

    def _component(self, position):
        found = _COMPONENT.match(self.text, position, position + LONGEST_TAG)
        if not found:
            return None
        name = found["name"]
        if name.isupper() or is_element(name):
            return None
        if not (
            found["whole"] or found["closing"] or found["rest"].strip() or name in self.closed_components
        ):
            return None
        shown = (
            None if found["closing"] else replace_tag(name, found["rest"], in_html=self._in_html(position))
        )
        return Leftover(COMPONENT, position, found.end(), as_text(found[0]) if shown is None else shown)

    def _module(self, position):
        found = _MODULE.match(self.text, position, position + LONGEST_TAG)
        if not found:
            return None
        shown = "" if found[0].startswith("import") else as_text(found[0])
        return Leftover(MODULE, position, found.end(), shown)

    def _placeholder(self, position):
        """A line that says no more than where an image was meant to be: what it was to show is left."""
        found = _PLACEHOLDER.match(self.text, position, position + LONGEST_TAG)
        if not found or self._line_before(position).strip(" \t>"):
            return None
        return Leftover(PLACEHOLDER, position, found.end(), as_text((found["words"] or "").strip()))

    def _listing(self, position, arguments, code):
        words = arguments.split()
        language = re.sub(r"[^\w+#.-]", "", words[0]) if words else ""
        before = self._line_before(position)
        is_alone = not before.strip(" \t>")
        shown = listing(language, code, before if is_alone else "", in_html=self._in_html(position))
        return shown if is_alone or self._in_html(position) else f"\n\n{shown}"

    def _in_html(self, position):
        return _within(self.blocks[1], position)

    def _enter_code(self, start):
        """Note where the code ends that these backticks begin, if it does so in its paragraph."""
        runs = self.backticks.get(len(start[0]), [])  # a run may be shorter by a sign that is escaped
        index = bisect_right(runs, start.start())
        if index < len(runs) and not self._crosses(start.end(), runs[index], len(self.text)):
            self.code_until = runs[index] + len(start[0])

    def _line_before(self, position):
        nearby = max(0, position - LONGEST_LINE_BEFORE)
        return self.text[self.text.rfind("\n", nearby, position) + 1 or nearby : position]

    def _tag(self, closing, pattern, position):
        end = self._find(closing, position + 2)
        if not end or end - position > LONGEST_TAG:
            return None
        return pattern.fullmatch(self.text, position, end)

    def _crosses(self, start, end, limit):
        """Whether a piece is too long, or reaches into the next paragraph."""
        blank = self._end("blank line", start)
        return end - start > limit or bool(blank and blank[0] < end)

    def _end(self, name, position):
        """From where to where the next end of a block stands."""
        return self._next(name, position, lambda: _span(_BLOCKS[name].search(self.text, position)))

    def _find(self, mark, position):
        """Where the next such mark ends; 0 if there is none."""
        found = self._next(mark, position, lambda: self.text.find(mark, position))
        return found + len(mark) if found >= 0 else 0

    def _next(self, name, position, search):
        asked, known = self.ends.get(name, (len(self.text) + 1, None))
        start = known[0] if isinstance(known, tuple) else known
        if position < asked or (start is not None and 0 <= start < position):
            known = search()
            self.ends[name] = position, known
        return known


def _span(found):
    return found.span() if found else None


def _backticks(text):
    """Where runs of backticks stand, by their length."""
    runs = {}
    for found in re.finditer("`+", text):
        runs.setdefault(len(found[0]), []).append(found.start())
    return runs


def _within(ranges, position):
    index = bisect_right(ranges, position, key=lambda one: one[0]) - 1
    return index >= 0 and position < ranges[index][1]
