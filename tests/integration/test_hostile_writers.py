"""What a Writer can send to a real server: readers get their pages meanwhile, and nothing answers 500."""

import subprocess
from urllib.parse import quote, urlencode

import pytest

from tests.support.durations import IS_LONG
from tests.support.html_forms import form_data
from tests.support.readers import is_unnoticed
from tests.support.servers import forked_server

TOKEN = "x" * 32
ENDLESS = quote(r"^(\w+\s?)+\x01$")

# Articles with words for a pattern to get lost in, and a Writer who is logged in; prints the session's key.
SET_UP = """
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.contrib.auth.models import Group
from django.contrib.sessions.backends.db import SessionStore
from blog.models import Article
from tests.support.changes import publish
user = get_user_model().objects.create_user("writer", is_staff=True)
user.groups.add(Group.objects.get(name="Writer"))
session = SessionStore()
session[SESSION_KEY] = str(user.pk)
session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
session[HASH_SESSION_KEY] = user.get_session_auth_hash()
session.create()
for number in range(3):
    article = Article(title="Tides", slug=f"tides-{number}", body="Water comes and goes twice each day. " * 9)
    article.save()
publish(article)
print(session.session_key)
"""

MANY_KEYWORDS = f"""
from blog.articles.versions.history import ensure_first_versions
from blog.models import Article
from tests.support.changes import record_version
article = Article.objects.get(pk=1)
ensure_first_versions([article])
for first in (0, 1):
    article.keywords = [f"{{number:x}}" for number in range(first, {200_000 if IS_LONG else 60_000})]
    article.save()
    record_version(article)
"""


class Writer:
    """A Writer who is logged in to a server."""

    def __init__(self, server, session):
        self.server = server
        self.headers = {"Cookie": f"sessionid={session}; csrftoken={TOKEN}"}

    def get(self, path):
        """Return the status and the body."""
        status, _headers, body = self.server.ask(path, headers=self.headers, timeout=60)
        return status, body.decode()

    def post(self, path, fields):
        headers = self.headers | {"Content-Type": "application/x-www-form-urlencoded"}
        body = urlencode(fields | {"csrfmiddlewaretoken": TOKEN})
        status, _headers, answer = self.server.ask(path, "POST", headers, body, timeout=120)
        return status, answer.decode()


@pytest.fixture(scope="module")
def site(new_site, tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    with new_site(folder) as site:
        site.environment |= {"HOME": str(folder)}
        yield site


@pytest.fixture(scope="module")
def server(site, tmp_path_factory):
    with forked_server(site.environment, tmp_path_factory.mktemp("server")) as server:
        yield server


@pytest.fixture(scope="module")
def writer(site, server):
    process = site.start_script(SET_UP, stdout=subprocess.PIPE, text=True)
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    return Writer(server, output.strip())


class TestListOfArticles:
    @pytest.mark.parametrize("lookup", ["body__regex", "body_html__iregex", "source_file__original__regex"])
    def test_a_pattern_that_never_ends_is_not_run(self, server, writer, lookup):
        answers = []

        assert is_unnoticed(
            server, lambda: answers.append(writer.get(f"/admin/blog/article/?{lookup}={ENDLESS}")[0])
        )
        assert set(answers) == {302}

    def test_a_pattern_in_the_filters_of_an_article_is_not_run(self, server, writer):
        filters = quote(f"body__regex={ENDLESS}")
        address = f"/admin/blog/article/1/change/?_changelist_filters={filters}"
        fields = form_data(writer.get("/admin/blog/article/1/change/")[1]) | {"_next": "1"}
        answers = []

        assert is_unnoticed(server, lambda: answers.append(writer.post(address, fields)[0]))
        assert answers[0] == 302


ARTICLE = "/admin/blog/article/2/change/"
NEWEST = ["keywords", "excerpt", "description", "names"] if IS_LONG else ["excerpt"]
KEYWORDS = "\n".join(f"{number:x}" for number in range(200_000))


class TestForm:
    """Sent from the newest state of the article, and from one that somebody else has changed since."""

    TYPED = {
        "keywords": {"keywords": KEYWORDS},
        "excerpt": {"excerpt": "word *a [b " * 250_000},
        "description": {"meta_description": "word. " * 500_000, "share_quote": "“a” #b " * 100_000},
        "names": {"_named_category_links": KEYWORDS},
    }

    @pytest.mark.parametrize(
        ("name", "version"), [*((name, "0") for name in TYPED), *((name, None) for name in NEWEST)]
    )
    def test_readers_do_not_notice_what_is_too_much(self, server, writer, site, name, version):
        fields = form_data(writer.get(ARTICLE)[1])
        fields |= self.TYPED[name] | ({"version": version} if version else {})
        answers = []

        assert is_unnoticed(server, lambda: answers.append(writer.post(ARTICLE, fields)[0]))
        assert set(answers) <= {200, 302}
        assert site.value("SELECT count(*) FROM blog_articlecategory WHERE article_id = 2") == 0
        assert (
            site.value("SELECT max(length(excerpt || meta_description || share_quote)) FROM blog_article")
            == 0
        )
        assert site.value("SELECT max(length(CAST(keywords AS text))) FROM blog_article") == 2


class TestVersions:
    def test_readers_do_not_notice_a_comparison_of_very_many_keywords(self, server, writer, site):
        """As stored by a release without limits."""
        process = site.start_script(MANY_KEYWORDS, stdout=subprocess.PIPE, text=True)
        assert process.communicate(timeout=120) is not None
        assert process.returncode == 0
        answers = []

        def compare():
            answers.append(writer.get("/admin/blog/article/1/history/?version=3&against=2")[0])

        assert is_unnoticed(server, compare)
        assert set(answers) == {200}
