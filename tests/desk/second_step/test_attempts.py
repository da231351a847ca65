"""Guessing passwords: 5 failures per account, 20 per address, within 15 minutes."""

import datetime as dt

import pytest
from django.test import RequestFactory
from django.urls import reverse

from blog.desk.second_step.attempts import limits_of_log_ins
from blog.desk.second_step.models import CodeAttempts
from blog.mail.limits import client_address

pytestmark = pytest.mark.django_db

LOGIN = reverse("admin:login")
RIGHT, WRONG = "correct horse", "wrong"


@pytest.fixture(autouse=True)
def mara(django_user_model):
    return django_user_model.objects.create_superuser("Mara", password=RIGHT)


def log_in(client, name="Mara", password=WRONG, address="192.0.2.1", **headers):
    return client.post(LOGIN, {"username": name, "password": password}, REMOTE_ADDR=address, **headers)


def fail(client, times, **values):
    return [log_in(client, **values).status_code for _ in range(times)]


def let_pass(minutes):
    for row in CodeAttempts.objects.all():
        row.last_at -= dt.timedelta(minutes=minutes)
        row.save()


class TestAccount:
    def test_five_failures_block_the_right_password(self, client):
        assert fail(client, 5) == [200, 200, 200, 200, 429]
        assert log_in(client, password=RIGHT).status_code == 429

    def test_failures_count_for_all_addresses_and_browsers(self, client):
        for number in range(5):
            log_in(client, address=f"192.0.2.{number}", HTTP_USER_AGENT=f"Browser {number}")

        assert log_in(client, password=RIGHT, address="198.51.100.1").status_code == 429

    @pytest.mark.parametrize("name", ["mara", "MARA", " Mara ", "\uff2dara"])
    def test_another_spelling_is_the_same_account(self, client, name):
        fail(client, 5, name=name)

        assert log_in(client, password=RIGHT).status_code == 429

    def test_block_ends_after_15_minutes(self, client):
        fail(client, 5)
        let_pass(minutes=15)

        assert log_in(client, password=RIGHT).status_code == 302

    def test_attempts_do_not_prolong_the_block(self, client):
        fail(client, 5)
        let_pass(minutes=14)
        fail(client, 3)
        let_pass(minutes=1)

        assert log_in(client, password=RIGHT).status_code == 302

    def test_clock_set_back_neither_ends_nor_prolongs_the_block(self, client):
        fail(client, 5)
        let_pass(minutes=-24 * 60)

        blocked = log_in(client, password=RIGHT)
        let_pass(minutes=15)

        assert int(blocked["Retry-After"]) <= 15 * 60
        assert log_in(client, password=RIGHT).status_code == 302

    def test_success_resets_the_count(self, client):
        fail(client, 4)
        log_in(client, password=RIGHT)

        assert fail(client, 4) == [200] * 4

    def test_other_accounts_are_not_blocked(self, client, django_user_model):
        django_user_model.objects.create_superuser("idris", password=RIGHT)
        fail(client, 5)

        assert log_in(client, name="idris", password=RIGHT).status_code == 302

    def test_unknown_names_get_the_same_response(self, client):
        known = [log_in(client).content for _ in range(6)]
        unknown = [log_in(client, name="Nobo", address="198.51.100.1").content for _ in range(6)]

        assert [page.replace(b"Mara", b"Nobo") for page in known[4:]] == unknown[4:]
        assert log_in(client, name="Nobo", password=RIGHT).status_code == 429


class TestAddress:
    def test_twenty_failures_block_all_accounts(self, client):
        codes = [log_in(client, name=f"guess-{number}").status_code for number in range(20)]

        assert codes == [200] * 19 + [429]
        assert log_in(client, password=RIGHT).status_code == 429
        assert log_in(client, password=RIGHT, address="198.51.100.1").status_code == 302

    def test_success_with_another_account_does_not_reset_the_count(self, client):
        for number in range(19):
            log_in(client, name=f"guess-{number}")

        assert log_in(client, password=RIGHT).status_code == 302
        assert log_in(client, name="guess-20").status_code == 429


class TestPage:
    def test_shows_when_to_try_again(self, client):
        fail(client, 5)
        let_pass(minutes=5)

        page = log_in(client, password=RIGHT)

        assert "Try again in 10 minutes." in page.content.decode()
        assert 595 <= int(page["Retry-After"]) <= 600

    def test_is_not_cached(self, client):
        fail(client, 4)

        page = log_in(client, HTTP_X_REQUESTED_WITH="XMLHttpRequest")

        assert "no-store" in page["Cache-Control"]
        assert "Access-Control-Allow-Origin" not in page


class TestClientAddress:
    @pytest.mark.parametrize(
        ("remote", "forwarded", "found"),
        [
            ("203.0.113.5", "", "203.0.113.5"),
            ("203.0.113.5", "10.0.0.1", "203.0.113.5"),
            ("127.0.0.1", "", "127.0.0.1"),
            ("127.0.0.1", "203.0.113.9", "203.0.113.9"),
            ("127.0.0.1", "10.9.9.9, 203.0.113.9", "203.0.113.9"),
            ("127.0.0.1", "nonsense", "127.0.0.1"),
            ("", "203.0.113.9", "203.0.113.9"),
            ("", "", None),
            ("2001:db8:1:2:3:4:5:6", "", "2001:db8:1:2::"),
            ("::ffff:203.0.113.5", "", "203.0.113.5"),
        ],
    )
    def test_forwarded_address_is_trusted_only_from_a_local_proxy(self, remote, forwarded, found):
        request = RequestFactory().get("/", REMOTE_ADDR=remote, HTTP_X_FORWARDED_FOR=forwarded)

        assert client_address(request) == found


class TestAccountName:
    def test_may_be_missing(self, client):
        assert log_in(client, name="").status_code == 200

    def test_may_be_longer_than_a_key(self, client):
        request = RequestFactory().post("/", REMOTE_ADDR="2001:db8:1:2:3:4:5:6")

        for key in limits_of_log_ins(request, "x" * 999):
            CodeAttempts(key=key).full_clean()


class TestRest:
    def test_logging_in_without_a_request_still_works(self, client):
        assert client.login(username="Mara", password=RIGHT)
