"""Acts of editors, and their jobs, leave nothing half if they are killed, and are done once if repeated."""

import json
import logging
import random
import shutil
import signal
import subprocess
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from django.db import connection

from tests.support.databases import site_maker
from tests.support.durations import ARTICLES_OF_ACTS, IS_LONG, KILLED_ACTS
from tests.support.servers import wait_until

logger = logging.getLogger(__name__)

AT_ONCE = 4  # articles or files of a transaction of a job
ARTICLES = f"""
from django.contrib.auth.models import User
from blog.models import Article
from blog.review.proofs import check_now
from tests.support import factories
User.objects.create_superuser("editor")
topics = [factories.create_category(name) for name in ("Sea", "Land", "Coast")]
author = factories.create_author("Ida Marsh")
rest = "The mill turns as long as the wind blows from the sea, and stops when it does not.\\n" * 8
said = '> "We used to wait for the wind, and now it waits for us." — Dr. Ada Quillon, miller {{}}\\n\\n'
for number in range({ARTICLES_OF_ACTS}):
    title = f"Number {{number}}"
    factories.create_article(
        title=title,
        slug=f"number-{{number}}",
        status="published" if number % 3 else "new",
        body=said.format(number) + f"Acme Cloud is new here {{number}}. " + rest,
        categories=topics[: number % 4],
        authors=[author],
        hero_image=factories.create_image(),
        hero_alt=title,
        generated_by="Gemini",
    )
check_now(Article.objects.values_list("pk", flat=True))
"""
IMAGE = """
from blog.images.files import store_file
from tests.support.images import image_bytes
stored = store_file(image_bytes())
image = factories.create_image(
    file=stored.name, width=stored.width, height=stored.height, digest=stored.digest
)
Article.objects.update(hero_image=image)
"""
NAMES = """
from datetime import UTC, datetime, timedelta
from django.contrib.auth.models import User
from django.test import Client
from blog import jobs
from blog.articles.actions import restore, publication, trash
from blog.articles.actions.category_merge import merge_categories
from blog.articles.actions.rewrite import edit_articles
from blog.articles.versions.history import record_versions
from blog.documents.findings.kinds import Fix, FindingKind
from blog.imports.undo import undo_import
from blog.models import Article, Category, ImportRun, Person, UndoableAction
from blog.review import people
from blog.review.bulk_fixes import BulkFix, apply_fix
from blog.review.jobs import start_fix_job
from blog.review.removal import plan_removal
from tests.support.admin_pages import page_of, shown_form
from tests.support.jobs import run_jobs
user = User.objects.first()
articles = Article.objects.order_by("pk")
seen = dict(articles.values_list("pk", "lock_version"))
fix = BulkFix("all", FindingKind.HERO_DESCRIBED_BY_TITLE, Fix.MARK_DECORATIVE)
"""
IMPORT = """
from pathlib import Path
from tests.support.import_files import run, write
folder = Path({folder!r})
for word, first in (("old", 0), ("new", {number} // 3)):
    for number in range(first, first + 2 * {number} // 3):
        write(folder, f"{{number}}.md", title=f"{{word}} {{number}}", slug=f"number-{{number}}",
            category=f"{{word}} {{number % 5}}", author=word, body=f"Text of **{{word}} {{number}}**.\\n")
    run(folder, source_name="posts")
"""
WORK = f"""
from django.core.management import call_command
from blog.articles.actions import undo
from blog.imports import restore, undo as undo_of_imports
from blog.articles.actions import rewrite
rewrite.RENDERED_AT_ONCE = {AT_ONCE}
from blog.review import bulk_fixes, people
bulk_fixes.ARTICLES_AT_ONCE = people.RENDERED_AT_ONCE = {AT_ONCE}
undo_of_imports.ENTRIES_AT_ONCE = restore.ENTRIES_AT_ONCE = {AT_ONCE}
undo.ARTICLES_AT_ONCE = undo.RENDERED_AT_ONCE = {AT_ONCE}
print("now", flush=True)
call_command("db_worker", "--batch")
print("done", flush=True)
"""
# Then all that is counted late, or only for many articles at once, is up to date.
SETTLE = f"""
from blog.jobs.registry import clean_up
from blog.models import Article
from blog.review.findings import update_shared_findings
clean_up()
{WORK}
update_shared_findings(Article.objects.values_list("pk", flat=True))
"""
STATE = "from tests.support.site_state import print_state\nprint_state()"
PROGRESS = "SELECT coalesce(sum(lock_version), 0) FROM blog_article"


