"""Submitting an article to an Editor, and returning it to the Writer."""

import pytest
from django.contrib.admin.models import LogEntry
from django.db import IntegrityError, transaction
from django.urls import reverse

from blog.articles.submissions import SubmissionError
from blog.models import Article, Submission
from tests.desk.test_permissions import of_role
from tests.support import factories
from tests.support.admin_pages import ADD, LIST, create_article, page_of, press, shown_form, text_of
from tests.support.changes import publish, trash, unpublish
from tests.support.permission_tables import SUBMISSIONS
from tests.support.roles import ROLES, log_in
from tests.support.rolling_back import rolled_back

pytestmark = pytest.mark.django_db


def way(name, article):
    return reverse(f"admin:blog_article_{name}", args=[article.pk])


def said(article) -> list[tuple[str, str]]:
    return list(Submission.objects.filter(article=article).order_by("pk").values_list("kind", "note"))


@pytest.fixture
def writer(client, django_user_model):
    return log_in(client, "Writer", django_user_model)


@pytest.fixture
def submitted(django_user_model):
    article = create_article()
    Submission.objects.submit(article, django_user_model.objects.create_user("tove"), "Ready.")
    return article


class TestSubmitting:
    def test_stores_user_and_note_and_keeps_the_status(self, client, writer):
        article = create_article()

        page = client.post(way("submit", article), {"note": "Please look at the date."}, follow=True)

        article.refresh_from_db()
        submission = article.submissions.get()
        assert article.status == "new"
        assert (submission.kind, submission.by, submission.note) == (
            "submitted",
            writer,
            "Please look at the date.",
        )
        assert "was submitted to the Editors." in text_of(page)

    def test_is_recorded_in_the_history(self, client, writer):
        article = create_article()

        client.post(way("submit", article), {"note": "Mind the date."})

        entry = LogEntry.objects.get()
        assert entry.get_change_message() == "Submitted. Mind the date."
        assert article.submissions.get().entry == entry

    def test_get_asks_and_changes_nothing(self, client, writer):
        article = create_article(title="Tides")

        page = client.get(way("submit", article))

        assert "Tides" in text_of(page)
        assert said(article) == []

    def test_submitting_twice_is_rejected(self, client, writer, submitted):
        page = client.post(way("submit", submitted), {"note": "Again."}, follow=True)

        assert said(submitted) == [("submitted", "Ready.")]
        assert "already been submitted" in text_of(page)
        with pytest.raises(SubmissionError):
            Submission.objects.submit(submitted, writer)

    def test_can_be_repeated_after_a_return(self, client, writer, submitted):
        Submission.objects.return_to_writer(submitted, None, "The date.")

        client.post(way("submit", submitted), {"note": "Done."})

        assert said(submitted) == [("submitted", "Ready."), ("returned", "The date."), ("submitted", "Done.")]

    @pytest.mark.parametrize("change", [publish, trash])
    def test_published_or_trashed_article_is_rejected(self, change):
        article = create_article()
        change(Article.objects.get(pk=article.pk))

        with pytest.raises(SubmissionError):
            Submission.objects.submit(article, None)

        assert said(article) == []

    def test_refuses_a_note_that_is_too_long_and_keeps_it(self, client, writer):
        article = create_article()

        page = client.post(way("submit", article), {"note": "x" * 5001})

        assert "at most 5000 characters" in text_of(page)
        assert "x" * 5001 in page.content.decode()
        assert said(article) == []


class TestReturning:
    def test_stores_user_and_note(self, client, django_user_model, submitted):
        editor = log_in(client, "Editor", django_user_model)

        client.post(way("return", submitted), {"note": "The date is wrong."})

        answer = submitted.submissions.last()
        assert (answer.kind, answer.by, answer.note) == ("returned", editor, "The date is wrong.")
        assert answer.answers == submitted.submissions.first()
        assert LogEntry.objects.get().get_change_message() == "Returned. The date is wrong."
        assert not Submission.objects.waiting().exists()

    def test_needs_a_note(self, admin_client, submitted):
        page = admin_client.post(way("return", submitted), {"note": "  "})

        assert "This field is required" in text_of(page)
        assert len(said(submitted)) == 1

    def test_article_must_be_submitted(self, admin_client):
        article = create_article()

        page = admin_client.post(way("return", article), {"note": "Why?"}, follow=True)

        assert "has not been submitted" in text_of(page)
        assert said(article) == []

    def test_proof_shows_the_note_of_the_writer_and_the_way_back(self, admin_client, submitted):
        proof = admin_client.get(reverse("admin:blog_article_proof", args=[submitted.pk]))

        assert "tove submitted this article." in text_of(proof)
        assert "Ready." in text_of(proof)
        assert f'href="{way("return", submitted)}"' in proof.content.decode()

    def test_writer_sees_the_note(self, client, writer, submitted, django_user_model):
        Submission.objects.return_to_writer(
            submitted, django_user_model.objects.create_user("mara"), "The date."
        )

        page = text_of(client.get(page_of(submitted)))

        assert "mara returned this article." in page
        assert "The date." in page
        assert "Submit…" in page


