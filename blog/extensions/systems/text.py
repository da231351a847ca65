"""Convert the HTML of a publishing system to Markdown, block by block.

A block becomes Markdown only if readers then see the same: both forms are rendered and compared. All others
stay HTML, in the form that Markdown keeps.
"""

import re
from contextlib import suppress
from html import unescape

from markdownify import MarkdownConverter

from blog.documents.characters import replace_halves
from blog.documents.cleanup.shortcodes import listing
from blog.documents.frontmatter.html_files import html_blocks
from blog.documents.parsing.html import lone_image, read_tag
from blog.documents.rendering.markdown import render_markdown
from blog.documents.rendering.values import ResolvedImage
from blog.extensions.systems.soup import NestedTooDeepError, parsed

LONGEST_BLOCK = 50_000  # characters; a longer one stays HTML
DEEPEST = 60  # nested elements of a block that is converted

_OPTIONS = {"heading_style": "atx", "bullets": "-", "newline_style": "backslash", "autolinks": True}
_WITHOUT_ESCAPES = {"escape_asterisks": False, "escape_underscores": False, "escape_misc": False}
_LONE_WRAPPER = re.compile(
    r"(?:\s*</?(?:article|center|div|footer|header|main|section)\b[^<>]*+>)++\s*", re.IGNORECASE
)
_WRAPPED = re.compile(r"<(div|section|center)\b[^<>]*+>(.*)</\1>", re.DOTALL | re.IGNORECASE)
_PRE = re.compile(
    r"<pre\b(?P<pre>[^<>]*+)>\s*?(?:<code\b(?P<code>[^<>]*+)>)?(?P<text>(?:[^<]|<br\s*/?>)*+)(?:</code>)?\s*</pre>",
    re.IGNORECASE,
)
_LANGUAGE = re.compile(r"(?:\b(?:language|lang)-|\bbrush:\s*)([\w+#-]{1,30})", re.IGNORECASE)
_FIGURE = re.compile(
    r"<(?:figure|p)\b[^<>]*+>\s*+(?:<div\b[^<>]*+>\s*+)?(?:<a\b(?P<anchor>[^<>]*+)>\s*+)?(?P<image><img\b[^<>]*+>)\s*+"
    r"(?:</a>\s*+)?(?:</div>\s*+)?(?:<figcaption\b[^<>]*+>(?P<caption>[^<]*+)</figcaption>\s*+)?(?:</div>\s*+)?"
    r"</(?:figure|p)>",
    re.IGNORECASE,
)
_HEADING_ID = re.compile(r"<h[1-6]\b[^<>]*?\sid=[\"']([\w-]++)[\"']", re.IGNORECASE)
_HREF = re.compile(r"\bhref=[\"']?([^\"'\s<>]*+)", re.IGNORECASE)
_MARKUP = re.compile(r"[<&]")
_SPAN = re.compile(r"</?span\b[^<>]*+>", re.IGNORECASE)
_SPAN_WITH_MEANING = re.compile(r"<span\b[^<>]*?\s(?:lang|dir|id)=", re.IGNORECASE)
_ENTITIES = {ord(sign): f"&#{ord(sign)};" for sign in '\\[]"<&*_`'}
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)[^<>]*>")
_KEPT = (
    "alt",
    "cite",
    "colspan",
    "datetime",
    "dir",
    "href",
    "id",
    "lang",
    "rowspan",
    "src",
    "start",
    "title",
)
_IGNORED = frozenset(("div", "figure", "p", "tbody", "thead"))
_SAME = {"b": "strong", "i": "em", "del": "s", "strike": "s"}
_INLINE = "a|abbr|b|cite|code|em|img|kbd|mark|s|small|span|strong|sub|sup|u|br"
_BLOCK_TAG = re.compile(rf"[ ¶]*+(</?(?!(?:{_INLINE})\b)[a-z0-9]++[^<>]*+>)[ ¶]*+")
_PARAGRAPH = re.compile(r" ?¶[ ¶]*+")


class _Converter(MarkdownConverter):
    """Keeps inline elements that Markdown does not have."""


