"""Bulk fixes and undo: which approvals and schedules they end, and how to leave these articles out."""

from datetime import timedelta

import pytest
from django.utils import timezone

from blog.articles.actions.undo import latest_undoable, undo
from blog.documents.findings.kinds import FindingKind, Fix
from blog.models import Approval, Article
from blog.review.ai_label import ai_label
from blog.review.approval_costs import fix_cost, undo_cost
from blog.review.bulk_fixes import BulkFix, apply_fix
from tests.support.findings import TITLE, described_by_title

pytestmark = pytest.mark.django_db

DECORATIVE = BulkFix("batch:1", TITLE, Fix.MARK_DECORATIVE)
UNTRENDING = BulkFix("batch:1", FindingKind.FLAGGED_TRENDING, Fix.CLEAR_TRENDING)
TOMORROW = timedelta(days=1)


def article_of(**fields):
    (article,) = described_by_title(1, generated_by="Gemini", **fields)
    return article


def approve(article, user, statement="Read it."):
    """Approve the stored content of an article."""
    article.refresh_from_db()
    Approval(article=article, by=user, digest=article.words_digest, statement=statement).save()
    Article.objects.filter(pk=article.pk).update(reviewed_digest=article.words_digest)
    return article


def fix(user, *articles):
    rows = Article.objects.filter(pk__in=[article.pk for article in articles])
    apply_fix(user, DECORATIVE, dict(rows.values_list("pk", "lock_version")))
    return latest_undoable(user)


def stored(article):
    return Article.objects.get(pk=article.pk)


class TestCostOfAFix:
    def test_counts_approvals_schedules_and_labels_that_end(self, admin_user, settings):
        article_of()
        new = approve(article_of(), admin_user)
        scheduled = approve(
            article_of(status="published", published_at=timezone.now() + TOMORROW), admin_user
        )
        public = approve(article_of(status="published"), admin_user)

        settings.REQUIRE_REVIEW = True

        cost = fix_cost(DECORATIVE, Article.objects.values_list("pk", flat=True))

        assert (cost.articles, cost.approvals, cost.schedules, cost.labels) == (4, 3, 1, 1)
        assert [ending.article for ending in cost.endings] == [scheduled, new, public]
        assert {ending.approval.by for ending in cost.endings} == {admin_user}

    def test_counts_only_articles_that_the_fix_changes(self, admin_user):
        approve(article_of(), admin_user)
        described = article_of()
        Article.objects.filter(pk=described.pk).update(hero_alt="", hero_is_decorative=True)

        cost = fix_cost(DECORATIVE, Article.objects.values_list("pk", flat=True))

        assert cost.articles == 1

    def test_schedules_stay_where_approvals_are_not_required(self, admin_user):
        approve(article_of(status="published", published_at=timezone.now() + TOMORROW), admin_user)

        cost = fix_cost(DECORATIVE, Article.objects.values_list("pk", flat=True))

        assert (cost.approvals, cost.schedules) == (1, 0)

    def test_flags_cost_no_approval(self, admin_user):
        article = approve(article_of(is_trending=True), admin_user)

        assert not fix_cost(UNTRENDING, [article.pk]).endings


class TestCostOfAnUndo:
    def test_approved_articles_can_be_left_out(self, admin_user):
        fixed, since = article_of(), article_of()
        action = fix(admin_user, fixed, since)
        approve(since, admin_user)

        undo(admin_user, action.pk, skip=undo_cost(action).keys)

        assert [stored(article).hero_is_decorative for article in (fixed, since)] == [False, True]
        assert stored(since).is_reviewed


class TestApprovalsAfterAnUndo:
    @pytest.mark.both_databases
    def test_approval_and_schedule_come_back_with_the_text(self, admin_user, settings):
        article = approve(article_of(status="published", published_at=timezone.now() + TOMORROW), admin_user)
        settings.REQUIRE_REVIEW = True
        action = fix(admin_user, article)
        fixed = stored(article)

        undo(admin_user, action.pk)

        assert (fixed.is_reviewed, fixed.is_hidden_until_approved) == (False, True)
        assert (stored(article).is_reviewed, stored(article).is_hidden_until_approved) == (True, False)

    def test_approval_of_the_restored_text_replaces_a_later_one(self, admin_user):
        article = approve(article_of(), admin_user, "The first text.")
        action = fix(admin_user, article)
        approve(article, admin_user, "The fixed text.")

        undo(admin_user, action.pk)

        assert stored(article).is_reviewed
        assert ai_label(stored(article)).review.statement == "The first text."

    def test_withdrawn_approval_does_not_come_back(self, admin_user):
        article = approve(article_of(), admin_user)
        withdrawn = Approval(article=article, by=admin_user, digest=article.words_digest, kind="withdrawn")
        action = fix(admin_user, article)
        withdrawn.save()
        approve(article, admin_user)

        undo(admin_user, action.pk)

        assert not stored(article).is_reviewed
