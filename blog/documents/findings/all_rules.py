"""Apply the rules for findings to an article: what reads badly although the file is valid."""

from collections.abc import Iterator
from itertools import islice

from blog.documents.characters import has_invisible_characters, has_misleading_link, mixes_scripts
from blog.documents.findings.article_words import ArticleWords
from blog.documents.findings.field_rules import description_findings
from blog.documents.findings.finding import Finding
from blog.documents.findings.health import health_findings
from blog.documents.findings.images import hero_findings, image_findings
from blog.documents.findings.kinds import FindingKind
from blog.documents.findings.leftovers import (
    command_findings,
    comment_findings,
    label_findings,
    placeholder_findings,
)
from blog.documents.findings.losses import loss_findings
from blog.documents.findings.prompt_leaks import prompt_findings
from blog.documents.findings.share_text import share_text_findings
from blog.documents.findings.structure import (
    ending_findings,
    heading_findings,
    read_headings,
    second_article_findings,
    table_findings,
    without_code,
)
from blog.documents.names import fold_name

READING_TIME_TOLERANCE = 0.25


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


MOST_AT_ONCE = 20  # findings per rule; enough for an editor to find the rest


def find_findings(words: ArticleWords) -> list[Finding]:
    """Return the findings for an editor, in text order within each kind.

    Findings that depend on other articles are not included: see FindingKind.
    """
    return [
        finding
        for findings in (
            hero_findings(words),
            description_findings(words),
            share_text_findings(words),
            title_findings(words),
            image_findings(words),
            *_text_findings(words),
        )
        for finding in islice(findings, MOST_AT_ONCE)
    ]


def _text_findings(words) -> Iterator[Iterator[Finding]]:
    prose = without_code(words.body)
    headings = read_headings(prose)
    yield label_findings(prose)
    yield comment_findings(prose)
    yield placeholder_findings(words, prose)
    yield prompt_findings(prose)
    yield command_findings(prose)
    yield loss_findings(words.body)
    yield health_findings(prose)
    yield heading_findings(headings)
    yield second_article_findings(prose, headings)
    yield table_findings(words.body, prose)
    yield ending_findings(words.body, prose)
