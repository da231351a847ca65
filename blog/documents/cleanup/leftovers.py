r"""Replace leftovers of site generators and prompts: shortcodes, Liquid, wikilinks, components, TeX.

Templates cannot run here. Leftovers with a plain meaning are written as Markdown before the text is parsed.
Others are removed, or shown as literal text: no character in them is read as Markdown or HTML. The stored
text does not change.

- Prompt labels (`**Social Snippet:** text`) and the hashtags at the end of the labelled text are removed.
- Lines that only mark the place of an image, such as `[IMAGE: a chart]`, are removed.
- Math in TeX notation (`$x^2$`, `$$…$$`, `\(…\)`, `\[…\]`) needs a script, so it is shown as written.
- Wikilinks are those of Obsidian: `[[page]]`, `[[page|text]]`, `![[image.png]]`. A label that the text also
  defines as a Markdown link remains a link.
"""

import itertools
import re
from collections.abc import Iterator
from functools import lru_cache
from html import escape

from markdown_it.token import Token

from blog.documents.cleanup import wordpress
from blog.documents.cleanup.jekyll import read_kramdown, read_liquid, read_output
from blog.documents.cleanup.mdx import read_comment, read_component, read_fragment, read_image, read_module
from blog.documents.cleanup.scan import LONGEST_TAG, Leftover, Scan
from blog.documents.cleanup.shortcodes import IMAGE_FILE, as_text, image, link, read_arguments, replace_tag
from blog.documents.references import reference

HUGO = "Hugo shortcode"

_HUGO = re.compile(
    r"\{\{[<%]\s*(?P<escaped>/\*)?\s*(?P<closing>/)?\s*(?P<name>[\w./-]*)(?P<rest>.*)[%>]\}\}", re.DOTALL
)
_ENDS_OF_LISTINGS = {
    name: re.compile(rf"\{{\{{[<%]\s*/\s*{name}\s*[%>]\}}\}}") for name in ("highlight", "code-toggle")
}
_CONTENTS = re.compile(r"toc\b|table-?of-?contents", re.IGNORECASE)  # the page has its own


def read_hugo(scan: Scan, position: int, *, in_code: bool) -> Leftover | None:
    closing = "%}}" if scan.text[position + 2] == "%" else ">}}"
    found = scan.tag(closing, _HUGO, position)
    if not found:
        return None
    if found["escaped"]:
        plain = found[0].replace("/*", "", 1).replace("*/", "", 1)
        shown = plain if in_code else scan.as_code(position, plain)
        return Leftover(HUGO, position, found.end(), shown)
    if in_code:
        return None
    closes_itself = found["rest"].rstrip().endswith("/")
    if (
        found["name"] in _ENDS_OF_LISTINGS
        and not (found["closing"] or closes_itself)
        and (end := scan.end(_ENDS_OF_LISTINGS[found["name"]], found.end()))
    ):
        code = scan.text[found.end() : end[0]]
        return Leftover(HUGO, position, end[1], scan.listing(position, found["rest"], code))
    rest = found["rest"].rstrip().removesuffix("/")
    if found["name"] in ("ref", "relref") and scan.begins_address(position):
        arguments = read_arguments(rest)
        target = arguments.get("path") or "".join(arguments.positional[:1])
        return Leftover(HUGO, position, found.end(), as_text(reference(target)))
    shown = None if found["closing"] else replace_tag(found["name"], rest, in_html=scan.is_in_html(position))
    if shown is None:
        is_pair = found["closing"] or (found["name"] in scan.closed_shortcodes and not closes_itself)
        is_silent = is_pair or _CONTENTS.search(found["name"]) or scan.is_ornament(position, found[0])
        if not is_silent:
            return scan.unknown(position, found[0], found["name"], rest)
        shown = scan.without_meaning(position, found[0])
        if found["closing"]:
            shown = _caption_of_pair(scan, position, found["name"]) or shown
        elif is_pair:
            scan.captions[found["name"]] = " ".join(read_arguments(rest).get("caption").split())
    return Leftover(HUGO, position, found.end(), shown)


