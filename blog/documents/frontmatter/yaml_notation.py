"""Read YAML front matter from the parser's events, with YAML 1.2's plain values and offsets for editing.

PyYAML's loader would read `no`, `012` and `12:30` by YAML 1.1, expand aliases without limit, and lose the
offsets. Aliases are rejected here.
"""

import re
from bisect import bisect_left
from dataclasses import dataclass, field

import yaml

from blog.documents.frontmatter.encoding import DocumentError
from blog.documents.notices import Notice, NoticeKind

MAX_DEPTH = 20
TOO_DEEP = f"the front matter is nested more than {MAX_DEPTH} levels deep."

_WORDS = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,18})")
_FLOAT = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?")
_ESCAPED_PAIR = re.compile(r"(?<!\\)\\u(d[89ab][0-9a-f]{2})\\u(d[c-f][0-9a-f]{2})", re.IGNORECASE)
_STRING_TAG = "tag:yaml.org,2002:str"


@dataclass(slots=True)
class YamlEntry:
    """The offsets of a key and its value in the front matter."""

    key: str
    start: int
    colon: int  # the offset after it
    value: int
    end: int
    items: list[tuple[int, int]] | None = None  # (start, end) of each item of a list in block style


@dataclass(slots=True)
class YamlMapping:
    fields: dict[str, object] = field(default_factory=dict)
    notices: list[Notice] = field(default_factory=list)
    entries: list[YamlEntry] = field(default_factory=list)
    is_flow: bool = False


def read_yaml(block: str, first_line: int = 1) -> YamlMapping:
    """Read a mapping. first_line is the line of the block in the file, for DocumentError."""
    try:
        return _build(block, first_line)
    except yaml.YAMLError as error:
        raise _explain(error, block, first_line) from None
    except ValueError as error:
        if isinstance(error, DocumentError):
            raise
        raise DocumentError(f"the front matter is not valid YAML: {error}.", first_line) from None


