"""Read a page to its blocks of text, its title, publisher, author and date. HTML, plain text and PDF."""

import io
import re
from dataclasses import dataclass, field, replace
from typing import Literal

from blog.extensions.sources.html import read_html

MOST_CHARACTERS = 2_000_000
LONGEST_BLOCK = 1500  # characters
_PIECE = re.compile(
    rf".{{1,{LONGEST_BLOCK}}}[.!?][\"'”’)\]]*(?:\s|$)|.{{1,{LONGEST_BLOCK}}}(?:\s|$)|.{{{LONGEST_BLOCK}}}"
)
_FIELD = re.compile(
    r"^(title|author|date|publisher|release date|jurabk)\s*:\s*(.+)$", re.IGNORECASE | re.MULTILINE
)
_BLANK_LINES = re.compile(r"\n{2,}")
_HYPHEN_AT_END = re.compile(r"(?<=[a-zäöüß])-\n(?=[a-zäöüß])")
_EMPHASIS = re.compile(r"(?<!\w)_+(?=\w)|(?<=[\w.,;:!?])_+(?!\w)")
_BEGINS_SECTION = re.compile(r"(?:Article|Artikel|Artículo|Art\.|§|Section)\s*\d+\w?\.?(?=\s+[(\"A-ZÀ-Þ])")
_BEGINS_ITEM = re.compile(r"\s*(?:[-*+•]|\d{1,3}[.)])\s+\S")


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading, list item or table row. head: the heads of the columns of a row."""

    text: str
    kind: Literal["paragraph", "heading", "item", "row"] = "paragraph"
    head: str = ""

    def with_head(self) -> str:
        """Return the text, below the heads of the columns of a row."""
        return f"{self.head}\n{self.text}" if self.head else self.text


@dataclass(frozen=True, slots=True)
class Page:
    """What readers see as the main text of a page, and what the page says about itself."""

    blocks: tuple[Block, ...] = ()
    title: str = ""
    publisher: str = ""
    author: str = ""
    published: str = ""
    is_closed: bool = field(default=False)  # behind a log-in, or made by a script


def read_page(body: bytes, content_type: str, charset: str | None) -> Page | None:
    """Return the page, or None if it is not text."""
    page = _read(body, content_type, charset)
    return page and replace(page, blocks=tuple(piece for block in page.blocks for piece in _pieces(block)))


def _pieces(block):
    """Split a long block between sentences, so that comparing it takes linear time."""
    if len(block.text) <= LONGEST_BLOCK or block.kind == "row":
        yield block
        return
    for text in _PIECE.findall(block.text):
        yield replace(block, text=text.strip())


def _read(body, content_type, charset):
    kind = (content_type or "").partition(";")[0].strip().lower()
    if body.startswith(b"%PDF-") or kind == "application/pdf":
        return _read_pdf(body)
    if b"\0" in body[:1000] and not (charset or "").lower().startswith("utf-16"):
        return None
    if kind in ("text/html", "application/xhtml+xml"):
        return _page_of_html(body, charset)
    if kind.startswith("text/") or kind in ("application/json", "application/xml"):
        return _read_text(_decode(body, charset))
    return None


def _page_of_html(body, charset):
    found = read_html(_decode(body, charset or _declared_charset(body)))
    blocks = tuple(Block(text, kind, head) for text, kind, head in found.pop("blocks"))
    return Page(blocks=blocks, **found)


def _declared_charset(body):
    declared = re.search(rb"charset\s*=\s*[\"']?([\w-]{2,40})", body[:2048], re.IGNORECASE)
    return declared[1].decode("ascii") if declared else None


def _decode(body, charset):
    for name in (charset, "utf-8"):
        try:
            return body.decode(name or "utf-8").removeprefix("\ufeff")[:MOST_CHARACTERS]
        except (LookupError, ValueError):  # also of a name with a null character
            continue
    return body.decode("cp1252", "replace")[:MOST_CHARACTERS]


def _read_text(text):
    text = text.replace("\r\n", "\n")
    said = {name.lower(): value.strip() for name, value in _FIELD.findall(text[:4000])}
    title = " ".join(
        filter(None, (said.get("title") or text.strip().partition("\n")[0][:200], said.get("jurabk")))
    )
    return Page(
        blocks=tuple(_blocks_of(text)),
        title=title,
        author=said.get("author", ""),
        publisher=said.get("publisher", ""),
        published=said.get("date") or said.get("release date", ""),
    )


def _blocks_of(text):
    lines = "\n".join(line.strip() for line in _EMPHASIS.sub("", text).splitlines())
    for part in _BLANK_LINES.split(_HYPHEN_AT_END.sub("", lines)):
        if bare := part.replace("\n", " ").strip():
            is_heading = bare.startswith("#") or bare.isupper()
            kind = "heading" if is_heading else "item" if _BEGINS_ITEM.match(part) else "paragraph"
            yield from _with_heading(Block(bare, kind))


def _with_heading(block):
    """Divide a paragraph that begins with the number of a section of a law."""
    if number := _BEGINS_SECTION.match(block.text):
        yield Block(number[0], "heading")
        block = replace(block, text=block.text[number.end() :].strip())
    yield block


def _read_pdf(body):
    import pypdf  # loaded only when a PDF is read

    try:
        reader = pypdf.PdfReader(io.BytesIO(body))
        pages = [page.extract_text() for page in reader.pages[:500]]
        about = reader.metadata
    except Exception:
        return None
    text = "\n".join(pages)[:MOST_CHARACTERS]
    title = str((about and about.title) or text.strip().partition("\n")[0][:200])
    return Page(tuple(_paragraphs_of_pdf(text)), title, author=str((about and about.author) or ""))


def _paragraphs_of_pdf(text):
    """Lines of a PDF have no marked paragraphs: one ends at a short line that ends a sentence."""
    lines, width = [], max((len(line) for line in text.splitlines()), default=0)
    for line in [*text.splitlines(), ""]:
        lines.append(line.strip())
        if not line.strip() or (
            len(line) < 0.8 * width and line.rstrip().endswith((".", "?", "!", ":", "”", '"'))
        ):
            if joined := _HYPHEN_AT_END.sub("", "\n".join(lines)).replace("\n", " ").strip():
                yield from _with_heading(Block(joined))
            lines = []