def _caption_of_pair(scan, position, name):
    """Return the caption of a tag with content, such as a gallery, as a paragraph below the content."""
    caption = scan.captions.pop(name, "")
    if not caption:
        return ""
    if scan.is_in_html(position):
        return f"<p><em>{escape(caption)}</em></p>"
    before = scan.line_before(position)
    return f" {caption}" if before.strip(" \t>") else f"\n{before}*{caption}*"


ERB = "ERB tag"


def read_erb(scan: Scan, position: int) -> Leftover | None:
    end = scan.find("%>", position + 2)
    if not end or scan.crosses(position, end, LONGEST_TAG):
        return None
    source = scan.text[position:end]
    if not source.strip("<%=-> "):
        return Leftover(ERB, position, end, scan.as_code(position, source))
    has_output = source[2] in "=-" and source[2:4] != "-#"
    return Leftover(ERB, position, end, (scan.lost if has_output else scan.nothing)(position, source))


WIKILINK = "wikilink"

_WIKILINK = re.compile(
    r"(?P<embed>!)?\[\[(?P<target>[^\s\[\]|\n](?:[^\[\]|\n]*[^\s\[\]|\n\\])?)\\?(?:\|(?P<label>[^\[\]\n]*))?\]\](?![(\[:])"
)
_IMAGE_FILE = re.compile(IMAGE_FILE, re.IGNORECASE)


def read_wikilink(scan: Scan, position: int) -> Leftover | None:
    found = _WIKILINK.match(scan.text, position, position + LONGEST_TAG)
    if not found or found["target"][0] in "^-":
        return None
    target = found["target"]
    if " ".join(target.casefold().split()) in scan.defined_labels:
        return None  # `[[Bug #1]]` with `[Bug #1]: https://…`: a link of Markdown in brackets
    if target.casefold() == "toc":
        shown = ""
    elif found["embed"] and _IMAGE_FILE.fullmatch(file := target.partition("#")[0]):
        label = found["label"] or ""
        alt = "" if re.fullmatch(r"[\dx]*", label) else label
        shown = image(file, alt, in_html=scan.is_in_html(position)) or ""
    else:
        words = found["label"] or target.replace("#", " > ").removeprefix(" > ")
        shown = _link_to_note(scan, position, target, words.strip())
    return Leftover(WIKILINK, position, found.end(), shown)


def _link_to_note(scan, position, target, words):
    before, address = scan.line_before(position), reference(target)
    is_in_link = before.rfind("[") > before.rfind("]")  # links cannot be nested
    if not address or is_in_link:
        return as_text(words)
    return link(address, words, scan.is_in_html(position))


REFERENCE = "undefined link"
LONGEST_LABEL = 300  # characters

_REFERENCE = re.compile(r"\[(?P<label>[^\[\]\n^](?:[^\[\]\n]|\n(?![ \t]*\n))*)\]\[\]")


def read_reference(scan: Scan, position: int) -> Leftover | None:
    """Read `[label][]` if the text does not define the label, and replace it with the label.

    The definition may have been written by a template's loop.
    """
    found = _REFERENCE.match(scan.text, position, position + LONGEST_LABEL)
    if not found or " ".join(found["label"].casefold().split()) in scan.defined_labels:
        return None
    return Leftover(REFERENCE, position, found.end(), found["label"])


MATH = "math"
LONGEST_MATH = 2000  # characters

_MATH_START = re.compile(r"\$\$?|\\[(\[]")
_TEX = re.compile(r"\\[A-Za-z]|[_^=<>+]|^[^\W\d_]$")


