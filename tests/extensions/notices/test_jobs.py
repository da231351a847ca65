"""Notices: who gets a letter about what, and when nobody gets one."""

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from blog.articles.actions.submission import return_to_writer, submit
from blog.extensions.backups.rows import stored_models
from blog.extensions.notices.jobs import start_notices
from blog.extensions.notices.models import COLLECTED_FOR, KEPT_FOR, Notice
from blog.imports.held import decline, hold_update
from blog.mail.messages import queue_messages
from blog.models import HeldUpdate, ImportRun, Job, Message
from tests.support import factories
from tests.support.admin_pages import create_article
from tests.support.changes import publish, trash
from tests.support.letters import letters

pytestmark = pytest.mark.django_db

PAGE = reverse("admin:notices_choose")
EVERYBODY = ("boss", "editor", "second", "writer")


@pytest.fixture(autouse=True)
def people(settings, django_user_model):
    """A superuser, two Editors and a Writer with addresses, and an Editor without."""
    settings.SENDS_MAIL = True
    create = django_user_model.objects.create_user
    users = {name: create(name, f"{name}@example.org", is_staff=True) for name in EVERYBODY}
    users["silent"] = create("silent", is_staff=True)
    django_user_model.objects.filter(username="boss").update(is_superuser=True)
    for name in ("editor", "second", "silent"):
        users[name].groups.add(Group.objects.get(name="Editor"))
    users["writer"].groups.add(Group.objects.get(name="Writer"))
    return users


@pytest.fixture
def send(run_jobs):
    """Return a function that queues the letters of all notices, and returns who gets which."""

    def send():
        Message.objects.all().delete()
        Notice.objects.update(created_at=timezone.now() - COLLECTED_FOR)
        start_notices()
        run_jobs()
        return {to.partition("@")[0]: subject for to, subject in letters()}

    return send


def submitted(people, title="Tides"):
    article = create_article(title=title)
    submit(article, people["writer"], "Please read.")
    return article


def held(started_by, number=1, **fields):
    run = ImportRun.objects.create(source_name="posts", root="/", started_by=started_by, **fields)
    for _ in range(number):
        article = factories.create_article()
        hold_update(article, data=b"x", digest="d", source_name="posts", root="/", path="a.md", batch=run)
    return run


def ended(kind, state, started_by=None, **fields):
    job = Job.objects.create(kind=kind, started_by=started_by, **fields)
    job.end(state, "The disk is full.")
    return job


class TestRecipients:
    def test_submitted_goes_to_those_who_may_approve(self, people, send):
        submitted(people)

        assert send() == dict.fromkeys(["boss", "editor", "second"], "Submitted: Tides")
        assert "By writer.\nPlease read." in Message.objects.first().text

    def test_returned_goes_to_its_writer(self, people, send):
        article = submitted(people)
        send()
        return_to_writer(article, people["editor"], "Too long.")

        assert send() == {"writer": "Returned to you: Tides"}
        assert "Too long." in Message.objects.get().text

    def test_held_update_goes_to_editors_except_who_started_the_import(self, people, send):
        held(people["editor"], number=2, finished_at=timezone.now())

        assert send() == dict.fromkeys(["boss", "second"], "2 held updates wait")

    def test_failed_job_goes_to_superusers(self, people, send):
        ended("mirror_images", Job.State.FAILED, people["editor"])

        assert list(send()) == ["boss"]
        assert "The disk is full." in Message.objects.get().text

    @pytest.mark.parametrize(("state", "others"), [("done", []), ("failed", ["boss"])])
    def test_ended_import_goes_to_who_started_it(self, people, send, state, others):
        run = ImportRun.objects.create(source_name="posts", root="/", created=3)
        ended("import", state, people["editor"], result={"batch": run.pk})

        assert list(send()) == [*others, "editor"]
        assert send() == {}

    def test_ended_import_of_a_deleted_user_goes_to_nobody(self, people, send):
        run = ImportRun.objects.create(source_name="posts", root="/", created=3)
        ended("import", "done", people["editor"], result={"batch": run.pk})
        people["editor"].delete()

        assert send() == {}

    def test_lost_permission_and_inactive_accounts_get_none(self, people, send):
        submitted(people)
        people["second"].groups.clear()
        people["editor"].is_active = False
        people["editor"].save()

        assert list(send()) == ["boss"]


