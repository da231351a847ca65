"""Apply a fix to all articles of a list, and undo it."""

import pytest

from blog.articles.actions.base import SkipReason
from blog.articles.actions.undo import latest_undoable, undo
from blog.documents.findings import fixes
from blog.documents.findings.fixes import fixes_for
from blog.documents.findings.kinds import FindingKind, Fix
from blog.models import Article, Finding, UndoableAction
from blog.review.bulk_fixes import DONE, BulkFix, apply_fix
from blog.review.shared_findings import shared_findings
from tests.support.factories import create_article
from tests.support.findings import TITLE, add_finding, described_by_title

pytestmark = pytest.mark.django_db

DECORATIVE = BulkFix("batch:1", TITLE, Fix.MARK_DECORATIVE)


def seen(articles):
    return {article.pk: article.lock_version for article in articles}


def words(articles):
    rows = Article.objects.filter(pk__in=[article.pk for article in articles]).order_by("pk")
    return list(rows.values_list("hero_alt", "hero_is_decorative", "title"))


class TestMending:
    def test_every_fix_has_a_message(self):
        assert {fix for kind in FindingKind for fix in fixes_for(kind)} <= DONE.keys()

    def test_fixes_all_articles_and_removes_the_finding(self, admin_user):
        articles = described_by_title(5)

        sorting = apply_fix(admin_user, DECORATIVE, seen(articles))

        assert len(sorting.changed) == 5
        assert {row[:2] for row in words(articles)} == {("", True)}
        assert not Finding.objects.filter(kind=TITLE).exists()

    def test_skips_articles_that_would_be_no_better(self, admin_user, monkeypatch):
        article = create_article(body="The sea turns around a point.", meta_description="The sea tu...")
        add_finding(article, FindingKind.DESCRIPTION_IS_EXCERPT)
        monkeypatch.setitem(fixes._FIXES, Fix.DROP_DESCRIPTION, lambda words: {"excerpt": words.text})
        fixing = BulkFix("batch:1", FindingKind.DESCRIPTION_IS_EXCERPT, Fix.DROP_DESCRIPTION)

        sorting = apply_fix(admin_user, fixing, seen([article]))

        assert sorting.skipped == {SkipReason.NO_BETTER: [article]}
        assert Article.objects.get().excerpt == ""
        assert Finding.objects.filter(kind=FindingKind.DESCRIPTION_IS_EXCERPT).exists()

    def test_applies_only_to_articles_with_the_finding(self, admin_user):
        articles = described_by_title(3)
        Finding.objects.filter(article=articles[0]).delete()
        Finding.objects.filter(article=articles[1]).update(is_settled=True)

        assert list(DECORATIVE.articles(Article.objects.all())) == [articles[2]]


class TestUndo:
    def test_fix_is_offered_again_at_once(self, admin_user):
        articles = described_by_title(5)
        apply_fix(admin_user, DECORATIVE, seen(articles))
        offered = [each.kind for each in shared_findings(Article.objects.all()) if not each.done]

        undo(admin_user, latest_undoable(admin_user).pk)

        assert TITLE not in offered
        assert TITLE in [each.kind for each in shared_findings(Article.objects.all(), "batch:1")]

    def test_keeps_later_fixes(self, admin_user):
        articles = described_by_title(4)
        for article in articles:
            article.share_quote = "Read on."
            article.save()
        before = words(articles)
        apply_fix(admin_user, DECORATIVE, seen(articles))
        first = latest_undoable(admin_user)
        clear = BulkFix("batch:1", FindingKind.SHARE_TEXT_UNSAID, Fix.CLEAR_SHARE_TEXT)
        apply_fix(admin_user, clear, dict(Article.objects.values_list("pk", "lock_version")))

        undoing = undo(admin_user, first.pk)

        assert len(undoing.changed) == 4
        assert words(articles) == before
        assert {article.share_quote for article in Article.objects.all()} == {""}

    def test_keeps_later_edits(self, admin_user):
        mine, theirs = described_by_title(2)
        apply_fix(admin_user, DECORATIVE, seen([mine, theirs]))
        theirs.refresh_from_db()
        theirs.hero_alt, theirs.hero_is_decorative = "A harbour at dawn.", False
        theirs.save()

        undoing = undo(admin_user, latest_undoable(admin_user).pk)

        assert (undoing.changed, undoing.skipped) == ([mine], {SkipReason.CHANGED: [theirs]})
        assert words([theirs])[0][0] == "A harbour at dawn."

    @pytest.mark.both_databases
    def test_works_for_other_users_and_after_an_hour(self, admin_user, django_user_model):
        articles = described_by_title(2)
        before = words(articles)
        apply_fix(admin_user, DECORATIVE, seen(articles))
        UndoableAction.objects.update(done_at="2026-01-01T00:00:00Z")

        undo(django_user_model.objects.create_user("jonah"), UndoableAction.objects.get().pk)

        assert words(articles) == before
        assert not UndoableAction.objects.bulk_fixes().exists()
