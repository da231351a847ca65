"""Move footnotes into a list at the end, with links in both directions."""

from collections.abc import Sequence
from typing import Any

from markdown_it.token import Token

from blog.documents.rendering.html import ID_PREFIX, element

MAX_WAYS_BACK = 20


def move_footnotes(tokens: list[Token], environment: dict[str, Any]) -> list[Token]:
    """Return the tokens with the footnotes moved to a list at the end; unused footnotes are dropped."""
    if "footnotes" not in environment:
        return tokens
    body, notes = _taken_out(tokens)
    used = environment["footnotes"]["list"]
    if not used:
        return body
    body.append(
        Token(
            "footnotes_open",
            "section",
            1,
            attrs={"class": "footnotes", "aria-label": "Footnotes"},
            block=True,
        )
    )
    body.append(_markup("<ol>\n"))
    for index, note in used.items():
        body += _list_item(index + 1, notes.get(note["label"], []), note["count"])
    body.append(_markup("</ol>\n"))
    body.append(Token("footnotes_close", "section", -1, block=True))
    return body


def footnote_reference(number: int, repeat: int) -> str:
    """Return the superscript link to a footnote. `repeat` counts earlier references to the same footnote."""
    anchor = element("a", {"href": f"#{_note_id(number)}", "aria-label": f"Footnote {number}"})
    return (
        element("sup", {"class": "fn-ref", "id": _reference_id(number, repeat)})
        + f"{anchor}{number}</a></sup>"
    )


def _taken_out(tokens: Sequence[Token]) -> tuple[list[Token], dict[str, list[Token]]]:
    body: list[Token] = []
    notes: dict[str, list[Token]] = {}
    open_notes = [body]
    for token in tokens:
        if token.type == "footnote_reference_open":
            open_notes.append([])
            # The first of several footnotes with the same label wins, as for CommonMark's link references.
            notes.setdefault(token.meta["label"], open_notes[-1])
        elif token.type == "footnote_reference_close":
            open_notes.pop()
        else:
            open_notes[-1].append(token)
    return body, notes


def _list_item(number: int, content: list[Token], references: int) -> list[Token]:
    back = _markup(
        "".join(f" {_way_back(number, repeat)}" for repeat in range(min(references, MAX_WAYS_BACK)))
    )
    item = [_markup(element("li", {"id": _note_id(number)})), *content]
    if len(content) == 3 and content[0].type == "paragraph_open":
        content[0].hidden = content[2].hidden = True
    if content and content[-1].type == "paragraph_close":
        item.insert(-1, back)
    else:
        item.append(back)
    return [*item, _markup("</li>\n")]


def _way_back(number: int, repeat: int) -> str:
    label = f"Back to the text ({repeat + 1})" if repeat else "Back to the text"
    target = f"#{_reference_id(number, repeat)}"
    return element("a", {"class": "back", "href": target, "aria-label": label}) + "↩</a>"


# html.element_id never returns an underscore, so these ids cannot collide with headings or raw ids.
def _note_id(number: int) -> str:
    return f"{ID_PREFIX}fn_{number}"


def _reference_id(number: int, repeat: int) -> str:
    return f"{ID_PREFIX}ref_{number}" + (f"_{repeat + 1}" if repeat else "")


def _markup(content: str) -> Token:
    return Token("markup", "", 0, content=content, block=True)
