"""Load object literals of JavaScript, which is split into tokens, and never executed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from blog.documents.frontmatter.yaml_notation import MAX_DEPTH
from blog.documents.generators.configuration import ConfigurationError

_TOKEN = re.compile(
    r"//[^\n]*+|/\*(?:[^*]|\*(?!/))*+(?:\*/|\Z)"
    r"|'(?P<single>(?:[^'\\\n]|\\.)*+)'|\"(?P<double>(?:[^\"\\\n]|\\.)*+)\"|`(?P<back>(?:[^`\\]|\\.)*+)`"
    r"|(?P<word>[A-Za-z_$][\w$]*+)|(?P<sign>[{}\[\](),:;])",
    re.DOTALL,
)


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
