"""Render the article of a proof as readers see it, with its marks."""

from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe

from blog.desk.articles.proof.entries import MarkEntries, MarkEntry
from blog.documents.marks import HighlightedText, NoteHighlight
from blog.reader.views.articles import text_context
from blog.sandbox import calls
from blog.sandbox.refusal_messages import text_refusal
from blog.sandbox.refusals import RefusedError

DEEPEST = 2  # heading level in the table of contents


@dataclass
class Section:
    """An entry of the table of contents, with the number of open marks in its section."""

    id: str
    text: str
    open: int = 0
    is_blocking: bool = False


@dataclass
class MarkedArticle:
    """An article with highlighted marks.

    article: template context. text: HTML. refusal: why the marks could not be highlighted, or "".
    """

    article: dict
    text: SafeString
    sections: list[Section]
    refusal: str = ""


def build_marked_article(
    article, entries: MarkEntries, current: MarkEntry | None, notes: list[NoteHighlight]
) -> MarkedArticle:
    """Return the article with its marks and notes.

    If highlighting takes too long, return it without them, and with a refusal.
    """
    context = text_context(article)
    as_highlight = [
        entry.as_highlight(is_in_hand=entry == current) for entry in entries.numbered if entry.passage
    ]
    marked, refusal = _mark(context["body_html"], as_highlight, notes)
    # Sanitised HTML of the page, to which the sandbox added tags.
    text = mark_safe(marked.text)  # noqa: S308 -- sanitised
    return MarkedArticle(context, text, _sections(article, entries.open, marked.sections), refusal)


def _mark(html, as_highlight, notes) -> tuple[HighlightedText, str]:
    if not (as_highlight or notes):
        return HighlightedText(html), ""
    try:
        return calls.mark_text(str(html), as_highlight, notes), ""
    except RefusedError as error:
        return HighlightedText(html), text_refusal(error)


def _sections(article, open_entries, found) -> list[Section]:
    """Return the table of contents, the opening first. found: {number of a mark: id of its heading}."""
    sections = [Section(name, text) for level, name, text in article.contents if level <= DEEPEST]
    opening = Section("", "")
    by_id = {section.id: section for section in sections}
    for entry in open_entries:
        if entry.number in found:
            section = by_id.get(found[entry.number], opening)
            section.open += 1
            section.is_blocking = section.is_blocking or entry.is_blocking
    return [opening, *sections] if sections else []
