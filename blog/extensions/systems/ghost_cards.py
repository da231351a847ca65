"""Turn the texts of Ghost into plain HTML: cards in HTML, and documents in Lexical and Mobiledoc."""

from collections.abc import Callable
from html import escape

from markdown_it import MarkdownIt

from blog.documents.systems.export import ExportError, load_json
from blog.extensions.systems.embeds import link_to
from blog.extensions.systems.soup import (
    address_of,
    callout,
    details,
    figure,
    inner_html,
    link_paragraph,
    parsed,
    replace,
    selected,
    text_of,
)

DEEPEST = 50  # nested nodes
_FORMATS = ((1, "strong"), (2, "em"), (4, "s"), (8, "u"), (16, "code"), (32, "sub"), (64, "sup"))
_BLOCKS = {"paragraph": "p", "quote": "blockquote", "extended-quote": "blockquote", "aside": "blockquote"}
_MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])
_DYNAMIC = {
    **dict.fromkeys(("email", "email-cta", "emailEditor"), "cards for e-mail only"),
    **dict.fromkeys(("signup", "header"), "signup and header cards"),
}


def plain_html(html: str, leave_out: Callable[..., None]) -> str:
    """Return the HTML of a post with cards replaced by plain elements."""
    if "kg-" not in html:
        return html
    soup = parsed(html)
    for card in selected(soup, ".kg-signup-card, .kg-header-card, .kg-email-card, .kg-cta-card"):
        leave_out("signup and header cards")
        card.decompose()
    for selector, shown in _SHOWN.items():
        for card in soup.select(selector):
            replace(card, shown(card))
    return soup.decode(formatter="minimal")


def _bookmark(card):
    title, more = text_of(card, ".kg-bookmark-title"), text_of(card, ".kg-bookmark-description")
    return link_paragraph(address_of(card.select_one("a[href]")), title, more)


def _toggle(card):
    words = text_of(card, ".kg-toggle-heading-text")
    return details(escape(words), inner_html(card.select_one(".kg-toggle-content")))


def _media(card):
    media = card.select_one("video[src], audio[src]")
    words = text_of(card, ".kg-audio-title") or text_of(card.select_one("figcaption"))
    return link_paragraph(address_of(media, "src"), words) if media else ""


def _file(card):
    words, more = text_of(card, ".kg-file-card-title"), text_of(card, ".kg-file-card-caption")
    return link_paragraph(address_of(card.select_one("a[href]")), words, more)


def _gallery(card):
    images = card.select("img")
    shown = "".join(figure(address_of(image, "src"), address_of(image, "alt")) for image in images)
    return shown + _caption(inner_html(card.select_one("figcaption")))


def _without_figure(card):
    if caption := card.select_one("figcaption"):
        replace(caption, _caption(inner_html(caption)))
    return inner_html(card)


_SHOWN = {
    ".kg-bookmark-card": _bookmark,
    ".kg-callout-card": lambda card: callout(
        inner_html(card.select_one(".kg-callout-text")), text_of(card, ".kg-callout-emoji")
    ),
    ".kg-toggle-card": _toggle,
    ".kg-video-card, .kg-audio-card": _media,
    ".kg-file-card": _file,
    ".kg-gallery-card": _gallery,
    "figure.kg-embed-card, figure.kg-code-card": _without_figure,
}


def _caption(html):
    return f"<p><em>{html}</em></p>" if html.strip() else ""


def html_of_lexical(text: str, leave_out: Callable[..., None]) -> str:
    """Return the HTML of a document in Lexical, the format of Ghost's current editor."""
    root = _object(text).get("root")
    return _Lexical(leave_out).children(root, 0) if isinstance(root, dict) else ""


class _Lexical:
    def __init__(self, leave_out):
        self.leave_out = leave_out

    def children(self, node, depth) -> str:
        if depth > DEEPEST:
            raise ExportError(f"its text is nested more than {DEEPEST} deep: take its lists apart.")
        nodes = node.get("children")
        if not isinstance(nodes, list):
            return ""
        return "".join(self.node(child, depth + 1) for child in nodes if isinstance(child, dict))

    def node(self, node, depth) -> str:
        kind = _string(node, "type")
        match kind:
            case "text" | "extended-text":
                return _formatted(escape(_string(node, "text"), quote=False), node.get("format"))
            case "linebreak":
                return "<br>"
            case "tab":
                return " "
            case "link" | "autolink":
                return f'<a href="{escape(_string(node, "url"))}">{self.children(node, depth)}</a>'
            case "heading" | "extended-heading":
                tag = _string(node, "tag")
                tag = tag if tag in ("h1", "h2", "h3", "h4", "h5", "h6") else "h2"
                return f"<{tag}>{self.children(node, depth)}</{tag}>"
            case "list":
                tag = "ol" if _string(node, "listType") == "number" else "ul"
                first = node.get("start")
                start = f' start="{first}"' if tag == "ol" and isinstance(first, int) and first != 1 else ""
                return f"<{tag}{start}>{self.children(node, depth)}</{tag}>"
            case "listitem":
                return f"<li>{self.children(node, depth)}</li>"
            case kind if kind in _BLOCKS:
                return f"<{_BLOCKS[kind]}>{self.children(node, depth)}</{_BLOCKS[kind]}>"
        if "children" in node:
            return self.children(node, depth)
        return card_html(kind, node, self.leave_out)