def read_math(scan: Scan, position: int) -> Leftover | None:
    opening = _MATH_START.match(scan.text, position)[0]
    closing = {"\\(": "\\)", "\\[": "\\]"}.get(opening, opening)
    first = position + len(opening)
    end = scan.find(closing, first)
    if not end or scan.crosses(first, end, LONGEST_MATH):
        return None
    inner = scan.text[first : end - len(closing)]
    if opening == "$" and (inner[:1].isspace() or inner[-1:].isspace() or scan.text[end : end + 1].isdigit()):
        return None
    if not _TEX.search(inner) or "`" in inner:
        return None
    return Leftover(MATH, position, end, as_text(scan.text[position:end]))


PLACEHOLDER = "picture placeholder"

NAMES = "(?:IMAGE|PICTURE|PHOTO)[ :\\]]"
_PLACEHOLDER = re.compile(
    r"\[(?:IMAGE|PICTURE|PHOTO)(?: (?:PLACEHOLDER|HERE))?(?::[^\[\]\n]*)?\][ \t]*(?=\n|\Z)"
)


def read_placeholder(scan: Scan, position: int) -> Leftover | None:
    """Read a line that only marks the place of an image and has no meaning for readers."""
    found = _PLACEHOLDER.match(scan.text, position, position + LONGEST_TAG)
    if not found or scan.line_before(position).strip(" \t>"):
        return None
    return Leftover(PLACEHOLDER, position, found.end(), scan.nothing(position, found[0]))


# Pre-check: without a match there is no leftover. A fixed first character makes each search quick, and
# characters that every match has are found even faster.
_HINTS = tuple(
    (sign, re.compile(hint))
    for sign, hint in (
        ("{", r"\{[{%:/.]|[)\]`]\{[ \t]*[.#a-zA-Z]"),
        ("[", rf"\[(?:\[|/?(?:{wordpress.NAMES})\b|{NAMES})"),
        ("<", r"</?[A-Z>]|<%|<img\s[^<>]{1,2000}=\{"),
        ("][", r"\]\[\]"),
        ("$", r"\$"),
        ("\\", r"\\[(\[]"),
    )
)
# Where a leftover may begin. Searched first: a character set is much faster than alternatives.
_SIGN = re.compile(r"[{\\$`!\[<]")
_SIGN_OR_MODULE = re.compile(rf"{_SIGN.pattern}|^(?=(?:import|export)\s)", re.MULTILINE)
_START = re.compile(
    r"(?P<hugo>\{\{[<%])|(?P<output>\{\{)|(?P<liquid>\{%)|(?P<comment>\{/\*)"
    r"|(?P<kramdown>\{:|(?<=\s)\{(?=\.)|(?<=[)\]`])\{(?=[ \t]*[.#a-zA-Z]))"
    r"|(?P<math>\\[(\[]|(?<![\\$\w])\$\$?(?!\$))|(?P<escape>\\.)|(?P<code>`+)|(?P<wikilink>!?\[\[)"
    rf"|(?P<wordpress>\[/?(?:{wordpress.NAMES})(?=[\s\]=]))|(?P<component>(?<!\w)</?[A-Z])|(?P<picture><img(?=\s))|(?P<erb><%)"
    r"|(?P<fragment></?>(?=[ \t]*$))"
    rf"|(?P<module>^(?:import|export)\s)|(?P<placeholder>\[{NAMES})|(?P<reference>(?<!!)\[)",
    re.MULTILINE,
)
_MODULES = re.compile(r"^(?:import|export)\s", re.MULTILINE)
_READERS = {
    "output": read_output,
    "kramdown": read_kramdown,
    "comment": read_comment,
    "math": read_math,
    "wikilink": read_wikilink,
    "wordpress": wordpress.read_wordpress,
    "component": read_component,
    "picture": read_image,
    "erb": read_erb,
    "fragment": read_fragment,
    "module": read_module,
    "placeholder": read_placeholder,
    "reference": read_reference,
}


