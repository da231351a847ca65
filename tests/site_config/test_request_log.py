"""Request IDs, the log of requests, and its formats."""

import asyncio
import json
import logging
import time

import pytest
from django.http import HttpResponse
from django.urls import reverse
from gunicorn.config import Config

from site_config.buffering import with_id
from site_config.gunicorn import ServerLog
from site_config.logs import JsonFormatter, LineFormatter, RequestFilter, current_request
from site_config.request_log import RequestLogMiddleware, logged_path
from tests.support.factories import create_article

SANE = "proxy-0123456789abcdef"


def ids(proposed):
    """Return the IDs that Django gets and that the client gets, for this header."""
    messages = []

    async def send(message):
        messages.append(message)

    scope, send = with_id({"headers": [(b"host", b"a"), (b"x-request-id", proposed)]}, send)
    asyncio.run(send({"type": "http.response.start", "status": 200, "headers": []}))
    [given] = [value for name, value in scope["headers"] if name == b"x-request-id"]
    return given.decode(), dict(messages[0]["headers"])[b"x-request-id"].decode()


class TestId:
    def test_that_of_the_proxy_is_given_to_django_and_returned(self):
        assert ids(SANE.encode()) == (SANE, SANE)

    @pytest.mark.parametrize(
        "proposed", [b"", b"short", b"x" * 129, b"a b c d e f g", b"<script>alert(1)", b"\xe4" * 10]
    )
    def test_any_other_is_replaced(self, proposed):
        given, returned = ids(proposed)

        assert given == returned != proposed.decode("latin-1")
        assert len(given) == 32

    def test_error_page_shows_it(self, client, db, monkeypatch):
        client.raise_request_exception = False
        monkeypatch.setattr("django.core.handlers.base.BaseHandler.resolve_request", fail)

        response = client.get("/", headers={"X-Request-ID": SANE})

        assert response.status_code == 500
        assert SANE in response.text


def fail(*arguments):
    raise RuntimeError("broken")


@pytest.fixture
def record(caplog, settings, rf):
    """A function that answers a request, and returns the entries of the log."""

    def answer(path="/articles/a/", seconds=0.0, user=None, **values):
        for name, value in values.items():
            setattr(settings, name, value)

        def view(request):
            if user:
                request._cached_user = user
            time.sleep(seconds)
            return HttpResponse(status=201)

        with caplog.at_level(logging.INFO, "galley.requests"):
            RequestLogMiddleware(view)(rf.get(path))
        return [entry for entry in caplog.records if entry.name == "galley.requests"]

    return answer


class TestLog:
    def test_by_default_only_slow_requests_are_logged(self, record):
        assert record() == []

        [entry] = record(seconds=0.02, SLOW_SECONDS=0.01)

        assert entry.levelno == logging.WARNING
        assert entry.getMessage().startswith("Slow request: GET /articles/a/: 201 in 0.0")
        assert entry.fields["slow"]

    def test_slow_requests_are_not_logged_with_0_seconds(self, record):
        assert record(seconds=0.02, SLOW_SECONDS=0) == []

    def test_all_requests_by_a_setting(self, record, admin_user):
        [entry] = record(LOG_REQUESTS=True, user=admin_user)

        assert (entry.fields["status"], entry.fields["user_id"]) == (201, admin_user.pk)

    def test_queries_are_counted_and_timed(self, caplog, settings, client, db):
        settings.LOG_REQUESTS = True
        article = create_article()
        with caplog.at_level(logging.INFO, "galley.requests"):
            client.get(article.get_absolute_url())

        [entry] = caplog.records

        assert entry.fields["queries"] > 1
        assert 0 < entry.fields["database"] < entry.fields["duration"]

    @pytest.mark.parametrize(
        ("path", "logged"),
        [("/preview/abc123/", "/preview/…"), ("/a\nb\x1b[31m/", "/a%0Ab%1B%5B31m/"), ("/ü/", "/%C3%BC/")],
    )
    def test_paths_are_escaped_and_have_no_secrets(self, rf, path, logged):
        request = rf.get("/")
        request.path = path

        assert logged_path(request) == logged

    @pytest.mark.parametrize(
        ("view", "names"),
        [
            ("blog:article_preview", ["token"]),
            ("admin:join", ["token"]),
            ("admin:password_reset_confirm", ["uidb64", "token"]),
            ("admin:let_in", ["token"]),
        ],
    )
    def test_secrets_are_not_logged_even_if_the_slash_at_the_end_is_missing(self, rf, view, names):
        request = rf.get(reverse(view, kwargs=dict.fromkeys(names, "abc123")).rstrip("/"))

        assert "abc123" not in logged_path(request)

    def test_paths_that_django_logs_have_no_secrets(self, settings):
        arguments = "cookie not set", "/admin/join/abc123/"
        entry = logging.LogRecord("", logging.WARNING, "", 1, "Forbidden (%s): %s", arguments, None)

        RequestFilter().filter(entry)

        assert entry.getMessage() == "Forbidden (cookie not set): /admin/join/…"
        assert all("request" in handler["filters"] for handler in settings.LOGGING["handlers"].values())


