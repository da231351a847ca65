"""Many at once: readers, editors and imports, on a real server and a real database."""

import http.client
import json
import subprocess
import threading
import time
from collections import Counter
from urllib.parse import urlencode

import pytest

from tests.support.durations import FILES_OF_EACH_IMPORT, LOAD_TEST_SECONDS, READERS, SAVES_OF_EACH_OF_THREE
from tests.support.html_forms import form_data
from tests.support.servers import running_server

SECONDS = LOAD_TEST_SECONDS
EDITORS = 3  # with the import, four who write
PAGES = ("/", "/articles/tides-0/", "/articles/tides-1/", "/categories/", "/archive/", "/feeds/rss.xml")

# Three articles and somebody who is logged in; prints the session's key.
SET_UP = """
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone
from blog.models import Article
user = get_user_model().objects.create_superuser("editor")
session = SessionStore()
session[SESSION_KEY] = str(user.pk)
session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
session[HASH_SESSION_KEY] = user.get_session_auth_hash()
session.create()
for number in range(3):
    article = Article(title="Tides", slug=f"tides-{number}", body="Water comes and goes.")
    article.save()
    article.publish(timezone.now())
print(session.session_key)
"""

# Adds a word to the same article again and again, as somebody who is told when another was quicker.
ADD_WORDS = f"""
from blog.models import Article
from blog.articles.models import StaleArticleError
words = 0
while words < {SAVES_OF_EACH_OF_THREE}:
    article = Article.objects.get()
    article.body += " word"
    try:
        article.save()
    except StaleArticleError:
        continue
    words += 1
"""


@pytest.fixture
def site(new_site, tmp_path):
    with new_site(tmp_path) as site:
        yield site


@pytest.fixture
def session(site):
    process = site.start_script(SET_UP, stdout=subprocess.PIPE, text=True)
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    return output.strip()


def wait_for(condition, seconds=30):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def ask(port, method, path, body=None, headers=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request(method, path, body, headers or {})
        response = connection.getresponse()
        return response.status, response.read().decode()
    finally:
        connection.close()


def read(port, number, done, results):
    visits = 0
    while not done.is_set():
        results.append(f"read {ask(port, 'GET', PAGES[(number + visits) % len(PAGES)])[0]}")
        visits += 1


def edit(port, number, session, done, results):
    """Open an article and save it with another word in it, as a browser does."""
    token = "x" * 32
    cookies = {"Cookie": f"sessionid={session}; csrftoken={token}"}
    address = f"/admin/blog/article/{number + 1}/change/"
    while not done.is_set():
        status, page = ask(port, "GET", address, headers=cookies)
        results.append(f"open {status}")
        data = form_data(page)
        data |= {"body": data["body"] + " word", "csrfmiddlewaretoken": token}
        headers = cookies | {"Content-Type": "application/x-www-form-urlencoded"}
        results.append(f"save {ask(port, 'POST', address, urlencode(data), headers)[0]}")


def run_threads(jobs, done, enough):
    """Run each job in a thread of its own until there is enough; what one of them raises is raised here."""
    failures = []

    def guarded(job, *arguments):
        try:
            job(*arguments)
        except Exception as error:  # told below, where a test can fail of it
            failures.append(error)
            done.set()

    threads = [threading.Thread(target=guarded, args=job) for job in jobs]
    for thread in threads:
        thread.start()
    try:
        wait_for(lambda: done.is_set() or enough(), seconds=90)
    finally:
        done.set()
        for thread in threads:
            thread.join()
    assert failures == []


def write_files(folder, files, categories):
    folder.mkdir()
    for number in range(files):
        keys = {
            "title": f"{folder.name} {number}",
            "slug": f"post-{number}",
            "categories": categories(number),
        }
        lines = "".join(f"{key}: {json.dumps(value)}\n" for key, value in keys.items())
        (folder / f"{number:05}.md").write_text(
            f"---\n{lines}date: 2026-03-01\nauthor: Ida\n---\n\nOf {folder}.\n"
        )
    return folder


@pytest.mark.both_databases
def test_readers_editors_and_an_import_do_not_get_in_each_others_way(site, session, tmp_path):
    folder = write_files(tmp_path / "posts", 500 * SECONDS, lambda number: [f"Topic {number % 50}"])
    results = []
    imported = "SELECT count(*) FROM blog_sourcefile"

    environment = site.environment | {"WEB_CONCURRENCY": str(EDITORS)}

    with (
        running_server(environment, tmp_path) as server,
        (tmp_path / "import.log").open("w+") as import_log,
    ):
        options = ("--status", "published", "--quiet", "--no-check")
        writer = site.fork("import_articles", folder, *options, stderr=import_log)
        until, done = time.monotonic() + SECONDS, threading.Event()
        editors = [(edit, server.port, number, session, done, results) for number in range(EDITORS)]
        readers = [(read, server.port, number, done, results) for number in range(READERS)]
        try:
            run_threads(
                editors + readers, done, lambda: time.monotonic() > until and site.value(imported) > 0
            )
        finally:
            writer.terminate()  # if it is not at its end yet: it was for the company
            writer.wait(30)
        import_log.seek(0)
        said = server.log.read_text() + import_log.read()

    results = Counter(results)
    print(dict(results), "imported", site.value(imported))  # noqa: T201 -- pytest -s shows the figures
    assert set(results) == {"read 200", "open 200", "save 302"}
    assert "locked" not in said
    assert "Traceback" not in said
    versions = site.value("SELECT sum(lock_version - 2) FROM blog_article WHERE slug LIKE 'tides-%'")
    assert versions == results["save 302"]  # 2: publish() and the first save


@pytest.mark.both_databases
def test_of_those_who_save_one_article_at_once_nobody_is_overwritten(site):
    made = site.start_script("from blog.models import Article; Article(title='a', slug='a', body='a').save()")
    assert made.wait(60) == 0

    processes = [site.start_script(ADD_WORDS) for _ in range(3)]

    assert [process.wait(120) for process in processes] == [0, 0, 0]
    assert site.value("SELECT word_count FROM blog_article") == 1 + 3 * SAVES_OF_EACH_OF_THREE
    assert site.value("SELECT lock_version FROM blog_article") == 1 + 3 * SAVES_OF_EACH_OF_THREE


@pytest.mark.both_databases
def test_imports_at_once_make_each_category_and_each_slug_once(site, tmp_path):
    names = [f"Topic {number}" for number in range(60)]
    orders = (names, names[::-1], names[30:] + names[:30])
    files = FILES_OF_EACH_IMPORT
    folders = [
        write_files(tmp_path / f"posts-{place}", files, lambda file, order=order: [order[file % 60], "Sea"])
        for place, order in enumerate(orders)
    ]

    imports = [
        site.fork("import_articles", folder, "--quiet", "--workers=1", "--no-check") for folder in folders
    ]

    assert [process.wait(120) for process in imports] == [0, 0, 0]
    assert site.value("SELECT count(*) FROM blog_article") == 3 * files
    assert site.value("SELECT count(*) FROM blog_category") == 61
    assert site.value("SELECT count(*) FROM blog_author") == 1
    assert site.value("SELECT count(*) FROM blog_articlecategory") == 6 * files
