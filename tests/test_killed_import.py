"""An import that is killed at any moment leaves whole articles only, and running it again does the rest."""

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.processes import children_of, wait_until_gone

ROOT = Path(__file__).resolve().parent.parent
FILES = 2000


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("posts")
    for number in range(FILES):
        keys = {
            "title": f"Article {number}",
            "slug": f"article-{number}",
            "date": "2026-03-01T10:00:00.000Z",
            "categories": [
                {"type": "exact", "name": f"Topic {number % 50}"},
                {"type": "general", "name": f"Field {number % 5}"},
            ],
            "author": f"Author {number % 7}",
        }
        lines = "".join(f"{key}: {json.dumps(value)}\n" for key, value in keys.items())
        (folder / f"{number:04}.md").write_text(f"---\n{lines}---\n\nText of **number {number}**.\n")
    return folder


@pytest.fixture
def galley(tmp_path):
    environment = {"PATH": os.environ["PATH"], "GALLEY_DATA": str(tmp_path / "data")}

    def start(*arguments):
        return subprocess.Popen(  # noqa: S603 -- our own command
            [sys.executable, "manage.py", *map(str, arguments)],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.DEVNULL,
        )

    assert start("migrate", "--verbosity", "0").wait() == 0
    return start


def count(tmp_path, query):
    with closing(sqlite3.connect(tmp_path / "data" / "db.sqlite3")) as database:
        return database.execute(query).fetchone()[0]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_kill_loses_nothing_and_leaves_no_half_article(seed, folder, galley, tmp_path):
    moment = random.Random(seed).randrange(FILES // 10, FILES * 9 // 10)  # noqa: S311 -- a moment, not a secret
    report = tmp_path / "report.jsonl"
    articles = "SELECT count(*) FROM blog_article"

    run = galley("import_articles", folder, "--quiet")
    deadline = time.monotonic() + 120
    while count(tmp_path, articles) < moment and time.monotonic() < deadline:
        time.sleep(0.005)
    helpers = children_of(run.pid)
    run.send_signal(signal.SIGKILL)
    assert run.wait() == -signal.SIGKILL
    assert helpers
    assert wait_until_gone(helpers) == []
    assert moment <= count(tmp_path, articles) < FILES

    assert galley("import_articles", folder, "--quiet").wait() == 0
    assert count(tmp_path, articles) == FILES
    for table in ("blog_sourcefile", "blog_articleauthor"):
        assert count(tmp_path, f"SELECT count(DISTINCT article_id) FROM {table}") == FILES  # noqa: S608
    assert count(tmp_path, "SELECT count(*) FROM blog_articlecategory") == 2 * FILES
    assert count(tmp_path, "SELECT count(*) FROM blog_article WHERE body_html = '' OR word_count = 0") == 0
    assert count(tmp_path, "PRAGMA integrity_check") == "ok"

    newest = "SELECT max(version) || ' ' || max(updated_at) FROM blog_article"
    before = count(tmp_path, newest)
    assert galley("import_articles", folder, "--report", report, "--quiet").wait() == 0
    assert {json.loads(line)["outcome"] for line in report.read_text().splitlines()} == {"unchanged"}
    assert count(tmp_path, newest) == before


def test_an_import_that_is_interrupted_leaves_no_process(folder, galley, tmp_path):
    run = galley("import_articles", folder, "--quiet")
    deadline = time.monotonic() + 120
    while count(tmp_path, "SELECT count(*) FROM blog_article") == 0 and time.monotonic() < deadline:
        time.sleep(0.005)

    helpers = children_of(run.pid)
    run.send_signal(signal.SIGINT)

    assert run.wait(timeout=60) != 0
    assert helpers
    assert wait_until_gone(helpers) == []
    assert 0 < count(tmp_path, "SELECT count(*) FROM blog_article") < FILES