@dataclass(frozen=True)
class Act:
    """An act, as scripts: what comes before it, and the act, which a worker does if it is None."""

    before: str = ""
    act: str | None = None
    is_import: bool = False
    is_whole: bool = True  # one transaction; otherwise it is one for each article


ACTS = {
    "unpublish": Act(act="publication.apply_verb(publication.Verb.UNPUBLISH, user, seen)"),
    "save": Act(
        before="""
record_versions(list(articles))
Client().force_login(user)
""",
        act="""
client, article = Client(headers={"host": "localhost"}), articles.first()
client.force_login(user)
form = shown_form(client, page_of(article)) | {"title": "Other", "body": "Other words.", "_continue": "1"}
form |= {"category_links-TOTAL_FORMS": 1, "category_links-0-category": Category.objects.first().pk}
form |= {"category_links-0-level": 2}
assert client.post(page_of(article), form).status_code == 302
""",
    ),
    "schedule": Act(
        act="""
moments = {key: datetime(2050, 1, 1, tzinfo=UTC) + timedelta(days=key) for key in seen}
publication.apply_verb(publication.Verb.SCHEDULE, user, seen, moments=moments)
"""
    ),
    "trash": Act(act="trash.trash(user, list(articles), are_gone=True)"),
    "category merge": Act(
        act="""
*merged, target = Category.objects.order_by("pk")
merge_categories(merged, target)
"""
    ),
    "version restore": Act(
        before="""
changes = {key: {"body": f"Other words {key}.", "title": f"Other {key}"} for key in seen}
edit_articles(user, seen, changes, str)
""",
        act="""
for article in articles.filter(title__startswith="Other", pk__lte=20):
    restore.restore(article, article.versions.with_contents().earliest("number"), by=user)
""",
        is_whole=False,
    ),
    "bulk fix": Act("start_fix_job(user, fix, seen)"),
    "undo of a bulk fix": Act(
        """
apply_fix(user, fix, seen)
jobs.start("undo", user, scope="all", action=UndoableAction.objects.get().pk)
"""
    ),
    "removal of a person": Act(
        """
person = Person.objects.get(name="Dr. Ada Quillon")
people.mark_invented(user, person, plan_removal(person).versions, in_job=True)
"""
    ),
    "undo of a removal": Act(
        """
person = Person.objects.get(name="Dr. Ada Quillon")
people.mark_invented(user, person, plan_removal(person).versions, in_job=True)
run_jobs()
jobs.start("undo", user, action=UndoableAction.objects.get().pk)
"""
    ),
    "undo of an import": Act(
        'jobs.start("undo_import", user, batch=ImportRun.objects.latest("pk").pk)', is_import=True
    ),
    "restore of an import": Act(
        """
run = ImportRun.objects.latest("pk")
undo_import(run, by=user, is_restorable=True)
jobs.start("restore_import", user, batch=run.pk)
""",
        is_import=True,
    ),
}
SHORT = ("unpublish", "save", "removal of a person")


@contextmanager
def copies_of(new_site, folder, *scripts):
    """Yield a function that returns a context manager of a copy of a site after these scripts."""
    with new_site(folder) as site:
        for script in scripts:
            assert site.start_script(script).wait(300) == 0
        site.close()
        site.database.close()  # PostgreSQL copies only databases without connections
        with site_maker(folder, site.environment["DATABASE_URL"]) as new_copy:

            def copy(name):
                (folder / name).mkdir()
                if (folder / "data").exists():
                    shutil.copytree(folder / "data", folder / name / "data")
                return new_copy(folder / name)

            yield copy


def state_of(site) -> dict:
    said, _ = site.start_script(STATE, stdout=subprocess.PIPE, text=True).communicate(120)
    return json.loads(said)


def start(site, script):
    run = site.start_script(script, stdout=subprocess.PIPE)
    assert run.stdout.readline() == b"now\n"
    return run


def finish(site, script):
    run = start(site, script)
    assert run.communicate(300)[0].endswith(b"done\n")


def script_of(act):
    if act.act is None:
        return WORK
    return f'{NAMES}\nprint("now", flush=True)\n{act.act}\nprint("done", flush=True)'


@pytest.mark.both_databases(only_long=True)
@pytest.mark.parametrize("name", ACTS if IS_LONG else SHORT)
def test_a_kill_leaves_nothing_half_and_nothing_twice(name, new_site, tmp_path):
    kill_and_repeat(name, ACTS[name], new_site, tmp_path)


