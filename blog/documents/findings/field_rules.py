"""Apply the rules for findings to the fields above the text."""

import re
from collections.abc import Iterator

from blog.documents.findings.article_words import ArticleWords
from blog.documents.findings.finding import Finding
from blog.documents.findings.images import hero_findings
from blog.documents.findings.kinds import FindingKind
from blog.documents.findings.leftovers import placeholder_findings
from blog.documents.findings.share_text import share_text_findings
from blog.documents.summaries import opens_with
from blog.documents.text import clean_excerpt, same_text

META_DESCRIPTION_LENGTH = 160  # characters; about what search engines show


_ENDS_SENTENCE = re.compile(r"[.!?。！？][\"'”’»)\]]*$")


def description_findings(words: ArticleWords) -> Iterator[Finding]:
    description, excerpt = words.meta_description.strip(), words.excerpt.strip()
    is_cut = description.endswith(("...", "…")) or not _ENDS_SENTENCE.search(description)
    if description and is_cut:
        yield Finding(FindingKind.DESCRIPTION_CUT, words=description)
    if len(description) > META_DESCRIPTION_LENGTH:
        yield Finding(FindingKind.DESCRIPTION_LONG, words=description)
    if description and excerpt and same_text(description, excerpt):
        yield Finding(FindingKind.DESCRIPTION_IS_EXCERPT, words=description)
    if clean_excerpt(excerpt) != " ".join(excerpt.split()):
        yield Finding(FindingKind.EXCERPT_LABEL, words=excerpt)
    if excerpt and opens_with(words.text, clean_excerpt(excerpt)):
        yield Finding(FindingKind.EXCERPT_IS_OPENING, words=excerpt)


def find_field_findings(words: ArticleWords) -> list[Finding]:
    """Return the findings in the fields above the text, without reading its Markdown."""
    return [
        *hero_findings(words),
        *description_findings(words),
        *share_text_findings(words),
        *placeholder_findings(words, ""),
    ]
