"""A site as in production, used for an hour while its processes are killed: no write is lost.

Readers, editors, imports and jobs work while web workers, limited processes and job workers are killed, and
the cache server and PostgreSQL are stopped and started. On SQLite the database is not stopped.

Only with GALLEY_TEST_LONG=1. It takes three minutes, or GALLEY_TEST_SOAK_MINUTES: 60 before a release.
"""

import json
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from django.db import connection

from tests.support.durations import IS_LONG, SOAK_MINUTES
from tests.support.editing import CUT_DESCRIPTION, QUOTATION
from tests.support.servers import wait_until
from tests.support.soak.acts import (
    Importing,
    OwnWork,
    Replacing,
    SoakEditing,
    Uploading,
)
from tests.support.soak.faults import Faults
from tests.support.soak.processes import Memory
from tests.support.soak.record import Record
from tests.support.soak.servers import START_SECONDS, soak_site
from tests.support.soak.visitors import Reader, SoakEditor
from tests.support.web_editor import PASSWORD

EDITORS, OWN, READERS = 2, 2, 3
SHARED = 12  # articles that the editors share
REPLACED = 55  # more than are changed in a request
# Seconds between acts on average, so that all processes together use about half a core.
EDITOR_PAUSE, OWN_PAUSE, READER_PAUSE = 5, 5, 0.7
IMPORT_PAUSE, UPLOAD_PAUSE, REPLACE_PAUSE, EXPORT_PAUSE = 35, 50, 60, 150
WARM_SECONDS = 1800  # of a soak in which the second sixth begins when all caches are full
QUIET_SECONDS = 300  # at the end, for the jobs
# Each editor has a paragraph of the first article.
SET_UP = f"""
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from blog.articles.versions.history import record_versions
from blog.review.proofs import check_now
from tests.support.factories import create_article, create_category
names = ["editor0", "editor1", "own0", "own1", "replacing", "uploading"]
for name in names:
    user = get_user_model().objects.create_user(name, password="{PASSWORD}", is_staff=True)
    user.groups.add(Group.objects.get(name="Editor"))
body = "\\n\\nNobody's.\\n\\n".join(f"editor{{number}}:" for number in range({EDITORS}))
articles = [create_article(title="Common", slug="common", body=body)]
values = {{"status": "new", "generated_by": "Gemini", "meta_description": "{CUT_DESCRIPTION}"}}
values["primary_category"] = create_category("Tides")
for number in range({SHARED}):
    text = f"{{'' if number % 2 else '{QUOTATION} '}}Number {{number}} of the tides.\\n"
    articles.append(create_article(title=f"Tides {{number}}", slug=f"tides-{{number}}", body=text, **values))
other = create_category("Water")
for number in range({OWN}):
    values = {{"title": f"Own {{number}}", "slug": f"own-{{number}}", "status": "new"}}
    articles.append(create_article(body="Of nobody.", **values))
for number in range({REPLACED}):
    values = {{"title": f"Water {{number}}", "status": "new", "primary_category": other}}
    text = "The tides come and go, and nobody at the harbour is surprised by them. " * 3
    articles.append(create_article(body=f"{{text}} The level is swap0x0z.", **values))
record_versions(articles)
check_now([article.pk for article in articles])
"""
# What is stored after the soak. `unrecorded`: what articles have and their newest versions do not.
READ = """
import json, re
from blog.articles.versions.contents import article_contents, with_contents
from blog.articles.versions.history import version_contents
from blog.models import Article, Job
tokens, unrecorded = set(), []
for article in with_contents(Article.objects.all()).iterator(chunk_size=10):
    newest = None
    for version in article.versions.with_contents().order_by("number").iterator(chunk_size=50):
        newest = version_contents(version)
        tokens.update(re.findall("[a-z]+[0-9]+x[0-9]+z", newest["body"]))
    now = article_contents(article)
    tokens.update(re.findall("[a-z]+[0-9]+x[0-9]+z", now["body"]))
    if newest:
        unrecorded += [[article.slug, key, newest[key], now[key]] for key in now if newest[key] != now[key]]
common = Article.objects.get(slug="common").body
jobs = [[job.kind, job.state, job.attempts, job.reason] for job in Job.objects.all()]
found = {"tokens": list(tokens), "unrecorded": unrecorded, "common": common, "jobs": jobs}
print(json.dumps(found | {"articles": Article.objects.count()}))
"""


@contextmanager
def in_threads(record, actors, until):
    """Run actor(until, pause) in a thread each, and wait for all."""

    def run(work, pause):
        try:
            work(until, pause)
        except Exception as error:  # reported at the end
            record.fail(f"{work!r} ended: {error!r}")
            raise

    with ThreadPoolExecutor(len(actors)) as threads:
        running = [threads.submit(run, *actor) for actor in actors]
        yield
        for each in running:
            each.result()


def address_of(key) -> str:
    return f"/admin/blog/article/{key}/change/"


def actors_of(record, site, folder):
    port = site.port
    editors = [SoakEditor(record, port, f"editor{number}") for number in range(EDITORS)]
    common, *shared = [address_of(number + 1) for number in range(SHARED + 1)]
    editing = [SoakEditing(editor, number, common, shared) for number, editor in enumerate(editors)]
    own = [
        OwnWork(SoakEditor(record, port, f"own{number}"), number, address_of(SHARED + 2 + number))
        for number in range(OWN)
    ]
    importing = Importing(record, site.environment, folder / "posts")
    actors = [(Reader(record, port, number).work, READER_PAUSE) for number in range(READERS)]
    actors += [(each.work, EDITOR_PAUSE) for each in editing]
    actors += [(each.work, OWN_PAUSE) for each in own]
    actors += [
        (importing.work, IMPORT_PAUSE),
        (importing.work_on_exports, EXPORT_PAUSE),
        (Uploading(SoakEditor(record, port, "uploading")).work, UPLOAD_PAUSE),
        (Replacing(SoakEditor(record, port, "replacing")).work, REPLACE_PAUSE),
    ]
    return editing, actors


