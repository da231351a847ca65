"""Patch values into a file, changing the smallest span of text.

edit_front_matter() returns the edits for the notation of the front matter. patch() applies them to the file.
"""

import json
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise, takewhile

from blog.documents.frontmatter.bounds import HEADER_LINE, split_text
from blog.documents.frontmatter.encoding import DocumentError, clean, decode, encode, raw_offsets
from blog.documents.frontmatter.notations import JSON_LINE, TOML_NAME, Dialect, header_entries
from blog.documents.frontmatter.value_formats import (
    is_compact,
    json_value,
    same_value,
    toml_key,
    toml_value,
    value_key,
    yaml_item,
    yaml_key,
    yaml_value,
)
from blog.documents.frontmatter.yaml_notation import YamlEntry, read_yaml

_TOML_KEY = re.compile(rf"[ \t]*({TOML_NAME}(?:[ \t]*\.[ \t]*{TOML_NAME})*)[ \t]*=[ \t]*")
_TOML_TABLE = re.compile(r"[ \t]*\[{1,2}[ \t]*(.+?)[ \t]*\]{1,2}[ \t]*(?:#.*)?$", re.MULTILINE)
_TOML_TOKEN = re.compile(
    r"""\"{3}(?:[^\\]|\\.)*?"{3,5}|'''.*?'{3,5}|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|#[^\n]*|[\[\]{}\n]|[^"'#\[\]{}\n]+""",
    re.DOTALL,
)
_JSON_SPACE = re.compile(r"[\s,]*")


def json_line_entries(block: str) -> list[YamlEntry]:
    entries = []
    offset = 0
    for line in block.split("\n"):
        if opening := JSON_LINE.match(line):
            value, end = offset + opening.end(), offset + len(line.rstrip())
            entries.append(YamlEntry(opening[1], offset, offset + opening.end(1) + 1, value, end))
        offset += len(line) + 1
    return entries


def json_entries(block: str) -> list[YamlEntry]:
    decoder = json.JSONDecoder(strict=False, parse_int=str)
    entries = []
    offset = _JSON_SPACE.match(block, 1).end()
    while block[offset] != "}":
        key, end = decoder.raw_decode(block, offset)
        colon = block.index(":", end) + 1
        value = _JSON_SPACE.match(block, colon).end()
        _, end = decoder.raw_decode(block, value)
        entries.append(YamlEntry(key, offset, colon, value, end))
        offset = _JSON_SPACE.match(block, end).end()
    return entries


def toml_entries(block: str) -> tuple[list[YamlEntry], list[tuple[str, int, int]]]:
    """Return the entries above the first table, and (key, start, end) of all other parts of a key.

    Other parts are dotted keys, such as `a.b = 1` for the key a, and tables, each up to the next header.
    """
    entries, others = [], []
    offset = 0
    while offset < len(block):
        if key := _TOML_KEY.match(block, offset):
            end = _toml_value_end(block, key.end())
            name, *rest = _toml_path(key[1])
            if rest:
                others.append((name, offset, end))
            else:
                entries.append(
                    YamlEntry(name, key.start(1), block.index("=", key.end(1)) + 1, key.end(), end)
                )
            offset = end
        elif _TOML_TABLE.match(block, offset):
            return entries, others + _toml_tables(block, offset)
        offset = block.find("\n", offset) + 1 or len(block)
    return entries, others


def _toml_tables(block, offset):
    tables = []
    while offset < len(block):
        if header := _TOML_TABLE.match(block, offset):
            if tables:
                tables[-1][2] = offset - 1
            tables.append([_toml_path(header[1])[0], offset, len(block) - 1])
        elif key := _TOML_KEY.match(block, offset):
            offset = _toml_value_end(block, key.end())
        offset = block.find("\n", offset) + 1 or len(block)
    return [tuple(table) for table in tables]


