"""Undo of moving articles to the trash: they come back as they were."""

from datetime import timedelta

import pytest
from django.utils import timezone

from blog.articles.actions.base import SkipReason
from blog.articles.actions.trash import restore, trash
from blog.articles.actions.undo import latest_undoable, undo
from blog.models import Article, Redirect
from tests.support import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def articles():
    """A public, a scheduled and a new article."""
    return [
        factories.create_article(),
        factories.create_article(published_at=timezone.now() + timedelta(days=1)),
        factories.create_article(status="new", published_at=None),
    ]


def states():
    return list(Article.objects.order_by("pk").values_list("status", "published_at", "trashed_at"))


@pytest.mark.both_databases
def test_restores_status_and_date(admin_user, articles):
    before = states()
    trash(admin_user, articles)
    thrown = Article.objects.trashed().count()

    undoing = undo(admin_user, latest_undoable(admin_user).pk)

    assert thrown == 3
    assert len(undoing.changed) == 3
    assert states() == before


def test_restores_the_url_of_a_public_article(admin_user, client, articles):
    public = articles[0]
    trash(admin_user, [public], are_gone=True)
    gone = client.get(public.get_absolute_url()).status_code

    undo(admin_user, latest_undoable(admin_user).pk)

    assert (gone, client.get(public.get_absolute_url()).status_code) == (410, 200)
    assert not Redirect.objects.exists()


def test_skips_what_was_restored_since(admin_user, articles):
    trash(admin_user, articles[:2])
    restore(admin_user, articles[:1])

    undoing = undo(admin_user, latest_undoable(admin_user).pk)

    assert undoing.skipped == {SkipReason.CHANGED: [articles[0]]}
    assert Article.objects.get(pk=articles[0].pk).status == "new"


@pytest.mark.both_databases
def test_unapproved_article_comes_back_as_new_where_approvals_are_required(admin_user, settings):
    article = factories.create_article(generated_by="Gemini")
    trash(admin_user, [article])
    settings.REQUIRE_REVIEW = True

    undoing = undo(admin_user, latest_undoable(admin_user).pk)

    assert undoing.skipped == {SkipReason.UNREVIEWED: [article]}
    assert states() == [("new", article.published_at, None)]
