"""A batch by a machine: what all of it shares is mended once, and a row shows only what is its own."""

import pytest
from django.db.models import Q

from blog.articles.actions.undo import latest_undoable, undo
from blog.desk.articles.list import scope_of_batch
from blog.documents.findings.kinds import FindingKind, Fix
from blog.exports.articles import export_article
from blog.imports.articles import articles_of_import
from blog.models import Article, ArticleCheck, ImportRun
from blog.review.bulk_fixes import BulkFix, apply_fix
from blog.review.counts import count_list
from blog.review.proofs import check_articles
from blog.review.shared_findings import mark_totals, shared_findings
from tests.support.durations import ARTICLES_OF_A_MACHINE
from tests.support.import_files import run
from tests.support.seed_dialect import write_articles

pytestmark = pytest.mark.django_db(transaction=True)


def exported():
    rows = Article.objects.with_file_relations().order_by("pk")
    return [export_article(article) for article in rows]


@pytest.fixture
def articles(folder):
    write_articles(folder, ARTICLES_OF_A_MACHINE)
    run(folder)
    check_articles(Article.objects.all())
    return articles_of_import(ImportRun.objects.get())


def test_few_rows_carry_a_mark_and_one_click_mends_what_all_share(articles, admin_user):
    number = ARTICLES_OF_A_MACHINE
    scope = scope_of_batch(ImportRun.objects.get())
    shared = shared_findings(articles, scope)
    by_title = FindingKind.HERO_DESCRIBED_BY_TITLE
    assert (by_title, number) in [(found.kind, found.number) for found in shared]

    own = Q(open_blocking__gt=0) | Q(serious_findings__gt=0) | Q(minor_findings__gt=0)
    totals = mark_totals(count_list(articles), shared)
    assert ArticleCheck.objects.filter(own).count() == totals["own"] <= 0.2 * number

    before, fixing = exported(), BulkFix(scope, by_title, Fix.MARK_DECORATIVE)
    seen = dict(fixing.articles(articles).values_list("pk", "lock_version"))
    assert len(apply_fix(admin_user, fixing, seen).changed) == number
    assert all(one != other for one, other in zip(before, exported(), strict=True))
    assert ArticleCheck.objects.filter(own).count() == mark_totals(count_list(articles), shared)["own"]

    assert len(undo(admin_user, latest_undoable(admin_user).pk).changed) == number
    assert exported() == before