def _toml_value_end(block, offset):
    depth, end = 0, offset
    for token in _TOML_TOKEN.finditer(block, offset):
        if token[0] in "[{":
            depth += 1
        elif token[0] in "]}":
            depth -= 1
        if not depth and token[0][0] in "#\n":
            break
        end = token.end()
    return offset + len(block[offset:end].rstrip())


def _toml_path(dotted):
    path = []
    table = tomllib.loads(f"[{dotted}]")
    while table:
        ((name, table),) = table.items()
        path.append(name)
    return path


class Removal(Enum):
    """The type of REMOVED, the value that removes a key."""

    REMOVED = "removed"


REMOVED = Removal.REMOVED


@dataclass(frozen=True, slots=True)
class FrontMatterEdit:
    """The text that replaces block[start:end]."""

    start: int
    end: int
    text: str


def edit_front_matter(
    dialect: Dialect, block: str, fields: Mapping[str, object], changes: Mapping[str, object]
) -> list[FrontMatterEdit]:
    match dialect:
        case Dialect.JSON_LINES:
            return _edit_json_lines(block, changes)
        case Dialect.YAML:
            return _edit_yaml(block, fields, changes)
        case Dialect.TOML:
            return _edit_toml(block, changes)
        case Dialect.JSON:
            return _edit_json(block, changes)
        case Dialect.HEADER:
            return _edit_header(block, fields, changes)
        case Dialect.NONE:
            lines = _as_json_lines(changes)
            return [FrontMatterEdit(0, 0, f"---\n{lines}---\n")] if lines else []


def _edit_json_lines(block, changes):
    compact = is_compact(block)

    def replace(entry, value):
        return [FrontMatterEdit(entry.value, entry.end, json_value(value, compact=compact))]

    def add(key, value):
        return f"{key}: {json_value(value, compact=compact)}"

    return _edit_lines(block, json_line_entries(block), changes, replace, add, len(block))


def _edit_yaml(block, fields, changes):
    mapping = read_yaml(block)
    if mapping.is_flow:
        return [FrontMatterEdit(0, len(block), _as_json_lines({**fields, **changes}))]
    indent = " " * _column(block, mapping.entries[0].start) if mapping.entries else ""

    def replace(entry, value):
        return _replace_in_yaml(block, entry, fields[entry.key], value)

    def add(key, value):
        return f"{indent}{yaml_key(key)}: {yaml_value(value)}"

    return _edit_lines(block, mapping.entries, changes, replace, add, len(block))


def _replace_in_yaml(block, entry, old, new):
    between, raw = block[entry.colon : entry.value], block[entry.value : entry.end]
    if entry.items and isinstance(new, list) and new:
        return [FrontMatterEdit(entry.value, entry.end, _yaml_items(block, entry, old, new))]
    in_lines = "\n" in between and raw[0] != "{" and not _has_explicit_keys(between + raw)
    if isinstance(new, dict) and new and isinstance(old, dict) and in_lines:
        return _edit_yaml_mapping(block, entry, old, new)
    space = between if between and "\n" not in between else " "
    return [FrontMatterEdit(entry.colon, entry.end, space + yaml_value(new, raw))]


def _has_explicit_keys(text):
    """Whether a key may be in the long form, "? key", whose entries take several lines."""
    return any(line.lstrip().startswith("?") for line in text.splitlines())


def _yaml_items(block, entry, old, new):
    """Return a list with one item per line. Unchanged items keep their text."""
    raws = [block[start:end] for start, end in entry.items]
    separator = "\n" + " " * _column(block, entry.value)
    known: dict[str, str] = {}
    for raw, item in zip(raws, old, strict=True):
        known.setdefault(value_key(item), raw)
    return separator.join("- " + (known.get(value_key(value)) or yaml_item(value, raws[0])) for value in new)


def _edit_yaml_mapping(block, entry, old, new):
    """Edit the keys of a nested mapping on their own lines."""
    start, end = _line_start(block, entry.value), _line_end(block, entry.end)
    changes = {key: value for key, value in new.items() if key not in old or not same_value(old[key], value)}
    changes |= dict.fromkeys(old.keys() - new.keys(), REMOVED)
    edits = _edit_yaml(block[start:end], old, changes)
    return [FrontMatterEdit(edit.start + start, edit.end + start, edit.text) for edit in edits]