def card_html(kind: str, values: dict, leave_out: Callable[..., None]) -> str:
    """Return HTML for a card of Lexical or Mobiledoc."""
    kind = _ALIASES.get(kind, kind)
    if shown := _CARDS.get(kind):
        return shown(values)
    leave_out(_DYNAMIC.get(kind, f"“{kind[:40]}” cards"))
    return ""


def _image_card(values):
    caption, link = _string(values, "caption"), _string(values, "href")
    return figure(_string(values, "src"), _string(values, "alt"), caption, link)


def _gallery_card(values):
    images = values.get("images") if isinstance(values.get("images"), list) else []
    shown = [figure(_string(one, "src"), _string(one, "alt")) for one in images if isinstance(one, dict)]
    return "".join(shown) + _caption(_string(values, "caption"))


def _code_card(values):
    code, language = escape(_string(values, "code"), quote=False), escape(_string(values, "language"))
    return f'<pre><code class="language-{language}">{code}</code></pre>{_caption(_string(values, "caption"))}'


def _bookmark_card(values):
    meta = values.get("metadata") if isinstance(values.get("metadata"), dict) else {}
    return link_paragraph(_string(values, "url"), _string(meta, "title"), _string(meta, "description"))


def _embed_card(values):
    address = _string(values, "url")
    return f"<p>{link_to(address)}</p>{_caption(_string(values, 'caption'))}" if address else ""


def _file_card(values):
    words = (_string(values, name) for name in ("title", "fileTitle", "caption"))
    return link_paragraph(_string(values, "src"), next(filter(None, words), ""))


_ALIASES = {"hr": "horizontalrule", "code": "codeblock", "card-markdown": "markdown"}
_CARDS: dict[str, Callable[[dict], str]] = {
    "horizontalrule": lambda _values: "<hr>",
    "image": _image_card,
    "gallery": _gallery_card,
    "codeblock": _code_card,
    "html": lambda values: _string(values, "html"),
    "markdown": lambda values: _MARKDOWN.render(_string(values, "markdown")),
    "bookmark": _bookmark_card,
    "embed": _embed_card,
    "callout": lambda values: callout(_string(values, "calloutText"), _string(values, "calloutEmoji")),
    "toggle": lambda values: details(_string(values, "heading"), _string(values, "content")),
    "button": lambda values: link_paragraph(_string(values, "buttonUrl"), _string(values, "buttonText")),
    **dict.fromkeys(("video", "audio", "file"), _file_card),
    "paywall": lambda _values: "<!--members-only-->",
}


def html_of_mobiledoc(text: str, leave_out: Callable[..., None]) -> str:
    """Return the HTML of a document in Mobiledoc, the format of Ghost's editor before 2023."""
    document = _object(text)
    sections = document.get("sections")
    reader = _Mobiledoc(document, leave_out)
    return "".join(reader.section(each) for each in sections) if isinstance(sections, list) else ""


class _Mobiledoc:
    def __init__(self, document, leave_out):
        found = (document.get(name) for name in ("markups", "cards"))
        self.markups, self.cards = (rows if isinstance(rows, list) else [] for rows in found)
        self.leave_out = leave_out

    def section(self, section) -> str:
        match section:
            case [1, str(tag), list(markers), *_]:
                tag = tag if tag in ("p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote") else "p"
                return f"<{tag}>{self._markers(markers)}</{tag}>"
            case [2, str(address), *_]:
                return figure(address, "")
            case [3, "ul" | "ol" as tag, list(items), *_]:
                inner = "".join(f"<li>{self._markers(item)}</li>" for item in items if isinstance(item, list))
                return f"<{tag}>{inner}</{tag}>"
            case [10, int(number), *_] if 0 <= number < len(self.cards):
                match self.cards[number]:
                    case [str(kind), dict(values), *_]:
                        return card_html(kind, values, self.leave_out)
        return ""

    def _markers(self, markers) -> str:
        pieces, opened = [], []
        for marker in markers:
            match marker:
                case [int(kind), list(opening), int(closing), text]:
                    for number in opening:
                        tag, start = self._markup(number)
                        opened.append(tag)
                        pieces.append(start)
                    pieces.append("<br>" if kind == 1 else escape(str(text), quote=False))
                    ends = [opened.pop() for _ in range(min(closing, len(opened)))]
                    pieces += [f"</{tag}>" for tag in ends if tag]
        return "".join([*pieces, *(f"</{tag}>" for tag in reversed(opened) if tag)])

    def _markup(self, number):
        found = self.markups[number] if isinstance(number, int) and 0 <= number < len(self.markups) else None
        match found:
            case ["a", ["href", str(address), *_], *_]:
                return "a", f'<a href="{escape(address)}">'
            case ["strong" | "em" | "code" | "s" | "u" | "sub" | "sup" | "b" | "i" as tag, *_]:
                return tag, f"<{tag}>"
        return "", ""


def _formatted(html, bits):
    for bit, tag in _FORMATS:
        if isinstance(bits, int) and bits & bit:
            html = f"<{tag}>{html}</{tag}>"
    return html


def _object(text) -> dict:
    try:
        values = load_json(text)
    except ValueError:
        values = None
    if not isinstance(values, dict):
        raise ExportError("its text is not stored as Ghost does: save it again in Ghost's editor.")
    return values


def _string(values, name) -> str:
    value = values.get(name)
    return value if isinstance(value, str) else ""
