"""Read the syntax of Jekyll, Hexo and Eleventy: tags and outputs, and Kramdown attribute lists."""

import re
from html import escape

from blog.documents.cleanup.scan import LONGEST_TAG, Leftover, Scan
from blog.documents.cleanup.shortcodes import as_text, link, read_arguments, replace_tag
from blog.documents.references import reference

LIQUID, KRAMDOWN = "Liquid tag", "Kramdown attribute list"

LONGEST_OUTPUT = 500  # characters

_LIQUID = re.compile(r"\{%-?\s*(?P<name>[\w-]*)(?P<rest>.*?)-?%\}", re.DOTALL)
# After a Liquid tag that replaced the start of an HTML tag: the rest of the HTML tag.
_REST_OF_TAG = re.compile(r"(?:[ \t]+[a-zA-Z][\w-]*=\"[^\"<>\n]*\")+[ \t]*/?>")
_LITERAL = re.compile(
    r"\{\{-?\s*(?:\"(?P<double>[^\"{}]*)\"|'(?P<single>[^'{}]*)')\s*(?P<filters>(?:\|[^{}|]*)*?)-?\}\}"
)
_ADDRESS_FILTERS = re.compile(
    r"(?:\|\s*(?:url|relative_url|absolute_url|relurl|absurl|prepend:\s*site\.(?:base)?url|safe|escape)\s*)*",
    re.IGNORECASE,
)
_IMAGE_FILTER = re.compile(r"\|\s*\w*(?:photo|image|img|picture|avatar|svg|icon)", re.IGNORECASE)
_QUOTED = re.compile(r"[\"']([^\"'{}]+)[\"']")
_WEB = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_WEB_OR_PATH = re.compile(r"(?:https?:/)?/[^\s<>\"]*|[#.][^\s<>\"]*", re.IGNORECASE)
_SITE_ADDRESS = re.compile(r"\{\{-?\s*(?:site\.(?:github\.)?(?:base)?url|\.Site\.Base(?:URL|url))\s*-?\}\}")
# Their content is a template to repeat or store, not text. Loops have output, the others have none.
_LOOPS = ("for", "tablerow")
_LISTINGS = ("highlight", "codeblock", "code", "mermaid")
_LEFT_OUT_WHOLE = ("capture", *_LOOPS)
_WITHOUT_OUTPUT = re.compile(
    r"assign|break|capture|case|comment|continue|decrement|el(?:se|s?if)|end\w*|extends|from|if(?:changed)?"
    r"|import|layout|macro|raw|set|unless|when"
)
_CONTENTS = re.compile(r"\b(?:table_?of_?contents|toc)\b", re.IGNORECASE)  # the page has its own
_ENDS = {
    name: re.compile(rf"\{{%-?\s*end{name}\s*-?%\}}")
    for name in (*_LISTINGS, "comment", "raw", *_LEFT_OUT_WHOLE)
}
_TEMPLATE = re.compile(r"\{[{%]")
_CODE_OR_LINE_END = re.compile(r"[`\n]")
_VALUE = r"\"[^\"\n]*+\"|'[^'\n]*+'"
_ATTRIBUTE = rf"[.#][a-z_][\w-]*+|[a-z][\w:-]*+=(?:{_VALUE}|[^\s\"'{{}}]++)"
# Other generators write `{.class}`. In prose, which may contain braces, too, only names at the end of a line
# count, and attributes right after a link, an image or code.
_KRAMDOWN = re.compile(
    rf"\{{:(?P<extension>:\w+|/\w*)?(?:[^{{}}\n\"']++|{_VALUE}|[\"'])*+\}}"
    rf"|(?<=[)\]`])\{{[ \t]*(?:{_ATTRIBUTE})(?:[ \t]+(?:{_ATTRIBUTE}))*[ \t]*\}}"
    r"|\{\.[a-z][\w-]*(?:[ \t]+[.#][a-z][\w-]*)*\}(?=[ \t]*(?:\n|\Z))",
    re.IGNORECASE,
)
_END_OF_COMMENT = re.compile(r"\{:/(?:comment)?\}")
_HEADING_LINE = re.compile(r"[ \t>]*#{1,6}[ \t]")
_CONTENTS_PLACEHOLDER = re.compile(r"\{:\s*toc\b", re.IGNORECASE)
_CONTENTS_ITEM = re.compile(r"[ \t]*(?:[*+-]|1\.)[ \t]")
_ITEM_FOLLOWS = re.compile(r"[ \t]*\n[ \t>]*(?:[*+-]|\d{1,9}[.)])[ \t]")
_FILE_LINKS = ("link", "post_url")  # tags whose output is the URL of a file
_OWN_ID = re.compile(r"#[\w-]+")


