"""Turn paragraphs that contain only images into figures, with italic lines below as caption or credit."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from html import escape

from markdown_it.token import Token

from blog.documents.addresses import PLACEHOLDER, check_remote_image
from blog.documents.image_words import Credit, ImageWords, words_of_use
from blog.documents.parsing.markdown import inline_text
from blog.documents.rendering.html import (
    SET_ATTRIBUTES,
    element,
    is_external,
    is_image_address,
    link_address,
    link_attributes,
)
from blog.documents.rendering.values import ResolvedImage

UNKNOWN_SIZE = (1200, 800)
MAX_CREDIT = 200
LARGEST_SIGN = 64  # pixels, on the shorter side

_CREDIT = re.compile(
    r"^\W*(?:photo(?:graph|graphie)?|image|picture|illustration|graphic|screenshot|art(?:work)?|drawing|figure"
    r"|cover|header|foto|bild|imagen)s?\b[^.:]{0,40}?(?::|\b(?:by|via|from|credits?|courtesy|source|von|por|par)\b)"
    r"|^\W*(?:credits?|source|courtesy|copyright|quelle|fuente|crédits?|via)\b"
    r"|^\W*(?:©|\(c\))"
    r"|\b(?:unsplash|pexels|pixabay|flickr|shutterstock|getty images|wikimedia commons)\W*$",
    re.IGNORECASE,
)
# Stricter than _CREDIT: for lines without italics.
_PLAIN_CREDIT = re.compile(
    r"^\W*(?:photo|image|picture|illustration)s?(?: credits?)?(?: by\b| via\b|:)", re.IGNORECASE
)
# Instructions such as "(Insert image of a lab)". Not shown; blog/documents/findings reports them.
_INSTRUCTION = re.compile(
    r"\W*[(\[](?:insert|add|place)\s+(?:an?\s+|the\s+|your\s+)?(?:[\w-]+\s+)?"
    r"(?:image|picture|photo|graphic|chart|graph|diagram|illustration|infographic|figure|screenshot)s?\b[^\n]*[)\]]\W*",
    re.IGNORECASE,
)
_FILE_NAME = re.compile(r"[^\n]{1,200}\.(?:avif|gif|jpe?g|png|svg|webp)", re.IGNORECASE)
ATTRIBUTE_LIST = re.compile(r"\s*\{[:.#\w][^{}]*\}\s*")

Line = list[Token]


@dataclass(frozen=True, slots=True)
class ImageWriter:
    """Writer for the images of one document."""

    resolve: Callable[[str], ResolvedImage | None] | None = None
    _found: dict[str, ResolvedImage | None] = field(default_factory=dict)  # cache: resolve each once

    def html(self, address: str, alt: str, title: str = "", size: tuple[str, str] | None = None) -> str:
        """Return the `<img>`, or the alt text if the image cannot be shown."""
        image = self._find(address.strip())
        if self.stands_for_another(address):
            return ""
        if not image:
            says = alt.strip() and not _FILE_NAME.fullmatch(alt.strip())
            return f'<span class="missing-picture">{escape(alt)}</span>' if says else ""
        width, height = image.width, image.height
        if not (width and height) and size and all(side.isascii() and side.isdigit() for side in size):
            width, height = int(size[0][:5]), int(size[1][:5])
        is_sized = bool(width and height)
        own = ImageWords(alt, is_decorative=image.words.is_decorative)
        attributes: dict[str, str | int | None] = {
            "src": image.url,
            "alt": words_of_use(own, image.words).alt,
            "title": title.strip() or None,
            "width": width if is_sized else UNKNOWN_SIZE[0],
            "height": height if is_sized else UNKNOWN_SIZE[1],
            "class": None if is_sized else "unsized",
            **SET_ATTRIBUTES["img"],
        }
        return element("img", attributes)

    def stands_for_another(self, address: str) -> bool:
        """Whether an image that cannot be shown is a service's placeholder, whose caption says nothing."""
        return not self._find(address.strip()) and check_remote_image(address.strip()) == PLACEHOLDER

    def is_sign(self, image: Token) -> bool:
        """Whether an image is as small as an icon within text."""
        shown = self._find(str(image.attrs["src"]).strip())
        given = [int(side[:5]) for side in image.meta.get("size", ()) if side.isascii() and side.isdigit()]
        sides = [*given, *filter(None, (shown.width, shown.height))] if shown else given
        return bool(sides) and min(sides) <= LARGEST_SIGN

    def credit(self, address: str) -> str:
        """Return the stored credit of an image as HTML, for use where the article has none."""
        image = self._find(address.strip())
        return _credit_html(image.words.credit) if image else ""

    def _find(self, address: str) -> ResolvedImage | None:
        if address not in self._found:
            self._found[address] = self._look_for(address)
        return self._found[address]

    def _look_for(self, address):
        if not address or not is_image_address(address):
            return None
        if self.resolve:
            image = self.resolve(address)
        else:
            image = ResolvedImage(address) if is_external(address) else None
        if not image or not is_external(image.url):
            return image
        if check_remote_image(image.url):
            return None  # browsers fetch images automatically: block URLs in a reader's own network
        return replace(image, url=f"https:{image.url}") if image.url.startswith("//") else image


