"""Calls of the webhook: which are accepted, and what they start."""

import hashlib
import hmac
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from blog.extensions.git_source import credentials
from blog.extensions.git_source.jobs import KIND
from blog.extensions.git_source.models import Repository
from blog.extensions.git_source.webhook import new_secret
from blog.jobs.models import Job
from site_config.request_log import logged_path

pytestmark = pytest.mark.django_db

BODY = b'{"ref": "refs/heads/main"}'


@pytest.fixture
def repository(data):
    return Repository.objects.create(pk=1, url="https://git.example.org/press/articles.git")


def digest(secret, body=BODY):
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def call(client, repository, **headers):
    url = f"/hooks/git/{repository.hook}/"
    return client.post(url, BODY, content_type="application/json", headers=headers)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("X-Hub-Signature-256", lambda secret: f"sha256={digest(secret)}"),
        ("X-Gitea-Signature", digest),
        ("X-Gitlab-Token", lambda secret: secret),
    ],
)
def test_signed_calls_start_one_pull(client, repository, name, value):
    secret = new_secret(repository)

    for _ in range(3):
        assert call(client, repository, **{name: value(secret)}).status_code == 202

    assert Job.objects.waiting().filter(kind=KIND).count() == 1


def test_a_wrong_signature_is_counted_and_not_answered_in_detail(client, repository):
    new_secret(repository)
    headers = {"X-Hub-Signature-256": f"sha256={digest('guessed')}", "X-Gitlab-Token": "guessed"}

    answer = call(client, repository, **headers)

    assert (answer.status_code, answer.content) == (403, b"")
    repository.refresh_from_db()
    assert repository.refused == 1
    assert repository.called_at is None
    assert not Job.objects.exists()


def test_without_a_secret_no_call_is_accepted(client, repository):
    assert call(client, repository, **{"X-Gitlab-Token": ""}).status_code == 403
    signature = f"sha256={digest('')}"
    assert call(client, repository, **{"X-Hub-Signature-256": signature}).status_code == 403


def test_the_former_secret_works_for_an_hour(client, repository, monkeypatch):
    former, _new = new_secret(repository), new_secret(repository)

    assert call(client, repository, **{"X-Gitlab-Token": former}).status_code == 202

    credentials.write(former_until=(timezone.now() - timedelta(seconds=1)).isoformat())
    assert call(client, repository, **{"X-Gitlab-Token": former}).status_code == 403


def test_another_url_is_not_found(client, repository):
    assert client.post("/hooks/git/guessed/", BODY, content_type="application/json").status_code == 404


def test_a_paused_repository_is_not_pulled(client, repository):
    secret = new_secret(repository)
    repository.pause(None)

    assert call(client, repository, **{"X-Gitlab-Token": secret}).status_code == 202
    assert not Job.objects.exists()


def test_secrets_are_in_a_private_file_and_in_no_row(repository):
    secret = new_secret(repository)

    file = credentials.folder() / "secrets.json"
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert secret not in str(Repository.objects.values())


def test_the_address_of_the_webhook_is_not_logged(rf):
    path = reverse("blog:git_source:hook", args=["abc123"])

    assert "abc123" not in logged_path(rf.get(path.rstrip("/")))
