"""Find the marks of a Markdown text, and check what the removal of one of them leaves."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from blog.documents.claims.blocks import Block
from blog.documents.claims.claim import find_claims
from blog.documents.claims.sentences import read_sentences
from blog.documents.claims.values import ClaimKind
from blog.documents.findings.all_rules import find_findings
from blog.documents.findings.article_words import ArticleWords
from blog.documents.findings.images import read_images
from blog.documents.quotation_marks import count_lone_marks
from blog.review.markup import visible_words
from blog.review.removal import TextRemoval, plan_text_removal

HEADING = re.compile(r"^ {0,3}#{1,6}(?:[ \t]|$)", re.MULTILINE)
BLANK_LINE = re.compile(r"\n[ \t]*\n")
# A mark, or an attribution: "— Runa Hale" or "<span>— Runa Hale" in its own line, "work. — **Runa Hale**"
QUOTATION = re.compile(r'["“”„«»「」]|(?:\n[\s>]*(?:<span>)?|[.!?][*_]{0,3} )[–—] ?[*_]{0,2}[A-Z]')  # noqa: RUF001 -- dashes


@dataclass(frozen=True)
class Mark:
    kind: str
    start: int
    end: int
    speaker: str = ""


def marks_of(body: str) -> list[Mark]:
    """Return the claims and the findings of a text that are about a passage in it."""
    words = ArticleWords(title="", body=body, html="", text="", images=read_images(body))
    found = [*find_claims(body), *find_findings(words)]
    return [
        Mark(each.kind, each.start, each.end, getattr(each, "speaker", ""))
        for each in found
        if each.start is not None and each.end > each.start
    ]


def removals(body: str) -> Iterator[tuple[Mark, TextRemoval]]:
    """Yield each mark of a text with the plan of its removal."""
    for mark in marks_of(body):
        yield mark, plan_text_removal(body, [mark])


def damages(body: str, mark: Mark, removal: TextRemoval) -> list[str]:
    """Return the rules that a removal breaks."""
    if not removal.is_possible:
        return []
    (part,) = removal.removed
    removed, rest = part.text, removal.body
    heading = HEADING.search(body, body.rfind("\n", 0, mark.start) + 1, mark.end)
    rules = {
        "removes one part, and nothing else": rest == body[: part.start] + body[part.end :],
        "removes the mark": part.start < mark.end and mark.start < part.end,
        "removes no heading": heading is not None or not HEADING.search(removed.strip("\n")),
        "removes no blank line, except inside a quotation or a callout": (
            not BLANK_LINE.search(removed.strip())
            or QUOTATION.search(removed)
            or re.match(r"\s*(?:<|:::|>)", removed)
        ),
        "removes one sentence, or a quotation": (
            _sentences(removed) <= 1
            or mark.kind == ClaimKind.QUOTATION
            or QUOTATION.search(removed) is not None
        ),
        "leaves no quotation mark alone": count_lone_marks(rest) <= count_lone_marks(body),
        "removes little without asking": removal.needs_confirmation or visible_words(removed) <= 60,
        "leaves text": bool(rest.strip()),
    }
    return [rule for rule, is_kept in rules.items() if not is_kept]


def _sentences(text):
    """Return the number of sentences of five words or more, apart from images."""
    lines = re.sub(r"^[ \t>]+", "", text.strip(), flags=re.MULTILINE)
    return sum(
        sentence.block is not Block.PICTURE and len(re.findall(r"\w+", sentence.text)) > 4
        for sentence in read_sentences(lines)
    )