def wait_for_jobs(record, site):
    """Wait until no job runs or waits."""
    script = "from blog.models import Job; print(Job.objects.active().count())"
    until = time.monotonic() + QUIET_SECONDS
    while int(site.manage("shell", "--no-imports", "--command", script)):
        if time.monotonic() > until:
            record.fail(f"jobs have not ended within {QUIET_SECONDS} s")
            return
        time.sleep(5)


def differs_from_repository(site) -> bool:
    """Whether the continuous export lacks a change."""
    try:
        site.manage("export_to_git", "--check")
    except subprocess.CalledProcessError:
        return True
    return False


def figures_of(record, memory, log, stored, seconds):
    yield f"minutes: {seconds / 60:.1f}"
    for (kind, status), number in sorted(record.requests.items(), key=str):
        yield f"requests of {kind}: {status}: {number}"
    yield f"slowest request: {record.slowest[0]:.1f} s {record.slowest[1]}"
    for (name, outcome), number in sorted(record.acts.items()):
        yield f"act {name}: {outcome}: {number}"
    yield f"killed: {dict(record.kills)}"
    down = [f"{outage.ended - outage.began:.0f}" for outage in record.outages]
    yield f"database stopped: {len(down)} times, for {', '.join(down)} s"
    yield f"cache server stopped: {record.cache_restarts} times"
    yield f"503 in all: {len(record.unavailable)}; broken connections: {len(record.broken)}"
    lost = record.writes.keys() - stored["tokens"]
    yield f"writes acknowledged: {len(record.writes)}, lost: {len(lost)}; articles: {stored['articles']}"
    states = {}
    for kind, state, _attempts, _reason in stored["jobs"]:
        states[f"{kind} {state}"] = states.get(f"{kind} {state}", 0) + 1
    yield f"jobs: {states}"
    yield "megabytes, medians of the sixths of the time:"
    yield from (f"  {line}" for line in memory.table(seconds))
    yield f"tracebacks: {len(log.tracebacks)}"
    yield from (f"log, {number} times: {line}" for line, number in log.lines.most_common(40))


@pytest.mark.skipif(not IS_LONG, reason="needs GALLEY_TEST_LONG=1")
@pytest.mark.both_databases(only_long=True)
def test_no_write_is_lost_and_no_error_is_shown(own_databases, tmp_path):
    seconds = 60 * SOAK_MINUTES
    record = Record(tmp_path / "soak.log")
    with soak_site(tmp_path, with_postgres=connection.vendor == "postgresql") as site:
        site.manage("migrate", "--verbosity", "0")
        site.manage("shell", "--no-imports", "--command", SET_UP)
        site.start()
        log = threading.Thread(target=site.log.run)
        log.start()
        faults, memory = Faults(record, site, seconds), Memory(record, site)
        try:
            wait_until(site.is_ready, START_SECONDS, pause=1)
            editing, actors = actors_of(record, site, tmp_path)
            record.began = time.monotonic()
            until = record.began + seconds
            background = [*faults.threads(), threading.Thread(target=memory.run)]
            for thread in background:
                thread.start()
            with in_threads(record, actors, until):
                time.sleep(max(0, until - time.monotonic()))
                faults.ended.set()
                memory.ended.set()
                for thread in background:
                    thread.join()
            wait_for_jobs(record, site)
            stored = json.loads(site.manage("shell", "--no-imports", "--command", READ))
            differs = differs_from_repository(site)
        finally:
            faults.ended.set()
            memory.ended.set()
            status = site.stop()
            site.log.ended.set()
            log.join()
    stored["tokens"] = set(stored["tokens"])
    unexplained = record.unexplained() + site.log.unexplained(record)
    figures = list(figures_of(record, memory, site.log, stored, seconds))
    lost = sorted(f"{token}: {record.writes[token]}" for token in record.writes.keys() - stored["tokens"])
    failed = [job for job in stored["jobs"] if job[1] == "failed"]
    lines = [*figures, "unexplained:", *unexplained, "lost:", *lost, "failures:", *record.failures]
    lines += ["failed jobs:", *map(str, failed)]
    record.note("\n".join(lines))
    print("\n".join(lines))  # noqa: T201 -- with pytest -s
    record.close()

    assert record.failures == []
    assert lost == []
    assert unexplained == []
    assert stored["unrecorded"] == []
    for each in editing:
        assert is_in_order(each.saved_in_common, paragraph_of(each.editor.name, stored["common"]))
    assert failed == []
    assert not differs
    if seconds >= WARM_SECONDS:
        assert memory.grown(seconds) == []
    assert status == 0


def paragraph_of(name, text) -> list[str]:
    """Return the words of this editor's paragraph of the common article."""
    return next(line for line in text.splitlines() if line.startswith(f"{name}:")).split()[1:]


def is_in_order(tokens, words) -> bool:
    """Whether the words contain the tokens in this order; unacknowledged ones may be between them."""
    words = iter(words)
    return all(token in words for token in tokens)
