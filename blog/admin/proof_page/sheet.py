"""The article on its proof: as readers see it, with its marks."""

from dataclasses import dataclass, field

from django.utils.safestring import SafeString, mark_safe

from blog.admin.proof_page.entries import Entry
from blog.documents.marking import MarkedText
from blog.refusals import text_refusal
from blog.sandbox import calls
from blog.sandbox.refusals import RefusedError
from blog.views.articles import text_context

DEEPEST = 2  # level of the headings in the list of contents


@dataclass
class Section:
    """An entry of the list of contents, with how many marks below it are open."""

    id: str
    text: str
    open: int = 0
    blocks: bool = False


@dataclass
class Sheet:
    """The context of the article, its text around the paragraph that is written anew, and its contents."""

    article: dict
    before: SafeString
    block: SafeString
    after: SafeString
    found: frozenset[int]
    sections: list[Section] = field(default_factory=list)
    refusal: str = ""


def sheet_of(article, entries: list[Entry], in_hand: Entry | None, *, is_rewriting: bool) -> Sheet:
    """Return the article with its marks. What cannot be marked in time is shown without marks, and says so."""
    context = text_context(article)
    number = in_hand.number if in_hand else None
    pencilled = [entry.pencilled(None if is_rewriting else number) for entry in entries if _is_in_text(entry)]
    marked, refusal = MarkedText(context["body_html"]), ""
    if pencilled:
        try:
            block_of = number if is_rewriting else None
            marked = calls.mark_text(str(context["body_html"]), pencilled, block_of)
        except RefusedError as error:
            refusal = text_refusal(error)
    # The sanitised text of the page, into which the sandbox has put its own tags.
    parts = (mark_safe(part) for part in (marked.before, marked.block, marked.after))  # noqa: S308
    return Sheet(
        context, *parts, frozenset(marked.sections), _sections(article, entries, marked.sections), refusal
    )


def _is_in_text(entry):
    return entry.mark.start is not None and entry.mark.words


def _sections(article, entries, found) -> list[Section]:
    sections = [Section(name, text) for level, name, text in article.contents if level <= DEEPEST]
    opening = Section("", "")
    by_id = {section.id: section for section in sections}
    for entry in entries:
        if entry.is_open and entry.number in found:
            section = by_id.get(found[entry.number], opening)
            section.open += 1
            section.blocks = section.blocks or entry.blocks
    return [opening, *sections] if sections else []
