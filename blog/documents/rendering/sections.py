"""Headings with ids and without gaps in their levels, the takeaways box, and the lead paragraph."""

import re
from html import escape

from markdown_it.token import Token

from blog.documents.parsing.markdown import inline_text
from blog.documents.rendering.html import LONGEST_ATTRIBUTE, ElementIds, element
from blog.documents.rendering.values import Heading
from blog.documents.text import same_text

DEEPEST = 6
LONGEST_ENDING = 60  # characters at the end of a heading

_TAKEAWAYS = re.compile(
    r"(?:\W*\d{1,3}[.):]\s)?\W*(?:(?:(?:key|main|quick)\s+)?take-?\s?aways?\b|tl;?\s?dr\b"
    r"|in short\s*(?:$|[:,.\u2013\u2014-])"
    r"|das wichtigste\b|auf einen blick\b)",
    re.IGNORECASE,
)
# After the subject of the article: "Implementation Guide: Key Takeaways".
_TAKEAWAYS_AT_END = re.compile(
    r"[:|\u2013\u2014-]\s+(?:(?:the|key|main|quick)\s+)*(?:take-?\s?aways?|tl;?\s?dr)\W*$", re.IGNORECASE
)
# `{#id}`, `{.class}` or `{#id .class key=value}` after a heading: syntax of Pandoc, Hugo and Kramdown.
_ATTRIBUTES = re.compile(r"\{:?\s*+[#.][\w-][^{}]*+\}\s*+$")
_LISTS = frozenset(("bullet_list_open", "ordered_list_open"))
_ENDS_TAIL = frozenset(("bullet_list_close", "ordered_list_close", "heading_open"))
_ID_IN_ATTRIBUTES = re.compile(r"#([\w-]+)")


def normalise_headings(
    tokens: list[Token], title: str, ids: ElementIds
) -> tuple[list[Token], tuple[Heading, ...]]:
    """Return the tokens with headings that skip no level, and the table of contents.

    The page has its own h1, so headings start at h2. Empty headings and h1 equal to the title are removed.
    """
    arranged: list[Token] = []
    contents: list[Heading] = []
    outline: list[tuple[int, int]] = []
    index = 0
    while index < len(tokens):
        token = tokens[index]
        if token.type != "heading_open":
            arranged.append(token)
            index += 1
            continue
        inline = tokens[index + 1]
        text = _heading_text(inline)
        if text and not (token.tag == "h1" and same_text(text, title)):
            heading = _set_heading(token, inline, text, _level(token, outline), ids)
            token.meta["box"] = token.level == 0 and _is_takeaways(text)
            if token.level == 0 and heading.level <= 3:
                contents.append(heading)
            closing = tokens[index + 2]
            closing.tag = token.tag
            arranged += [token, inline, closing]
        index += 3
    return arranged, tuple(contents)


def wrap_takeaways(tokens: list[Token]) -> list[Token]:
    """Return the tokens with each takeaways heading and its content wrapped in a section."""
    arranged: list[Token] = []
    box_level: int | None = None
    box_start = 0
    for token in tokens:
        is_heading = token.type == "heading_open" and token.level == 0
        level = int(token.tag[1]) if is_heading else DEEPEST + 1
        if box_level and (level <= box_level or token.type == "footnotes_open"):
            _end_box(arranged, box_start)
            box_level = None
        if is_heading and token.meta.get("box") and not box_level:
            box_start = len(arranged)
            attributes = {"class": "takeaways", "aria-labelledby": str(token.attrs["id"])}
            arranged.append(_markup(element("section", attributes) + "\n"))
            box_level = level
        arranged.append(token)
    if box_level:
        _end_box(arranged, box_start)
    return arranged


def set_lead(tokens: list[Token]) -> None:
    """Set the class "lead" on the first paragraph if it starts in bold."""
    index = next((i for i, token in enumerate(tokens) if token.type not in ("figure", "pair")), None)
    if index is None or tokens[index].type != "paragraph_open":
        return
    children = tokens[index + 1].children or []
    first = next((child for child in children if child.content.strip() or child.nesting), None)
    if first and first.type == "strong_open":
        tokens[index].attrs["class"] = "lead"


def anchor(heading_id: str, heading: str) -> str:
    """Return the link to a heading, placed after it: inside, it would be part of the heading's name."""
    label = escape(heading[:LONGEST_ATTRIBUTE])
    return f'<a class="anchor" href="#{heading_id}" aria-label="Link to section {label}"></a>\n'


def _heading_text(inline: Token) -> str:
    words = inline_text(inline.children) or " ".join(
        inline_text(child.children) for child in inline.children or () if child.type == "image"
    )
    return " ".join(words.split())


def _is_takeaways(text: str) -> bool:
    # Only the end of a long heading is searched: the pattern could start at every character.
    return bool(_TAKEAWAYS.match(text) or _TAKEAWAYS_AT_END.search(text[-LONGEST_ENDING:]))


def _level(heading: Token, outline: list[tuple[int, int]]) -> int:
    """Return the level to show: one below the parent heading, so that no level is skipped."""
    written = int(heading.tag[1])
    while outline and outline[-1][0] >= written:
        outline.pop()
    shown = min(outline[-1][1] + 1, DEEPEST) if outline else 2
    outline.append((written, shown))
    return shown


def _set_heading(heading: Token, inline: Token, text: str, level: int, ids: ElementIds) -> Heading:
    attributes = _ATTRIBUTES.search(text)
    own_id = None
    last = inline.children[-1] if inline.children else None
    if attributes and last and last.type == "text" and _ATTRIBUTES.search(last.content):
        own_id = _ID_IN_ATTRIBUTES.search(attributes[0])
        last.content = _ATTRIBUTES.sub("", last.content).rstrip()
        text = _ATTRIBUTES.sub("", text).rstrip() or text
    wanted = str(heading.attrs.get("id", "")) or (own_id[1] if own_id else text)
    heading.attrs["id"] = ids.claim(wanted)
    heading.tag = f"h{level}"
    heading.meta["text"] = text
    return Heading(level, str(heading.attrs["id"]), text)


def _end_box(arranged: list[Token], start: int) -> None:
    """Close the takeaways box after its last list, or after all its text if a heading follows that list.

    Images at the end stay outside the box. A box without a list is removed.
    """
    if not any(token.type in _LISTS for token in arranged[start:]):
        del arranged[start]
        return
    end = len(arranged)
    while arranged[end - 1].type in ("figure", "pair"):
        end -= 1
    top_level = (index for index in range(end - 1, start, -1) if arranged[index].level == 0)
    last = next((index for index in top_level if arranged[index].type in _ENDS_TAIL), None)
    if last is not None and arranged[last].type != "heading_open":
        end = last + 1
    arranged.insert(end, _markup("</section>\n"))


def _markup(content: str) -> Token:
    return Token("markup", "", 0, content=content, block=True)
