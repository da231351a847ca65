"""The screen Git: who may do what, what is stored, and what is never shown."""

import pytest
from django.urls import reverse
from django.utils import timezone

from blog.extensions.git_source import credentials
from blog.extensions.git_source.jobs import KIND
from blog.extensions.git_source.models import GoneFile, Repository
from blog.extensions.git_source.problems import PROBLEMS, PullError
from blog.extensions.git_source.pull import PullProgress, fail, pull
from blog.jobs.models import Job
from blog.models import Article
from tests.support.factories import create_article
from tests.support.roles import log_in

pytestmark = pytest.mark.django_db

URL = "git@git.example.org:press/articles.git"
FIELDS = {
    "url": URL,
    "branch": "main",
    "folder": "articles",
    "interval": "120",
    "written_by": "file",
    "on_delete": "keep",
    "token": "",
}


@pytest.fixture
def screen(data, settings):
    settings.IMPORT_REPOSITORY = None
    return reverse("admin:git_source_screen")


@pytest.fixture
def repository(data):
    return Repository.objects.create(pk=1, url=URL)


def test_first_save_stores_it_and_shows_the_secret_once(admin_client, screen):
    answer = admin_client.post(screen, FIELDS | {"act": "save"})

    repository = Repository.objects.get()
    assert (repository.url, repository.folder) == (URL, "articles/")
    secret = credentials.read("hook_secret")
    assert secret in answer.text
    assert secret not in admin_client.get(screen).text


def test_a_refused_url_is_not_stored_and_the_reason_is_said(admin_client, screen):
    answer = admin_client.post(screen, FIELDS | {"act": "save", "url": "ext::sh -c id"})

    assert "Enter a URL that begins with https:// or ssh://" in answer.text
    assert not Repository.objects.exists()


def test_the_token_is_stored_privately_and_never_shown(admin_client, screen):
    token = "glpat-never-to-be-seen"  # noqa: S105 -- of no repository
    fields = FIELDS | {"url": "https://git.example.org/press/articles.git", "token": token}

    first = admin_client.post(screen, fields | {"act": "save"})
    admin_client.post(screen, fields | {"act": "save", "token": ""})

    assert credentials.read("token") == token
    assert token not in first.text + admin_client.get(screen).text
    assert token not in str(Repository.objects.values())


def test_another_branch_is_compared_from_the_beginning(admin_client, screen, repository):
    Repository.objects.update(commit="a" * 40, source_name="articles", secret_at=timezone.now())

    admin_client.post(screen, FIELDS | {"act": "save", "folder": "", "branch": "trunk"})

    repository.refresh_from_db()
    assert (repository.commit, repository.source_name) == ("", "articles")


def test_first_test_of_the_connection_makes_the_key(admin_client, screen, monkeypatch):
    monkeypatch.setattr("blog.extensions.git_source.addresses.Address.ip", lambda self: "127.0.0.1")
    monkeypatch.setattr("blog.extensions.git_source.access.CONNECT_SECONDS", 1)
    fields = FIELDS | {"act": "test", "url": "ssh://git@git.example.org:9/press.git"}

    answer = admin_client.post(screen, fields)

    assert "git.example.org does not answer." in answer.text
    assert credentials.public_key() in answer.text
    assert not Repository.objects.exists()


def test_test_of_the_connection_counts_the_files(admin_client, screen, upstream, settings):
    upstream.write(lisbon="Trams.", oslo="Snow.")
    upstream.push()

    answer = admin_client.post(screen, FIELDS | {"act": "test"})

    assert "Reached, 2 Markdown files" in answer.text


@pytest.mark.parametrize("act", ["save", "test", "secret", "disconnect"])
def test_editors_do_not_set_it_up(client, screen, repository, act, django_user_model):
    log_in(client, "Editor", django_user_model)

    assert client.post(screen, FIELDS | {"act": act}).status_code == 403
    assert Repository.objects.get().secret_at is None


def test_editors_see_it_pull_and_pause(client, screen, repository, django_user_model):
    log_in(client, "Editor", django_user_model)

    assert URL in client.get(screen).text
    client.post(screen, {"act": "pull"})
    client.post(screen, {"act": "pause"})

    assert Job.objects.waiting().filter(kind=KIND).count() == 1
    repository.refresh_from_db()
    assert repository.paused_by_name == "a-Editor"


def test_writers_do_not_see_it(client, screen, repository, django_user_model):
    log_in(client, "Writer", django_user_model)

    assert client.get(screen).status_code == 403


def test_stop_ends_the_pull(admin_client, screen, repository):
    admin_client.post(screen, {"act": "pull"})

    admin_client.post(screen, {"act": "stop"})

    assert Job.objects.get(kind=KIND).state == Job.State.STOPPED


def test_disconnecting_deletes_the_key_and_the_copy(admin_client, screen, repository, data):
    credentials.key_file()
    GoneFile.objects.create(article=create_article(), path="a.md")

    assert "Keep it" in admin_client.get(screen, {"ask": "disconnect"}).text
    admin_client.post(screen, {"act": "disconnect"})

    assert not Repository.objects.exists()
    assert not GoneFile.objects.exists()
    assert not (data / "git_source" / "key").exists()


VALUES = {
    "host": "git.example.org",
    "branch": "main",
    "branches": ["drafts", "trunk"],
    "commit": "3f9c2e1",
    "files": 43,
    "unchanged": 41,
    "changed": 2,
    "limit": "1024 MB",
    "minutes": 10,
    "folder": "articles/",
    "reason": "fatal",
}


@pytest.mark.parametrize("code", PROBLEMS)
def test_each_problem_has_a_sentence(admin_client, screen, repository, code):
    fail(repository, PullError(code, **VALUES))

    text = admin_client.get(screen).text

    assert 'role="alert"' in text
    assert "%(" not in text


def test_a_rewritten_history_offers_to_import_what_differs(admin_client, screen, repository):
    Repository.objects.update(tip="b" * 40)
    repository.refresh_from_db()
    fail(repository, PullError("rewritten", **VALUES))

    text = admin_client.get(screen).text
    assert "Galley compares all 43 files by content instead: 41 unchanged, 2 changed." in text
    assert "Import the 2 changed files" in text
    assert not any(f'value="{act}"' in text for act in ("pull", "pause"))

    admin_client.post(screen, {"act": "import"})
    assert Job.objects.get(kind=KIND).arguments == {"confirmed": "b" * 40}


def test_edit_page_says_that_the_file_is_gone(admin_client, screen):
    article = create_article()
    GoneFile.objects.create(article=article, path="north/oslo.md")

    answer = admin_client.get(reverse("admin:blog_article_change", args=[article.pk]))

    assert "No longer in Git." in answer.text
    assert "north/oslo.md" in answer.text


def test_lists_say_which_files_came_from_git(admin_client, upstream):
    upstream.write(lisbon="Trams.")
    upstream.push()
    pull(Repository.current(), PullProgress())
    Article.objects.update(status=Article.Status.PUBLISHED, published_at=timezone.now())
    upstream.write(lisbon="Yellow trams.")
    commit = upstream.push()
    pull(Repository.current(), PullProgress())

    imports = admin_client.get(reverse("admin:blog_importrun_changelist", query={"way": "git"})).text
    held = reverse("admin:blog_heldupdate_changelist")

    assert f"<bdi>main at {commit[:7]}</bdi>, from Git" in imports
    assert reverse("admin:git_source_screen") in imports
    assert "lisbon.md" in admin_client.get(held, {"way": "git"}).text
    assert "lisbon.md" not in admin_client.get(held, {"way": "browser"}).text
