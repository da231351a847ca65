"""Receivers are told which articles appear, change and go: each once, signed, and never of a draft."""

import base64
import hmac
import json
from datetime import timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from blog.extensions.webhooks import jobs as webhooks
from blog.extensions.webhooks.models import ToldArticle
from blog.files.remote.fetcher import Fetcher, FetchError
from blog.models import Article, Job
from site_config.variables import https_addresses
from tests.support.factories import create_article

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

A, B = "https://a.example/hook", "https://b.example/hook"
KEY = "of-twenty-letters-or-more"


@pytest.fixture
def sent(settings, monkeypatch):
    """The requests (URL, data, headers, body) that are sent; FetchError for the URLs in sent.away."""

    class Sent(list):
        away = ()

    requests = Sent()

    def post(_self, url, body, _type, headers):
        if url in requests.away:
            raise FetchError("it is away.")
        requests.append((url, json.loads(body), headers, body))

    settings.WEBHOOK_URLS, settings.WEBHOOK_SECRET = [A], KEY
    monkeypatch.setattr(Fetcher, "post", post)
    return requests


@pytest.fixture
def look(run_jobs):
    def look():
        webhooks.start_webhooks()
        run_jobs()

    return look


def publish(title="Tides", **values):
    return create_article(title=title, published_at=timezone.now(), **values)


def told(sent):
    return [(data["type"], data["article"]["id"]) for _url, data, *_ in sent]


class TestEvents:
    def test_an_article_is_told_when_it_appears_changes_and_goes(self, sent, look):
        article = publish()
        look()
        look()
        article.body = "Other words."
        article.save()
        look()
        Article.objects.filter(pk=article.pk).update(status="new")
        look()

        kinds = ("article.published", "article.updated", "article.withdrawn")
        assert told(sent) == [(kind, article.pk) for kind in kinds]
        assert sent[0][1]["article"]["url"] == f"https://blog.example{article.get_absolute_url()}"

    def test_a_deleted_article_is_withdrawn(self, sent, look):
        article = publish()
        look()
        key = article.pk
        article.delete()
        look()

        assert told(sent)[1:] == [("article.withdrawn", key)]

    def test_a_scheduled_article_is_told_when_its_time_has_come(self, sent, look):
        article = create_article(published_at=timezone.now() + timedelta(days=1))
        look()
        assert not sent

        Article.objects.filter(pk=article.pk).update(published_at=timezone.now(), appeared_at=timezone.now())
        look()

        assert told(sent) == [("article.published", article.pk)]

    def test_what_was_public_before_is_no_news(self, sent, look):
        create_article(published_at=timezone.now() - timedelta(days=1))
        look()

        assert not sent

    def test_an_article_that_is_published_again_has_another_id(self, sent, look):
        article = publish()
        look()
        for status in ("new", "published"):
            article.status = status
            article.save()
            look()

        ids = [headers["webhook-id"] for _url, _data, headers, _body in sent]
        assert len(set(ids)) == len(ids) == 3


class TestDelivery:
    def test_a_receiver_that_is_away_gets_the_newest_state_later(self, sent, look, settings):
        settings.WEBHOOK_URLS, sent.away = [A, B], (B,)
        article = publish()
        look()
        article.title = "Ebb"
        article.save()
        look()
        Job.objects.filter(state=Job.State.FAILED).update(ended_at=timezone.now() - timedelta(hours=1))
        sent.away = ()
        look()

        assert [data["article"]["title"] for url, data, *_ in sent if url == A] == ["Tides", "Ebb"]
        assert [data["article"]["title"] for url, data, *_ in sent if url == B] == ["Ebb"]

    def test_a_failed_job_is_not_followed_at_once_and_names_no_path(self, sent, look):
        sent.away = (A,)
        publish()
        look()
        look()

        assert [job.reason for job in Job.objects.filter(kind="webhooks")] == ["a.example: it is away."]

    def test_a_request_is_signed(self, sent, look):
        publish()
        look()

        [(_url, _data, headers, body)] = sent
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        digest = base64.b64encode(hmac.digest(KEY.encode(), signed, "sha256")).decode()
        assert headers["webhook-signature"] == f"v1,{digest}"

    def test_a_receiver_that_is_no_longer_named_is_forgotten(self, sent, look, settings):
        publish()
        look()
        settings.WEBHOOK_URLS = [B]
        look()

        assert len(set(ToldArticle.objects.values_list("receiver"))) == 1


def test_a_url_without_tls_stops_the_start(monkeypatch):
    monkeypatch.setenv("GALLEY_WEBHOOK_URLS", "https://a.example/,http://b.example/")

    with pytest.raises(ImproperlyConfigured, match="GALLEY_WEBHOOK_URLS: “http://b"):
        https_addresses("GALLEY_WEBHOOK_URLS")
