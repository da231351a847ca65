"""Callouts: turn quotations that start with a bold label or a GitHub alert into labelled asides."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

from markdown_it.token import Token

from blog.documents.parsing.markdown import inline_text
from blog.documents.rendering.html import ID_PREFIX
from blog.documents.text import strip_outer_quotes

QUOTATION, TIP, NOTE, IMPORTANT, INSIGHT = "", "tip", "note", "important", "insight"
WARNING, CAUTION = "warning", "caution"

MAX_LABEL = 40
MAX_ATTRIBUTION = 200
LOOKED_BACK = 20  # inline tokens, to find the character before a dash

# {bold label at the start of a quotation, in English or German: kind of callout}
_LABELS = {
    label: kind
    for kind, *languages in (
        (
            QUOTATION,
            "expert insight, expert insights, expert opinion, expert quote, expert view, expert voice",
            "expertenmeinung",
        ),
        (TIP, "pro tip, pro tips, tip, tips, quick tip, expert tip, hint, best practice", "tipp, tipps"),
        (NOTE, "note, notes, info, fyi, did you know, fun fact, fact, example", "hinweis, beispiel"),
        (WARNING, "warning, attention, watch out", "achtung, warnung"),
        (CAUTION, "caution, danger", "vorsicht, gefahr"),
        (IMPORTANT, "important, remember", "wichtig, merke"),
        (
            INSIGHT,
            "key insight, insight, key takeaway, key takeaways, takeaway, key point, tl;dr",
            "das wichtigste",
        ),
    )
    for labels in languages
    for label in labels.split(", ")
}
# Alerts of GitHub and Obsidian. Unknown alerts become notes.
_ALERTS = {
    "tip": TIP,
    "hint": TIP,
    "success": TIP,
    "warning": WARNING,
    "caution": CAUTION,
    "danger": CAUTION,
    "error": CAUTION,
    "important": IMPORTANT,
    "abstract": INSIGHT,
    "summary": INSIGHT,
    "tldr": INSIGHT,
}
_PLAIN_QUOTATIONS = frozenset({"quote", "cite"})
_SPELLED = {"tl;dr": "TL;DR", "fyi": "FYI", "tldr": "TL;DR"}

_ALERT = re.compile(r"\[!([A-Za-z]{2,20})\][+-]?(?:[ \t]+(.*))?$")
_WORDS = re.compile(r"[^\W\d_].*", re.DOTALL)
_DELIMITER = re.compile(r"\s*(?::|\s[\u2013\u2014-]\s)\s*")
_OPENING_DASH = re.compile(r"\s*(?:[\u2013\u2014\u2015]|--?(?=\s|\w))\s*")
_ATTRIBUTION = re.compile(
    r"(?<=[\"”»\u2019'.!?…])\s*[\u2013\u2014\u2015]\s*(?=[^\W\d_]|$)|(?<=[\"”»\u2019'.!?…])\s+--?\s*(?=[^\W\d_]|$)"
)
_CLOSING_MARKS = frozenset("\"”»'")
_SENTENCE_ENDS = frozenset(_CLOSING_MARKS | set(".!?…"))
_ROLE = re.compile(r"\s*(?:,|\(|\s[\u2013\u2014-]\s)")
_ABBREVIATION = r"(?<!\bInc)(?<!\bLtd)(?<!\bCorp)(?<!\bCo)(?<!\b[JS]r)(?<!h\.D)(?<![.\s]\w)"
_FULL_STOP = re.compile(rf"{_ABBREVIATION}\.\s*$")


@dataclass(frozen=True, slots=True)
class _Label:
    text: str
    kind: str


def convert_callouts(tokens: list[Token]) -> list[Token]:
    """Return the tokens with each quotation that starts with a label replaced by a callout."""
    return _arranged(tokens, count(1))


def _arranged(tokens: list[Token], numbers: Iterator[int]) -> list[Token]:
    arranged: list[Token] = []
    index = 0
    while index < len(tokens):
        token = tokens[index]
        label = _take_label(tokens, index) if token.type == "blockquote_open" else None
        if label:
            end = _closing(tokens, index)
            is_labelling = _is_bare(tokens[index + 1 : end])
            if is_labelling and [token.type for token in tokens[end + 1 : end + 2]] == ["blockquote_open"]:
                index, end = end + 1, _closing(tokens, end + 1)
            arranged += _callout(label, tokens[index + 1 : end], token.level, numbers)
            index = end
        else:
            arranged.append(token)
        index += 1
    return arranged


def _closing(tokens: list[Token], opening: int) -> int:
    level = tokens[opening].level
    ends = (i for i in range(opening, len(tokens)) if tokens[i].type == "blockquote_close")
    return next((i for i in ends if tokens[i].level == level), len(tokens))


def _callout(label: _Label, content: list[Token], level: int, numbers: Iterator[int]) -> list[Token]:
    name = f"{ID_PREFIX}note_{next(numbers)}"
    kind = "callout" if label.kind == QUOTATION else " ".join(dict.fromkeys(("callout", "tip", label.kind)))
    attributes = {"class": kind, "role": "note", "aria-labelledby": name}
    content = _arranged(_without_empty_paragraphs(content), numbers)
    return [
        Token("callout_open", "aside", 1, attrs=attributes, level=level, block=True),
        Token("label", "p", 0, content=label.text, attrs={"class": "label", "id": name}, block=True),
        *(_quotation(content) if label.kind == QUOTATION else content),
        Token("callout_close", "aside", -1, level=level, block=True),
    ]


def _take_label(tokens: list[Token], index: int) -> _Label | None:
    """Remove and return the label at the start of a quotation; None if the quotation has no label."""
    if index + 2 >= len(tokens) or tokens[index + 1].type != "paragraph_open":
        return None
    children = tokens[index + 2].children or []
    children[:] = [child for child in children if child.type != "text" or child.content]
    return _take_alert(children) or _take_bold_label(children)


def _take_alert(children: list[Token]) -> _Label | None:
    found = _ALERT.match(children[0].content) if children and children[0].type == "text" else None
    if not found:
        return None
    type_ = found[1].lower()
    if type_ in _PLAIN_QUOTATIONS:
        _cut_first_line(children)
        return None
    title = found[2] if len(children) == 1 or children[1].type.endswith("break") else None
    text = title.strip() if title else _SPELLED.get(type_, type_.capitalize())
    if title is None and found[2]:
        children[0].content = found[2]
    else:
        _cut_first_line(children)
    return _Label(text[: MAX_LABEL * 2], _ALERTS.get(type_, NOTE))


def _cut_first_line(children: list[Token]) -> None:
    del children[: 2 if len(children) > 1 and children[1].type.endswith("break") else 1]


def _take_bold_label(children: list[Token]) -> _Label | None:
    """Remove and return a bold label: **Pro Tip:** text, **Note**: text, or **Warning: do not**."""
    start = 1 if children and children[0].type == "text" and not _WORDS.search(children[0].content) else 0
    bold = children[start : start + 3]
    if [child.type for child in bold[:2]] != ["strong_open", "text"]:
        return None
    words = _WORDS.search(bold[1].content[: MAX_LABEL + MAX_ATTRIBUTION])
    if not words:
        return None
    label, delimiter, rest = _split_label(words[0])
    kind = _LABELS.get(_folded(label))
    if kind is None:
        return None
    closes_at_once = len(bold) == 3 and bold[2].type == "strong_close"
    if closes_at_once and not rest:
        if not delimiter and not _take_delimiter(children, start + 3, label):
            return None
        del children[: start + 3]
    elif delimiter:
        bold[1].content = bold[1].content[bold[1].content.index(words[0]) + len(label) + len(delimiter) :]
        del children[:start]
    else:
        return None
    _strip_start(children)
    return _Label(_SPELLED.get(_folded(label), label.strip().capitalize()), kind)


def _split_label(text: str) -> tuple[str, str, str]:
    found = _DELIMITER.search(text)
    if not found:
        return text.rstrip(), "", ""
    return text[: found.start()], found[0], text[found.end() :]


def _take_delimiter(children: list[Token], index: int, label: str) -> bool:
    """Remove the colon or dash after a label; return whether the label is distinct from the text."""
    if index >= len(children) or children[index].type.endswith("break") or label.rstrip()[-1:] in "?!":
        return True
    following = children[index]
    found = _DELIMITER.match(following.content) if following.type == "text" else None
    if found:
        following.content = following.content[found.end() :]
    return bool(found) or " " in label.strip()


def _folded(label: str) -> str:
    return " ".join(label.casefold().replace("-", " ").rstrip("?!. ").split())


def _strip_start(children: list[Token]) -> None:
    while children and (
        children[0].type.endswith("break") or not (children[0].content or children[0].nesting)
    ):
        del children[0]
    if children and children[0].type == "text":
        children[0].content = children[0].content.lstrip()


def _is_bare(content: list[Token]) -> bool:
    """Whether a quotation contains only its label, which then applies to the next quotation."""
    return len(content) == 3 and content[0].type == "paragraph_open" and not content[1].children


def _without_empty_paragraphs(tokens: list[Token]) -> list[Token]:
    """Return the tokens without the first paragraph if removing the label left it empty."""
    is_empty = len(tokens) > 1 and tokens[0].type == "paragraph_open" and not tokens[1].children
    return tokens[3:] if is_empty else tokens


def _quotation(content: list[Token]) -> list[Token]:
    """Wrap content that has quotation marks or a speaker in a blockquote, with the speaker below."""
    if not content or content[-1].type != "paragraph_close" or len(content) < 3:
        return content
    attribution = _take_attribution(content[-2].children or [])
    if attribution and not content[-2].children:
        del content[-3:]
    is_quoted = _take_outer_quotes(content)
    if not attribution and not is_quoted:
        return content
    level = content[0].level if content else 0
    quoted = [Token("blockquote_open", "blockquote", 1, level=level, block=True), *content]
    quoted.append(Token("blockquote_close", "blockquote", -1, level=level, block=True))
    if attribution:
        quoted.append(Token("attribution", "p", 0, children=_cited(attribution), block=True))
    return quoted if content else quoted[2:]


def _take_attribution(children: list[Token]) -> list[Token] | None:
    """Remove and return the speaker after the dash at the end of a quotation, or None."""
    for index in range(len(children) - 1, -1, -1):
        child = children[index]
        if child.type != "text" or child.level:
            continue
        dash = _dash_before_name(child.content, children, index)
        if dash:
            attribution = [Token("text", "", 0, content=child.content[dash.end() :]), *children[index + 1 :]]
            name = inline_text(attribution)
            if len(name) > MAX_ATTRIBUTION or not re.match(r"\s*[\"'*]?[^\W\d_]", name):
                return None
            child.content = child.content[: dash.start()].rstrip()
            del children[index + bool(child.content) :]
            while children and children[-1].type.endswith("break"):
                del children[-1]
            return attribution
    return None


def _dash_before_name(text: str, children: list[Token], index: int) -> re.Match[str] | None:
    """Find the dash that ends a quotation: after the closing quote if any, otherwise after a sentence."""
    dashes = list(_ATTRIBUTION.finditer(text))
    if dashes:
        return next((dash for dash in dashes if text[dash.start() - 1] in _CLOSING_MARKS), dashes[-1])
    begins_line = not index or children[index - 1].type.endswith("break")
    if begins_line or _last_sign(children[max(0, index - LOOKED_BACK) : index]) in _SENTENCE_ENDS:
        return _OPENING_DASH.match(text)
    return None


def _last_sign(children: list[Token]) -> str:
    """Return the last character of inline tokens that is not whitespace, or ""."""
    for child in reversed(children):
        if words := inline_text([child]).rstrip():
            return words[-1]
    return ""


def _take_outer_quotes(content: list[Token]) -> bool:
    """Remove outer quotation marks, which the layout replaces; return whether there were any."""
    texts = [child for token in content for child in token.children or () if child.type == "text"]
    whole = inline_text([child for token in content for child in token.children or ()]).strip()
    if len(whole) < 3 or strip_outer_quotes(whole) != whole[1:-1].strip():
        return False
    texts[0].content = texts[0].content.lstrip()[1:].lstrip()
    texts[-1].content = texts[-1].content.rstrip()[:-1].rstrip()
    return True


def _cited(attribution: list[Token]) -> list[Token]:
    """Wrap the name, up to the first comma, parenthesis or dash, in `<cite>`."""
    last = attribution[-1]
    if last.type == "text":
        last.content = _FULL_STOP.sub("", last.content.rstrip())
    opening, closing = (Token("html_inline", "", 0, content=tag) for tag in ("<cite>", "</cite>"))
    for index, child in enumerate(attribution):
        found = _ROLE.search(child.content) if child.type == "text" and not child.level else None
        if found:
            name, role = child.content[: found.start()], child.content[found.start() :]
            before = Token("text", "", 0, content=name)
            after = Token("text", "", 0, content=role)
            return [opening, *attribution[:index], before, closing, after, *attribution[index + 1 :]]
    return [opening, *attribution, closing]
