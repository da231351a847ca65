"""Fixes for findings that can be applied without reading the article."""

import re
from dataclasses import replace

from blog.documents.findings.article_words import ArticleWords
from blog.documents.findings.field_rules import find_field_findings
from blog.documents.findings.kinds import KINDS, FindingKind, Fix
from blog.documents.findings.leftovers import label_findings
from blog.documents.quotation_marks import count_lone_marks
from blog.documents.text import clean_excerpt

LONGEST_DESCRIPTION = 160
LOOKED_AT = 5000  # characters of a text searched for its first sentence
FEWEST_WORDS = 6  # of a sentence that says something on its own: not “The year is 2025.”

_SENTENCE = re.compile(r"(?:[^.!?…\n]|[.!?](?![\s\"'”\u2019)]|\Z))++[.!?]++[\"'”\u2019)]*+(?=\s|$)")


def fixes_for(kind: FindingKind) -> tuple[Fix, ...]:
    """Return the fixes for a kind of finding, the safest first."""
    return KINDS[kind].fixes


def apply(fix: Fix, words: ArticleWords) -> dict[str, object]:
    """Return the changes that a fix makes to an article: {field: new value}, changed fields only."""
    changed = _FIXES[fix](words)
    return {field: value for field, value in changed.items() if getattr(words, field) != value}


def leaves_fewer_findings(words: ArticleWords, changes: dict[str, object], finding: FindingKind) -> bool:
    """Whether the changes of a fix for this finding make no other one, and no unpaired quotation mark."""
    if any(isinstance(value, str) and count_lone_marks(value) for value in changes.values()):
        return False
    before = {found.kind for found in find_field_findings(words)} | {finding}
    return {found.kind for found in find_field_findings(replace(words, **changes))} < before


def first_sentence(text: str) -> str:
    """Return the first whole sentence of a plain text that says something, or "".

    A short sentence is returned with the next ones of its line. Lines with a label of a generator, such as
    “Social snippet:”, are skipped, and so are sentences with half of a quotation.
    """
    for line in text[:LOOKED_AT].splitlines():
        if next(label_findings(line), None):
            continue
        said = ""
        for found in _SENTENCE.finditer(line.strip()):
            said = f"{said} {found[0].strip()}".strip()
            if len(said.split()) >= FEWEST_WORDS:
                break
        if len(said.split()) >= FEWEST_WORDS and not count_lone_marks(said):
            return said
    return ""


def _whole_sentence(words):
    for text in (words.meta_description, words.text):
        sentence = first_sentence(text)
        if sentence and len(sentence) <= LONGEST_DESCRIPTION:
            return sentence
    return ""


_FIXES = {
    Fix.MARK_DECORATIVE: lambda words: {"hero_is_decorative": True, "hero_alt": ""},
    Fix.DROP_DESCRIPTION: lambda words: {"meta_description": ""},
    Fix.DESCRIPTION_TO_WHOLE_SENTENCE: lambda words: {"meta_description": _whole_sentence(words)},
    Fix.EMPTY_EXCERPT: lambda words: {"excerpt": ""},
    Fix.EXCERPT_WITHOUT_LABEL: lambda words: {"excerpt": clean_excerpt(words.excerpt)},
    Fix.CLEAR_SHARE_TEXT: lambda words: {"share_quote": ""},
    Fix.CLEAR_TRENDING: lambda words: {"is_trending": False},
    Fix.CLEAR_FEATURED: lambda words: {"is_featured": False},
}
