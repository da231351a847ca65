"""An editor who saves while files are accepted loses nothing, and a kill leaves nothing half."""

import random
import signal
import subprocess
import time

import pytest

from tests.support.durations import KILLED_ACCEPTS, SAVES_AT_ONCE, UPDATES_HELD

HELD = UPDATES_HELD
WRITE = """
import json
from pathlib import Path
from blog.imports.report import ImportOptions, StatusRule
from blog.imports.run import import_articles

def write(name, body):
    path = Path(FOLDER) / f"{name}.md"
    keys = {"title": name, "slug": name, "date": "2026-03-01T10:00:00Z"}
    lines = "".join(f"{key}: {json.dumps(value)}\\n" for key, value in keys.items())
    path.write_text(f"---\\n{lines}---\\n\\n{body}")
    return path
"""
PUBLISH_ONE = """
write("tides", "Water.\\n\\n")
import_articles([Path(FOLDER)], ImportOptions(status=StatusRule.PUBLISHED, workers=1))
"""
# Adds a word a time, as somebody who is told when another was quicker.
EDIT = """
from blog.models import Article
from blog.articles.models import StaleArticleError
saves = 0
while saves < SAVES:
    article = Article.objects.get()
    article.excerpt += f" e{saves}"
    try:
        article.save()
    except StaleArticleError:
        continue
    saves += 1
"""
IMPORT = """
from blog.imports.held import accept
from blog.models import Article, HeldUpdate
from blog.articles.models import StaleArticleError
body = "Water.\\n\\n"
for number in range(SAVES):
    body += f"File f{number}.\\n\\n"
    write("tides", body)
    import_articles([Path(FOLDER)], ImportOptions(workers=1))
    while waiting := HeldUpdate.objects.waiting().first():
        try:
            accept(waiting, by=None)
        except StaleArticleError:
            pass
"""
READ = """
from blog.models import Article
article = Article.objects.get()
words = article.excerpt.split() + [word.strip(".") for word in article.body.split() if word.startswith("f")]
print(sorted(words) == sorted([f"{side}{number}" for side in "ef" for number in range(SAVES)]))
"""
HOLD_MANY = f"""
for number in range({HELD}):
    write(f"a{{number}}", "Water.\\n")
import_articles([Path(FOLDER)], ImportOptions(status=StatusRule.PUBLISHED, workers=1))
for number in range({HELD}):
    write(f"a{{number}}", "Other words.\\n")
import_articles([Path(FOLDER)], ImportOptions(workers=1))
"""
ACCEPT_ALL = """
from blog.imports.held import accept
from blog.models import HeldUpdate
for held in HeldUpdate.objects.waiting().order_by("pk"):
    accept(held, by=None)
"""
JUDGE = """
from blog.models import Article, HeldUpdate

halves = []
for held in HeldUpdate.objects.select_related("article__source_file"):
    article = held.article
    signs = {
        held.state == "accepted",
        article.source_file.digest == held.digest,
        "Other" in article.body,
        "Other" in article.body_html,
        article.versions.filter(action="accepted").exists(),
    }
    if len(signs) > 1:
        halves.append(article.slug)
print(halves)
"""


@pytest.fixture
def site(new_site, tmp_path):
    (tmp_path / "posts").mkdir()
    with new_site(tmp_path) as site:
        site.names = f"FOLDER, SAVES = {str(tmp_path / 'posts')!r}, {SAVES_AT_ONCE}\n"
        yield site


def started(site, *scripts, **options):
    return site.start_script(site.names + "".join(scripts), **options)


def printed(site, script):
    process = started(site, script, stdout=subprocess.PIPE, text=True)
    return process.communicate(timeout=120)[0].strip().splitlines()[-1]


@pytest.mark.both_databases
class TestAtOnce:
    def test_an_editor_and_an_import_lose_no_word(self, site):
        assert started(site, WRITE, PUBLISH_ONE).wait(120) == 0

        processes = [started(site, EDIT), started(site, WRITE, IMPORT)]

        assert [process.wait(500) for process in processes] == [0, 0]
        assert printed(site, READ) == "True"


@pytest.mark.both_databases(only_long=True)
class TestKilled:
    @pytest.mark.parametrize("seed", range(1, KILLED_ACCEPTS + 1))
    def test_an_accept_leaves_nothing_half(self, site, seed):
        moment = random.Random(seed).randrange(2, HELD * 3 // 4)  # noqa: S311 -- a moment, not a secret
        decided = "SELECT count(*) FROM blog_heldupdate WHERE state = 'accepted'"
        assert started(site, WRITE, HOLD_MANY).wait(240) == 0

        process = started(site, ACCEPT_ALL)
        deadline = time.monotonic() + 120
        while site.value(decided) < moment and time.monotonic() < deadline:
            time.sleep(0.002)
        time.sleep(seed / 1000)
        process.send_signal(signal.SIGKILL)

        assert process.wait() == -signal.SIGKILL
        assert moment <= site.value(decided) < HELD
        assert printed(site, JUDGE) == "[]"
        assert started(site, ACCEPT_ALL).wait(240) == 0
        assert site.value(decided) == HELD
        assert printed(site, JUDGE) == "[]"