def resolve_plain(text: str) -> object:
    """Return the value of a plain scalar: None, a boolean, a number or text."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text):
        return read_number(text)
    return text


def read_number(text: str) -> float | str:
    """Return a float, or the text if the float would be written differently.

    So the version 1.10 does not become 1.1, and the slug 1e5 does not become 100000.0.
    """
    number = float(text)
    return number if repr(number) == text else text


def doubled_key(key: str, line: int) -> Notice:
    sentence = f"key “{key}” stands twice (again in line {line}): the last one counts."
    return Notice(NoticeKind.DOUBLED_KEY, sentence, line)


def _build(block, first_line):
    try:
        return _Builder(block, first_line).build()
    except yaml.YAMLError:
        pairs = list(_ESCAPED_PAIR.finditer(block))
        if not pairs:
            raise
    # JSON writes an emoji as a pair of escapes, which YAML does not support. The joined escape is two
    # characters shorter, so that offsets have to be shifted.
    mapping = _Builder(_ESCAPED_PAIR.sub(_join_pair, block), first_line).build()
    starts = [pair.start() - 2 * number for number, pair in enumerate(pairs)]
    for entry in mapping.entries:
        for name in ("start", "colon", "value", "end"):
            setattr(entry, name, _shifted(getattr(entry, name), starts))
        if entry.items is not None:
            entry.items = [(_shifted(start, starts), _shifted(end, starts)) for start, end in entry.items]
    return mapping


def _join_pair(pair):
    return f"\\U{0x10000 + (int(pair[1], 16) - 0xD800) * 0x400 + int(pair[2], 16) - 0xDC00:08x}"


def _shifted(offset, starts):
    return offset + 2 * bisect_left(starts, offset)


class _Builder:
    def __init__(self, block, first_line):
        self.block = block
        self.first_line = first_line
        self.events = yaml.parse(block, Loader=yaml.CSafeLoader)
        self.mapping = YamlMapping()
        self.counted = 0, first_line  # (offset, its line)
        self.end = 0  # of the last token with text; the parser ends a block only after trailing comments

    def build(self):
        root = self._root_event()
        if root is not None:
            if not isinstance(root, yaml.MappingStartEvent):
                raise self._error(root, "the front matter is not a list of “key: value” lines.")
            self.mapping.is_flow = bool(root.flow_style)
            self.mapping.fields = self._mapping(root, 1, self.mapping.entries)
            next(self.events)  # the document's end
            if not isinstance(extra := next(self.events), yaml.StreamEndEvent):
                raise self._error(extra, "the front matter is more than one YAML document.")
        return self.mapping

    def _root_event(self):
        next(self.events)  # the stream's start
        if isinstance(next(self.events), yaml.StreamEndEvent):
            return None
        return next(self.events)

    def _node(self, event, depth):
        if isinstance(event, yaml.AliasEvent):
            raise self._error(event, "aliases are not read. Put a value that begins with * in quotes.")
        if event.anchor:
            raise self._error(event, "anchors are not read. Put a value that begins with & in quotes.")
        if event.tag not in (None, "!", _STRING_TAG):
            raise self._error(event, "tags are not read. Put a value that begins with ! in quotes.")
        if isinstance(event, yaml.ScalarEvent):
            self._note_end(event)
            is_plain = event.implicit[0] and event.tag is None
            return resolve_plain(event.value) if is_plain else event.value
        if depth > MAX_DEPTH:
            raise self._error(event, TOO_DEEP)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(event, depth, None)
        return self._mapping(event, depth, None)

    def _sequence(self, start, depth, spans):
        values = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            self.end = max(self.end, event.start_mark.index)
            values.append(self._node(event, depth + 1))
            if spans is not None:
                spans.append((event.start_mark.index, self.end))
        if start.flow_style:
            self.end = event.end_mark.index
        return values

    def _mapping(self, start, depth, entries):
        values = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                raise self._error(event, "a key must be plain text. Put what begins with [ or { in quotes.")
            self._node(event, depth)  # rejects anchors and tags
            key = event.value
            if key in values:
                self.mapping.notices.append(doubled_key(key, self._line(event)))
            values[key] = self._value(key, event, depth, entries)
        if start.flow_style:
            self.end = event.end_mark.index
        return values

    def _value(self, key, key_event, depth, entries):
        event = next(self.events)
        if entries is None:
            return self._node(event, depth + 1)
        key_end = key_event.end_mark.index
        colon = self.block.find(":", key_end) + 1 or key_end
        self.end = max(colon, key_end)
        is_block_list = isinstance(event, yaml.SequenceStartEvent) and not event.flow_style
        spans = [] if is_block_list and not (event.anchor or event.tag) else None
        value = self._node(event, depth + 1) if spans is None else self._sequence(event, depth + 1, spans)
        entry_value = min(max(event.start_mark.index, colon), self.end)
        entries.append(YamlEntry(key, key_event.start_mark.index, colon, entry_value, self.end, spans))
        return value

    def _note_end(self, event):
        end = event.end_mark.index
        if event.style in ("|", ">"):
            start = event.start_mark.index
            end = start + len(self.block[start:end].rstrip())
        if end > event.start_mark.index:  # an empty value has no position
            self.end = end

    def _line(self, event):
        offset, line = self.counted
        index = event.start_mark.index
        if index < offset:
            offset, line = 0, self.first_line
        self.counted = index, line + self.block.count("\n", offset, index)
        return self.counted[1]

    def _error(self, event, message):
        return DocumentError(message, self._line(event))


def _explain(error, block, first_line):
    problem = getattr(error, "problem", None) or str(error).split("\n", 1)[0]
    context = getattr(error, "context", None) or ""
    mark = getattr(error, "problem_mark", None)
    is_unclosed = "quoted scalar" in context or "flow" in context
    if is_unclosed or (mark and mark.index >= len(block)):
        mark = getattr(error, "context_mark", None) or mark
    offset = mark.index if mark else getattr(error, "position", 0)
    line_start = block.rfind("\n", 0, offset) + 1
    line = block[line_start:].split("\n", 1)[0]
    line_number = first_line + block.count("\n", 0, offset)
    if "nesting depth" in problem:
        return DocumentError(TOO_DEEP, line_number)
    message = f"the front matter is not valid YAML: {problem}. {_hint(problem, context, line)}"
    return DocumentError(message.strip(), line_number)


def _hint(problem, context, line):
    key, _, value = (part.strip() for part in line.partition(":"))
    if "Unicode character" in problem:
        return "It holds half of a character pair (\\ud800-\\udfff)."
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return "Indent with spaces, not with tabs."
    if "quoted scalar" in context:
        return "A quotation mark is missing, or \\ stands before a character that needs none."
    if "flow" in context:
        return "A bracket is not closed."
    if value.startswith('"'):
        return 'Write \\" for a quotation mark inside quotation marks.'
    if value.startswith("'"):
        return "Write '' for an apostrophe inside apostrophes."
    if value:
        return f"Put the value of “{key}” in quotation marks."
    return "Each line must be “key: value”." if "could not find expected ':'" in problem else ""
