"""Findings in the search description and the excerpt."""

import re
from collections.abc import Iterator

from blog.documents.findings.article_words import ArticleWords
from blog.documents.findings.finding import Finding
from blog.documents.findings.kinds import FindingKind
from blog.documents.summaries import opens_with
from blog.documents.text import clean_excerpt, same_text

LONGEST_WORD = 100  # characters
META_DESCRIPTION_LENGTH = 160  # about what search engines show

_ENDS_SENTENCE = re.compile(r"[.!?。！？][\"'”’»)\]]*$")
_LAST_WORD = re.compile(r"\w+$")
_WORD_BEFORE = re.compile(r"\w['\u2019]?\Z")
_REST_OF_WORD = re.compile(r"(?:['\u2019]?\w)*+")


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
    return not _has_word(f"{words.title} {words.excerpt} {words.text}".casefold(), last[0].casefold())


def _has_word(text, word):
    """Whether a word stands in a text, but not only within other words, such as "don" within "don't"."""
    start = text.find(word)
    while start >= 0:
        rest = _REST_OF_WORD.match(text, start + len(word))
        if not (rest[0] or _WORD_BEFORE.search(text[max(0, start - 2) : start])):
            return True
        start = text.find(word, rest.end())
    return False