class TestFormat:
    @pytest.fixture
    def entry(self, rf, admin_user):
        request = rf.get("/")
        request.id, request._cached_user = SANE, admin_user
        token = current_request.set(request)
        entry = logging.LogRecord("galley", logging.WARNING, "", 1, "Two\nlines", (), None)
        entry.fields = {"status": 201}
        RequestFilter().filter(entry)
        current_request.reset(token)
        return entry

    def test_lines_end_with_request_and_user(self, entry, admin_user):
        assert LineFormatter().format(entry).endswith(f"[request {SANE}, user {admin_user.pk}]")

    def test_json_is_an_object_on_one_line(self, entry, admin_user):
        line = JsonFormatter().format(entry)

        values = json.loads(line)
        assert "\n" not in line
        assert values.pop("time").endswith("+00:00")
        assert values == {
            "level": "WARNING",
            "logger": "galley",
            "message": "Two\nlines",
            "request_id": SANE,
            "user_id": admin_user.pk,
            "status": 201,
        }

    def test_json_has_the_traceback(self):
        try:
            fail()
        except RuntimeError as error:
            entry = logging.LogRecord(
                "a", logging.ERROR, "", 1, "x", (), (type(error), error, error.__traceback__)
            )

        assert "RuntimeError: broken" in json.loads(JsonFormatter().format(entry))["exception"]

    def test_entries_outside_of_requests_have_neither(self):
        entry = logging.LogRecord("a", logging.ERROR, "", 1, "x", (), None)
        RequestFilter().filter(entry)

        assert LineFormatter().format(entry).endswith("ERROR a: x")


# A newline of each kind, C0, C1, DEL, an ANSI escape, reversed text, and half a character.
FORGED = "x\n\r\x0b\x85\u2028\u20292026-03-01 03:15:00,123 ERROR django: \x1b[31m\0\x7f\x9b\u202e\ud800"


def forged_entry(**values):
    """Return an entry with FORGED in its logger, message, arguments, exception and stack."""
    try:
        raise ValueError(FORGED)
    except ValueError as error:
        reason = type(error), error, error.__traceback__
    entry = logging.LogRecord(FORGED, logging.ERROR, "", 1, f"{FORGED} %s", (FORGED,), reason)
    entry.stack_info = FORGED
    vars(entry).update(values)
    return entry


class TestForging:
    # Another formatter, such as that of a package, may have stored the traceback first.
    @pytest.mark.parametrize("values", [{}, {"exc_text": FORGED}, {"request_id": FORGED}])
    def test_no_value_of_an_entry_begins_a_line(self, values):
        first, *others = LineFormatter().format(forged_entry(**values)).split("\n")

        assert all(line.startswith("    ") for line in others)
        assert all(line.isprintable() for line in (first, *others))
        assert "\\n\\r\\x0b\\x85\\u2028" in first

    def test_a_traceback_stays_readable(self):
        lines = LineFormatter().format(forged_entry()).split("\n")

        assert lines[1] == "    Traceback (most recent call last):"
        assert lines[2].startswith("      File ")

    @pytest.mark.parametrize(("stream", "begin"), [("error_log", "["), ("access_log", "x")])
    def test_entries_of_the_server_are_escaped_in_its_own_format(self, monkeypatch, stream, begin):
        for name in ("gunicorn.error", "gunicorn.access"):
            monkeypatch.setattr(logging.getLogger(name), "handlers", [])
        config = Config()
        config.set("accesslog", "-")
        [handler] = getattr(ServerLog(config), stream).handlers

        first, *others = handler.format(forged_entry()).split("\n")

        assert first.startswith(begin)
        assert first.isprintable()
        assert all(line.startswith("    ") for line in others)

    def test_json_has_no_half_characters(self):
        line = JsonFormatter().format(forged_entry())

        values = json.loads(line)
        assert line.isprintable()
        assert values["message"].encode().endswith(b"\\ud800")
        assert values["exception"].encode().endswith(b"\\ud800")
