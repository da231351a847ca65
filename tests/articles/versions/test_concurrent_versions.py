"""Concurrent processes record versions of one article with consecutive numbers."""

import subprocess

import pytest

from tests.support.durations import SAVES_OF_EACH_OF_TWO

VERSIONS = 1 + 2 * SAVES_OF_EACH_OF_TWO
SET_UP = """
from blog.models import Article
Article(title="Tides", slug="tides", body="Water comes and goes.").save()
"""

# Adds a word again and again, as somebody who is told when another was quicker; each time a version is kept.
ADD_WORDS = f"""
from blog.models import Article
from blog.articles.models import StaleArticleError
from blog.articles.changes import changing
words = 0
while words < {SAVES_OF_EACH_OF_TWO}:
    article = Article.objects.get()
    article.body += " word"
    try:
        with changing([article]):
            article.save()
    except StaleArticleError:
        continue
    words += 1
"""

READ_ALL = f"""
from blog.models import Version
from blog.articles.versions.history import version_contents
bodies = [version_contents(one)["body"] for one in Version.objects.with_contents().order_by("number")]
print(bodies == ["Water comes and goes." + " word" * count for count in range({VERSIONS})])
"""


@pytest.mark.both_databases
class TestVersionsAtOnce:
    def test_concurrent_versions_have_consecutive_numbers(self, new_site, tmp_path):
        with new_site(tmp_path) as site:
            assert site.start_script(SET_UP).wait(120) == 0

            processes = [site.start_script(ADD_WORDS) for _ in range(2)]

            assert [process.wait(240) for process in processes] == [0, 0]
            assert site.value("SELECT count(*) FROM blog_version") == VERSIONS
            assert site.value("SELECT lock_version FROM blog_article") == VERSIONS
            reading = site.start_script(READ_ALL, stdout=subprocess.PIPE, text=True)
            assert reading.communicate(timeout=120)[0].strip() == "True"
