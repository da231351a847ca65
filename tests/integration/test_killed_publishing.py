"""Publishing many, killed at any moment, publishes all of them or none."""

import signal
import subprocess
import time

import pytest
from django.db import connection

from tests.support.durations import ARTICLES_PUBLISHED, KILLED_PUBLISHINGS

ARTICLES = ARTICLES_PUBLISHED
MAKE_ARTICLES = f"""
from django.contrib.auth.models import User
from tests.support import factories
User.objects.create_user("editor")
topic, author = factories.create_category(), factories.create_author()
for number in range({ARTICLES}):
    factories.create_article(status="new", categories=[topic], authors=[author])
"""
# What is published already is unpublished, and the other way round.
CHANGE = """
from django.contrib.auth.models import User
from blog.models import Article
from blog.articles.actions.publication import Verb, apply_verb
verb = Verb.UNPUBLISH if Article.objects.published().exists() else Verb.PUBLISH
seen, user = dict(Article.objects.values_list("pk", "lock_version")), User.objects.get()
print("now", flush=True)
apply_verb(verb, user, seen)
print("done", flush=True)
"""


@pytest.fixture
def site(new_site, tmp_path):
    with new_site(tmp_path) as site:
        assert site.start_script(MAKE_ARTICLES).wait() == 0
        yield site


def start(site):
    change = site.start_script(CHANGE, stdout=subprocess.PIPE)
    assert change.stdout.readline() == b"now\n"
    return change


def found(site):
    """Return what a whole change leaves, and whether its parts agree."""
    published = site.value("SELECT count(*) FROM blog_article WHERE status = 'published'")
    parts = [
        site.value("SELECT count(*) FROM blog_articlecategory WHERE listed_at IS NOT NULL"),
        site.value("SELECT count(*) FROM blog_articleauthor WHERE listed_at IS NOT NULL"),
        site.value("SELECT coalesce(sum(articles), 0) FROM blog_categorycount"),
    ]
    remembered = site.value("SELECT count(*) FROM blog_undoableaction")
    logged = site.value("SELECT count(*) FROM django_admin_log")
    kept = site.value("SELECT count(*) FROM blog_version WHERE action <> 'first'")
    is_whole = set(map(int, parts)) == {published} and logged == kept == remembered * ARTICLES
    return published, is_whole


@pytest.mark.both_databases(only_long=True)
def test_a_kill_leaves_nothing_half(site):
    change = start(site)
    begun = time.monotonic()
    assert change.communicate()[0] == b"done\n"
    takes = time.monotonic() - begun
    assert found(site) == (ARTICLES, True)

    states = set()
    for number in range(KILLED_PUBLISHINGS):
        change = start(site)
        time.sleep(takes * (number + 0.5) / KILLED_PUBLISHINGS / 2)
        change.send_signal(signal.SIGKILL)
        change.communicate()
        published, is_whole = found(site)
        states.add(published)
        assert is_whole

    assert states <= {0, ARTICLES}
    if connection.vendor == "sqlite":
        assert site.value("PRAGMA integrity_check") == "ok"
    # What was killed keeps nobody from doing it again.
    before, _ = found(site)
    assert start(site).communicate()[0] == b"done\n"
    assert found(site) == (ARTICLES - before, True)