def read_liquid(scan: Scan, position: int, *, in_code: bool, in_raw: bool) -> Leftover | None:
    found = scan.tag("%}", _LIQUID, position)
    if not found:
        return None
    name, kind = found["name"], (LIQUID, position, found.end())
    if name == "endraw" and (in_raw or position == scan.raw_until):
        return Leftover(*kind, "")
    if in_raw:
        return None
    if name == "raw" and (end := scan.end(_ENDS["raw"], found.end())):
        raw = scan.text[found.end() : end[0]]
        if not in_code and _TEMPLATE.search(raw) and not _CODE_OR_LINE_END.search(raw):
            return Leftover(LIQUID, position, end[1], scan.as_code(position, raw))
        scan.raw_until = end[0]
        return Leftover(*kind, "")
    if in_code:
        return None
    if name in (*_LISTINGS, "comment", *_LEFT_OUT_WHOLE) and (end := scan.end(_ENDS[name], found.end())):
        code = scan.text[found.end() : end[0]]
        shown = _listing(scan, position, name, found["rest"], code) if name in _LISTINGS else ""
        if name in _LOOPS:
            shown = scan.lost(position, scan.text[position : end[1]])
        return Leftover(LIQUID, position, end[1], shown)
    shown = _replacement(scan, position, name, found["rest"])
    if shown is None:
        return _without_replacement(scan, position, found)
    rest = _REST_OF_TAG.match(scan.text, found.end(), found.end() + LONGEST_TAG)
    return Leftover(LIQUID, position, rest.end() if rest else found.end(), shown)


def _without_replacement(scan, position, found):
    name, source = found["name"], found[0]
    if name in scan.closed_tags or _WITHOUT_OUTPUT.fullmatch(name) or _CONTENTS.search(source):
        return Leftover(LIQUID, position, found.end(), scan.without_meaning(position, source))
    return scan.unknown(position, source, name, found["rest"], is_liquid=True)


_OPTION = re.compile(r"\b(?P<name>[a-z_]+):(?!//)(?P<value>\S*)")


def _listing(scan, position, name, arguments, code):
    """Return the code of a tag. Hexo's `codeblock` has a title, `lang:js`, a URL, and its words."""
    if name == "highlight":
        return scan.listing(position, arguments, code)
    options = {found["name"]: found["value"] for found in _OPTION.finditer(arguments)}
    language = "mermaid" if name == "mermaid" else options.get("lang", "")
    title = " ".join(_OPTION.sub("", arguments).replace('"', "").replace("'", "").split())
    shown = scan.listing(position, language, code)
    if not title or scan.is_in_html(position) or scan.line_before(position).strip(" \t>"):
        return shown
    web = _WEB.search(title)
    words = title.replace(web[0], "").strip() if web else title
    caption = link(web[0], " ".join(words.split())) if web else as_text(words)
    return f"**{caption}**\n{scan.line_before(position)}\n{scan.line_before(position)}{shown}"


