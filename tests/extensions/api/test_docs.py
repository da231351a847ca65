"""Each example of docs/api.md is run against a site."""

import json
import os
import re
import shutil
import subprocess
import textwrap
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import yaml
from django.conf import settings
from django.core.management import call_command
from django.test import Client

from blog.models import Article
from tests.extensions.api.conftest import TEXT
from tests.support.images import image_bytes

pytestmark = pytest.mark.django_db
DOCS = (settings.BASE_DIR / "docs" / "api.md").read_text()
CURL, PARTS = re.findall(r"```sh\n(.*?)```", DOCS, re.DOTALL)
[PYTHON] = re.findall(r"```python\n(.*?)```", DOCS, re.DOTALL)
[STEP] = re.findall(r"```yaml\n(.*?)```", DOCS, re.DOTALL)
CLEAN = "---\ntitle: Ice\nslug: ice\ncategory: Trade\n---\n\nThe ice was cut and sold.\n"


class Handler(BaseHTTPRequestHandler):
    """Answers a request with the view in this thread, which has the database of the test."""

    def do_GET(self):
        data = self.rfile.read(int(self.headers.get("content-length", 0)))
        headers = {name: value for name, value in self.headers.items() if name.lower() == "authorization"}
        kind = self.headers.get("content-type", "")
        answer = Client().generic(self.command, self.path, data, kind, headers=headers)
        self.send_response(answer.status_code)
        self.send_header("Content-Length", str(len(answer.content)))
        self.end_headers()
        self.wfile.write(answer.content)

    do_POST = do_GET  # noqa: N815 -- the base class calls it

    def log_message(self, *message):
        pass


@pytest.fixture
def run(pipeline, tmp_path):
    """Return a function that runs an example in a folder with lisbon.md, and answers its requests."""
    (tmp_path / "lisbon.md").write_text(TEXT)
    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        server.timeout = 0.02
        url = f"http://127.0.0.1:{server.server_port}"
        environment = os.environ | {"GALLEY_URL": url, "GALLEY_TOKEN": pipeline.secret}

        def run(*command):
            how = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
            with subprocess.Popen(command, cwd=tmp_path, env=environment, **how) as process:  # noqa: S603 -- from our docs
                while process.poll() is None:
                    server.handle_request()
                return subprocess.CompletedProcess(command, process.returncode, *process.communicate())

        yield run


def test_curl_sends_an_article(run):
    answer = json.loads(run("sh", "-c", CURL).stdout)

    assert (answer["outcome"], answer["path"]) == ("created", "travel/lisbon.md")


def test_curl_sends_pictures(run, tmp_path):
    (tmp_path / "lisbon.md").write_text(TEXT + "\n![Tram](img/tram.png)\n")
    (tmp_path / "tram.png").write_bytes(image_bytes())
    answer = json.loads(run("sh", "-c", PARTS).stdout)

    assert (answer["outcome"], answer["warnings"]) == ("created", [])
    assert Article.objects.get().body_images.count() == 1


def test_python_lists_the_marks(run):
    ran = run(shutil.which("python3"), "-c", PYTHON)

    assert "red 10 A quotation" in ran.stdout, ran.stderr
    assert not Article.objects.exists()


@pytest.mark.parametrize(
    ("text", "status", "line"),
    [
        (TEXT, 1, "::error file=lisbon.md,line=10::A quotation"),
        ("---\ntitle: [\n---\n\nText.\n", 1, "::error file=lisbon.md,line=3::Line 3: the front matter"),
        (CLEAN, 0, ""),
    ],
)
def test_the_step_fails_on_red_marks(run, tmp_path, text, status, line):
    (tmp_path / "lisbon.md").write_text(text)
    run("git", "init", "-q")
    run("git", "add", "lisbon.md")
    ran = run("bash", "-e", "-c", yaml.safe_load(STEP)[0]["run"])

    assert (ran.returncode, line in ran.stdout) == (status, True), ran.stdout + ran.stderr


def test_the_command_makes_a_token(editor, category, capsys):
    command = re.search(r"bin/galley (create_token .*)", textwrap.dedent(DOCS))[1]
    call_command(*command.split())

    assert capsys.readouterr().out.startswith("galley_")
