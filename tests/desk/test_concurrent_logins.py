"""Guessing passwords with simultaneous requests: no more attempts are checked than in sequence."""

import threading
from collections import Counter
from contextlib import closing

import pytest

from tests.support.servers import forked_server, wait_until

RIGHT = "correct horse battery"
AT_ONCE = 25  # more than an address may get wrong
LIMIT = 5
MAKE_USER = f"""
from django.contrib.auth import get_user_model
get_user_model().objects.create_superuser("mara", password="{RIGHT}")
"""
# What another process writes while a password is being looked at.
WRITE = "from blog.models import Category; Category.objects.create(name='Tides', slug='tides')"


class Site:
    """A running site, and the gate that holds back its password checks."""

    def __init__(self, site, server, gate):
        self.site, self.server, self.gate = site, server, gate

    def close(self):
        (self.gate / "closed").touch()

    def open(self):
        (self.gate / "closed").unlink()

    def looked_at(self) -> list[str]:
        looked = self.gate / "looked"
        return looked.read_text().splitlines() if looked.exists() else []

    def log_in(self, password, address="192.0.2.1", name="mara") -> int:
        token = "x" * 32
        headers = {
            "Cookie": f"csrftoken={token}",
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Forwarded-For": address,
        }
        body = f"username={name}&password={password.replace(' ', '+')}&csrfmiddlewaretoken={token}"
        return self.server.ask("/admin/login/", "POST", headers, body, timeout=60)[0]


@pytest.fixture(scope="module")
def running_site(new_site, tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    gate = folder / "gate"
    gate.mkdir()
    with new_site(folder) as galley:
        galley.environment |= {
            "DJANGO_SETTINGS_MODULE": "tests.support.slow_login_settings",
            "GALLEY_TEST_GATE": str(gate),
            "WEB_CONCURRENCY": "2",
        }
        assert galley.start_script(MAKE_USER).wait(60) == 0
        with forked_server(galley.environment, folder) as server:
            yield Site(galley, server, gate)


@pytest.fixture
def site(running_site):
    """The same site for all tests, without failures of earlier tests."""
    with closing(running_site.site.database.cursor()) as cursor:
        cursor.execute("DELETE FROM blog_codeattempts")
    (running_site.gate / "looked").unlink(missing_ok=True)
    return running_site


class Crowd:
    """Simultaneous log-ins, each in its own thread."""

    def __init__(self, site, attempts):
        self.statuses = []
        self.threads = [threading.Thread(target=self._attempt, args=(site, *one)) for one in attempts]
        for thread in self.threads:
            thread.start()

    def _attempt(self, site, *arguments):
        self.statuses.append(site.log_in(*arguments))

    def wait(self) -> Counter:
        for thread in self.threads:
            thread.join()
        return Counter(self.statuses)


def attempt_behind_the_gate(site, attempts) -> Counter:
    """Wait until only attempts with a password check are undecided, then open the gate."""
    site.close()
    crowd = Crowd(site, attempts)
    try:
        wait_until(lambda: len(crowd.statuses) + len(site.looked_at()) >= len(attempts), seconds=30)
    finally:
        site.open()
        statuses = crowd.wait()
    return statuses


class TestAccount:
    @pytest.mark.both_databases
    def test_five_of_many_simultaneous_attempts_are_checked(self, site):
        attempts = [(f"guess-{number}", f"192.0.2.{number}") for number in range(AT_ONCE)]

        statuses = attempt_behind_the_gate(site, attempts)

        assert len(site.looked_at()) == LIMIT
        assert statuses[429] >= AT_ONCE - LIMIT
        assert statuses.keys() <= {200, 429}

    def test_right_password_works_after_four_simultaneous_failures(self, site):
        attempt_behind_the_gate(site, [(f"guess-{number}",) for number in range(LIMIT - 1)])

        assert site.log_in(RIGHT) == 302

    def test_simultaneous_right_passwords_lock_nothing(self, site):
        statuses = attempt_behind_the_gate(site, [(RIGHT,)] * AT_ONCE)

        assert statuses[302] == LIMIT
        assert [site.log_in(RIGHT), site.log_in("wrong"), site.log_in(RIGHT)] == [302, 200, 302]


class TestAddress:
    def test_twenty_simultaneous_attempts_for_many_accounts_are_checked(self, site):
        """Unknown names get the same responses."""
        crowd = Crowd(site, [("guess", "192.0.2.7", f"nobody{number}") for number in range(AT_ONCE)])

        assert crowd.wait().keys() <= {200, 429}
        assert site.site.value("SELECT number FROM blog_codeattempts WHERE key LIKE 'log-in from %'") == 20
        assert site.log_in("guess", "192.0.2.7") == 429
        assert site.log_in(RIGHT, "198.51.100.1") == 302


@pytest.mark.both_databases(only_long=True)  # only SQLite has a lock that all wait for
class TestDatabase:
    def test_is_not_locked_while_a_password_is_checked(self, site):
        site.close()
        crowd = Crowd(site, [(RIGHT,)])
        try:
            wait_until(lambda: len(site.looked_at()) == 1)
            written = site.site.start_script(WRITE).wait(15)
            still_waiting = not crowd.statuses
        finally:
            site.open()
            statuses = crowd.wait()

        assert (written, still_waiting, dict(statuses)) == (0, True, {302: 1})
