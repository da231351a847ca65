"""Findings that most articles of an import share are not counted for single articles."""

import pytest

from blog.articles.actions.undo import latest_undoable, undo
from blog.documents.findings.kinds import FindingKind, Fix
from blog.models import Article, ArticleCheck, Finding, ImportRun, SourceFile
from blog.review.bulk_fixes import BulkFix, apply_fix
from blog.review.proofs import check_articles, check_now
from tests.support.factories import create_article
from tests.support.proofs import PLAIN

pytestmark = pytest.mark.django_db


def bring(number, share_quote):
    """Return an import of this many articles, with a share quote that is in none of them."""
    batch = ImportRun.objects.create(source_name="posts", root="posts")
    for _ in range(number):
        article = create_article(body=PLAIN, share_quote=share_quote)
        SourceFile.objects.create(
            article=article, batch=batch, source_name="posts", path=article.slug, digest="a", original=b""
        )
    return batch


def own(kind="share_text_unsaid"):
    return Finding.objects.own().filter(kind=kind).count()


@pytest.mark.both_databases
@pytest.mark.parametrize(("number", "having", "is_shared"), [(6, 4, True), (6, 3, False), (4, 4, False)])
def test_a_finding_of_more_than_half_of_many_is_shared(number, having, is_shared):
    batch = bring(number, "Nobody has said this here.")
    without = Article.objects.order_by("pk").values_list("pk", flat=True)[: number - having]
    Article.objects.filter(pk__in=list(without)).update(share_quote="")

    check_articles(Article.objects.all())

    batch.refresh_from_db()
    assert ("share_text_unsaid" in batch.shared_kinds, own()) == (is_shared, 0 if is_shared else having)
    assert own("no_hero") == (0 if number == 6 else 4)
    if is_shared:
        assert list(ArticleCheck.objects.values_list("risk", "worst")) == [(0, [])] * 6


@pytest.mark.parametrize("is_checked_between", [True, False])
def test_a_shared_finding_is_shared_again_after_the_undo_of_its_fix(
    is_checked_between, admin_user, django_capture_on_commit_callbacks
):
    bring(6, "Nobody has said this here.")
    check_articles(Article.objects.all())
    fixing = BulkFix("batch:1", FindingKind.SHARE_TEXT_UNSAID, Fix.CLEAR_SHARE_TEXT)
    apply_fix(admin_user, fixing, dict(Article.objects.values_list("pk", "lock_version")))
    if is_checked_between:
        check_articles(Article.objects.all())

    with django_capture_on_commit_callbacks(execute=True):
        undo(admin_user, latest_undoable(admin_user).pk)

    assert Finding.objects.filter(kind="share_text_unsaid").count() == 6
    assert own() == 0
    assert set(ArticleCheck.objects.values_list("risk", flat=True)) == {0}


@pytest.mark.both_databases
def test_article_checked_later_shares_it_too():
    bring(6, "Nobody has said this here.")
    check_articles(Article.objects.all())
    article = Article.objects.first()
    article.title = "Another title"
    article.save()

    check_now([article.pk])

    assert own() == 0


@pytest.mark.both_databases
def test_finding_is_not_shared_after_most_are_fixed():
    batch = bring(6, "Nobody has said this here.")
    check_articles(Article.objects.all())
    for article in Article.objects.all()[:5]:
        article.share_quote = ""
        article.save()

    check_articles(Article.objects.all())

    batch.refresh_from_db()
    assert batch.shared_kinds == ["no_hero"]
    assert own() == 1
    assert ArticleCheck.objects.filter(risk__gt=0).count() == 1