def _edit_toml(block, changes):
    entries, others = toml_entries(block)
    edits = []
    for key, start, end in others:  # tables and dotted keys are rewritten as one line
        if key in changes:
            edits.append(_removal(block, start, end))

    def replace(entry, value):
        return [FrontMatterEdit(entry.value, entry.end, toml_value(value, block[entry.value : entry.end]))]

    def add(key, value):
        return f"{toml_key(key)} = {toml_value(value)}"

    above_tables = _line_end(block, entries[-1].end) if entries else 0
    return edits + _edit_lines(block, entries, changes, replace, add, above_tables)


def _edit_json(block, changes):
    """Edit the present keys together, then add new ones one by one, since each needs a comma before it."""
    edited = _without_json_entries(_with_json_values(block, changes), changes)
    present = {entry.key for entry in json_entries(block)}
    for key, value in changes.items():
        if key not in present and value is not REMOVED:
            edited = _with_json_entry(edited, json_entries(edited), key, value)
    return [FrontMatterEdit(0, len(block), edited)]


def _with_json_values(block, changes):
    last = {entry.key: entry for entry in json_entries(block)}  # the last of a repeated key counts
    pieces, position = [], 0
    for entry in sorted(last.values(), key=lambda entry: entry.start):
        value = changes.get(entry.key, REMOVED)
        if value is not REMOVED:
            pieces += block[position : entry.value], _json_in(block, entry, value)
            position = entry.end
    return "".join([*pieces, block[position:]])


def _without_json_entries(block, changes):
    """Remove keys, each with the comma after it, the last one with the comma before it."""
    entries = json_entries(block)
    kept = [entry for entry in entries if changes.get(entry.key) is not REMOVED]
    if len(kept) == len(entries):
        return block
    next_starts = {entry.start: following.start for entry, following in pairwise(entries)}
    pieces = [block[entry.start : next_starts[entry.start]] for entry in kept[:-1]]
    pieces += [block[entry.start : entry.end] for entry in kept[-1:]]
    return "".join([block[: entries[0].start], *pieces, block[entries[-1].end :]])


def _with_json_entry(block, entries, key, value):
    text = f"{json_value(key)}: {json_value(value)}"
    if not entries:
        return "{\n  " + text + "\n}"
    before = block[entries[-2].end if len(entries) > 1 else 1 : entries[-1].start].lstrip(",")
    return block[: entries[-1].end] + "," + (before or " ") + text + block[entries[-1].end :]


def _json_in(block, entry, value):
    indent = block[_line_start(block, entry.start) : entry.start]
    return json_value(value, block[entry.value : entry.end], indent=indent if indent.isspace() else "")


def _edit_header(block, fields, changes):
    entries = header_entries(block)
    left = {key: value for key, value in {**fields, **changes}.items() if value is not REMOVED}
    has_title = any(key.casefold() == "title" and value for key, value in left.items())
    if not (all(map(_fits_a_line, changes, changes.values())) and has_title and len(left) > 1):
        return [FrontMatterEdit(0, len(block), f"---\n{_as_json_lines(left)}---\n")]

    def replace(entry, value):
        return [FrontMatterEdit(entry.colon, entry.end, f" {value}")]

    def add(key, value):
        return f"{key}: {value}"

    edits = _edit_lines(block, entries, changes, replace, add, _line_end(block, entries[-1].end))
    if not block.endswith("\n") and edits[-1].start == len(block):  # the file ends with its last key
        edits.append(FrontMatterEdit(len(block), len(block), "\n"))  # goes before the edit at the same offset
    return edits


def _fits_a_line(key, value):
    is_text = isinstance(value, str) and "\n" not in value and value == value.strip()
    return value is REMOVED or (is_text and bool(HEADER_LINE.fullmatch(f"{key}: {value}")))


