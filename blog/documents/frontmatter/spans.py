"""Find the offsets of entries in JSON and TOML front matter, whose parsers do not return them."""

import json
import re
import tomllib

from blog.documents.frontmatter.notations import JSON_LINE, TOML_NAME
from blog.documents.frontmatter.yaml_notation import YamlEntry

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
