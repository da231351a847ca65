"""Announcements of new articles to search engines and feed hubs."""

import json
from datetime import timedelta
from unittest.mock import Mock
from urllib.parse import parse_qs

import feedparser
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from blog.extensions.announcing import jobs as announcements
from blog.files.remote.fetcher import Fetcher
from blog.models import Article, Job
from blog.review.approval import approve
from tests.support import factories
from tests.support.picture_server import picture_server

pytestmark = pytest.mark.django_db

KEY = "0123456789abcdef"


@pytest.fixture
def sent(monkeypatch):
    """The requests (URL, body) that are sent."""
    requests = []
    monkeypatch.setattr(Fetcher, "post", lambda _self, address, body, _type: requests.append((address, body)))
    return requests


def publish(title):
    return factories.create_article(title=title, published_at=timezone.now())


class TestAnnouncements:
    def test_a_new_article_is_announced_once(self, settings, sent, run_jobs):
        settings.INDEXNOW_KEY, settings.WEBSUB_HUB = KEY, "https://hub.example/"
        factories.create_article(published_at=timezone.now() - timedelta(days=1))
        article = publish("The Slate")
        for _ in range(2):
            announcements.announce_new_articles()
            run_jobs()

        (engine, body), *hub = sent
        assert engine == "https://api.indexnow.org/indexnow"
        assert json.loads(body) == {
            "host": "blog.example",
            "key": KEY,
            "keyLocation": f"https://blog.example/{KEY}.txt",
            "urlList": [f"https://blog.example{article.get_absolute_url()}"],
        }
        assert {address for address, _body in hub} == {"https://hub.example/"}
        assert [parse_qs(body.decode())["hub.url"][0] for _address, body in hub] == [
            f"https://blog.example/feeds/{name}" for name in ("rss.xml", "atom.xml", "feed.json")
        ]

    def test_an_article_approved_after_its_date_is_announced_then(self, settings, sent, run_jobs, admin_user):
        settings.INDEXNOW_KEY, settings.REQUIRE_REVIEW = KEY, True
        article = factories.create_article(status="new", generated_by="Gemini")
        friday = timezone.now() - timedelta(days=3)
        Article.objects.filter(pk=article.pk).update(status="published", published_at=friday)
        article.refresh_from_db()
        announcements.announce_new_articles()
        assert run_jobs() == []

        approve(article, admin_user, article.words_digest)
        announcements.announce_new_articles()
        run_jobs()

        assert len(sent) == 1

    def test_articles_are_announced_after_the_clock_was_set_back(self, settings, sent, run_jobs):
        settings.INDEXNOW_KEY = KEY
        later = (timezone.now() + timedelta(days=1)).isoformat()
        Job.objects.create(kind=announcements.JOB_KIND, arguments={"since": later, "until": later})
        publish("The Slate")
        announcements.announce_new_articles()
        run_jobs()

        assert sent

    def test_no_texts_are_read(self, settings, sent, run_jobs):
        """After an import, ten thousand articles may be new at once."""
        settings.INDEXNOW_KEY = KEY
        publish("The Slate")
        announcements.announce_new_articles()
        with CaptureQueriesContext(connection) as queries:
            run_jobs()

        assert sent
        assert not [query for query in queries if "body_html" in query["sql"]]

    def test_nothing_is_sent_without_the_variables(self, sent, run_jobs):
        publish("The Slate")
        announcements.announce_new_articles()

        assert run_jobs() == []

    def test_a_failed_announcement_names_the_host(self, settings, run_jobs, monkeypatch):
        with picture_server() as server:
            monkeypatch.setattr(announcements, "site_fetcher", server.fetcher)
            settings.WEBSUB_HUB = server.address("/hub", host="hub.example")
            publish("The Slate")
            announcements.announce_new_articles()
            (job,) = run_jobs()

        assert [path for path, _type, _body in server.posted] == ["/hub"] * 3
        assert job.state == Job.State.FAILED
        assert "hub.example: the server answers 404;" in job.reason

    @pytest.mark.parametrize("hub", ["https://127.0.0.1/", "https://[::1]/", "https://localhost/"])
    def test_a_hub_that_is_not_public_is_not_reached(self, settings, run_jobs, monkeypatch, hub):
        settings.WEBSUB_HUB = hub
        connect = Mock(side_effect=OSError)
        monkeypatch.setattr("socket.create_connection", connect)
        publish("The Slate")
        announcements.announce_new_articles()
        (job,) = run_jobs()

        assert job.state == Job.State.FAILED
        assert "not public" in job.reason or "private" in job.reason
        connect.assert_not_called()

    def test_the_key_has_a_page(self, client, settings):
        settings.INDEXNOW_KEY = KEY

        assert client.get(f"/{KEY}.txt").text == KEY
        assert client.get("/0123456789abcdee.txt").status_code == 404

    @pytest.mark.parametrize("path", ["/feeds/rss.xml", "/feeds/atom.xml", "/feeds/feed.json"])
    def test_feeds_name_the_hub(self, client, settings, path):
        settings.WEBSUB_HUB = "https://hub.example/"
        response = client.get(path)

        if path.endswith("json"):
            assert response.json()["hubs"] == [{"type": "WebSub", "url": "https://hub.example/"}]
        else:
            links = feedparser.parse(response.content).feed.links
            assert {link.rel: link.href for link in links}["hub"] == "https://hub.example/"
