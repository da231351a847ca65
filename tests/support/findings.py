"""Articles with findings, stored as by a check."""

import itertools

from django.db import transaction

from blog.documents.findings.kinds import KINDS, FindingKind
from blog.models import Article, ArticleCheck, Finding
from blog.review.counts import update_mark_counts
from tests.support.factories import create_article, create_image

TITLE = FindingKind.HERO_DESCRIBED_BY_TITLE
_numbers = itertools.count(1)


def add_finding(article: Article, kind: FindingKind, **fields) -> Finding:
    """Add a finding to the article, and an article check if it has none, and count its marks."""
    ArticleCheck.objects.get_or_create(article=article)
    finding = Finding.objects.create(
        article=article, kind=kind, key=f"{kind}", is_serious=KINDS[kind].is_serious, **fields
    )
    with transaction.atomic():
        update_mark_counts([article.pk])
    return finding


def described_by_title(number: int, **fields) -> list[Article]:
    """Create articles, by default new, whose title is the alt text of their hero image."""
    articles = []
    for _ in range(number):
        values = {
            "status": "new",
            "title": f"Described {next(_numbers)}",
            "hero_image": create_image(),
        } | fields
        article = create_article(hero_alt=values["title"], **values)
        add_finding(article, TITLE)
        articles.append(article)
    return articles
