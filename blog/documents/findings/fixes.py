"""Fixes for findings that can be applied without reading the article."""

import re

from blog.documents.findings.article_words import ArticleWords
from blog.documents.findings.kinds import KINDS, FindingKind, Fix
from blog.documents.text import clean_excerpt

LONGEST_DESCRIPTION = 160
LOOKED_AT = 5000  # characters of a text searched for its first sentence

_SENTENCE = re.compile(r"(?:[^.!?…\n]|[.!?](?![\s\"'”\u2019)]))++[.!?]++[\"'”\u2019)]*+(?=\s|$)")


def fixes_for(kind: FindingKind) -> tuple[Fix, ...]:
    """Return the fixes for a kind of finding, the safest first."""
    return KINDS[kind].fixes


def apply(fix: Fix, words: ArticleWords) -> dict[str, object]:
    """Return the changes that a fix makes to an article: {field: new value}, changed fields only."""
    changed = _FIXES[fix](words)
    return {field: value for field, value in changed.items() if getattr(words, field) != value}


def first_sentence(text: str) -> str:
    """Return the first whole sentence of a plain text, or ""."""
    for line in text[:LOOKED_AT].splitlines():
        if found := _SENTENCE.match(line.strip()):
            return found[0]
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
    Fix.EXCERPT_FROM_TEXT: lambda words: {"excerpt": first_sentence(words.text)},
    Fix.EXCERPT_WITHOUT_LABEL: lambda words: {"excerpt": clean_excerpt(words.excerpt)},
    Fix.CLEAR_SHARE_TEXT: lambda words: {"share_quote": ""},
    Fix.CLEAR_TRENDING: lambda words: {"is_trending": False},
    Fix.CLEAR_FEATURED: lambda words: {"is_featured": False},
}
