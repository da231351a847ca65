"""Eight editors, readers, an import and the job worker at one site: no error, and no edit is lost.

The editors send the forms of the pages, mostly of the same articles. The long form takes three minutes, or
GALLEY_TEST_MINUTES.
"""

import json
import re
import subprocess
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

import pytest
from django.db import connection

from tests.support.crowds import crowd
from tests.support.durations import EDITING_SECONDS, IS_LONG, THINKING_SECONDS
from tests.support.editing import CUT_DESCRIPTION, QUOTATION, Editing
from tests.support.servers import running_server
from tests.support.web_editor import PASSWORD, WebEditor

EDITORS = 8
SHARED = 24  # articles that all editors change; a bulk action on all of them has them checked in a job
FILES = 3000 if IS_LONG else 15  # of the import
PAGES = ("/", "/articles/common/", "/articles/tides-1/", "/categories/", "/archive/", "/feeds/rss.xml")
# What a log may say of SQLite: the request was answered with 503, and repeated.
BUSY = {f"{module}.OperationalError: database is locked" for module in ("sqlite3", "django.db.utils")}
# Each editor has a paragraph of the first article.
SET_UP = f"""
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from blog.articles.versions.history import record_versions
from blog.review.proofs import check_now
from tests.support.factories import create_article, create_category
for number in range({EDITORS}):
    user = get_user_model().objects.create_user(f"editor{{number}}", password="{PASSWORD}", is_staff=True)
    user.groups.add(Group.objects.get(name="Editor"))
body = "\\n\\nNobody's.\\n\\n".join(f"editor{{number}}:" for number in range({EDITORS}))
articles = [create_article(title="Common", slug="common", body=body)]
values = {{"status": "new", "generated_by": "Gemini", "meta_description": "{CUT_DESCRIPTION}"}}
values["primary_category"] = create_category("Tides")
for number in range({SHARED}):
    text = f"{{'' if number % 2 else '{QUOTATION} '}}Number {{number}} of the tides.\\n"
    articles.append(create_article(title=f"Tides {{number}}", slug=f"tides-{{number}}", body=text, **values))
record_versions(articles)
check_now([article.pk for article in articles])
"""
# What is stored after the work. `unrecorded`: what articles have and their newest versions do not.
READ = """
import json, re
from blog.articles.versions.contents import article_contents, with_contents
from blog.articles.versions.history import version_contents
from blog.models import Article, Job
tokens, unrecorded = set(), []
for article in with_contents(Article.objects.filter(source_file=None)).iterator(chunk_size=10):
    for version in article.versions.with_contents().order_by("number").iterator(chunk_size=50):
        newest = version_contents(version)
        tokens.update(re.findall("editor[0-9]x[0-9]+z", newest["body"]))
    now = article_contents(article)
    unrecorded += [[article.slug, key, newest[key], now[key]] for key in now if newest[key] != now[key]]
common = Article.objects.get(slug="common").body
jobs = list(Job.objects.values_list("state", flat=True))
print(json.dumps({"tokens": list(tokens), "unrecorded": unrecorded, "common": common, "jobs": jobs}))
"""


@pytest.fixture
def site(new_site, tmp_path):
    with new_site(tmp_path) as site:
        assert site.start_script(SET_UP).wait(120) == 0
        yield site


@contextmanager
def logged_in(server):
    """Yield the Editing of each editor."""
    common, *shared = [f"/admin/blog/article/{number + 1}/change/" for number in range(SHARED + 1)]
    with ExitStack() as connections:
        yield [
            Editing(
                WebEditor(server, f"editor{number}", connections.enter_context(server.connection(120))),
                number,
                common,
                shared,
            )
            for number in range(EDITORS)
        ]


@contextmanager
def importing(site, folder):
    folder.mkdir()
    for number in range(FILES):
        head = (
            f"title: Post {number}\nslug: post-{number}\ndate: 2026-03-01\ncategories: [Topic {number % 50}]"
        )
        (folder / f"{number}.md").write_text(f"---\n{head}\n---\n\n{QUOTATION} Number {number}.\n")
    command = ("import_articles", folder, "--status", "published", "--quiet")
    process = site.fork(*command)
    yield
    if process.wait(600):  # it found the database of SQLite busy
        assert site.fork(*command).wait(600) == 0


def read(site):
    output, _ = site.start_script(READ, stdout=subprocess.PIPE, text=True).communicate()
    return json.loads(output)


def deadlocks(site) -> int:
    if connection.vendor == "sqlite":
        return 0
    return site.value("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")


def total(counters) -> Counter:
    return sum(counters, Counter())


def print_figures(site, team, stored, pages):
    seconds = sorted(each for editing in team for each in editing.editor.seconds)
    acts = total(editing.done for editing in team)
    figures = {
        "requests": len(seconds),
        "answers": total(editing.editor.answers for editing in team),
        "busy": sum(editing.editor.was_busy for editing in team),
        "seconds of half, of 95 %, of the slowest": [seconds[len(seconds) * n // 100] for n in (50, 95)]
        + seconds[-1:],
        "saves": sum(len(editing.saved) for editing in team),
        "lost": sum(len(editing.saved.keys() - stored["tokens"]) for editing in team),
        "deadlocks": deadlocks(site),
        "jobs": Counter(stored["jobs"]),
        "readers": pages,
        "acts": acts.total(),
        **dict(sorted(acts.items())),
    }
    for name, value in figures.items():
        print(f"{name}: {dict(value) if isinstance(value, Counter) else value}")  # noqa: T201 -- with pytest -s


@pytest.mark.both_databases
def test_no_edit_is_lost_and_no_error_is_shown(site, tmp_path):
    environment = site.environment | {"WEB_CONCURRENCY": "2", "GALLEY_WORKER": "yes"}
    with (
        running_server(environment, tmp_path) as server,
        logged_in(server) as team,
        crowd(server, PAGES, pause=0.1) as (pages, failures),
        importing(site, tmp_path / "posts"),
        ThreadPoolExecutor(EDITORS) as threads,
    ):
        until = time.monotonic() + EDITING_SECONDS
        for work in [threads.submit(editing.work, until, THINKING_SECONDS) for editing in team]:
            work.result()
    stored = read(site)
    stored["tokens"] = set(stored["tokens"])
    print_figures(site, team, stored, pages)

    answers = total(editing.editor.answers for editing in team)
    assert answers.keys() <= {200, 302, 403, 503}  # 403: for an article that is in the trash
    assert failures == []
    for editing in team:
        assert editing.saved
        assert editing.saved.keys() <= stored["tokens"]
        assert editing.saved_in_common == paragraph_of(editing.editor.name, stored["common"])
    assert stored["unrecorded"] == []
    assert "failed" not in stored["jobs"]
    assert deadlocks(site) == 0
    assert exceptions_in(server.log.read_text()) <= BUSY


def exceptions_in(log) -> set[str]:
    return set(re.findall(r"^[\w.]+(?:Error|Exception|Interrupt|Exit)\b.*", log, re.M))


def paragraph_of(name, text) -> list[str]:
    """Return the words of this editor's paragraph of the common article."""
    return next(line for line in text.splitlines() if line.startswith(f"{name}:")).split()[1:]