class TestPublishing:
    def by_button(self, client, article):
        client.post(page_of(article), shown_form(client, page_of(article)) | {"_publish": "1"})

    def by_action(self, client, article):
        press(client, "publish", article)

    def by_schedule(self, client, article):
        form = shown_form(client, page_of(article)) | {
            "published_at_0": "2100-01-01",
            "published_at_1": "10:00",
        }
        client.post(page_of(article), form | {"_publish": "1"})

    def test_publishing_closes_the_submission(self, admin_client, submitted, subtests):
        for way in ["by_button", "by_action", "by_schedule"]:
            with subtests.test(way=way), rolled_back():
                other = create_article()
                Submission.objects.submit(other, None)

                getattr(self, way)(admin_client, submitted)

                assert said(submitted) == [("submitted", "Ready."), ("published", "")]
                assert [row.article for row in Submission.objects.waiting()] == [other]

    def test_closes_only_once(self, submitted):
        publish(submitted)
        unpublish(submitted)
        publish(submitted)

        assert [kind for kind, _ in said(submitted)] == ["submitted", "published"]

    def test_no_entry_without_a_submission(self):
        article = create_article()

        publish(article)

        assert said(article) == []


class TestKeeping:
    """Submissions never change."""

    def test_is_deleted_only_with_its_article(self, submitted):
        Submission.objects.get().by.delete()
        without_user = list(Submission.objects.values_list("by", "note"))
        submitted.delete()

        assert without_user == [(None, "Ready.")]
        assert not Submission.objects.exists()

    @pytest.mark.both_databases
    def test_submission_has_one_outcome(self, submitted):
        waiting = submitted.submissions.get()
        Submission.objects.return_to_writer(submitted, None, "The date.")

        with pytest.raises(IntegrityError), transaction.atomic():
            Submission.objects.create(article=submitted, kind="published", answers=waiting)


class TestLists:
    def test_show_the_state(self, admin_client, submitted):
        html = admin_client.get(LIST).content.decode()

        assert '<span class="pill submitted">Submitted</span>' in html

    @pytest.mark.both_databases
    def test_filter_submitted_articles(self, admin_client, submitted):
        create_article()
        answered = create_article()
        Submission.objects.submit(answered, None)
        Submission.objects.return_to_writer(answered, None, "The date.")

        page = admin_client.get(LIST, {"submitted": "yes"})

        assert list(page.context["cl"].result_list) == [submitted]


class TestOffers:
    def test_match_the_state(self, client, django_user_model, subtests):
        for role, state, offered in [
            ("Writer", "new", {"Submit…"}),
            ("Writer", "submitted", set()),
            ("Editor", "new", {"Submit…"}),
            ("Editor", "submitted", {"Return…"}),
            ("Editor", "published", set()),
        ]:
            with subtests.test(role=role, state=state, offered=offered), rolled_back():
                article = factories.create_article() if state == "published" else create_article()
                if state == "submitted":
                    Submission.objects.submit(article, None)
                log_in(client, role, django_user_model)

                page = text_of(client.get(page_of(article)))

                assert {word for word in ("Submit…", "Return…") if word in page} == offered


class TestPermissions:
    def test_match_the_table(self, client, django_user_model, subtests):
        for role in ROLES:
            with subtests.test(role=role), rolled_back():
                done = {}
                new, waiting = create_article(), create_article()
                Submission.objects.submit(waiting, None)
                log_in(client, role, django_user_model)

                for name, article in {"submit": new, "return": waiting}.items():
                    before = said(article)
                    client.post(way(name, article), {"note": "A note."})
                    done[name] = "no" if said(article) == before else "yes"

                assert done == of_role(SUBMISSIONS, role)


class TestByline:
    NEW = {"title": "Ebb", "slug": "ebb", "body": "Words.", "provenance": "people"}

    def add(self, client, **fields):
        client.post(ADD, shown_form(client, ADD) | self.NEW | fields)
        return Article.objects.get(slug="ebb").byline

    def test_a_writer_says_who_wrote_a_new_article(self, client, writer):
        data = shown_form(client, ADD) | self.NEW | {"provenance": ""}

        asked = client.post(ADD, data)
        client.post(ADD, data | {"provenance": "people"})

        assert "Say who wrote the article." in text_of(asked)
        assert Article.objects.get().provenance == "people"

    def test_new_article_of_a_writer_gets_the_account_as_author(self, client, writer):
        author = factories.create_author("Tove", user=writer)

        assert self.add(client) == [author]

    def test_writer_can_name_another_author(self, client, writer):
        factories.create_author("Tove", user=writer)
        other = factories.create_author("Mara")

        assert self.add(client, **{"author_links-TOTAL_FORMS": "1", "author_links-0-author": other.pk}) == [
            other
        ]

    def test_is_empty_without_an_author_page(self, client, writer):
        assert self.add(client) == []

    def test_is_set_only_once(self, client, writer):
        factories.create_author("Tove", user=writer)
        article = create_article()

        client.post(page_of(article), shown_form(client, page_of(article)) | {"title": "Flow"})

        assert Article.objects.get(pk=article.pk).byline == []

    def test_editor_names_the_author(self, client, django_user_model):
        factories.create_author("Mara", user=log_in(client, "Editor", django_user_model))

        assert self.add(client) == []
