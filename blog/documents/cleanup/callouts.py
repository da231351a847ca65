"""Single lines with which call-outs and tabs begin and end, in the notations of several generators."""

import re
from dataclasses import dataclass, replace

from blog.documents.cleanup.shortcodes import Arguments, as_text, read_arguments
from blog.documents.parsing.elements import names
from blog.documents.text import strip_markdown_inline

_SHORTCODES = "admonition|alert|callout|caution|hint|important|info|note|notice|tip|warning"
_COMPONENTS = "Admonition|Aside|Callout|Caution|Danger|Info|Note|Tip|Warning"
_TABS = "TabItem|TabPanel|Tab"
# Kinds of call-outs; what only holds other blocks, such as columns, is none.
_KINDS = names(
    "abstract attention bug caution danger details error example failure hint important info"
    " note question quote seealso success summary tip tldr todo warning"
)
_SAME_KIND = {"attention": "warning", "details": "note", "failure": "error", "seealso": "note"}

# Looked for first: each begins with one sign, for which a search is quick.
_SIGNS = tuple(map(re.compile, (":::", "!!!", r"\?\?\?", "===", r"\{\{[<%]", "<[A-Z]")))
_HINT = re.compile(
    r"^[ \t]*(?::::|!!!|\?\?\?|===[!+]*[ \t]+\""
    rf"|\{{\{{[<%][ \t]*(?:{_SHORTCODES})\b|<(?:{_COMPONENTS}|{_TABS})\b)",
    re.MULTILINE,
)
_COLONS = re.compile(
    r"(:{3,})[ \t]*(?:\{(?P<attributes>[^{}]*)\}|(?P<name>[A-Za-z][\w-]*)(?P<rest>(?:[ \t\[{].*)?))"
)
_COLONS_END = re.compile(r":{3,}")
_TITLE_IN_BRACKETS = re.compile(r"\[(.*)\](?:[ \t]*\{[^{}]*\})?")
_CLASS = re.compile(r"\.(?:callout-)?([A-Za-z]+)")
_MARKED = re.compile(
    r"(?:!!!|\?\?\?\+?)[ \t]+(?P<name>[A-Za-z]{2,20})(?:[ \t]+[\w-]+)*(?:[ \t]+\"(?P<title>.*)\")?"
)
_TAB = re.compile(r"===[!+]*[ \t]+\"(?P<title>[^\"]+)\"")
_SHORTCODE = re.compile(
    rf"\{{\{{[<%][ \t]*(?P<name>{_SHORTCODES})\b(?P<rest>[^{{}}]*)[%>]\}}\}}"
    r"(?P<content>[^{}]+\{\{[<%][ \t]*/[ \t]*(?P=name)[ \t]*[%>]\}\})?"
)
_SHORTCODE_END = re.compile(rf"\{{\{{[<%][ \t]*/[ \t]*({_SHORTCODES})[ \t]*[%>]\}}\}}")
_REFERENCE = re.compile(r"\[([^\[\]]+)\](?![(\[])")
_COMPONENT = re.compile(rf"<(?P<name>{_COMPONENTS}|{_TABS})\b(?P<rest>[^<>]*)(?<!/)>")
_COMPONENT_END = re.compile(rf"</({_COMPONENTS}|{_TABS})>")


@dataclass(frozen=True, slots=True)
class Directive:
    """What a line opens: the line to show in its place, and what is to be done with those that follow.

    `end` is what end_of_directive() says of the line that ends it. Without one it goes on as far as lines are
    indented, or, if it is whole, no further than its own line.
    """

    shown: str
    end: str = ""
    is_quoted: bool = False
    is_whole: bool = False
    may_be_indented: bool = False


def may_hold_directives(text: str) -> bool:
    return any(sign.search(text) for sign in _SIGNS) and bool(_HINT.search(text))


def read_directive(line: str) -> Directive | None:
    """The directive that a line without its indentation opens."""
    if line.startswith(":::"):
        return _read_colons(line)
    if line.startswith(("!!!", "???")):
        found = _MARKED.fullmatch(line)
        return _callout(found["name"], found["title"] or "") if found else None
    if line.startswith("==="):
        found = _TAB.fullmatch(line)
        return Directive(_tab(found["title"])) if found else None
    if line.startswith("{{"):
        return _read_shortcode(line)
    return _read_component(line) if line.startswith("<") else None


def end_of_directive(line: str) -> str:
    """What a line without its indentation ends: colons, the name of a shortcode or of a component."""
    if _COLONS_END.fullmatch(line):
        return line
    found = _SHORTCODE_END.fullmatch(line) or _COMPONENT_END.fullmatch(line)
    return found[1] if found else ""


def _read_colons(line):
    found = _COLONS.fullmatch(line)
    if not found:
        return None
    if found["name"]:
        rest = found["rest"].strip()
        in_brackets = _TITLE_IN_BRACKETS.fullmatch(rest)
        name, title = found["name"].lower(), in_brackets[1] if in_brackets else rest.partition("{")[0]
    else:
        kind = _CLASS.search(found["attributes"])
        name = kind[1].lower() if kind else ""
        title = read_arguments(found["attributes"]).get("title")
    return _callout(name, title, found[1]) if name in _KINDS else Directive("", found[1])


def _read_shortcode(line):
    found = _SHORTCODE.fullmatch(line)
    if not found:
        return None
    kind, title = _kind_and_title(found["name"], read_arguments(found["rest"].rstrip("%> \t")))
    if found["content"]:
        words = found["content"].partition("{{")[0].strip()
        return Directive(f"> **{kind.capitalize()}:** {words}", is_whole=True)
    return _callout(kind, title, found["name"])


def _read_component(line):
    found = _COMPONENT.fullmatch(line)
    if not found:
        return None
    arguments = Arguments((), read_arguments(found["rest"]).named)  # words without a value are switches
    if found["name"] in _TABS.split("|"):
        title = arguments.get("label", "title", "value")
        return Directive(_tab(title) if title else "", found["name"], may_be_indented=True)
    return replace(_callout(*_kind_and_title(found["name"], arguments), found["name"]), may_be_indented=True)


def _kind_and_title(name: str, arguments: Arguments) -> tuple[str, str]:
    words = list(arguments.positional)
    kind = arguments.get("type", "kind", "style")
    if not kind and words and words[0].lower() in _KINDS:
        kind = words.pop(0)
    kind = (kind or name).lower()
    return _SAME_KIND.get(kind, kind if kind in _KINDS else "note"), arguments.get("title") or "".join(
        words[:1]
    )


def _callout(kind: str, title: str, end: str = "") -> Directive:
    kind = _SAME_KIND.get(kind.lower(), kind.lower())
    title = as_text(strip_markdown_inline(_REFERENCE.sub(r"\1", title)))
    return Directive(f"> [!{kind.upper()}] {title}".rstrip(), end, is_quoted=True)


def _tab(title: str) -> str:
    return f"**{as_text(strip_markdown_inline(title))}**  "  # a break, should a paragraph follow at once
