"""A Writer's own articles on the dashboard."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils import timezone

from blog.articles.actions.assignment import assign
from blog.articles.actions.submission import return_to_writer, submit
from blog.articles.versions.models import Version
from blog.desk.dashboard import own_articles
from blog.desk.invitations.models import VALID_FOR
from blog.models import Article, Invitation
from blog.review.approval import approve
from tests.support import factories
from tests.support.admin_pages import create_article, text_of
from tests.support.changes import record_version, trash
from tests.support.injected_markup import HOSTILE, find_active_markup
from tests.support.queries import count_queries
from tests.support.roles import log_in

pytestmark = pytest.mark.django_db

HOME = reverse("admin:index")


@pytest.fixture
def writer(client, django_user_model):
    return log_in(client, "Writer", django_user_model)


def written(user, **fields):
    """Return an article that the user has saved."""
    article = create_article(**fields)
    record_version(article, by=user, action=Version.Action.SAVED)
    return article


def titles(user):
    return [own["article"].title for own in own_articles(user)]


class TestOwnArticles:
    def test_are_those_saved_signed_or_assigned_and_unpublished(self, writer, admin_user):
        written(writer, title="Saved")
        author = factories.create_author(user=writer)
        create_article(title="Signed").author_links.create(author=author)
        assigned = create_article(title="Assigned")
        assign(admin_user, [assigned.pk], writer)
        written(admin_user, title="Of others")
        written(writer, title="Published", status=Article.Status.PUBLISHED)
        trash(Article.objects.filter(pk=written(writer, title="Trashed").pk))

        assert set(titles(writer)) == {"Saved", "Signed", "Assigned"}
        assert [own["article"] for own in own_articles(writer) if own["is_assigned"]] == [assigned]

    def test_those_that_wait_for_the_writer_come_first(self, writer, admin_user):
        returned, noted, _ = (written(writer, title=title) for title in ("Returned", "Noted", "Other"))
        submitted = written(writer, title="Submitted")
        for article in (returned, submitted):
            submit(article, writer)
        return_to_writer(returned, admin_user, "Shorter, please.")
        noted.notes.create(by=admin_user, text="Why?")

        assert set(titles(writer)[:2]) == {"Returned", "Noted"}
        assert titles(writer)[2:] == ["Other", "Submitted"]

    def test_say_what_others_did_since(self, client, writer, admin_user):
        article = written(writer, title="Tides")
        submit(article, writer)
        return_to_writer(article, admin_user, "Shorter, please.")
        article.body = "Other words."
        article.save()
        record_version(article, by=admin_user, action=Version.Action.SAVED)

        [own] = own_articles(writer)
        page = text_of(client.get(HOME))

        assert own["changes"]["names"] == "admin"
        assert client.get(own["changes"]["url"]).status_code == 200
        assert "Returned by admin : Shorter, please." in page

    def test_own_changes_are_not_those_of_others(self, writer, admin_user):
        article = written(admin_user)
        article.title = "New title"
        article.save()
        record_version(article, by=writer, action=Version.Action.SAVED)

        assert [own["changes"] for own in own_articles(writer)] == [None]

    def test_hostile_titles_and_notes_are_escaped(self, client, writer, admin_user):
        article = written(writer, title=HOSTILE)
        submit(article, writer)
        return_to_writer(article, admin_user, HOSTILE)

        assert not find_active_markup(client.get(HOME).content.decode())

    def test_number_of_queries_does_not_depend_on_the_articles(self, writer, admin_user):
        def queries():
            return count_queries(own_articles, writer)

        written(writer)
        few = queries()
        for _ in range(3):
            submit(written(writer), writer)

        assert queries() == few == 6

    def test_editors_have_the_queue_instead(self, admin_client):
        assert admin_client.get(HOME).context["own_articles"] is None


class TestFirstSteps:
    @pytest.mark.parametrize(
        ("role", "number"), [("staff", 0), ("Writer", 1), ("Editor", 1), ("superuser", 3)]
    )
    def test_are_those_of_the_role_and_lead_to_screens(self, client, django_user_model, role, number):
        log_in(client, role, django_user_model)

        page = client.get(reverse("admin:first_steps"))

        roles = page.context["roles"]
        assert len(roles) == number
        for _title, _text, url, _is_done in (step for _name, steps in roles for step in steps):
            assert client.get(url, follow=True).status_code == 200

    def test_done_steps_are_ticked(self, client, writer):
        written(writer)

        [(_name, steps)] = client.get(reverse("admin:first_steps")).context["roles"]

        assert [is_done for *_step, is_done in steps] == [False, True, False, False]

    @pytest.mark.parametrize(("age", "is_done"), [(timedelta(), True), (VALID_FOR, False)])
    def test_an_invitation_that_can_be_accepted_counts_as_an_account(
        self, admin_client, admin_user, age, is_done
    ):
        group = Group.objects.get(name="Writer")
        sent_at = timezone.now() - age
        Invitation.objects.create(
            email="ida@example.org", group=group, invited_by=admin_user, sent_at=sent_at
        )

        _name, steps = admin_client.get(reverse("admin:first_steps")).context["roles"][0]
        title, *_step, is_ticked = steps[3]

        assert (title, is_ticked) == ("Give colleagues accounts", is_done)

    def test_dashboard_links_to_them_until_a_writer_has_submitted_an_article(self, client, writer):
        link = 'class="first"'
        assert link in client.get(HOME).content.decode()
        submit(written(writer), writer)

        assert link not in client.get(HOME).content.decode()

    def test_dashboard_links_to_them_until_an_editor_has_approved_an_article(self, admin_client, admin_user):
        link = 'class="first"'
        assert link in admin_client.get(HOME).content.decode()
        article = factories.create_article(status="new", generated_by="Gemini")
        approve(article, admin_user, article.words_digest)

        assert link not in admin_client.get(HOME).content.decode()
