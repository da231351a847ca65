"""Mail about errors: little of it, and never at the expense of a request."""

import logging
import sys
from unittest.mock import Mock

import pytest
from django.core import mail

from blog.site.addresses import whole_address
from site_config import error_mail
from site_config.error_mail import BETWEEN_ATTEMPTS, BETWEEN_MAILS, ErrorMailHandler, Sender
from tests.support.crowds import Seconds, crowd
from tests.support.mail_server import hanging_server, mail_server
from tests.support.servers import basic_environment, forked_server, wait_until

NOW = 1_800_000_000.0


@pytest.fixture
def sender(tmp_path, settings, monkeypatch):
    settings.ADMINS = ["admin@example.org"]
    settings.SITE_NAME = "Tide Tables"
    monkeypatch.setattr(error_mail, "site_name", lambda: "Tide Tables")
    monkeypatch.setattr(Sender, "start", lambda self: None)  # the tests send
    return Sender(tmp_path / "errors.json")


@pytest.fixture
def broken_mail(monkeypatch):
    """A function that makes sending fail, or work again."""

    def be_broken(is_broken):
        def send(*arguments):
            raise OSError("refused")

        monkeypatch.setattr(error_mail, "mail_admins", send if is_broken else mail.mail_admins)

    return be_broken


def note(sender, kind="ValueError in home()", times=1, moment=NOW):
    for _ in range(times):
        sender.note(kind, f"the last of {times}", moment)


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
    def test_the_first_error_is_mailed_at_once_with_the_name_of_the_site(self, sender):
        note(sender)
        sender.send_due(NOW)

        assert subjects() == ["[Tide Tables] ValueError in home(): once"]
        assert "https://blog.example" in mail.outbox[0].body

    def test_one_mail_a_kind_and_hour(self, sender):
        for minute in range(60):
            note(sender, times=10, moment=NOW + 60 * minute)
            note(sender, "LookupError in archive()", moment=NOW + 60 * minute)
            sender.send_due(NOW + 60 * minute)

        assert len(mail.outbox) == 2

    def test_the_mail_after_an_hour_has_the_number_since(self, sender):
        note(sender)
        sender.send_due(NOW)
        note(sender, times=250, moment=NOW + 60)
        sender.send_due(NOW + 120)

        sender.send_due(NOW + BETWEEN_MAILS)

        assert subjects()[1:] == ["[Tide Tables] ValueError in home(): 250 times"]
        assert "the last of 250" in mail.outbox[1].body

    def test_clock_set_back_stops_no_mail(self, sender):
        note(sender)
        sender.send_due(NOW)
        for minute in range(3):
            note(sender, moment=NOW - 24 * 3600)
            sender.send_due(NOW - 24 * 3600 + 60 * minute)

        assert subjects()[1:] == ["[Tide Tables] ValueError in home(): once"]

    def test_without_more_errors_no_mail_follows(self, sender):
        note(sender)
        sender.send_due(NOW)
        sender.send_due(NOW + BETWEEN_MAILS)

        assert len(mail.outbox) == 1

    def test_processes_share_the_hour(self, sender, tmp_path):
        other = Sender(tmp_path / "errors.json")
        note(sender)
        sender.send_due(NOW)
        note(other, times=3)
        other.send_due(NOW + 1)

        sender.send_due(NOW + BETWEEN_MAILS)

        assert subjects()[1:] == ["[Tide Tables] ValueError in home(): 3 times"]

    def test_a_folder_that_cannot_be_written_costs_no_mail(self, sender, tmp_path):
        sender.file = tmp_path / "missing" / "errors.json"
        for second in range(3):
            note(sender)
            sender.send_due(NOW + second)

        assert len(mail.outbox) == 1


class TestMailServer:
    def test_one_that_is_dead_is_tried_again_later(self, sender, broken_mail):
        broken_mail(True)
        note(sender, times=5)
        sender.send_due(NOW)
        broken_mail(False)
        sender.send_due(NOW + 1)
        early = subjects()

        sender.send_due(NOW + BETWEEN_ATTEMPTS)

        assert early == []
        assert subjects() == ["[Tide Tables] ValueError in home(): 5 times"]

    def test_one_that_is_dead_is_told_of_in_one_line(self, sender, broken_mail, caplog):
        broken_mail(True)
        note(sender)
        note(sender, "LookupError in archive()")
        sender.send_due(NOW)

        assert [record.exc_info for record in caplog.records] == [None]


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

    def test_a_mail_has_no_form_data_cookies_and_variables(self, rf):
        typed = "".join(["typed", " here"])
        request = rf.post("/admin/login/", {"password": typed}, headers={"cookie": f"sessionid={typed}"})
        try:
            raise ValueError
        except ValueError:
            info = sys.exc_info()
        record = logging.LogRecord("django.request", 40, "", 0, "Error: %s", (request.path,), info)
        record.request = request

        details = error_mail.details_of(record)

        assert "/admin/login/" in details
        assert "ValueError" in details
        assert typed not in details

    def test_values_of_a_request_cannot_forge_or_stop_a_mail(self, sender):
        forged = "x\r\nBcc: nora@arle.example\x1b[31m\u202e\ud800"
        record = logging.LogRecord("galley", 40, "", 0, forged, (), None)
        sender.note(error_mail.kind_of(record), error_mail.details_of(record), NOW)

        sender.send_due(NOW)

        [sent] = mail.outbox
        assert sent.subject == r"[Tide Tables] galley: x\r\nBcc: nora@arle.example\x1b[31m\u202e\ud800: once"
        assert sent.body.replace("\n", "").isprintable()
        assert "\nBcc" not in sent.body

    def test_without_admins_nothing_is_counted(self, settings):
        settings.ADMINS = []
        handler = ErrorMailHandler()

        handler.emit(logging.LogRecord("django.request", 40, "", 0, "failed", (), None))

        assert handler.sender.counted == {}


def environment_with(folder, port):
    return basic_environment(folder) | {
        "DJANGO_SETTINGS_MODULE": "tests.support.failing_pages_settings",
        "GALLEY_ADMINS": "admin@example.org",
        "GALLEY_SITE_NAME": "Tide Tables",
        "EMAIL_URL": f"smtp://127.0.0.1:{port}",
        "GALLEY_DATA": str(folder / "data"),
    }


@pytest.fixture
def folder(folder):
    (folder / "data" / "error_mail.json").unlink(missing_ok=True)
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
        assert all("Tide Tables" in sent for sent in mails)
