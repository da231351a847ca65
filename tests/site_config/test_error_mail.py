"""Mail about errors: little of it, and never at the expense of a request."""

import logging
import shutil
import sys
import time
from types import SimpleNamespace
from unittest.mock import Mock

import pytest
from django.core import mail
from django.core.cache.backends import filebased
from django.utils.log import AdminEmailHandler

from blog.site.addresses import whole_address
from site_config import error_mail
from site_config.error_mail import BETWEEN_ATTEMPTS, BETWEEN_MAILS, ErrorMailHandler, OnceAnHour
from site_config.logs import LineFormatter
from tests.support.crowds import Seconds, crowd
from tests.support.mail_server import hanging_server, mail_server
from tests.support.servers import basic_environment, forked_server, wait_until


@pytest.fixture(autouse=True)
def site(settings, tmp_path, monkeypatch):
    """A site with an administrator and no mailed errors, whose mail is sent at once."""
    settings.ADMINS = ["admin@example.org"]
    settings.EMAIL_SUBJECT_PREFIX = "[blog.example] "
    errors = {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": tmp_path / "errors",
    }
    settings.CACHES = settings.CACHES | {"errors": errors}
    monkeypatch.setattr(error_mail, "threading", SimpleNamespace(Thread=Immediate))


class Immediate:
    """Calls the function of a thread when it is started."""

    def __init__(self, target, args, name):
        self.start = lambda: target(*args)


@pytest.fixture
def log():
    """A logger with the handler and filters of the settings."""
    handler = ErrorMailHandler(reporter_class="site_config.error_mail.TracebackReporter")
    handler.setFormatter(LineFormatter())
    handler.addFilter(OnceAnHour())
    logger = logging.Logger("django.request")
    logger.addHandler(handler)
    return logger


def kind(function, argument) -> str:
    """Return the kind of the error that this call raises."""
    try:
        function(argument)
    except ValueError:
        record = logging.LogRecord("django.request", 40, "", 0, "it failed", (), sys.exc_info())
    return error_mail.kind_of(record)


def subjects() -> list[str]:
    return [sent.subject for sent in mail.outbox]


class TestKinds:
    def test_the_first_error_is_mailed_with_the_host_of_the_site(self, log):
        log.error("it failed")

        assert subjects() == ["[blog.example] ERROR: it failed"]

    def test_one_mail_a_kind_and_hour(self, log, monkeypatch):
        for number in range(10):
            log.error("no article %s", number)
            log.error("no page %s", number)
        of_an_hour = len(mail.outbox)
        now = time.time()
        monkeypatch.setattr(filebased.time, "time", lambda: now + BETWEEN_MAILS + 1)
        log.error("no article %s", 10)

        assert (of_an_hour, len(mail.outbox)) == (2, 3)

    def test_a_full_disk_costs_no_mail(self, log, monkeypatch):
        monkeypatch.setattr(filebased.FileBasedCache, "add", Mock(side_effect=OSError))
        for _ in range(3):
            log.error("it failed on a full disk")

        assert len(mail.outbox) == 1

    def test_without_admins_nothing_is_recorded(self, log, settings, tmp_path):
        settings.ADMINS = []
        log.error("it failed")

        assert not (tmp_path / "errors").exists()


def test_after_a_failed_attempt_the_next_error_is_mailed_in_ten_minutes(log, monkeypatch, caplog):
    with monkeypatch.context() as broken:
        broken.setattr(AdminEmailHandler, "send_mail", Mock(side_effect=OSError("refused")))
        log.error("it failed")
    log.error("it failed")
    early = subjects()
    now = time.time()
    monkeypatch.setattr(filebased.time, "time", lambda: now + BETWEEN_ATTEMPTS + 1)
    log.error("it failed")

    assert (early, len(mail.outbox)) == ([], 1)
    assert [(record.getMessage(), record.exc_info) for record in caplog.records] == [
        ("Mail about an error cannot be sent: refused", None)
    ]


class TestHandler:
    def test_errors_of_one_place_are_one_kind(self, settings):
        def fail(number):
            raise ValueError(f"number {number}")

        assert kind(fail, 1) == kind(fail, 2)
        assert "ValueError in fail()" in kind(fail, 1)

    def test_the_place_is_the_last_one_in_our_code(self):
        row = Mock()
        row.get_absolute_url.side_effect = ValueError  # raised in a library

        assert kind(whole_address, row).startswith("ValueError in whole_address(), addresses.py line ")

    def test_a_mail_has_no_form_data_cookies_and_variables(self, rf, log):
        typed = "".join(["typed", " here"])
        request = rf.post("/admin/login/", {"password": typed}, headers={"cookie": f"sessionid={typed}"})
        try:
            raise ValueError
        except ValueError:
            log.exception("Error: %s", request.path, extra={"request": request})

        [sent] = mail.outbox
        assert "/admin/login/" in sent.body
        assert "ValueError" in sent.body
        assert typed not in sent.body

    def test_values_of_a_request_cannot_forge_or_stop_a_mail(self, log):
        forged = "x\r\nBcc: nora@arle.example\x1b[31m\u202e\ud800"
        try:
            raise ValueError(forged)
        except ValueError:
            log.exception(forged)

        [sent] = mail.outbox
        assert sent.subject.isprintable()
        assert sent.body.replace("\n", "").isprintable()
        assert "\nBcc" not in sent.body


def environment_with(folder, port):
    return basic_environment(folder) | {
        "DJANGO_SETTINGS_MODULE": "tests.support.failing_pages_settings",
        "GALLEY_ADMINS": "admin@example.org",
        "EMAIL_URL": f"smtp://127.0.0.1:{port}",
        "GALLEY_DATA": str(folder / "data"),
    }


@pytest.fixture
def folder(folder):
    shutil.rmtree(folder / "data/mailed_errors", ignore_errors=True)
    return folder


class TestServer:
    def test_no_request_waits_for_a_mail_server(self, folder):
        seconds = Seconds()
        with (
            hanging_server() as port,
            forked_server(environment_with(folder, port), folder) as server,
        ):
            before = server.log.read_text().count("Traceback")
            with crowd(server, ["/", "/health/", "/archive/"], 2, seconds=seconds) as (results, failures):
                statuses = {server.ask("/fail/", timeout=5)[0] for _ in range(20)}
                wait_until(lambda: results[200] > 50)
            tracebacks = server.log.read_text().count("Traceback") - before
        assert statuses == {500}
        assert tracebacks == 20
        assert failures == []
        assert seconds.of_most < 0.5

    def test_one_mail_a_kind_arrives(self, folder):
        with mail_server() as (port, mails), forked_server(environment_with(folder, port), folder) as server:
            for path in ("/fail/", "/fail-otherwise/", "/fail/", "/fail/"):
                server.ask(path)
            wait_until(lambda: len(mails) >= 2)
        assert len(mails) == 2
        assert all("[127.0.0.1] ERROR" in sent for sent in mails)
