"""Findings in an article's fields: title, categories, meta description, excerpt and reading time."""

import re
from collections.abc import Iterator

from blog.documents.characters import has_invisible_characters, has_misleading_link, mixes_scripts
from blog.documents.findings.article_words import ArticleWords
from blog.documents.findings.finding import Finding
from blog.documents.findings.kinds import FindingKind
from blog.documents.names import fold_name
from blog.documents.summaries import opens_with
from blog.documents.text import clean_excerpt, same_text

META_DESCRIPTION_LENGTH = 160  # characters; about what search engines show
READING_TIME_TOLERANCE = 0.25

_ENDS_SENTENCE = re.compile(r"[.!?。！？][\"'”’»)\]]*$")


def title_findings(words: ArticleWords) -> Iterator[Finding]:
    names = (words.title, words.primary_category, *words.categories)
    folded = {fold_name(category) for category in words.categories}
    if words.primary_category and fold_name(words.primary_category) not in folded:
        yield Finding(FindingKind.PRIMARY_CATEGORY_ASTRAY, words=words.primary_category)
    if any(map(has_invisible_characters, names)):
        yield Finding(FindingKind.INVISIBLE_CHARACTERS)
    if any(map(mixes_scripts, names)):
        yield Finding(FindingKind.MIXED_ALPHABETS)
    if has_misleading_link(words.html):
        yield Finding(FindingKind.MISLEADING_LINK)
    given, computed = words.reading_time_in_file, words.reading_time
    if given is not None and abs(given - computed) > READING_TIME_TOLERANCE * computed:
        yield Finding(FindingKind.READING_TIME_OFF)


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
