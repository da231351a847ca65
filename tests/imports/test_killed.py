"""An import that is killed at any moment leaves only whole articles, and the next run imports the rest."""

import json
import random
import signal
import time

import pytest
from django.db import connection

from tests.support.durations import BATCH, FILES_IN_EACH, KILLED_IMPORTS
from tests.support.forking import STARTED_SANDBOXES
from tests.support.processes import children_of, wait_until_gone

FILES = FILES_IN_EACH
OPTIONS = ("--quiet", "--workers=1", "--no-check")  # tests/review/test_killed.py kills checks


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
def site(new_site, tmp_path):
    with new_site(tmp_path) as site:
        site.environment[STARTED_SANDBOXES] = "yes"
        yield site


@pytest.mark.both_databases(only_long=True)
@pytest.mark.parametrize("seed", range(1, KILLED_IMPORTS + 1))
def test_killed_import_leaves_only_whole_articles(seed, folder, site, tmp_path):
    moment = random.Random(seed).randrange(1, FILES - (BATCH or 100) - 10)  # noqa: S311 -- a moment, not a secret
    report = tmp_path / "report.jsonl"
    articles = "SELECT count(*) FROM blog_article"

    run = site.fork_in_batches(BATCH, "import_articles", folder, *OPTIONS)
    deadline = time.monotonic() + 120
    while site.value(articles) < moment and time.monotonic() < deadline:
        time.sleep(0.005)
    helpers = children_of(run.pid)
    run.send_signal(signal.SIGKILL)
    assert run.wait() == -signal.SIGKILL
    assert helpers
    assert wait_until_gone(helpers) == []
    assert moment <= site.value(articles) < FILES

    assert site.fork("import_articles", folder, *OPTIONS).wait() == 0
    assert site.value(articles) == FILES
    for table in ("blog_sourcefile", "blog_articleauthor", "blog_version"):
        assert site.value(f"SELECT count(DISTINCT article_id) FROM {table}") == FILES  # noqa: S608 -- ours
    assert site.value("SELECT count(*) FROM blog_articlecategory") == 2 * FILES
    assert site.value("SELECT count(*) FROM blog_version") == FILES
    assert site.value("SELECT count(*) FROM blog_article WHERE body_html = '' OR word_count = 0") == 0
    if connection.vendor == "sqlite":  # in PostgreSQL it is the server that writes, and nobody killed that
        assert site.value("PRAGMA integrity_check") == "ok"

    newest = "SELECT max(lock_version) || ' ' || max(updated_at) FROM blog_article"
    before = site.value(newest)
    assert site.fork("import_articles", folder, "--report", report, *OPTIONS).wait() == 0
    assert {json.loads(line)["outcome"] for line in report.read_text().splitlines()} == {"unchanged"}
    assert site.value(newest) == before


def test_interrupted_import_leaves_no_process(folder, site):
    run = site.fork_in_batches(BATCH, "import_articles", folder, *OPTIONS)
    deadline = time.monotonic() + 120
    while site.value("SELECT count(*) FROM blog_article") == 0 and time.monotonic() < deadline:
        time.sleep(0.005)

    helpers = children_of(run.pid)
    run.send_signal(signal.SIGINT)

    assert run.wait(timeout=60) != 0
    assert helpers
    assert wait_until_gone(helpers) == []
    assert 0 < site.value("SELECT count(*) FROM blog_article") < FILES