def _replacement(scan, position, name, arguments):
    if name in _FILE_LINKS and scan.begins_address(position):
        return as_text(reference(arguments.strip(" \t\n\"'")))
    in_html = scan.is_in_html(position)
    if name in ("post_link", "asset_link") and (words := read_arguments(arguments).positional):
        target = reference(words[0]) if name == "post_link" else words[0]
        return link(target, " ".join(words[1:]) or words[0], in_html)
    if name in ("btn", "button") and _WEB_OR_PATH.match(target := arguments.split(",")[0].strip()):
        return link(target, "".join(part.strip() for part in arguments.split(",")[1:2]), in_html)
    if name == "label" and (words := arguments.partition("@")[2].strip()):
        return escape(words) if in_html else as_text(words)
    return replace_tag(name, arguments, is_liquid=True, in_html=in_html)


_CALL = re.compile(r"\{\{-?\s*(?P<name>\w+)\((?P<arguments>[^{}]*)\)\s*-?\}\}")


def read_output(scan: Scan, position: int) -> Leftover | None:
    """Read `{{ … }}`: keep a string literal, convert a call such as `{{ image(src="a.png") }}` of Zola.

    Braces without an expression are shown. Everything else is removed.
    """
    if not (end := scan.find("}}", position)) or scan.crosses(position, end, LONGEST_OUTPUT):
        return None
    source = scan.text[position:end]
    if not source.strip("{}-\u2026. \n"):  # braces that a text writes about
        return Leftover(LIQUID, position, end, scan.as_code(position, source))
    if literal := _LITERAL.fullmatch(source):
        return Leftover(LIQUID, position, end, _of_literal(scan, position, literal))
    if _SITE_ADDRESS.fullmatch(source):
        return Leftover(LIQUID, position, end, "")
    if (call := _CALL.fullmatch(source)) and not scan.is_kept(position):
        shown = replace_tag(call["name"], call["arguments"], in_html=scan.is_in_html(position))
        if shown is not None:
            return Leftover(LIQUID, position, end, shown)
        if not _CONTENTS.search(source):
            return scan.unknown(position, source, call["name"], call["arguments"])
    replace = scan.without_meaning if _CONTENTS.search(source) else scan.lost
    return Leftover(LIQUID, position, end, replace(position, source))


def _of_literal(scan, position, literal):
    words, filters = literal["double"] or literal["single"] or "", literal["filters"]
    if _ADDRESS_FILTERS.fullmatch(filters):
        return as_text(words)
    if scan.is_kept(position):
        return as_text(literal[0])
    if _WEB.fullmatch(words):
        title = _QUOTED.search(filters)
        return link(words, title[1] if title else "", scan.is_in_html(position))
    return scan.nothing(position, literal[0]) if _IMAGE_FILTER.search(filters) else as_text(words)


def read_kramdown(scan: Scan, position: int) -> Leftover | None:
    found = _KRAMDOWN.match(scan.text, position, position + LONGEST_TAG)
    if not found:
        return None
    if found["extension"] == ":comment" and (end := scan.end(_END_OF_COMMENT, found.end())):
        return Leftover(KRAMDOWN, position, end[1], "")
    before = scan.line_before(position)
    if _CONTENTS_PLACEHOLDER.match(found[0]):
        return Leftover(KRAMDOWN, _contents_item(scan, position, before), found.end(), "")
    if not before.strip(" \t>") and _ITEM_FOLLOWS.match(scan.text, found.end(), found.end() + LONGEST_TAG):
        # Without its line, the items stay together: a blank line would turn them into paragraphs.
        return Leftover(KRAMDOWN, max(position - len(before) - 1, scan.done_until), found.end(), "")
    own_id = _OWN_ID.search(found[0])
    shown = f"{{{own_id[0]}}}" if own_id and _HEADING_LINE.match(before) else ""
    return Leftover(KRAMDOWN, position, found.end(), shown)


def _contents_item(scan, position, before):
    """Return the start of the list item that Kramdown replaces with a table of contents, or `position`."""
    line_start = position - len(before)
    item = scan.line_before(max(line_start - 1, 0))
    start = line_start - 1 - len(item)
    return start if start >= scan.done_until and _CONTENTS_ITEM.match(item) else position