def _keep(name):
    return lambda self, element, text, parent_tags: f"<{name}>{text}</{name}>" if text else ""


for _name in ("cite", "ins", "kbd", "mark", "q", "samp", "small", "sub", "sup", "u"):
    setattr(_Converter, f"convert_{_name}", _keep(_name))


def as_text(html: str) -> str:
    """Return HTML as Markdown, in which some blocks stay HTML."""
    blocks = html_blocks(replace_halves(html))
    blocks = [_converted(_unwrapped(block)) for block in blocks if not _LONE_WRAPPER.fullmatch(block)]
    blocks = [block for block in blocks if block]
    return "\n\n".join(blocks) + "\n" if blocks else ""


def _unwrapped(block):
    """Return a block without wrapper elements around the whole of it."""
    while (found := _WRAPPED.fullmatch(block)) and not re.search(
        rf"</?{found[1]}\b", found[2], re.IGNORECASE
    ):
        block = found[2].strip()
    return block


def _converted(block):
    if "<span" in block and not _SPAN_WITH_MEANING.search(block):
        block = _SPAN.sub("", block)
    if not _MARKUP.search(block) or len(block) > LONGEST_BLOCK:
        return block
    if code := _PRE.fullmatch(block):
        return _code(code)
    shown = None
    with suppress(NestedTooDeepError):
        for candidate in _candidates(block):
            if candidate and "\n\n\n" not in candidate:
                shown = _shown(block) if shown is None else shown
                if _shown(candidate) == shown:
                    return candidate
    return block


def _candidates(block):
    if figure := _FIGURE.fullmatch(block):
        yield _figure(figure)
        return
    heading, soup = _HEADING_ID.match(block), parsed(block, DEEPEST)
    for escapes in (_WITHOUT_ESCAPES, {}, {"escape_misc": True}):
        text = _Converter(**_OPTIONS, **escapes).convert_soup(soup).strip()
        yield f"{text} {{#{heading[1]}}}" if heading and "\n" not in text else text


def _figure(found):
    """Return an image with its caption as its title, as the rendering shows it."""
    attributes = lone_image(found["image"]) or {}
    caption = " ".join(unescape(found["caption"] or "").split())
    title = f' "{_escaped(caption)}"' if caption else ""
    shown = f"![{_escaped(attributes.get('alt', ''))}]({_destination(attributes.get('src', ''))}{title})"
    anchor = _HREF.search(found["anchor"] or "")
    return f"[{shown}]({_destination(unescape(anchor[1]))})" if anchor else shown


def _escaped(words):
    return words.translate(_ENTITIES)


def _destination(address):
    return f"<{address}>" if re.search(r"[\s()<>]", address) or not address else address


def _code(found):
    """Return a code block. The only elements in its text are line breaks."""
    language = _LANGUAGE.search(f"{found['pre']} {found['code'] or ''}")
    text = unescape(re.sub(r"<br\s*/?>", "\n", found["text"], flags=re.IGNORECASE))
    return listing(language[1].lower() if language else "", text, "", in_html=False).rstrip("\n")


def _shown(text):
    """Return the rendered text in a form for comparing: differences that readers do not see are removed."""
    html = render_markdown(text, resolve_image=ResolvedImage, highlight=False).html
    pieces, position = [], 0
    for found in _TAG.finditer(html):
        pieces.append(_words(html[position : found.start()]))
        pieces.append(_tag(html, found))
        position = found.end()
    pieces.append(_words(html[position:]))
    words = " ".join("".join(pieces).split())
    return _PARAGRAPH.sub("¶", _BLOCK_TAG.sub(r"\1", words)).replace("<br> ", "<br>").strip(" ¶")


def _words(text):
    return unescape(text).replace("<", "&lt;")


def _tag(html, found):
    name = _SAME.get(found[2].lower(), found[2].lower())
    tag = None if found[1] else read_tag(html, found.start())
    kept = [f" {key}={tag.attributes[key]!r}" for key in _KEPT if key in tag.attributes] if tag else []
    if name in _IGNORED and not kept:
        return "¶" if name == "p" else ""
    return f"<{found[1]}{name}{''.join(kept)}>"
