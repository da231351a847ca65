"""Findings in the search description and the excerpt."""

import re
from collections.abc import Iterator

from blog.documents.findings.article_words import ArticleWords, Finding
from blog.documents.findings.kinds import FindingKind
from blog.documents.text import clean_excerpt, opens_with, same_text

LONGEST_WORD = 100  # characters
META_DESCRIPTION_LENGTH = 160  # about what search engines show

_ENDS_SENTENCE = re.compile(r"[.!?。！？][\"'”’»)\]]*$")
_LAST_WORD = re.compile(r"\w+$")
_WORD = re.compile(r"\w+(?:['\u2019]\w+)*")


def description_findings(words: ArticleWords) -> Iterator[Finding]:
    """Yield the findings in the search description and the excerpt."""
    description, excerpt = words.meta_description.strip(), words.excerpt.strip()
    if description and _is_cut(description):
        in_word = _is_cut_in_word(description, words)
        kind = FindingKind.DESCRIPTION_CUT_IN_WORD if in_word else FindingKind.DESCRIPTION_CUT
        yield Finding(kind, words=description)
    if len(description) > META_DESCRIPTION_LENGTH:
        yield Finding(FindingKind.DESCRIPTION_LONG, words=description)
    if description and excerpt and same_text(description, excerpt):
        yield Finding(FindingKind.DESCRIPTION_IS_EXCERPT, words=description)
    if clean_excerpt(excerpt) != " ".join(excerpt.split()):
        yield Finding(FindingKind.EXCERPT_LABEL, words=excerpt)
    if excerpt and opens_with(words.text, clean_excerpt(excerpt)):
        yield Finding(FindingKind.EXCERPT_IS_OPENING, words=excerpt)


def _is_cut(text):
    return text.endswith(("...", "…")) or not _ENDS_SENTENCE.search(text)


def _is_cut_in_word(description, words):
    """Whether the last word goes on where the description is taken from, or is none that the article has."""
    kept = description.rstrip(".…")
    last = _LAST_WORD.search(kept[-LONGEST_WORD:])
    if not last:
        return False
    for text in (words.excerpt, words.text):
        start = text.find(kept)
        if start >= 0:
            return text[start + len(kept) : start + len(kept) + 1].isalnum()
    all_words = _WORD.findall(f"{words.title} {words.excerpt} {words.text}".casefold())
    return last[0].casefold() not in all_words
