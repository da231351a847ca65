"""Read the messages of source files and gettext catalogues, without gettext's tools."""

import ast
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from django.utils.translation.template import templatize

# {function name without _lazy: meanings of its arguments}
ARGUMENTS = {
    **dict.fromkeys(["_", "gettext", "gettext_noop"], ("singular",)),
    "ngettext": ("singular", "plural"),
    "pgettext": ("context", "singular"),
    "npgettext": ("context", "singular", "plural"),
}
LITERAL = r"""u?'(?:[^'\\]|\\.)*'|u?"(?:[^"\\]|\\.)*\""""
CALL = re.compile(rf"\b(gettext|ngettext|pgettext|npgettext|_)\(((?:(?:{LITERAL})\s*,?\s*)+)")
KEYWORD = re.compile(r'(msgctxt|msgid_plural|msgid|msgstr(?:\[\d\])?) (".*")')


class Message(NamedTuple):
    singular: str
    plural: str = ""
    context: str = ""


@dataclass(slots=True)
class Entry:
    """A message of a catalogue, with one translation, or one per plural form."""

    message: Message
    forms: list[str] = field(default_factory=list)
    is_fuzzy: bool = False


def python_messages(source: str) -> set[Message]:
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            words = [argument.value for argument in node.args if _is_text(argument)]
            found |= _message(name.removesuffix("_lazy"), words)
    return found


def template_messages(source: str) -> set[Message]:
    found = set()
    for name, arguments in CALL.findall(templatize(source)):
        words = [ast.literal_eval(literal) for literal in re.findall(LITERAL, arguments)]
        found |= _message(name, words)
    return found


def _is_text(node):
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _message(name, words):
    """Return the message of a call as a set, which is empty for other functions and missing literals."""
    names = ARGUMENTS.get(name, ())
    return {Message(**dict(zip(names, words, strict=False)))} if names and len(words) >= len(names) else set()


def read_catalogue(path: Path) -> list[Entry]:
    """Return the entries of a .po file, without its header and obsolete entries."""
    entries = map(_read_entry, path.read_text().split("\n\n"))
    return [entry for entry in entries if entry and entry.message.singular]


def _read_entry(block):
    words, key = {}, None
    for line in block.splitlines():
        if match := KEYWORD.fullmatch(line):
            key, literal = match.groups()
            words[key] = ast.literal_eval(literal)
        elif key and line.startswith('"'):
            words[key] += ast.literal_eval(line)
    if "msgid" not in words:
        return None
    message = Message(words["msgid"], words.get("msgid_plural", ""), words.get("msgctxt", ""))
    forms = [text for key, text in words.items() if key.startswith("msgstr")]
    return Entry(message, forms, is_fuzzy=bool(re.search("^#,.*fuzzy", block, re.MULTILINE)))
