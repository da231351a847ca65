"""Read front matter in each notation into plain values."""

import datetime as dt
import json
import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from blog.documents.frontmatter.bounds import HEADER_LINE, line_at
from blog.documents.frontmatter.encoding import DocumentError, clean_value
from blog.documents.frontmatter.yaml_notation import (
    MAX_DEPTH,
    TOO_DEEP,
    YamlEntry,
    doubled_key,
    read_number,
    read_yaml,
)
from blog.documents.notices import Notice

JSON_LINE = re.compile(r"([^\W\d][\w.-]*):[ \t]+(?=\S)")
LARGEST_NUMBER = 2**63  # limit of databases and other programs

TOML_NAME = r"""(?:[\w-]++|"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+')"""
# tomllib needs minutes for a key of thousands of parts.
_ENDLESS_TOML_KEY = re.compile(rf"(?<![\w-]){TOML_NAME}(?:[ \t]*+\.[ \t]*+{TOML_NAME}){{{MAX_DEPTH}}}")
_TOML_POSITION = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)")


class Dialect(StrEnum):
    JSON_LINES = "json-lines"
    YAML = "yaml"
    TOML = "toml"
    JSON = "json"
    HEADER = "header"
    NONE = "none"


@dataclass(slots=True)
class FrontMatter:
    dialect: Dialect
    fields: dict[str, object] = field(default_factory=dict)
    notices: list[Notice] = field(default_factory=list)
    removed_characters: int = 0


def read_front_matter(text: str, fence: str, start: int, end: int) -> FrontMatter:
    """Read the front matter text[start:end]. Raises DocumentError with the line in the text."""
    block, first_line = text[start:end], line_at(text, start)
    if fence == "---":
        front_matter = _read_json_lines(block, first_line) or _read_yaml(block, first_line)
    else:
        front_matter = {"+++": _read_toml, "{": _read_json, ":": _read_header}[fence](block, first_line)
    _make_plain(front_matter, block, first_line)
    return front_matter


def plain_value(
    value: object, count_removed: Callable[[int], None] = lambda _: None, depth: int = 1
) -> object:
    """Return a value in JSON's types, without control characters. Dates and huge numbers become text."""
    if isinstance(value, str):
        text, removed = clean_value(value)
        if removed:
            count_removed(removed)
        return text
    if isinstance(value, (list, dict)):
        if depth > MAX_DEPTH:
            raise DocumentError(TOO_DEEP)
        if isinstance(value, list):
            return [plain_value(item, count_removed, depth + 1) for item in value]
        return {
            plain_value(str(key), count_removed): plain_value(item, count_removed, depth + 1)
            for key, item in value.items()
        }
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, (int, float)) and not -LARGEST_NUMBER < value < LARGEST_NUMBER:
        # Python refuses to format more digits.
        is_endless = isinstance(value, int) and value.bit_length() > 10_000
        return hex(value) if is_endless else str(value)
    return value


def _read_json_lines(block, first_line):
    """Return the front matter if every line is a key with a JSON value, else None."""
    fields, notices = {}, []
    current_line = [first_line]
    decoder = _json_decoder(notices, current_line)
    for number, line in enumerate(block.split("\n"), first_line):
        if not line or line.isspace():
            continue
        opening = JSON_LINE.match(line)
        if not opening:
            return None
        current_line[0] = number
        try:
            value, end = decoder.raw_decode(line, opening.end())
        except RecursionError:
            raise DocumentError(TOO_DEEP, number) from None
        except ValueError:
            return None
        if line[end:].strip():
            return None
        if opening[1] in fields:
            notices.append(doubled_key(opening[1], number))
        fields[opening[1]] = value
    return FrontMatter(Dialect.JSON_LINES, fields, notices)


def _read_yaml(block, first_line):
    mapping = read_yaml(block, first_line)
    return FrontMatter(Dialect.YAML, mapping.fields, mapping.notices)


def _read_toml(block, first_line):
    if endless := _ENDLESS_TOML_KEY.search(block):
        raise DocumentError(TOO_DEEP, first_line + block.count("\n", 0, endless.start()))
    try:
        return FrontMatter(Dialect.TOML, tomllib.loads(block))
    except RecursionError:
        raise DocumentError(TOO_DEEP, first_line) from None
    except ValueError as error:
        position = _TOML_POSITION.search(str(error))
        line = first_line + (int(position[1]) - 1 if position and position[1] else block.rstrip().count("\n"))
        message = _TOML_POSITION.sub("", str(error)).rstrip(".")
        raise DocumentError(f"the front matter is not valid TOML: {message}.", line) from None


def _read_json(block, first_line):
    notices = []
    try:
        fields = _json_decoder(notices, [first_line]).decode(block)
    except ValueError as error:  # from _refuse_constant(): split_text() has already parsed the rest
        line = first_line + block.count("\n", 0, block.find(str(error)))
        raise DocumentError(f"the front matter is not valid JSON: {error} is no value.", line) from None
    return FrontMatter(Dialect.JSON, fields, notices)


def _read_header(block, first_line):
    front_matter = FrontMatter(Dialect.HEADER)
    offset, line = 0, first_line
    for entry in header_entries(block):
        offset, line = entry.start, line + block.count("\n", offset, entry.start)
        if entry.key in front_matter.fields:
            front_matter.notices.append(doubled_key(entry.key, line))
        front_matter.fields[entry.key] = " ".join(map(str.strip, block[entry.value : entry.end].split("\n")))
    return front_matter


def header_entries(block: str) -> list[YamlEntry]:
    """Return the positions of the entries in "Key: value" lines."""
    return [
        YamlEntry(line["key"], line.start(), line.end("key") + 1, *_bare(line))
        for line in HEADER_LINE.finditer(block)
    ]


def _bare(line):
    """Return (start, end) of a line's value without surrounding whitespace."""
    value = line["value"]
    start = line.start("value") + len(value) - len(value.lstrip())
    return start, max(start, line.start("value") + len(value.rstrip()))


def _json_decoder(notices, line):
    def pairs(items):
        mapping = dict(items)
        if len(mapping) < len(items):
            seen = set()
            for key, _ in items:
                if key in seen:
                    notices.append(doubled_key(key, line[0]))
                seen.add(key)
        return mapping

    return json.JSONDecoder(
        object_pairs_hook=pairs,
        # Longer numbers become text anyway, and Python refuses to parse thousands of digits.
        parse_int=lambda digits: int(digits) if len(digits) <= 20 else digits,
        parse_float=read_number,
        parse_constant=_refuse_constant,
        strict=False,
    )


def _refuse_constant(name):
    raise ValueError(name)  # NaN and Infinity are not JSON


def _make_plain(front_matter, block, first_line):
    """Convert the fields to plain values, in place."""

    def count(removed):
        front_matter.removed_characters += removed

    plain = {}
    for key, value in front_matter.fields.items():
        try:
            plain[plain_value(key, count)] = plain_value(value, count)
        except DocumentError as error:
            place = re.search(rf"^[ \t]*[\"'{{]*{re.escape(key)}\b", block, re.MULTILINE)
            line = first_line + block.count("\n", 0, place.start()) if place else first_line
            raise DocumentError(f"{key}: {error}", line) from None
    front_matter.fields = plain
