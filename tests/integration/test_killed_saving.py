"""Saving an article, killed at any moment, leaves the old words or the new ones, and the version of them."""

import signal
import subprocess
import time

import pytest
from django.db import connection

from tests.support.durations import KILLED_SAVES

SET_UP = """
from django.contrib.auth.models import User
from tests.support import factories
User.objects.create_superuser("editor")
topics = [factories.create_category(f"Topic {number}") for number in range(2)]
factories.create_article(title="Number 0", slug="number", categories=topics)
"""
# Each save gives the article another title, text and category, as the form on its page does, and is joined
# with what another window has saved since.
SAVE = """
from django.contrib.auth.models import User
from django.test import Client
from tests.support.admin_pages import page_of, shown_form
from blog.models import Article, Category
client, article = Client(headers={"host": "localhost"}), Article.objects.get()
client.force_login(User.objects.get())
form = shown_form(client, page_of(article))
other = form | {"excerpt": f"Other {article.lock_version}", "_continue": "1"}
assert client.post(page_of(article), other).status_code == 302
number = article.lock_version + 1
form |= {"title": f"Number {number}", "body": f"Text {number}.", "_continue": "1"}
form |= {"category_links-0-level": number % 5}
print("now", flush=True)
assert client.post(page_of(article), form).status_code == 302
print("done", flush=True)
"""
# Whether the newest version is what is stored, of one save and one line of the log each.
LOOK = """
from django.contrib.admin.models import LogEntry
from blog.models import Article
from blog.articles.versions.contents import article_contents
from blog.articles.versions.history import version_contents
article = Article.objects.get()
newest = article.versions.with_contents().newest_first().first()
numbers = list(article.versions.order_by("number").values_list("number", flat=True))
is_whole = newest is None or version_contents(newest) == article_contents(article)
is_whole &= article.body.rstrip() == f"Text {article.title.removeprefix('Number ')}."
is_whole &= LogEntry.objects.count() == len(numbers) - 1 and numbers == list(range(1, len(numbers) + 1))
print(len(numbers), is_whole)
"""


@pytest.fixture
def site(new_site, tmp_path):
    with new_site(tmp_path) as site:
        assert site.start_script(SET_UP).wait() == 0
        yield site


def start(site):
    save = site.start_script(SAVE, stdout=subprocess.PIPE)
    assert save.stdout.readline() == b"now\n"
    return save


def found(site):
    number, is_whole = site.start_script(LOOK, stdout=subprocess.PIPE, text=True).communicate()[0].split()
    return int(number), is_whole == "True"


@pytest.mark.both_databases(only_long=True)
def test_a_kill_leaves_no_save_half(site):
    save = start(site)
    begun = time.monotonic()
    assert save.communicate()[0] == b"done\n"
    takes = time.monotonic() - begun
    assert found(site) == (3, True)

    for number in range(KILLED_SAVES):
        save = start(site)
        time.sleep(takes * (number + 0.5) / KILLED_SAVES)
        save.send_signal(signal.SIGKILL)
        save.communicate()
        versions, is_whole = found(site)
        assert is_whole
        assert 3 <= versions <= 5 + 2 * number

    if connection.vendor == "sqlite":
        assert site.value("PRAGMA integrity_check") == "ok"
    # What was killed keeps nobody from saving again.
    assert start(site).communicate()[0] == b"done\n"
    assert found(site) == (versions + 2, True)