def kill_and_repeat(name, act, new_site, tmp_path):
    posts = IMPORT.format(folder=str(tmp_path / "posts"), number=ARTICLES_OF_ACTS)
    scripts = [ARTICLES, *([posts] if act.is_import else []), NAMES + act.before]

    with copies_of(new_site, tmp_path, *scripts) as copy:
        kill_often(name, act, copy)


@pytest.mark.skipif(not IS_LONG, reason="tests/review/test_people.py has the short form")
@pytest.mark.both_databases(only_long=True)
def test_a_killed_removal_does_not_continue_once_the_person_is_reopened(new_site, tmp_path):
    name = "removal of a person"
    with copies_of(new_site, tmp_path, ARTICLES, NAMES + ACTS[name].before) as copy:
        for number in range(KILLED_ACTS):
            with copy(f"killed-{number}") as site:
                run, first = start(site, WORK), int(site.value(PROGRESS))
                moment = first + random.Random(number).randrange(ARTICLES_OF_ACTS - 2 * AT_ONCE)  # noqa: S311 -- a moment
                wait_until(lambda site=site, moment=moment: site.value(PROGRESS) >= moment, pause=0.002)
                run.send_signal(signal.SIGKILL)
                run.wait()
                left = state_of(site)
                people = NAMES + 'people.reopen(user, Person.objects.get(name="Dr. Ada Quillon"))'
                assert site.start_script(people).wait(60) == 0
                finish(site, WORK)

                assert state_of(site)["rows"]["blog.Article"] == left["rows"]["blog.Article"]
                assert site.value("SELECT count(*) FROM blog_person WHERE decision <> ''") == 0
                assert site.value("SELECT state FROM blog_job WHERE kind = 'remove_person'") == "stopped"


def kill_often(name, act, copy):
    """Kill the act on copies of a site, and repeat it."""
    chance, found = random.Random(name), Counter()  # noqa: S311 -- moments, not secrets
    with copy("whole") as site:
        before, first = state_of(site), int(site.value(PROGRESS))
        run, begun = start(site, script_of(act)), time.monotonic()
        assert run.communicate(300)[0].endswith(b"done\n")
        takes, steps = time.monotonic() - begun, int(site.value(PROGRESS)) - first
        after = state_of(site)
        finish(site, SETTLE)
        settled = state_of(site)
    assert before["rows"] != after["rows"]
    for number in range(KILLED_ACTS):
        with copy(f"killed-{number}") as site:
            run = start(site, script_of(act))
            if act.act is None:
                moment = first + chance.randrange(steps)
                while run.poll() is None and site.value(PROGRESS) < moment:
                    time.sleep(0.002)
                time.sleep(chance.random() * takes * AT_ONCE / ARTICLES_OF_ACTS)
            else:
                time.sleep(chance.random() * takes * 1.2)
            run.send_signal(signal.SIGKILL)
            run.wait()
            left = state_of(site)
            found[judge(act, before, left, after)] += 1
            if left["rows"] != after["rows"]:
                finish(site, script_of(act))
            finish(site, SETTLE)
            assert different(state_of(site), settled) == {}
            if connection.vendor == "sqlite":
                assert site.value("PRAGMA integrity_check") == "ok"
    logger.info("%s: %s", name, dict(found))  # shown with --log-cli-level=INFO


def different(one, other) -> dict:
    """Return what is only in one of two states: {name: what differs}."""
    if isinstance(one, dict) and isinstance(other, dict):
        found = {key: different(one.get(key), other.get(key)) for key in {*one, *other}}
        return {key: value for key, value in found.items() if value}
    if isinstance(one, list) and isinstance(other, list):
        found = {"-": list(Counter(one) - Counter(other)), "+": list(Counter(other) - Counter(one))}
        return {key: value for key, value in found.items() if value}
    return {"-": one, "+": other} if one != other else {}


def judge(act, before, left, after) -> str:
    """Return whether what a kill has left is the state before, between or after. Check that it is whole."""
    assert left["unindexed"] == 0
    if left["rows"] in (before["rows"], after["rows"]):
        return "before" if left["rows"] == before["rows"] else "after"
    assert act.act is None or not act.is_whole, different(left["rows"], after["rows"])
    keys = before["articles"].keys() | after["articles"].keys() | left["articles"].keys()
    states = {
        key: [each["articles"].get(key) == left["articles"].get(key) for each in (before, after)]
        for key in keys
    }
    assert [key for key, (was, will) in states.items() if not (was or will)] == []
    changed = {key for key, (was, _will) in states.items() if not was}
    if before["undoable"] != after["undoable"]:
        assert set(map(str, left["undoable"])) == changed
    return "between"
