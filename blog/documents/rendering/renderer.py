"""Render the tokens of an article as HTML and as plain text."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any, override

from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from blog.documents.parsing.html import holds_block, lone_heading, lone_image, markup_text, names
from blog.documents.parsing.markdown import inline_text, join_raw_html
from blog.documents.rendering.code_blocks import Listings
from blog.documents.rendering.figures import ImageWriter
from blog.documents.rendering.footnotes import footnote_reference
from blog.documents.rendering.html import ElementIds, element, link_address, link_attributes
from blog.documents.rendering.images import CREDIT_TAG
from blog.documents.rendering.raw_html import RawHtml, checkbox
from blog.documents.rendering.sections import anchor
from blog.documents.rendering.tables import TABLE_BOX

LONGEST_SHORT_CODE = 24  # characters; lines do not break within it
_TASK = re.compile(r"\[([ xX])\]\s+")
_ALIGNMENTS = {"text-align:right": "num", "text-align:center": "centre"}
_DIV = re.compile(r"<div(?: [^>]*)?>")
_WORDED = names("attribution code_block fence figure html_block inline label pair")
_LONE_LINK = re.compile(r"\s*<a [^>]*>[^<]*</a>\s*")


@dataclass(slots=True)
class RenderContext:
    """State of one rendering, shared by the rules: images, ids, code blocks and raw HTML."""

    images: ImageWriter
    ids: ElementIds = field(default_factory=ElementIds)
    listings: Listings = field(default_factory=Listings)
    raw: RawHtml = field(init=False)

    def __post_init__(self) -> None:
        self.raw = RawHtml(self.ids, self._raw_image)

    def _raw_image(self, attributes: dict[str, str]) -> str:
        size = (attributes.get("width", ""), attributes.get("height", ""))
        title = attributes.get("title", "")
        return self.images.html(attributes.get("src", ""), attributes.get("alt", ""), title, size)


class ArticleRenderer(RendererHTML):
    """Renderer with one method per type of token. Types without a method are rendered by their tag."""

    def render(self, tokens: Sequence[Token], options: Any, env: Any) -> str:
        """Render all tokens, skipping paragraphs without content, such as those of a missing image."""
        written: list[str] = []
        is_empty = False
        for index, token in enumerate(tokens):
            if token.type == "inline":
                html = self.renderInline(token.children or [], options, env)
                is_empty = not html.strip() and tokens[index - 1].type == "paragraph_open"
                if is_empty:
                    written.pop()
                else:
                    written.append(html)
            elif is_empty:
                is_empty = False
            else:
                write = self.rules.get(token.type, self.renderToken)
                written.append(write(tokens, index, options, env))
        return "".join(written)

    @override
    def renderInline(self, tokens: Sequence[Token], options: Any, env: Any) -> str:
        written: list[str] = []
        for index, token in enumerate(tokens):
            if token.type == "text":  # fast path for the most common token
                written.append(escape(token.content, quote=False))
            else:
                write = self.rules.get(token.type, self.renderToken)
                written.append(write(tokens, index, options, env))
        return "".join(written)

    @override
    def renderToken(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        token = tokens[idx]
        if token.nesting < 0 and not token.hidden:
            return f"</{token.tag}>\n" if token.block else f"</{token.tag}>"
        if token.nesting > 0 and not (token.block or token.attrs):
            return f"<{token.tag}>"
        return super().renderToken(tokens, idx, options, env)

    @staticmethod
    @override
    def renderAttrs(token: Token) -> str:
        return RendererHTML.renderAttrs(token) if token.attrs else ""

    def image(self, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
        token = tokens[index]
        title = str(token.attrs.get("title", ""))
        alt = " ".join(inline_text(token.children).split())
        return _images(env).html(str(token.attrs["src"]), alt, title, token.meta.get("size"))

    def heading_close(self, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
        heading = tokens[index - 2]
        return f"</{heading.tag}>\n{anchor(str(heading.attrs['id']), heading.meta['text'])}"

    def code_inline(self, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
        content = tokens[index].content
        css_class = ' class="short"' if len(content) <= LONGEST_SHORT_CODE else ""
        return f"<code{css_class}>{escape(content, quote=False)}</code>"

    def fence(self, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
        return env["context"].listings.html(tokens[index].content, tokens[index].info)

    def code_block(self, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
        return env["context"].listings.html(tokens[index].content)

    def footnote_ref(self, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
        meta = tokens[index].meta
        return footnote_reference(meta["id"] + 1, meta["subId"])

    def table_open(self, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
        return f"{TABLE_BOX}<table>\n"

    def table_close(self, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
        return "</table></div>\n"

    def figure(self, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
        meta = tokens[index].meta
        image = self.renderInline(meta["image"], options, env)
        address = next(str(token.attrs["src"]) for token in meta["image"] if token.type == "image")
        if _images(env).stands_for_another(address):
            return ""
        caption = self.renderInline(meta["caption"], options, env)
        credit = self.renderInline(meta["credit"], options, env)
        if not credit and "<img" in image:
            credit = _images(env).credit(address)
        credit = f"{CREDIT_TAG}{credit}</span>" if credit else ""
        words = " ".join(filter(None, (caption, credit)))
        if not (words or "<img" in image or markup_text(image).strip()):
            return ""
        return f"<figure>{image}{f'<figcaption>{words}</figcaption>' if words else ''}</figure>\n"

    def pair(self, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
        figures = tokens[index].children or []
        written = [self.figure(figures, number, options, env) for number in range(len(figures))]
        shown = "".join(written)
        return f'<div class="pair">\n{shown}</div>\n' if sum(map(bool, written)) > 1 else shown

    def label(self, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
        token = tokens[index]
        return element("p", dict(token.attrs)) + f"{escape(token.content)}</p>\n"

    def attribution(self, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
        return f"<p>{self.renderInline(tokens[index].children or [], options, env)}</p>\n"

    def markup(self, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
        return tokens[index].content


def set_raw_html(tokens: list[Token], context: RenderContext) -> list[Token]:
    """Return the tokens with raw HTML rewritten.

    A lone image or heading is replaced by the tokens of its Markdown equivalent.
    """
    if any(token.type == "html_block" for token in tokens):
        tokens = [token for block in tokens for token in _as_markdown(block)]
        tokens = _set_html_blocks(join_raw_html(tokens, "html_block"), context)
    for index, token in enumerate(tokens):
        if "<" in token.content and any(child.type == "html_inline" for child in token.children or ()):
            token.children = _inline_html(join_raw_html(token.children, "html_inline"), context)
            if tokens[index - 1].type == "paragraph_open" and _holds_block(token.children):
                tokens[index - 1].tag = tokens[index + 1].tag = "div"
    return tokens


def set_links(tokens: list[Token]) -> None:
    """Clean the URLs of links. Links with a URL that is not allowed are replaced by their text."""
    for token in tokens:
        if token.children and ("[" in token.content or "<" in token.content):
            token.children = list(_links(token.children))


def set_tables(tokens: list[Token]) -> None:
    """Set alignment classes and the scope of header cells; turn empty header cells into plain cells."""
    for index, token in enumerate(tokens):
        if token.type in ("th_open", "td_open"):
            inline = tokens[index + 1]
            if not inline.content.strip() or not _shows_anything(inline.children or []):
                inline.content, inline.children = "", []
            css_class = _ALIGNMENTS.get(str(token.attrs.pop("style", "")))
            is_empty = token.type == "th_open" and not inline.content
            if is_empty:
                token.tag = tokens[index + 2].tag = "td"
            elif token.type == "th_open":
                token.attrs["scope"] = "col"
            if css_class:
                token.attrs["class"] = css_class


def set_tasks(tokens: list[Token]) -> None:
    """Turn list items that start with `[ ]` or `[x]` into tasks with a disabled checkbox."""
    lists: list[Token] = []
    for index, token in enumerate(tokens):
        if token.type in ("bullet_list_open", "ordered_list_open"):
            lists.append(token)
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            lists.pop()
        elif token.type == "list_item_open" and (mark := _take_task_mark(tokens, index)):
            token.attrs["class"] = "task"
            lists[-1].attrs["class"] = "tasks"
            box = Token("html_inline", "", 0, content=checkbox(mark in "xX") + " ")
            (tokens[index + 2].children or []).insert(0, box)


def plain_text(tokens: list[Token]) -> str:
    """Return an article's text without markup, images and credits, for search and word counts."""
    return "\n".join(filter(None, (_words(token) for token in tokens if token.type in _WORDED)))


