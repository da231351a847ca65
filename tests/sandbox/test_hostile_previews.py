"""Texts that take too long or too much, sent by an editor to a real server while others read."""

import os
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.client import HTTPException
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.support.forking import STARTED_SANDBOXES
from tests.support.html_forms import form_data
from tests.support.processes import children_of, wait_until_gone
from tests.support.readers import readers
from tests.support.servers import forked_server, serving_workers, wait_until, workers_of

# Its sitecustomize.py is what makes these texts slow.
SLOW = Path(__file__).parents[1] / "support" / "slow_rendering"
TOO_SLOW = "# Tides\n\nslow to parse\n"
SLOW_IN_COLOUR = "# Tides\n\n```python\nname = 'slow to colour'\n```\n"
GREEDY = "# Tides\n\ngreedy for memory\n"
HARMLESS = "# Tides\n\n```python\nname = 1\n```\n"
PREVIEW = "/admin/markdownx/preview/"
TOKEN = "x" * 32
# Three articles and somebody who is logged in; prints the session's key.
SET_UP = """
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone
from blog.models import Article
from tests.support.changes import publish
user = get_user_model().objects.create_superuser("editor")
session = SessionStore()
session[SESSION_KEY] = str(user.pk)
session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
session[HASH_SESSION_KEY] = user.get_session_auth_hash()
session.create()
for number in range(3):
    article = Article(title="Tides", slug=f"tides-{number}", body="Water comes and goes.")
    article.save()
    publish(article)
print(session.session_key)
"""
LOG_IN_ANOTHER = SET_UP.replace('"editor"', '"another"').partition("for number")[0] + SET_UP.splitlines()[-1]
SHORT_LIMIT = ["--worker-class", "tests.support.short_text_limit_worker.ShortTextLimitWorker"]


class Editor:
    """Somebody who is logged in."""

    def __init__(self, server, session):
        self.server = server
        self.headers = {"Cookie": f"sessionid={session}; csrftoken={TOKEN}"}

    def open(self, path):
        return self.server.ask(path, headers=self.headers)[2].decode()

    def send(self, path, **data):
        """Return the status of the answer, and its body."""
        headers = self.headers | {"Content-Type": "application/x-www-form-urlencoded"}
        body = urlencode(data | {"csrfmiddlewaretoken": TOKEN})
        status, _headers, answer = self.server.ask(path, "POST", headers, body, timeout=60)
        return status, answer.decode()

    def preview(self, text):
        return self.send(PREVIEW, content=text)


@pytest.fixture(scope="module")
def site(new_site, tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    with new_site(folder) as site:
        site.environment |= {"PYTHONPATH": str(SLOW), "HOME": str(folder), STARTED_SANDBOXES: "yes"}
        yield site


@pytest.fixture(scope="module")
def session(site):
    process = site.start_script(SET_UP, stdout=subprocess.PIPE, text=True)
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    return output.strip()


@pytest.fixture(scope="module")
def other_editor(site, server):
    process = site.start_script(LOG_IN_ANOTHER, stdout=subprocess.PIPE, text=True)
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    return Editor(server, output.strip())


@pytest.fixture(scope="module")
def server(site, tmp_path_factory):
    with forked_server(site.environment, tmp_path_factory.mktemp("server"), *SHORT_LIMIT) as server:
        yield server


@pytest.fixture(scope="module")
def editor(server, session):
    return Editor(server, session)


def processes_of(server):
    """Return the limited processes of the server's worker."""
    (worker,) = workers_of(server)
    return children_of(worker)


def suppressed(function):
    """Return the function, for a connection that may break off."""

    def quiet(*given):
        with suppress(OSError, HTTPException):
            function(*given)

    return quiet


class TestPreview:
    def test_readers_do_not_notice_one_that_never_ends(self, server, editor):
        editor.preview(HARMLESS)
        (worker,) = workers_of(server)

        with readers(server) as answered:
            status, answer = editor.preview(TOO_SLOW)
            meanwhile = len(answered)

        assert status == 422
        assert answer.startswith('<p class="errornote">The text takes longer than 0.25 seconds to render.')
        assert meanwhile > 2
        assert workers_of(server) == [worker]

    def test_what_is_slow_in_colour_is_shown_without(self, editor):
        coloured, plain = editor.preview(HARMLESS), editor.preview(SLOW_IN_COLOUR)

        assert coloured[0] == plain[0] == 200
        assert '<span class="n">name</span>' in coloured[1]
        assert "<code>name = 'slow to colour'" in plain[1]
        assert '<span class="lang">Python</span>' in plain[1]

    def test_too_much_memory_is_said_in_words(self, server, editor):
        (worker,) = workers_of(server)

        status, answer = editor.preview(GREEDY)

        assert status == 422
        assert "more than 512 MB of memory" in answer
        assert workers_of(server) == [worker]

    def test_of_many_of_one_writer_some_are_sent_away_while_others_read_and_save(
        self, server, editor, other_editor
    ):
        address = "/admin/blog/article/2/change/"
        typed = form_data(other_editor.open(address)) | {"body": "Water.\n"}
        with ThreadPoolExecutor(8) as threads, readers(server) as answered:
            previews = [threads.submit(editor.preview, TOO_SLOW) for _ in range(8)]
            time.sleep(0.2)

            assert other_editor.send(address, **typed)[0] == 302
            answers = [preview.result() for preview in previews]
            meanwhile = len(answered)

        assert {status for status, _ in answers} == {422, 503}
        assert all("Try again in a moment." in answer for status, answer in answers if status == 503)
        assert meanwhile > 2


class TestSave:
    def test_a_text_that_takes_too_long_is_refused_and_kept_in_the_form(self, editor):
        address = "/admin/blog/article/1/change/"
        typed = form_data(editor.open(address)) | {"title": "Tides", "slug": "low", "body": TOO_SLOW}

        status, page = editor.send(address, **typed)

        assert status == 200
        assert "longer than 0.25 seconds" in page
        assert form_data(page)["body"].split() == TOO_SLOW.split()
        assert form_data(page)["slug"] == "low"

    def test_what_is_slow_in_colour_is_saved_without(self, site, editor):
        address = "/admin/blog/article/3/change/"

        status, _ = editor.send(address, **form_data(editor.open(address)) | {"body": SLOW_IN_COLOUR})

        assert status == 302
        assert "<code>name = " in site.value("SELECT body_html FROM blog_article WHERE id = 3")


class TestEnd:
    def test_no_process_outlives_its_worker(self, site, session, tmp_path):
        """At work while the worker is ended or killed; then one that waits, while the server is stopped."""
        with (
            forked_server(site.environment, tmp_path, *SHORT_LIMIT) as server,
            ThreadPoolExecutor(1) as threads,
        ):
            editor = Editor(server, session)
            for sent in (signal.SIGTERM, signal.SIGKILL):
                threads.submit(suppressed(editor.preview), TOO_SLOW)
                wait_until(lambda: processes_of(server))
                (worker,) = workers_of(server)
                children = children_of(worker)

                os.kill(worker, sent)

                assert wait_until_gone([worker, *children]) == [], sent
                wait_until(lambda: serving_workers(server) == 1)
            editor.preview(HARMLESS)
            waiting = processes_of(server)

        assert waiting
        assert wait_until_gone(waiting) == []