class TestNoLetter:
    def test_switched_off(self, people, send, client):
        client.force_login(people["editor"])
        client.post(PAGE, {"kinds": ["held"]})
        submitted(people)
        held(None, finished_at=timezone.now())

        assert send()["editor"] == "A held update waits: posts"
        assert len(letters()) == 5

    def test_who_caused_it(self, people, send):
        submit(create_article(), people["editor"])

        assert list(send()) == ["boss", "second"]

    def test_answered_meanwhile(self, people, send):
        publish(submitted(people))
        trashed = submitted(people)
        trash(trashed)
        held(None, finished_at=timezone.now())
        decline(HeldUpdate.objects.get(), by=people["editor"])

        assert send() == {}
        assert not Notice.objects.exists()

    def test_failed_mail_and_notices(self, people, send):
        for kind in ("send_mail", "notices"):
            ended(kind, Job.State.FAILED)

        assert send() == {}

    def test_mail_is_not_configured(self, people, send, settings, client):
        settings.SENDS_MAIL = False
        submitted(people)
        held(None)
        ended("import", Job.State.FAILED, people["editor"])
        client.force_login(people["editor"])

        assert not Notice.objects.exists()
        assert PAGE not in client.get(reverse("admin:account")).content.decode()
        assert client.get(PAGE).status_code == 404


class TestCollecting:
    def test_notices_of_a_kind_join_one_letter_after_five_minutes(self, people, send):
        for title in ("Tides", "Ebb"):
            submitted(people, title)
        start_notices()
        assert not Job.objects.filter(kind="notices").exists()

        assert send()["boss"] == "2 articles were submitted"
        text = Message.objects.first().text
        assert text.index("Tides") < text.index("Ebb")

    @pytest.mark.both_databases
    def test_held_updates_wait_for_the_end_of_their_import(self, people, send):
        run = held(None)
        assert send() == {}

        ImportRun.objects.filter(pk=run.pk).update(finished_at=timezone.now())
        assert len(send()) == 3

    def test_letter_lists_20_entries(self, people, send):
        for number in range(22):
            submitted(people, f"Tides {number}")
        send()

        assert Message.objects.first().text.count("/change/") == 20
        assert "And 2 more." in Message.objects.first().text

    def test_failure_loses_and_repeats_no_letter(self, people, send, monkeypatch):
        submitted(people)
        with monkeypatch.context() as patched:
            patched.setattr("blog.extensions.notices.jobs.queue_messages", queue_and_fail)
            assert send() == {}

        assert len(send()) == 3
        assert send() == {}

    def test_notices_that_fail_for_a_day_are_deleted(self, people):
        submitted(people)
        Notice.objects.forget_old()
        assert Notice.objects.exists()
        Notice.objects.update(created_at=timezone.now() - KEPT_FOR)
        Notice.objects.forget_old()
        assert not Notice.objects.exists()


def queue_and_fail(messages):
    queue_messages(messages)
    raise ValueError


class TestPage:
    # the kinds that a role may switch
    OFFERED = {"writer": "returned", "editor": "submitted returned held imported"}

    @pytest.mark.parametrize("name", OFFERED)
    def test_offers_what_the_permissions_allow(self, people, client, name):
        client.force_login(people[name])
        page = client.get(PAGE)

        assert [value for value, _label in page.context["form"].fields["kinds"].choices] == self.OFFERED[
            name
        ].split()
        assert page.content.decode().count(" checked") == len(self.OFFERED[name].split())

    def test_keeps_the_setting_of_kinds_that_are_not_offered(self, people, client):
        client.force_login(people["editor"])
        client.post(PAGE, {"kinds": ["returned"]})
        group = Group.objects.get(name="Editor")
        group.user_set.remove(people["editor"])
        Group.objects.get(name="Writer").user_set.add(people["editor"])
        client.post(PAGE, {"kinds": []})

        muted = people["editor"].preferences.muted_notices.split()
        assert muted == ["held", "imported", "returned", "submitted"]

    def test_missing_address_is_explained(self, people, client):
        client.force_login(people["silent"])

        assert "has no e-mail address" in client.get(PAGE).content.decode()


@pytest.mark.both_databases
def test_users_are_deleted_without_the_extension():
    """No constraint of the database refers to them, as its table stays while it is off."""
    with connection.cursor() as cursor:
        constraints = connection.introspection.get_constraints(cursor, Notice._meta.db_table)

    assert not [each for each in constraints.values() if each["foreign_key"]]


def test_notices_are_not_in_a_backup():
    assert Notice not in stored_models()