def _words(token: Token) -> str:
    if token.type in ("inline", "attribution"):
        words = inline_text(token.children)
    elif token.type in ("fence", "code_block"):
        return token.content.rstrip()
    elif token.type == "html_block":
        words = markup_text(token.content)
    elif token.type == "pair":
        words = " ".join(map(_words, token.children or []))
    elif token.type == "figure":
        words = inline_text(token.meta["caption"])
    else:
        words = token.content
    return " ".join(words.split())


def _links(children: list[Token]) -> Iterator[Token]:
    is_kept = True
    for child, following in zip(children, [*children[1:], None], strict=True):
        if child.type == "link_open":
            written = str(child.attrs["href"])
            address = link_address(written)
            is_kept = address is not None
            if address:
                attributes = link_attributes(address, str(child.attrs.get("title", "")))
                child.attrs = {name: value for name, value in attributes.items() if value is not None}
        if is_kept or child.type not in ("link_open", "link_close"):
            yield child
        if child.type == "link_open" and following and following.type == "link_close":
            yield Token("text", "", 0, content=written)


def _as_markdown(token: Token) -> list[Token]:
    if token.type != "html_block":
        return [token]
    if heading := lone_heading(token.content):
        return _heading_tokens(heading, token)
    if image := lone_image(token.content):
        return _paragraph_tokens(_image_token(image), token.level)
    return [token]


