"""Opening sources: what is due, what is stored of a page, and what must never be requested."""

import socket
from datetime import timedelta
from itertools import pairwise

import pytest
from django.utils import timezone

from blog.extensions.sources import acts, due, opening, rounds
from blog.extensions.sources.jobs import read, start_due
from blog.extensions.sources.models import Evidence, PageText, Source, SourceSettings
from blog.extensions.sources.rounds import NoNetworkError, Round
from blog.files.remote.fetcher import Fetcher, Rules
from blog.jobs.models import Job
from blog.review.models import Finding
from blog.review.proofs import check_articles
from tests.extensions.sources.conftest import html
from tests.support import factories

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
CLAIM = "By 1944, 85 per cent of American households owned a refrigerator"


def article(*addresses, status="new"):
    links = " ".join(f"[see]({address})" for address in addresses)
    made = factories.create_article(body=f"{CLAIM} {links}.", status=status)
    check_articles([made.pk])
    read([made.pk])
    return made


def opened(pages, path="/a", **values):
    """Open a page of the server, and return its source."""
    address = pages.address(path)
    article(address, **values)
    Round().run()
    return Source.objects.get(address=address)


def later(**hours):
    """Let all dates of the queue be in the past, as if this time had passed."""
    passed = timedelta(**hours)
    for source in Source.objects.all():
        for name in ("tried_at", "opened_at", "next_opening_at", "asked_at"):
            if moment := getattr(source, name):
                setattr(source, name, moment - passed)
        source.save()


class TestPages:
    def test_a_page_is_read_and_compared(self, pages):
        pages.put("/a", html(), Content_Type="text/html; charset=utf-8")

        source = opened(pages)

        assert (source.state, source.status, source.title) == ("ok", 200, "Refrigerators at Home")
        row = Evidence.objects.first()
        assert (row.verdict, row.found) == ("found", ["1944", "85 per cent"])
        assert "85 per cent of American households" in row.passage

    def test_a_permanent_redirect_is_a_moved_page(self, pages):
        pages.put("/a", status=301, Location="/b")
        pages.put("/b", html(), Content_Type="text/html")

        source = opened(pages)

        assert (source.state, source.final_address) == ("moved", pages.address("/b"))

    def test_a_page_moved_to_where_its_permanent_redirects_lead(self, pages):
        pages.put("/a", status=308, Location="/b")
        pages.put("/b", status=302, Location="/session")
        pages.put("/session", html(), Content_Type="text/html")

        assert opened(pages).final_address == pages.address("/b")

    def test_an_editor_waits_until_the_answer_is_stored(self, pages):
        source = opened(pages)
        acts.check_again([source.pk])
        source.refresh_from_db()
        assert source.is_awaited
        due.claim(source, timezone.now())
        source.refresh_from_db()
        assert source.is_awaited
        acts.check_again([source.pk])
        Round().run()
        source.refresh_from_db()
        assert not source.is_awaited

    def test_the_page_is_not_requested_where_robots_txt_forbids_it(self, pages):
        pages.put("/robots.txt", b"User-agent: Galley\nDisallow: /a\n")

        source = opened(pages)

        assert pages.asked == ["/robots.txt"]
        assert source.state == "not_opened"
        assert "robots.txt" in source.reason

    def test_a_redirect_is_checked_against_robots_txt_too(self, pages):
        pages.put("/robots.txt", b"User-agent: *\nDisallow: /b\n")
        pages.put("/a", status=302, Location="/b")

        assert opened(pages).state == "not_opened"
        assert "/b" not in pages.asked

    def test_sites_that_are_never_opened_are_not_asked_at_all(self, pages):
        SourceSettings.objects.create(never=["example"])

        assert opened(pages).state == "not_opened"
        assert pages.asked == []

    def test_a_page_that_is_too_large_is_no_text(self, pages):
        pages.put("/a", b"x" * (2 * 1024 * 1024 + 1), Content_Type="text/html")

        source = opened(pages)

        assert (source.state, source.reason) == ("not_text", "it is larger than 2 MB.")

    @pytest.mark.parametrize("status", [401, 403])
    def test_a_closed_page_is_not_gone(self, pages, status):
        pages.put("/a", status=status)

        assert opened(pages).state == "paywall_or_script"


