"""Format values in each notation, in the style of the text that they replace."""

import json
import re

from blog.documents.frontmatter.encoding import DocumentError
from blog.documents.frontmatter.yaml_notation import resolve_plain

_NOT_IN_YAML = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_PLAIN = re.compile(r"(?:[^\W_]|/)(?:[\w\u2013\u2014\u2019'\"(),.%/+&?!=~;@-]|:(?=\S)|(?<=\S)#| (?=\S))*+")
_BARE_TOML_KEY = re.compile(r"[A-Za-z0-9_-]+")
_TOML_DATE = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{6})?(?:Z|[+-][0-9:]{5})?)?"
)


def same_value(first: object, second: object) -> bool:
    """Whether two values are written alike. 1, 1.0 and True are equal in Python, but not in a file."""
    return value_key(first) == value_key(second)


def value_key(value: object) -> str:
    """Return a key that is equal for exactly those values that are written alike."""
    return json.dumps(value, sort_keys=True)


def is_compact(block: str) -> bool:
    """Whether lists and objects are written as JSON.stringify does, without spaces."""
    return not re.search(r'[\]}"\w], ["\[{]|[{,] ?"[^"\n]*": ', block)


def json_value(value: object, replaced: str = "", *, compact: bool = False, indent: str = "") -> str:
    """Return JSON, on several lines with this indent if the replaced text has several."""
    if "\n" in replaced and isinstance(value, (dict, list)) and value:
        step = re.search(r"\n([ \t]*)", replaced)[1].removeprefix(indent) or "  "
        return json.dumps(value, ensure_ascii=False, indent=step).replace("\n", "\n" + indent)
    return json.dumps(value, ensure_ascii=False, separators=(",", ":") if compact else None)


def yaml_key(key: str) -> str:
    return key if _PLAIN.fullmatch(key) and ":" not in key else yaml_value(key, '"')


def yaml_value(value: object, replaced: str = "") -> str:
    """Return a value on one line, with the quotes of the replaced text if they are safe."""
    if isinstance(value, str):
        is_plain = _PLAIN.fullmatch(value) and value.isprintable() and resolve_plain(value) is value
        if is_plain and not replaced.startswith(('"', "'")):
            return value
        if replaced.startswith("'") and value.isprintable():
            return "'" + value.replace("'", "''") + "'"
    text = json_value(value, compact=bool(re.search(r'[\]}"],["\[{]|":\S', replaced)))
    return _NOT_IN_YAML.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def yaml_item(value: object, neighbour: str) -> str:
    return yaml_value(value, neighbour if neighbour[:1] in ("'", '"') else "")


def toml_key(key: str) -> str:
    return key if _BARE_TOML_KEY.fullmatch(key) else json_value(key)


def toml_value(value: object, replaced: str = "") -> str:
    if value is None:
        raise DocumentError("TOML has no empty value.")
    if isinstance(value, list):
        return "[" + ", ".join(map(toml_value, value)) + "]"
    if isinstance(value, dict):
        pairs = (f"{toml_key(key)} = {toml_value(item)}" for key, item in value.items())
        return "{ " + ", ".join(pairs) + " }" if value else "{}"
    if isinstance(value, str) and replaced[:1].isdigit() and _TOML_DATE.fullmatch(value):
        return value
    return json_value(value).replace("\x7f", "\\u007f")