def _credit_html(credit: Credit) -> str:
    name = escape(credit.creator or credit.source)
    address = link_address(credit.url)
    if name and address and is_external(address):
        name = f"{element('a', link_attributes(address))}{name}</a>"
    return f"{name} / {escape(credit.source)}" if credit.creator and credit.source else name


def convert_figures(tokens: list[Token]) -> list[Token]:
    """Return the tokens with paragraphs of images as figures, and neighbouring figures as a pair."""
    arranged: list[Token] = []
    index = 0
    while index < len(tokens):
        figures = _figures_of(tokens, index)
        if not figures:
            arranged.append(tokens[index])
            index += 1
            continue
        index += 3
        if not figures[-1].meta["credit"] and (credit := _credit_paragraph(tokens, index)):
            figures[-1].meta["credit"] = credit
            index += 3
        arranged += figures
    return _paired(arranged)


def _figures_of(tokens: list[Token], index: int) -> list[Token]:
    """Return the figures of a paragraph, or [] if the paragraph contains other text."""
    token = tokens[index]
    if token.type != "paragraph_open" or token.hidden:
        return []
    children = tokens[index + 1].children or []
    if not any(child.type == "image" for child in children[:2]):
        return []
    figures: list[Token] = []
    for line in _lines(children):
        if is_image(line):
            figures.append(_figure(line, token.level))
        elif not figures or not _add_caption(figures[-1], line):
            return []
    return figures


def _lines(children: list[Token]) -> list[Line]:
    lines: list[Line] = [[]]
    for child in children:
        if child.level == 0 and (child.type.endswith("break") or (is_blank(child) and is_image(lines[-1]))):
            lines.append([])
        elif is_image(lines[-1]) and child.type == "text":
            rest = ATTRIBUTE_LIST.sub("", child.content, count=1)
            if rest.strip():
                lines[-1].append(child)
        else:
            lines[-1].append(child)
    return [line for line in lines if not all(is_blank(child) for child in line)]


def is_blank(child: Token) -> bool:
    return child.type == "text" and not child.content.strip()


def is_caption(line: Line) -> bool:
    """Whether a line below an image is its caption: in italics, or worded as a credit."""
    return bool(_emphasised(line)) or bool(_PLAIN_CREDIT.match(inline_text(line)))


def is_image(line: Line) -> bool:
    if len(line) > 3:
        return False  # constant time: called for every token added to a line
    types = [child.type for child in line]
    return types in (["image"], ["link_open", "image", "link_close"])


def _figure(line: Line, level: int) -> Token:
    image = next(child for child in line if child.type == "image")
    caption = str(image.attrs.pop("title", "")).strip()
    caption_tokens = [Token("text", "", 0, content=caption)] if caption else []
    meta = {"image": line, "caption": caption_tokens, "credit": []}
    return Token("figure", "figure", 0, level=level, meta=meta, block=True)


def _add_caption(figure: Token, line: Line) -> bool:
    """Add the line below an image to its figure; return False if it is neither caption nor credit."""
    emphasised = _emphasised(line)
    text = inline_text(line)
    if _INSTRUCTION.fullmatch(text):
        return True
    if emphasised and not _CREDIT.search(text) and not figure.meta["caption"]:
        figure.meta["caption"] = emphasised
    elif (emphasised or _PLAIN_CREDIT.match(text)) and not figure.meta["credit"]:
        figure.meta["credit"] = emphasised or line
    else:
        return False
    return True


def _credit_paragraph(tokens: list[Token], index: int) -> Line | None:
    """Return the next paragraph's tokens if it is a credit entirely in italics, or None."""
    if index + 2 >= len(tokens) or tokens[index].type != "paragraph_open":
        return None
    emphasised = _emphasised(tokens[index + 1].children or [])
    text = inline_text(emphasised)
    return emphasised if emphasised and len(text) <= MAX_CREDIT and _CREDIT.search(text) else None


def _emphasised(line: Line) -> Line | None:
    """Return the tokens inside the emphasis if it spans the whole line, or None."""
    if len(line) < 3 or line[0].type != "em_open" or line[-1].type != "em_close":
        return None
    inner = line[1:-1]
    return (
        None if any(child.type == "em_close" and child.level == line[0].level for child in inner) else inner
    )


def _paired(tokens: list[Token]) -> list[Token]:
    paired: list[Token] = []
    for token in tokens:
        previous = paired[-1] if paired else None
        if token.type != "figure" or not previous or previous.level != token.level:
            paired.append(token)
        elif previous.type == "figure":
            paired[-1] = Token("pair", "div", 0, level=token.level, children=[previous, token], block=True)
        elif previous.type == "pair" and previous.children is not None:
            previous.children.append(token)
        else:
            paired.append(token)
    return paired
