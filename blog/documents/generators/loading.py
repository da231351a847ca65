"""Load configuration files into plain values: YAML, TOML, JSON, and literals of JavaScript and Python.

Code is never executed: JavaScript is split into tokens, and Python is parsed by `ast`.
"""

import ast
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

from blog.documents.characters import clean_characters
from blog.documents.frontmatter.encoding import DocumentError
from blog.documents.frontmatter.notations import read_front_matter
from blog.documents.frontmatter.yaml_notation import MAX_DEPTH, resolve_plain
from blog.documents.generators.configuration import MAX_CONFIGURATION_BYTES, ConfigurationError

MAX_NODES = 20_000  # values of a file, after aliases are expanded

_TOKEN = re.compile(
    r"//[^\n]*+|/\*(?:[^*]|\*(?!/))*+(?:\*/|\Z)"
    r"|'(?P<single>(?:[^'\\\n]|\\.)*+)'|\"(?P<double>(?:[^\"\\\n]|\\.)*+)\"|`(?P<back>(?:[^`\\]|\\.)*+)`"
    r"|(?P<word>[A-Za-z_$][\w$]*+)|(?P<sign>[{}\[\](),:;])",
    re.DOTALL,
)


def decode(data: bytes) -> str:
    """Return the text of a configuration file. Raises ConfigurationError."""
    if len(data) > MAX_CONFIGURATION_BYTES:
        raise ConfigurationError(f"is larger than {MAX_CONFIGURATION_BYTES // 1024} KB")
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        return data.decode(encoding).replace("\r\n", "\n").replace("\0", "")
    except UnicodeDecodeError:
        return data.decode("latin-1").replace("\0", "")


def load_settings(name: str, text: str) -> dict[str, object]:
    """Return the mapping in a YAML, TOML or JSON file. Raises ConfigurationError."""
    try:
        if name.endswith((".yml", ".yaml")):
            return _load_yaml(text)
        fence = "{" if name.endswith(".json") else "+++"
        return read_front_matter(text, fence, 0, len(text)).fields
    except DocumentError as error:
        raise ConfigurationError(str(error)) from None
    except RecursionError:
        raise ConfigurationError("is nested too deep") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f"line {mark.line + 1}: " if mark else ""
        problem = getattr(error, "problem", None) or str(error).split("\n")[0]
        raise ConfigurationError(f"{line}{problem}") from None


def _load_yaml(text):
    # Composing does not expand aliases. _Values expands them, within its limits.
    node = yaml.compose(text, Loader=yaml.CSafeLoader)
    value = _Values().value(node, 1) if node else {}
    return value if isinstance(value, dict) else {}


class _Values:
    """Converts YAML nodes to plain values. Tags such as !!python/name are ignored."""

    def __init__(self):
        self.count = 0

    def value(self, node, depth):
        self.count += 1
        if self.count > MAX_NODES or depth > MAX_DEPTH:
            raise ConfigurationError("has too many or too deeply nested values")
        if isinstance(node, yaml.ScalarNode):
            text = clean_characters(node.value)
            return resolve_plain(text) if node.style is None else text
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, depth + 1) for item in node.value]
        mapping = {}
        for key, item in node.value:
            if not isinstance(key, yaml.ScalarNode):
                continue
            if key.value == "<<":
                for merged in item.value if isinstance(item, yaml.SequenceNode) else [item]:
                    found = self.value(merged, depth + 1)
                    mapping = (found if isinstance(found, dict) else {}) | mapping
            else:
                mapping[clean_characters(key.value)] = self.value(item, depth + 1)
        return mapping


def load_assignments(text: str) -> dict[str, object]:
    """Return {name: value} for the assignments of literals at the top level of a Python module."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # on escapes such as "\\d", which are common there
            tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ConfigurationError(f"is not valid Python: {error}") from None
    found = {}
    for statement in tree.body:
        targets = statement.targets if isinstance(statement, ast.Assign) else []
        for target in targets:
            if isinstance(target, ast.Name):
                found[target.id] = _literal(statement.value, found, 1)
    return found


def _literal(node, names, depth):
    """Return the value of a literal, of a known name, or of strings that are joined; else None."""
    if depth > MAX_DEPTH:
        return None
    match node:
        case ast.Constant(value):
            if isinstance(value, str):
                return clean_characters(value)
            return value if isinstance(value, (int, float, bool)) else None
        case ast.Name(name):
            return names.get(name)
        case ast.List(items) | ast.Tuple(items):
            return [_literal(item, names, depth + 1) for item in items[:MAX_NODES]]
        case ast.BinOp(left, ast.Add(), right):
            parts = [_literal(part, names, depth + 1) for part in (left, right)]
            whole = "".join(part for part in parts if isinstance(part, str) and len(part) < 10_000)
            return whole if all(isinstance(part, str) for part in parts) else None
    return None


@dataclass(slots=True)
class ObjectLiteral:
    """An object literal in JavaScript: its strings, booleans, objects and lists of strings."""

    key: str  # of this object, or of the list that contains it
    texts: dict[str, str] = field(default_factory=dict)
    objects: list["ObjectLiteral"] = field(default_factory=list)
    lists: dict[str, list[str]] = field(default_factory=dict)  # of strings

    def all(self) -> Iterator["ObjectLiteral"]:
        """Yield this object and all objects in it, the shallowest first."""
        level = [self]
        while level:
            yield from level
            level = [inner for one in level for inner in one.objects]

    def find(self, key: str) -> "ObjectLiteral | None":
        """Return the shallowest object under this key."""
        return next((one for one in self.all() if one.key == key), None)


def load_objects(text: str) -> ObjectLiteral:
    """Return the object literals in JavaScript or TypeScript, as children of one object."""
    scanner = _Scanner()
    for token in _TOKEN.finditer(text):
        strings = (token[name] for name in ("single", "double", "back"))
        scanner.add(token["sign"], token["word"], next((one for one in strings if one is not None), None))
    return scanner.root


class _Scanner:
    """Builds object literals from tokens. Other code only leaves stray values."""

    def __init__(self):
        self.root = ObjectLiteral("")
        self.stack = [(self.root, "")]  # (object, key of the list in it that is open)
        self.key = self.before = ""  # the key that waits for its value, and the last word or string

    def add(self, sign, word, string):
        if sign in {"{", "["}:
            self._open(sign)
        elif sign in {"}", "]"}:
            self.stack = self.stack[:-1] or self.stack
            self.key = ""
        elif sign == ":":
            self.key, self.before = self.before, ""
        elif sign in {",", ";"}:
            self.key = ""
        elif string is not None or word in {"true", "false"}:
            self._add_value(word if string is None else string)
        elif word:
            self.before = word

    def _open(self, sign):
        if len(self.stack) > 10 * MAX_DEPTH:
            raise ConfigurationError("has too many or too deeply nested values")
        current, list_key = self.stack[-1]
        if sign == "{":
            inner = ObjectLiteral(self.key or self.before or list_key)
            current.objects.append(inner)
            self.stack.append((inner, ""))
        else:
            self.stack.append((current, self.key or list_key))
        self.key = self.before = ""

    def _add_value(self, value):
        current, list_key = self.stack[-1]
        if self.key:
            current.texts.setdefault(self.key, value)
            self.key = self.before = ""
            return
        self.before = value
        if list_key:
            current.lists.setdefault(list_key, []).append(value)
