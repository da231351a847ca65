"""Findings in the meta description and the excerpt."""

import re
from collections.abc import Iterator

from blog.documents.findings.article_words import ArticleWords
from blog.documents.findings.finding import Finding
from blog.documents.findings.kinds import FindingKind
from blog.documents.summaries import opens_with
from blog.documents.text import clean_excerpt, same_text

META_DESCRIPTION_LENGTH = 160  # characters; about what search engines show

_ENDS_SENTENCE = re.compile(r"[.!?。！？][\"'”’»)\]]*$")


def description_findings(words: ArticleWords) -> Iterator[Finding]:
    description, excerpt = words.meta_description.strip(), words.excerpt.strip()
    if description and _is_cut(description):
        yield Finding(FindingKind.DESCRIPTION_CUT, words=description)
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
