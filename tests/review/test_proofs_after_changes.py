"""Every change of an article has it checked again."""

import pytest
from django.urls import reverse

from blog.articles.actions.publication import Verb, apply_verb
from blog.articles.actions.restore import restore
from blog.articles.actions.rewrite import edit_articles
from blog.articles.actions.undo import latest_undoable, undo
from blog.models import Article, ArticleCheck, Finding, Job
from blog.review.jobs import check_after_upgrade
from blog.review.proofs import JOB, check_now, stale_articles, start_check
from tests.support.admin_pages import page_of, shown_form
from tests.support.changes import change_words, record_version
from tests.support.factories import create_article, create_articles
from tests.support.jobs import run_jobs
from tests.support.proofs import PLAIN, QUOTED

pytestmark = pytest.mark.django_db


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """A function that gives, for a with statement, a transaction that is committed."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def article():
    article = create_article(title="Ice", body=PLAIN, status="new")
    check_now([article.pk])
    return article


def blocking():
    assert not stale_articles().exists()
    return ArticleCheck.objects.get().open_blocking


def test_saving_in_the_admin(article, admin_client, committed):
    form = shown_form(admin_client, page_of(article)) | {"body": QUOTED}

    with committed():
        assert admin_client.post(page_of(article), form).status_code == 302

    assert blocking() == 1


def test_restoring_a_version(article, admin_user, committed):
    version = record_version(article)
    article.body = QUOTED
    article.save()
    check_now([article.pk])
    assert blocking() == 1

    with committed():
        restore(article, version, by=admin_user)

    assert blocking() == 0


def test_rewriting_and_undoing(article, admin_user, committed):
    with committed():
        edit_articles(admin_user, {article.pk: article.lock_version}, {article.pk: {"body": QUOTED}}, str)
    assert blocking() == 1

    with committed():
        undo(admin_user, latest_undoable(admin_user).pk)

    assert blocking() == 0


def test_the_trash_and_back(admin_client, committed):
    one, two = (create_article(title="Ice", status="new") for _ in range(2))
    check_now([one.pk, two.pk])
    titles = Finding.objects.filter(kind="title_shared")
    assert titles.count() == 2

    with committed():
        admin_client.post(reverse("admin:blog_article_delete", args=[one.pk]), {"confirmed": "1"})
    assert Article.objects.trashed().count() == 1
    assert titles.count() == 0
    with committed():
        admin_client.post(reverse("admin:blog_article_restore", args=[one.pk]))

    assert titles.count() == 2


def test_setting_flags(article, admin_user):
    article.is_trending = article.trending_is_suggested = True
    article.save()
    check_now([article.pk])
    flags = Finding.objects.filter(kind="flagged_trending")
    assert flags.exists()

    apply_verb(Verb.UNTREND, admin_user, {article.pk: article.lock_version})
    assert not flags.exists()
    undo(admin_user, latest_undoable(admin_user).pk)

    assert flags.exists()


def test_many_articles_are_checked_by_a_job(committed):
    articles = create_articles(21)

    with committed():
        change_words(*articles)
    assert not ArticleCheck.objects.exists()
    [job] = run_jobs()

    assert (job.kind, job.state, job.result) == (JOB, Job.State.DONE, {"articles": 21})
    assert not stale_articles().exists()


def test_article_is_stale_until_checked_again(article):
    change_words(article)  # and then the process is killed

    assert list(stale_articles()) == [article]


def test_job_starts_once_and_only_if_needed(article):
    assert start_check() is None
    create_article()
    check_after_upgrade()

    assert start_check() is None
    assert Job.objects.filter(kind=JOB).count() == 1
