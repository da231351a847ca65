"""Turn the content of a WordPress post into plain HTML: blocks, shortcodes, and paragraphs without tags."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape, unescape

from blog.documents.cleanup.shortcodes import read_arguments
from blog.extensions.systems.embeds import is_web_address, link_to, replace_embeds

MOST_REUSED = 200  # reusable blocks that are inserted into a text

_BLOCK = re.compile(
    r"<!--\s*+(?P<end>/)?wp:(?P<name>[a-z][a-z0-9_/-]*+)(?P<rest>(?:[^-<]|-(?!->)|<(?!!--))*+)-->"
)
_EMBED = re.compile(
    r"<figure\b[^<>]*wp-block-embed[^<>]*+>\s*+<div\b[^<>]*+>\s*+(?P<address>https?://[^\s<>]++)\s*+</div>"
    r"(?:\s*+<figcaption\b[^<>]*+>(?P<caption>(?:[^<]|<(?!/figcaption))*+)</figcaption>)?\s*+</figure>",
    re.IGNORECASE,
)
# Figures around elements that need none. Their captions become paragraphs.
_FIGURE = re.compile(
    r"<figure\b[^<>]*wp-block-(?:table|pullquote|video|audio)[^<>]*+>"
    r"(?P<content>(?:[^<]|<(?!/?fig))*+)(?:<figcaption\b[^<>]*+>(?P<caption>(?:[^<]|<(?!/figcaption))*+)</figcaption>\s*+)?</figure>",
    re.IGNORECASE,
)
_GALLERY = re.compile(
    r"<figure\b[^<>]*wp-block-gallery[^<>]*+>(?P<content>\s*+(?:<figure\b(?:[^<]|<(?!/?figure\b))*+</figure>\s*+)*+)"
    r"(?:<figcaption\b[^<>]*+>(?P<caption>(?:[^<]|<(?!/figcaption))*+)</figcaption>\s*+)?</figure>",
    re.IGNORECASE,
)
_OLD_GALLERY = re.compile(r"<ul\b[^<>]*blocks-gallery-grid[^<>]*+>((?:[^<]|<(?!/ul))*+)</ul>", re.IGNORECASE)
_GALLERY_ITEM = re.compile(r"<li\b[^<>]*blocks-gallery-item[^<>]*+>|</li>", re.IGNORECASE)
_SHORTCODE = re.compile(
    r"\[(?P<name>[a-z][\w-]*+)(?P<rest>(?:\s[^\[\]<>]*+(?:<[^\[\]<>]*+>[^\[\]<>]*+)*+)?|/)\]", re.IGNORECASE
)
_LISTINGS = frozenset(
    ("code", "sourcecode", "source", "php", "css", "html", "javascript", "js", "python", "bash", "sql", "xml")
)
_PAIRED = (
    frozenset(("caption", "wp_caption", "embed", "audio", "video", "youtube", "gallery", "playlist"))
    | _LISTINGS
)
_IMAGE_IN_CAPTION = re.compile(
    r"\s*+(?P<image>(?:<a\b[^<>]*+>\s*+)?<img\b[^<>]*+>(?:\s*+</a>)?)(?P<words>.*)", re.DOTALL
)
_LONE_ADDRESS = re.compile(r"(?:^|\n)[ \t]*(https?://[^\s<>\"]+)[ \t]*(?=\n|$)")
_BLOCK_TAGS = (
    "address|article|aside|blockquote|caption|col|colgroup|dd|details|div|dl|dt|fieldset|figcaption|figure|footer|form"
    "|h[1-6]|header|hr|li|main|nav|ol|p|pre|section|summary|table|tbody|td|tfoot|th|thead|tr|ul|iframe|script|style"
)
_AROUND_BLOCK = re.compile(
    rf"[ \t]*\n[ \t]*(?=</?(?:{_BLOCK_TAGS})\b)|(</?(?:{_BLOCK_TAGS})\b[^<>]*+>|<!--more-->)[ \t]*\n",
    re.IGNORECASE,
)
_VERBATIM = re.compile(r"<(pre|script|style|textarea)\b(?:[^<]|<(?!/\1\b))*+(?:</\1\s*>|\Z)", re.IGNORECASE)
_SINGLE_NEWLINE = re.compile(r"(?<!\n)\n(?!\n)")
# Blocks that WordPress fills when it shows a page. {name: what is left out}
_NAMES = {"block": "reusable blocks that the export lacks"}


@dataclass(frozen=True, slots=True)
class Attachment:
    url: str
    alt: str = ""
    caption: str = ""
    parent: str = ""

    @property
    def figure(self) -> str:
        caption = f"<figcaption>{escape(self.caption)}</figcaption>" if self.caption else ""
        return f'<figure><img src="{escape(self.url)}" alt="{escape(self.alt)}">{caption}</figure>'


@dataclass(frozen=True, slots=True)
class Library:
    """The things that texts refer to: {id: attachment}, {id: content of a reusable block}."""

    attachments: Mapping[str, Attachment]
    blocks: Mapping[str, str]


def plain_html(content: str, post: str, library: Library, leave_out: Callable[..., None]) -> str:
    """Return the content of the post with this id as HTML. Calls leave_out() for what is dropped."""
    has_blocks = "<!-- wp:" in content
    html = _without_blocks(content, library, leave_out)
    html = _Shortcodes(post, library, leave_out).replace(html)
    html = _EMBED.sub(
        lambda found: f"<p>{link_to(unescape(found['address']))}</p>{_paragraph(found['caption'])}", html
    )
    html = _OLD_GALLERY.sub(lambda found: _GALLERY_ITEM.sub("", found[1]), html)
    html = _GALLERY.sub(lambda found: found["content"] + _paragraph(found["caption"]), html)
    html = replace_embeds(html, leave_out)
    html = _FIGURE.sub(lambda found: found["content"] + _paragraph(found["caption"]), html)
    return html if has_blocks else _with_paragraphs(html)


def _paragraph(caption):
    return f"<p><em>{caption}</em></p>" if caption and caption.strip() else ""


def _without_blocks(content, library, leave_out):
    """Return content without the comments around blocks, and with the reusable blocks inserted."""
    reused = 0

    def replaced(found):
        nonlocal reused
        name = found["name"]
        rest = found["rest"].strip()
        if not rest.endswith("/") or found["end"]:
            return ""
        reused += 1
        if name == "block" and reused <= MOST_REUSED:
            content = library.blocks.get(str(_values(rest.removesuffix("/")).get("ref", "")))
            if content is not None:
                return _BLOCK.sub("", content)
        if name in ("more", "nextpage", "separator", "spacer", "paragraph"):
            return ""
        leave_out(_NAMES.get(name, f"“{name}” blocks"))
        return ""

    return _BLOCK.sub(replaced, content)


def _values(text):
    try:
        values = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {}
    return values if isinstance(values, dict) else {}


@dataclass(frozen=True, slots=True)
class _Shortcodes:
    post: str
    library: Library
    leave_out: Callable[..., None]

    def replace(self, html: str) -> str:
        pieces, position = [], 0
        ends: dict[str, int] = {}  # {name: offset of its last end tag found, or -1}
        while found := _SHORTCODE.search(html, position):
            name = found["name"].lower()
            content, end = "", found.end()
            if name in _PAIRED and ends.get(name, 0) >= 0:
                closing = html.find(f"[/{found['name']}]", found.end())
                ends[name] = closing
                if closing >= 0 and not found["rest"].endswith("/"):
                    content, end = html[found.end() : closing], closing + len(name) + 3
            shown = self._shown(name, found["rest"], content)
            pieces.append(html[position : found.start()])
            pieces.append(html[found.start() : end] if shown is None else shown)
            position = end
        return "".join(pieces) + html[position:]

    def _shown(self, name, rest, content):
        """Return HTML for a shortcode, or None to keep it as written."""
        arguments = read_arguments(unescape(rest).strip().removeprefix("="))
        if name in ("caption", "wp_caption") and content:
            return _captioned(content, arguments.get("caption"))
        if name in _LISTINGS and content:
            return _listing(name, arguments.get("language", "lang"), content)
        if name == "gallery":
            return self._gallery(arguments)
        if name in ("embed", "youtube", "vimeo", "audio", "video"):
            address = (
                content.strip()
                or arguments.get("src", "url", "mp4", "mp3", "m4v", "webm", "ogg")
                or " ".join(arguments.positional)
            )
            address = unescape(re.sub(r"<[^<>]*>", "", address)).strip().removeprefix("=")
            return f"<p>{link_to(address)}</p>" if is_web_address(address) else None
        if name in ("playlist", "contact-form", "contact-form-7"):
            self.leave_out("playlists" if name == "playlist" else "forms")
            return ""
        return None

    def _gallery(self, arguments):
        library = self.library.attachments
        ids = [key.strip() for key in arguments.get("ids", "include").split(",") if key.strip()]
        chosen = [library[key] for key in ids if key in library]
        if not ids:
            chosen = [one for one in library.values() if one.parent == self.post]
        if len(chosen) < len(ids) or not chosen:
            self.leave_out(
                "pictures of galleries that the export does not list", max(1, len(ids) - len(chosen))
            )
        return "\n".join(one.figure for one in chosen)


def _listing(name, language, content):
    language = language or ("" if name in ("code", "sourcecode", "source") else name)
    code = escape(unescape(content.strip("\n")), quote=False)
    return f'<pre><code class="language-{escape(language)}">{code}</code></pre>'


def _captioned(content, words):
    found = _IMAGE_IN_CAPTION.fullmatch(content)
    if not found:
        return None
    caption = found["words"].strip() or escape(words)
    return f"<figure>{found['image']}{f'<figcaption>{caption}</figcaption>' if caption else ''}</figure>"


def _with_paragraphs(html):
    """Return HTML for a text of the classic editor: newlines are line breaks, blank lines end paragraphs."""
    html = html.replace("\r\n", "\n").replace("\r", "\n")
    pieces, position = [], 0
    for found in _VERBATIM.finditer(html):
        pieces += [_broken(html[position : found.start()]), found[0]]
        position = found.end()
    return "".join([*pieces, _broken(html[position:])])


def _broken(html):
    html = _LONE_ADDRESS.sub(lambda found: f"\n\n<p>{link_to(unescape(found[1]))}</p>\n\n", html)
    html = _AROUND_BLOCK.sub(lambda found: (found[1] or "") + "\n\n", html)
    return _SINGLE_NEWLINE.sub("<br>\n", html.strip("\n") and html)
