"""Findings in the words beside the text: of the picture at the head, the search description, the excerpt."""

import re
from collections.abc import Iterator

from blog.documents.findings.article_words import ArticleWords, Finding
from blog.documents.findings.kinds import FindingKind
from blog.documents.text import clean_excerpt, opens_with, same_text

META_DESCRIPTION_LENGTH = 160  # about what search engines show

_ENDS_SENTENCE = re.compile(r"[.!?。！？][\"'”’»)\]]*$")
_LAST_WORD = re.compile(r"\w+$")


def hero_findings(words: ArticleWords) -> Iterator[Finding]:
    if not words.has_hero:
        yield Finding(FindingKind.NO_HERO)
        return
    if not (words.hero_alt.strip() or words.hero_is_decorative):
        yield Finding(FindingKind.HERO_UNDESCRIBED)
    elif words.hero_alt and same_text(words.hero_alt, words.title):
        yield Finding(FindingKind.HERO_DESCRIBED_BY_TITLE, words=words.hero_alt)


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
    """Whether the last word is none that the article has."""
    last = _LAST_WORD.search(description.rstrip(".…"))
    return last is not None and f" {last[0].casefold()} " not in _spaced(
        f"{words.title} {words.excerpt} {words.text}"
    )


def _spaced(text):
    return f" {' '.join(re.findall(r'\w+', text.casefold()))} "