class TestQueue:
    @pytest.mark.parametrize("status", [404, 503])
    def test_a_failure_counts_after_three_more_tries_within_a_day(self, pages, status):
        pages.put("/a", status=status)
        source = opened(pages)
        state = {404: "gone", 503: "unreachable"}[status]
        assert (source.state, source.failing_state, source.tries) == ("not_opened", state, 1)
        waited = 0
        for wait in due.RETRY_WAITS:
            waited += wait / timedelta(hours=1)
            later(hours=wait / timedelta(hours=1) - 0.1)
            assert Round().run().total() == 0
            later(hours=0.2)
            Round().run()

        source.refresh_from_db()
        assert (source.state, source.failing_state) == (state, "")
        assert waited < 24
        assert len(pages.asked) == 8  # with robots.txt, once in each round

    def test_a_page_that_comes_back_never_counted_as_gone(self, pages):
        source = opened(pages)
        pages.put("/a", html(), Content_Type="text/html")
        later(hours=1)
        Round().run()

        source.refresh_from_db()
        assert (source.state, source.failing_state, source.tries) == ("ok", "", 0)

    def test_only_published_articles_are_checked_again_after_the_chosen_days(self, pages):
        pages.put("/a", html(), Content_Type="text/html")
        pages.put("/b", html(), Content_Type="text/html")
        opened(pages, "/a", status="new")
        opened(pages, "/b", status="published")
        pages.asked.clear()
        later(days=29)
        Round().run()
        assert pages.asked == []
        later(days=2)
        Round().run()

        assert pages.asked == ["/robots.txt", "/b"]

    def test_a_source_is_not_opened_twice_within_a_day_unless_an_editor_asks(self, pages):
        pages.put("/a", html(), Content_Type="text/html")
        source = opened(pages)
        Source.objects.update(next_opening_at=timezone.now())
        assert Round().run().total() == 0
        acts.check_again([source.pk])

        assert Round().run().total() == 1

    def test_an_editor_does_not_wait_for_the_others(self, pages):
        article(*(pages.address(f"/{number}", host=f"h{number}.example") for number in range(5)))
        last = Source.objects.order_by("pk").last()
        acts.check_again([last.pk])

        source = Round()._next(busy=set())
        assert source == last

    def test_pages_of_one_site_are_requested_five_seconds_apart(self, pages, monkeypatch):
        monkeypatch.setattr(rounds, "PAUSE", 0.4)
        article(*(pages.address(f"/{number}") for number in range(3)))
        Round().run()

        times = sorted(Source.objects.values_list("tried_at", flat=True))
        assert min(after - before for before, after in pairwise(times)) >= timedelta(seconds=0.38)

    def test_four_pages_are_requested_at_once(self, pages):
        pages.seconds = 0.3
        article(*(pages.address(f"/{number}", host=f"h{number}.example") for number in range(8)))
        Round().run()

        assert pages.most_at_once == 4

    def test_ignored_sources_are_not_opened_and_are_no_findings(self, pages, admin_user):
        pages.put("/a", status=410)
        source = opened(pages)
        for _ in range(3):
            later(hours=17)
            Round().run()
        source.refresh_from_db()
        assert Finding.objects.filter(kind="sources.nowhere").count() == 1
        acts.ignore(source, "It works for readers.", admin_user)
        later(days=40)

        assert Round().run().total() == 0
        assert not Finding.objects.filter(kind="sources.nowhere").exists()

    def test_without_a_network_no_page_is_called_unreachable(self, pages, monkeypatch):
        monkeypatch.setattr(rounds, "MOST_OFFLINE", 3)

        def resolve(host, port):
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

        monkeypatch.setattr(opening, "site_fetcher", lambda: Fetcher(Rules(http=True), resolve=resolve))
        article(*(f"https://h{number}.example/" for number in range(6)))

        with pytest.raises(NoNetworkError):
            Round().run()
        assert set(Source.objects.values_list("state", "tries")) == {("not_opened", 0)}


class TestSettings:
    @pytest.mark.parametrize("choice", ["asked", "no"])
    def test_nothing_is_opened_unasked(self, pages, choice, settings):
        SourceSettings.objects.create(opening=choice)
        source = opened(pages)
        assert pages.asked == []
        acts.check_again([source.pk])
        Round().run()

        assert bool(pages.asked) == (choice == "asked")

    def test_the_server_can_forbid_it(self, pages, settings):
        settings.OPEN_SOURCES = False
        source = opened(pages)
        acts.check_again([source.pk])
        start_due()

        assert Round().run().total() == 0
        assert pages.asked == []
        assert not Job.objects.filter(kind="open_sources").exists()


class TestJobs:
    def test_the_worker_reads_articles_and_opens_their_sources(self, pages, run_jobs):
        pages.put("/a", html(), Content_Type="text/html")
        made = factories.create_article(body=f"{CLAIM} [a]({pages.address('/a')}).")
        check_articles([made.pk])
        start_due()
        run_jobs()
        start_due()
        jobs = run_jobs()

        assert jobs[-1].result == {"opened": 1, "nowhere": 0, "failing": 0, "moved": 0}
        assert Source.objects.get().state == "ok"
        start_due()
        assert not Job.objects.active().exists()

    def test_a_changed_sentence_is_compared_without_opening_the_page_again(self, pages, run_jobs):
        pages.put("/a", html(), Content_Type="text/html")
        opened(pages)
        pages.asked.clear()
        other = factories.create_article(body=f"In 1950, 20 per cent owned [none]({pages.address('/a')}).")
        check_articles([other.pk])
        start_due()
        run_jobs()

        assert Evidence.objects.filter(article=other).exclude(compared_at=None).exists()
        assert pages.asked == []
        assert PageText.objects.count() == 1

    def test_a_round_is_one_line_of_the_activity(self, pages, run_jobs, client, admin_user):
        article(*(pages.address(f"/{number}", host=f"h{number}.example") for number in range(10)))
        start_due()
        run_jobs()
        client.force_login(admin_user)

        shown = client.get("/admin/activity/", {"kind": "sources.round"}).content.decode()

        assert "Sources checked" in shown
        assert "10 opened, 10 are tried again" in shown