def find_leftovers(text: str) -> list[Leftover]:
    """Return all leftovers of a text except math, in order.

    In code, only leftovers that escape template syntax are returned, such as {% raw %}.
    """
    return [found for found in _leftovers(text) if found.kind != MATH]


def replace_leftovers(text: str) -> str:
    """Return the text for the parser. It must have passed clean_characters()."""
    pieces, position = [], 0
    for found in _leftovers(text):
        pieces += text[position : found.start], found.replacement
        position = found.end
    return "".join([*pieces, text[position:]]) if pieces else text


@lru_cache(maxsize=1)  # an import finds the leftovers of a text, then replaces them
def _leftovers(text: str) -> tuple[Leftover, ...]:
    may_hold = any(sign in text and hint.search(text) for sign, hint in _HINTS) or _has_modules(text)
    return tuple(_walk(Scan(text))) if may_hold else ()


def _has_modules(text: str) -> bool:
    may_have = text.startswith(("import", "export")) or "\nimport" in text or "\nexport" in text
    return may_have and bool(_MODULES.search(text))


def _walk(scan: Scan) -> Iterator[Leftover]:
    position = 0
    signs = _SIGN_OR_MODULE if _has_modules(scan.text) else _SIGN
    while sign := signs.search(scan.text, position):
        position = sign.start()
        start = _START.match(scan.text, position)
        if not start:
            position += 1
            continue
        found = _read(scan, start.lastgroup or "", start)
        if found:
            position = scan.done_until = found.end
            yield found
        else:
            is_whole = start.lastgroup in ("escape", "code") or start[0][0] == "\\"
            position = start.end() if is_whole else position + 1


def _read(scan: Scan, kind: str, start: re.Match) -> Leftover | None:
    position = start.start()
    in_code = scan.is_in_code(position)
    in_raw = position < scan.raw_until  # in a raw block of Liquid
    if kind == "liquid":
        return read_liquid(scan, position, in_code=in_code, in_raw=in_raw)
    if kind == "hugo":
        return None if in_raw else read_hugo(scan, position, in_code=in_code)
    if in_code or (kind == "output" and in_raw):
        return None
    if kind == "code":
        scan.enter_code(start)
    return _READERS[kind](scan, position) if kind in _READERS else None


_LABEL = re.compile(r"\s*social(?:[ _-]?media)?[ _-](?:snippet|share|post)\b\s*(:?)\s*", re.IGNORECASE)
_HASHTAGS = re.compile(r"(?:\s+#[^\W\d]\w*)+\s*$")


def drop_leaked_labels(tokens: list[Token]) -> None:
    """Remove prompt labels, plain or bold, from the start of paragraphs, and hashtags from their end."""
    for before, token in itertools.pairwise(tokens):
        if before.type == "paragraph_open" and "social" in token.content.casefold():
            children = [child for child in token.children or () if child.type != "text" or child.content]
            token.children = _without_label(children)


def _without_label(children: list[Token]) -> list[Token]:
    is_bold = len(children) > 2 and children[0].type == "strong_open"
    label = _LABEL.match(children[is_bold].content) if children else None
    if not label or children[is_bold].type != "text":
        return children
    rest = children[is_bold].content[label.end() :]
    after = children[3] if is_bold and not rest and len(children) > 3 else None
    if not label[1]:  # the colon follows the bold text, or is missing
        if not after or not after.content.startswith(":"):
            return children
        after.content = after.content[1:]
    children[is_bold].content = rest
    children = children[3:] if is_bold and not rest else children
    while children and (children[0].type.endswith("break") or _is_blank(children[0])):
        children = children[1:]
    if children and children[0].type == "text":
        children[0].content = children[0].content.lstrip()
    if children and children[-1].type == "text":
        children[-1].content = _HASHTAGS.sub("", children[-1].content)
    return children


def _is_blank(child: Token) -> bool:
    return child.type == "text" and not child.content.strip()