def _edit_lines(
    block: str,
    entries: list[YamlEntry],
    changes: Mapping[str, object],
    replace: Callable[[YamlEntry, object], list[FrontMatterEdit]],
    add: Callable[[str, object], str],
    add_at: int,
) -> list[FrontMatterEdit]:
    """Edit front matter with one entry per line. If a key is repeated, edit the last, which counts."""
    edits, added = [], []
    by_key: dict[str, list[YamlEntry]] = {}
    for entry in entries:
        by_key.setdefault(entry.key, []).append(entry)
    for key, value in changes.items():
        own = by_key.get(key, [])
        if value is REMOVED:
            edits += [_removal(block, entry.start, entry.end) for entry in own]
        elif own:
            edits += replace(own[-1], value)
        else:
            added.append(add(key, value) + "\n")
    return [*edits, FrontMatterEdit(add_at, add_at, "".join(added))] if added else edits


def _removal(block, start, end):
    return FrontMatterEdit(_line_start(block, start), _line_end(block, end), "")


def _as_json_lines(fields):
    return "".join(
        f"{key}: {json_value(value, compact=True)}\n" for key, value in fields.items() if value is not REMOVED
    )


def _column(block, offset):
    return offset - _line_start(block, offset)


def _line_start(block, offset):
    return block.rfind("\n", 0, offset) + 1


def _line_end(block, offset):
    return block.find("\n", offset) + 1 or len(block)


_LINE = re.compile(r"[^\r\n]*+(?:\r\n?|\n)|[^\r\n]++")
_BLANK_LINE_LAST = re.compile(r"\n[ \t]*\n\Z")
_NEWLINE = re.compile(r"\r\n?|\n")


def patch(
    original: bytes, dialect: Dialect, fields: Mapping[str, object], changes: Mapping[str, object], body: str
) -> bytes:
    """Return a file's bytes with these changes. Raises DocumentError if the format cannot hold a value."""
    raw, encoding, _ = decode(original)
    text = clean(raw)
    split = split_text(text)
    newlines = _NEWLINE.findall(raw)
    newline = max(("\n", "\r\n", "\r"), key=newlines.count)
    offsets = range(len(text) + 1) if raw == text else raw_offsets(raw, split.body)
    front, old_body = raw[: offsets[split.body]], raw[offsets[split.body] :]
    if changes:
        edits = edit_front_matter(dialect, text[split.start : split.end], fields, changes)
        for edit in sorted(edits, key=lambda edit: (edit.start, edit.end), reverse=True):
            start, end = offsets[edit.start + split.start], offsets[edit.end + split.start]
            front = front[:start] + edit.text.replace("\n", newline) + front[end:]
    if not front and _has_front_matter(body):
        front = f"---{newline}---{newline}"  # otherwise, the text itself would be read as front matter
    new_body = _patch_lines(old_body, body, newline)
    if new_body and split.fence:
        front += newline * _line_ends_lacking(clean(front))
    return encode(front + new_body, encoding)


def _line_ends_lacking(front):
    """Return the number of newlines missing between the front matter and the text below it."""
    is_ended = front.endswith("\n")
    is_parted = split_text(front).fence != ":" or _BLANK_LINE_LAST.search(front)
    return (not is_ended) + (not is_parted)


def _has_front_matter(body):
    try:
        return bool(split_text(body).fence)
    except DocumentError:
        return True


def _patch_lines(raw, body, newline):
    """Replace a text. Unchanged lines at its beginning and end keep their bytes."""
    raw_lines = _LINE.findall(raw)
    old, new = [clean(line) for line in raw_lines], re.findall(r"[^\n]*+\n|[^\n]++", body)
    head = _count_equal(old, new)
    tail = _count_equal(old[head:][::-1], new[head:][::-1])
    middle = "".join(new[head : len(new) - tail]).replace("\n", newline)
    return "".join(raw_lines[:head]) + middle + "".join(raw_lines[len(raw_lines) - tail :])


def _count_equal(first, second):
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(first, second, strict=False)))
