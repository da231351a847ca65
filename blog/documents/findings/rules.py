"""Apply the rules for findings to an article: what reads badly although the file is valid."""

from collections.abc import Iterator
from itertools import islice

from blog.documents.findings.article_words import ArticleWords
from blog.documents.findings.fields import description_findings, title_findings
from blog.documents.findings.finding import Finding
from blog.documents.findings.health import health_findings
from blog.documents.findings.images import hero_findings, image_findings
from blog.documents.findings.leftovers import (
    command_findings,
    comment_findings,
    label_findings,
    loss_findings,
    placeholder_findings,
)
from blog.documents.findings.share_text import share_text_findings
from blog.documents.findings.structure import (
    ending_findings,
    heading_findings,
    read_headings,
    second_article_findings,
    table_findings,
    without_code,
)

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


def find_field_findings(words: ArticleWords) -> list[Finding]:
    """Return the findings in the fields above the text, without reading its Markdown."""
    return [
        *hero_findings(words),
        *description_findings(words),
        *share_text_findings(words),
        *placeholder_findings(words, ""),
    ]


def _text_findings(words) -> Iterator[Iterator[Finding]]:
    prose = without_code(words.body)
    headings = read_headings(prose)
    yield label_findings(prose)
    yield comment_findings(prose)
    yield placeholder_findings(words, prose)
    yield command_findings(prose)
    yield loss_findings(words.body)
    yield health_findings(prose)
    yield heading_findings(headings)
    yield second_article_findings(prose, headings)
    yield table_findings(words.body, prose)
    yield ending_findings(words.body, prose)