def _set_html_blocks(tokens: list[Token], context: RenderContext) -> list[Token]:
    blocks = [token for token in tokens if token.type == "html_block"]
    written = [context.raw.fragment(block.content, block.level) for block in blocks]
    context.raw.finish()
    for block, pieces in zip(blocks, written, strict=True):
        html = "".join(pieces)
        block.content = f"<p>{html.strip()}</p>\n" if _LONE_LINK.fullmatch(html) else html
    return [token for token in tokens if token.type != "html_block" or token.content.strip()]


def _shows_anything(children: list[Token]) -> bool:
    return any(
        child.type not in ("text", "softbreak", "hardbreak") or child.content.strip() for child in children
    )


def _holds_block(children: list[Token]) -> bool:
    return any(child.type == "html_inline" and holds_block(child.content) for child in children)


def _inline_html(children: list[Token], context: RenderContext) -> list[Token]:
    arranged: list[Token] = []
    written: list[tuple[Token, list[str]]] = []
    for child in children:
        if child.type == "html_inline":
            image = lone_image(child.content)
            if image:
                arranged.append(_image_token(image, child.level))
                continue
            written.append((child, context.raw.fragment(child.content, depth=child.level, is_inline=True)))
        elif child.type in ("link_open", "footnote_ref"):
            arranged.append(Token("html_inline", "", 0, content=context.raw.end_link()))
        elif child.nesting < 0:
            arranged.append(Token("html_inline", "", 0, content=context.raw.leave_inline(child.level)))
        arranged.append(child)
    if rest := context.raw.leave_inline():
        arranged.append(Token("html_inline", "", 0, content=rest))
    for child, pieces in written:
        child.content = "".join(pieces)
    return _without_empty_divs([child for child in arranged if child.type != "html_inline" or child.content])


def _without_empty_divs(children: list[Token]) -> list[Token]:
    kept: list[Token] = []
    for child in children:
        start = _empty_div(kept) if child.type == "html_inline" and child.content == "</div>" else None
        if start is None:
            kept.append(child)
        else:
            del kept[start:]
    return kept


def _empty_div(children: list[Token]) -> int | None:
    """Return the index of a `<div>` followed only by whitespace up to the end, or None."""
    start = len(children) - 1
    while (
        start >= 0 and children[start].type in ("text", "softbreak") and not children[start].content.strip()
    ):
        start -= 1
    is_div = start >= 0 and children[start].type == "html_inline" and _DIV.fullmatch(children[start].content)
    return start if is_div else None


def _heading_tokens(heading: tuple[int, str, str], block: Token) -> list[Token]:
    depth, own_id, inner = heading
    level = block.level
    opening = Token(
        "heading_open", f"h{depth}", 1, level=level, block=True, attrs={"id": own_id} if own_id else {}
    )
    inline = Token(
        "inline", "", 0, children=[Token("html_inline", "", 0, content=inner)], content=block.content
    )
    return [opening, inline, Token("heading_close", f"h{depth}", -1, level=level, block=True)]


def _paragraph_tokens(child: Token, level: int) -> list[Token]:
    opening = Token("paragraph_open", "p", 1, level=level, block=True)
    closing = Token("paragraph_close", "p", -1, level=level, block=True)
    return [opening, Token("inline", "", 0, children=[child]), closing]


def _image_token(attributes: dict[str, str], level: int = 0) -> Token:
    attrs: dict[str, str | int | float] = {"src": attributes.get("src", "").strip()}
    if attributes.get("title"):
        attrs["title"] = attributes["title"]
    alt = Token("text", "", 0, content=attributes.get("alt", ""))
    size = (attributes.get("width", ""), attributes.get("height", ""))
    return Token("image", "img", 0, attrs=attrs, children=[alt], level=level, meta={"size": size})


def _take_task_mark(tokens: list[Token], index: int) -> str | None:
    """Remove the brackets at the start of a task; return the character between them, or None."""
    inline = tokens[index + 2] if index + 2 < len(tokens) else None
    first = inline.children[0] if inline and inline.type == "inline" and inline.children else None
    found = _TASK.match(first.content) if first and first.type == "text" else None
    if not first or not found:
        return None
    first.content = first.content[found.end() :]
    return found[1]


def _images(env: Any) -> ImageWriter:
    return env["context"].images
