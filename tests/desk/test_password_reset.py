"""Password reset by mail: who gets a letter, and that nothing tells who has an account."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from blog.models import Job, Message, RequestCount
from tests.support.letters import letters, link_of_last_letter

pytestmark = pytest.mark.django_db

REQUEST = reverse("admin:password_reset")
LOGIN = reverse("admin:login")
OLD, NEW = "of-ten-letters-and-more", "another-of-ten-letters"


@pytest.fixture(autouse=True)
def mara(settings, django_user_model):
    settings.SENDS_MAIL = True
    return django_user_model.objects.create_user("mara", "Mara@example.org", OLD, is_staff=True)


def ask(client, email="mara@example.org", address="192.0.2.1"):
    return client.post(REQUEST, {"email": email}, REMOTE_ADDR=address)


def ask_and_follow(client, run_jobs):
    ask(client)
    run_jobs()
    return client.get(link_of_last_letter(REQUEST), follow=True)


def choose(client, page, password=NEW):
    typed = {"new_password1": password, "new_password2": password}
    return client.post(page.request["PATH_INFO"], typed, follow=True)


class TestRequest:
    def test_answer_and_work_are_the_same_for_unknown_addresses(self, client):
        ask(client)
        found = []
        for email in ("mara@example.org", "nobody@example.org"):
            with CaptureQueriesContext(connection) as queries:
                page = client.post(REQUEST, {"email": email}, follow=True)
            found.append((len(queries), page.content, page.redirect_chain))

        assert found[0] == found[1]

    def test_only_active_accounts_with_a_password_get_a_letter(self, client, run_jobs, django_user_model):
        django_user_model.objects.create_user("gone", "gone@example.org", OLD, is_active=False)
        django_user_model.objects.create_user("none", "none@example.org")

        for name in ("mara", "gone", "none", "nobody"):
            ask(client, f"{name}@example.org")
        run_jobs()

        assert letters() == [("Mara@example.org", "Reset your password for Galley")]

    def test_job_forgets_the_address(self, client, run_jobs):
        ask(client)
        run_jobs()

        assert Job.objects.get(kind="password_reset").arguments == {}

    def test_host_of_the_request_is_not_in_the_letter(self, client, run_jobs, settings):
        settings.ALLOWED_HOSTS = ["*"]
        client.post(REQUEST, {"email": "mara@example.org"}, headers={"host": "evil.example"})
        run_jobs()

        assert "evil" not in Message.objects.get().text + Message.objects.get().html

    def test_sixth_request_for_an_address_and_21st_of_a_client_are_rejected(self, client):
        same = [ask(client, " MARA@example.org", f"192.0.2.{n}").status_code for n in range(6)]
        others = [ask(client, f"a{n}@example.org", "198.51.100.1").status_code for n in range(21)]

        assert same == [302] * 5 + [429]
        assert others == [302] * 20 + [429]


class TestLink:
    def test_sets_the_password_once(self, client, run_jobs, mara):
        page = ask_and_follow(client, run_jobs)
        link = link_of_last_letter(REQUEST)

        assert choose(client, page).status_code == 200

        mara.refresh_from_db()
        assert mara.check_password(NEW)
        assert "no longer valid" in client.get(link, follow=True).content.decode()

    def test_weak_password_is_rejected(self, client, run_jobs, mara):
        page = choose(client, ask_and_follow(client, run_jobs), "1234")

        assert "too short" in page.content.decode()
        mara.refresh_from_db()
        assert mara.check_password(OLD)

    def test_ends_the_block_after_failed_logins(self, client, run_jobs):
        for _ in range(5):
            client.post(LOGIN, {"username": "mara", "password": "wrong"})
        choose(client, ask_and_follow(client, run_jobs))

        assert client.post(LOGIN, {"username": "mara", "password": NEW}).status_code == 302

    @pytest.mark.parametrize("change", ["expire", "tamper", "log in"])
    def test_other_links_are_invalid(self, client, run_jobs, settings, mara, change):
        ask(client)
        run_jobs()
        link = link_of_last_letter(REQUEST)
        if change == "expire":
            settings.PASSWORD_RESET_TIMEOUT = -1
        elif change == "tamper":
            link = link[:-2] + ("1" if link[-2] == "0" else "0") + "/"
        else:
            client.post(LOGIN, {"username": "mara", "password": OLD})

        assert "no longer valid" in client.get(link, follow=True).content.decode()


class TestWithoutMail:
    def test_there_is_no_link_and_no_page(self, client, settings):
        assert REQUEST in client.get(LOGIN).content.decode()
        settings.SENDS_MAIL = False

        assert REQUEST not in client.get(LOGIN).content.decode()
        assert client.get(REQUEST).status_code == ask(client).status_code == 404
        assert not RequestCount.objects.exists()
        assert not Job.objects.exists()
