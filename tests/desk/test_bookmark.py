"""Where a user stopped reviewing, as the dashboard says and *Continue reviewing* opens."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from blog.desk.bookmark import bookmark_of
from blog.models import Article, ImportEntry, ImportRun, MarkResolution, OpenedList
from blog.review.marks import list_marks
from tests.support.admin_pages import LIST, create_article, text_of
from tests.support.approvals import approve
from tests.support.changes import record_version
from tests.support.roles import log_in

pytestmark = pytest.mark.django_db

QUOTATIONS = "“It weighs a lot”, said Dr. Anya Sharma.\n\n“It is wide”, said Professor Bo Lindqvist.\n"
CLEAN = "Snow fell on the hill. It stayed until spring came.\n"


def machines_article(title, body=CLEAN):
    return create_article(title=title, body=body, generated_by="Gemini", hero_is_decorative=True)


def resolve_second(article, user):
    """Resolve the second mark of the article as a user did a minute ago; return its number."""
    mark = [mark for mark in list_marks(Article.objects.get(pk=article.pk)) if mark.number][1]
    MarkResolution.objects.create(
        article=article,
        key=mark.key,
        kind=mark.kind,
        words=mark.words,
        outcome=MarkResolution.Outcome.SOURCE,
        note="Her book",
        by=user,
        at=timezone.now() - dt.timedelta(minutes=1),
    )
    return mark.number


class TestBookmark:
    def test_is_the_next_open_mark_of_the_article_worked_on_last(self, admin_client, admin_user):
        machines_article("Clean")
        article = machines_article("Weighing", QUOTATIONS)
        number = resolve_second(article, admin_user)

        bookmark = bookmark_of(admin_user, timezone.now())

        assert (bookmark.article, bookmark.mark) == (article, number + 1)
        page = text_of(admin_client.get(reverse("admin:index")))
        assert f"at mark {number + 1} of {bookmark.marks}." in page
        assert "nobody has changed it since" in page
        answer = admin_client.get(reverse("admin:continue_reviewing"))
        assert answer.url == bookmark.url
        assert f"mark={number + 1}" in answer.url

    def test_names_who_has_changed_it_since(self, admin_user, django_user_model):
        article = machines_article("Weighing", QUOTATIONS)
        resolve_second(article, admin_user)
        record_version(article, by=django_user_model.objects.create_user("jonah"), action="saved")

        assert bookmark_of(admin_user, timezone.now()).changed_by == "jonah"

    def test_after_an_approval_is_the_next_of_the_list(self, admin_user):
        _cleanest, first, approved, following = [machines_article(title) for title in "ABCD"]
        keys = [first.pk, approved.pk, following.pk]
        opened = OpenedList.objects.open(admin_user, "state=check", keys)
        approve(admin_user, approved)

        bookmark = bookmark_of(admin_user, timezone.now())

        assert (bookmark.article, bookmark.number) == (following, 3)
        assert f"list%3D{opened.pk}" in bookmark.url

    def test_without_either_is_the_cleanest(self, admin_client, admin_user):
        machines_article("Weighing", QUOTATIONS)
        clean = machines_article("Clean")
        admin_client.get(reverse("admin:blog_article_proof", args=[clean.pk]))  # checks it

        bookmark = bookmark_of(admin_user, timezone.now())

        assert (bookmark.article, bookmark.stopped_at) == (clean, None)

    def test_stays_in_an_import(self, admin_user):
        machines_article("Clean")
        imported = machines_article("Weighing", QUOTATIONS)
        run = ImportRun.objects.create(source_name="posts")
        ImportEntry.objects.create(batch=run, article=imported, file="a.md", outcome="updated")

        assert bookmark_of(admin_user, timezone.now(), run.pk).article == imported
        assert bookmark_of(admin_user, timezone.now(), str(run.pk + 1)) is None

    def test_is_none_after_the_last_article(self, admin_client, admin_user):
        approve(admin_user, machines_article("Clean"))

        assert bookmark_of(admin_user, timezone.now()) is None
        assert admin_client.get(reverse("admin:continue_reviewing")).url == LIST

    def test_is_for_users_who_may_review(self, client, django_user_model):
        machines_article("Clean")
        log_in(client, "Writer", django_user_model)

        assert client.get(reverse("admin:continue_reviewing")).url == LIST
