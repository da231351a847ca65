"""The screen of remote images: failed images, and fetching."""

import pytest
from django.urls import reverse

from blog.models import MirrorFailure
from tests.support.admin_pages import text_of
from tests.support.factories import create_image
from tests.support.picture_server import picture_server

pytestmark = pytest.mark.django_db

PAGE = reverse("admin:blog_image_elsewhere")


@pytest.fixture
def server():
    with picture_server() as server:
        yield server


def test_post_starts_fetching_and_failures_are_listed(
    server, admin_client, admin_user, run_jobs, monkeypatch
):
    monkeypatch.setattr("blog.images.jobs.site_fetcher", server.fetcher)
    missing = create_image(source=server.address("/none"))

    under_way = admin_client.post(PAGE, follow=True)
    again = admin_client.post(PAGE, follow=True)
    [job] = run_jobs()
    page = admin_client.get(PAGE)

    assert "Waiting: the worker" in text_of(under_way)
    assert "already being fetched" in text_of(again)
    assert (job.started_by, job.result) == (admin_user, {"failed": 1})
    assert MirrorFailure.objects.get().reason in text_of(page)
    assert reverse("admin:blog_image_change", args=[missing.pk]) in page.content.decode()


def test_retry_ignores_the_waiting_time(server, admin_client, run_jobs, monkeypatch):
    monkeypatch.setattr("blog.images.jobs.site_fetcher", server.fetcher)
    create_image(source=server.address("/none"))
    results = []
    for data in ({}, {}, {"retry": "1"}):
        admin_client.post(PAGE, data)
        results += [job.result for job in run_jobs()]

    assert results == [{"failed": 1}, {"later": 1}, {"failed": 1}]
    assert MirrorFailure.objects.get().attempts == 2
