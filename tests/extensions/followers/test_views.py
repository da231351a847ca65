"""Following by e-mail: consent first, the same answers for all, and an end with one click."""

import json
import re

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from blog.articles.previews import preview_link
from blog.extensions.followers import views as views
from blog.extensions.followers.followers import CONSENT_WITHIN, MAX_REFUSALS, consent_token
from blog.extensions.followers.models import Follower, Mailing, MailingLetter
from blog.mail.messages import new_message
from blog.models import Job, Message, RequestCount
from blog.page_cache.keys import CacheKey, may_be_cached
from blog.site.live_pages import live_pages
from tests.support import factories

pytestmark = pytest.mark.django_db

FORM = {"address": "nora@arle.example", "frequency": "each"}


@pytest.fixture(autouse=True)
def settings_of_mail(settings):
    settings.SENDS_MAIL = True
    settings.MAIL_EVENTS_SECRET = "s" * 20


@pytest.fixture
def request_letter(client, run_jobs, django_capture_on_commit_callbacks):
    """A function that sends the form, runs the jobs, and returns the response."""

    def request_letter(**fields):
        options = {"REMOTE_ADDR": fields.pop("network", "203.0.113.5")}
        with django_capture_on_commit_callbacks(execute=True):
            response = client.post("/follow/", FORM | fields, **options)
        run_jobs()
        return response

    return request_letter


def links_of(letter) -> list[str]:
    return re.findall(r"https://blog\.example(/follow/\S+)", letter.body)


def is_private(response) -> bool:
    return (response["Cache-Control"], response["X-Robots-Tag"]) == ("no-store", "noindex")


class TestForm:
    def test_is_a_public_page_without_cookies(self, client):
        page = client.get("/follow/")

        assert page["Cache-Control"].startswith("public")
        assert not page.cookies
        assert "csrf" not in page.text.lower()

    @pytest.mark.parametrize("path", ["/follow/", "/follow/kkkkkkkk/stop/", "/mail/events/s/"])
    def test_has_no_file_for_which_nginx_would_refuse_post(self, path):
        assert not may_be_cached(CacheKey(path, ""))

    def test_answer_is_the_same_for_unknown_and_known_addresses_and_programs(self, request_letter):
        Follower.objects.follow("idris@arle.example", "each")
        answers = [
            request_letter(),
            request_letter(address="idris@arle.example"),
            request_letter(address="bot@arle.example", website="x"),
        ]

        assert {(page.status_code, page["Location"], page["Cache-Control"]) for page in answers} == {
            (303, "/follow/sent/", "no-store")
        }
        assert [sent.to for sent in mail.outbox] == [["nora@arle.example"], ["idris@arle.example"]]

    def test_a_known_follower_gets_the_link_to_the_own_page(self, request_letter):
        follower = Follower.objects.follow("Idris@arle.example", "each")
        request_letter(address="idris@ARLE.example")

        assert links_of(mail.outbox[0]) == [f"/follow/{follower.key}/"]

    def test_links_in_earlier_letters_stay_valid(self):
        follower = Follower.objects.follow("idris@arle.example", "each")

        assert Follower.objects.follow("idris@arle.example", "weekly").key == follower.key

    @pytest.mark.parametrize(
        "address", ["", "nora", "nora@", "a@b.example, c@d.example", "nörä@arle.example"]
    )
    def test_refusal_keeps_what_was_typed(self, request_letter, address):
        page = request_letter(address=address, frequency="weekly")

        assert page.status_code == 400
        assert page["Cache-Control"] == "no-store"
        assert f'value="{address}"' in page.text
        assert re.search('value="weekly" checked', page.text)
        assert mail.outbox == []

    def test_nothing_about_the_address_is_stored_after_sending(self, request_letter):
        request_letter()

        assert not Follower.objects.exists()
        assert not Message.objects.exists()
        assert not any("nora" in digest for digest in RequestCount.objects.values_list("digest", flat=True))
        assert "nora" not in json.dumps(list(Job.objects.values("arguments", "result", "step", "reason")))

    def test_a_letter_that_cannot_be_sent_is_forgotten_after_an_hour(self, client):
        client.post("/follow/", FORM)

        left = Message.objects.get().expires_at - timezone.now()
        assert 3500 < left.total_seconds() <= 3600

    def test_an_old_page_with_the_same_slug_is_shown_without_mail(self, client, settings):
        settings.SENDS_MAIL = False
        factories.create_page(slug="follow", title="Where to find us")

        assert "Where to find us" in client.get("/follow/").text


class TestLimits:
    @pytest.mark.both_databases
    def test_letters_to_an_address_are_limited(self, request_letter):
        statuses = [
            request_letter(network=f"203.0.113.{number}", address="nora@arle.example").status_code
            for number in range(views.ADDRESS_LIMIT + 1)
        ]

        assert statuses == [303] * views.ADDRESS_LIMIT + [429]
        assert len(mail.outbox) == views.ADDRESS_LIMIT

    def test_letters_from_a_network_are_limited(self, request_letter, monkeypatch):
        monkeypatch.setattr(views, "NETWORK_LIMIT", 2)
        monkeypatch.setattr(views, "SITE_LIMIT", 3)
        statuses = [request_letter(address=f"{number}@arle.example").status_code for number in range(5)]
        other = request_letter(address="nora@arle.example", network="198.51.100.7").status_code

        assert statuses == [303, 303, 429, 429, 429]
        assert other == 303  # the limit of the site is not reached

    def test_a_limit_ends_after_an_hour(self, request_letter):
        for _ in range(views.ADDRESS_LIMIT):
            request_letter()
        RequestCount.objects.update(since=timezone.now() - 2 * views.PERIOD)

        assert request_letter().status_code == 303


def test_no_redirect_takes_the_place_of_its_pages():
    assert list(live_pages(["/follow/", "/follow/x/stop"])) == ["/follow/", "/follow/x/stop"]


class TestConsent:
    def link(self, request_letter, **fields):
        request_letter(**fields)
        (link,) = links_of(mail.outbox[-1])
        return link

    def test_following_the_link_changes_nothing_until_the_button_is_pressed(self, client, request_letter):
        link = self.link(request_letter, frequency="weekly")
        page = client.get(link)
        client.head(link)
        before = Follower.objects.count()
        client.post(link)

        assert is_private(page)
        assert "nora@arle.example" in page.text
        assert before == 0
        assert list(Follower.objects.values_list("address", "frequency")) == [("nora@arle.example", "weekly")]

    @pytest.mark.both_databases
    def test_confirming_twice_stores_one_follower(self, client, request_letter):
        link = self.link(request_letter)
        client.post(link)
        client.post(link)

        assert Follower.objects.count() == 1

    def test_a_changed_or_old_link_is_refused(self, client, monkeypatch):
        token = consent_token("nora@arle.example", "each")
        other = consent_token("idris@arle.example", "each")
        forged = other.partition(":")[0] + ":" + token.partition(":")[2]
        monkeypatch.setattr("time.time", lambda: timezone.now().timestamp() + 8 * 24 * 3600)
        statuses = {client.post(f"/follow/confirm/{each}/").status_code for each in (forged, token, "x")}

        assert statuses == {404}
        assert not Follower.objects.exists()


def stop(client):
    client.post(f"/follow/{Follower.objects.get().key}/stop/")


def complain(client):
    report = {"event": "complaint", "address": "Nora@arle.example"}
    client.post(f"/mail/events/{'s' * 20}/", json.dumps(report), content_type="application/json")


def bounce(client):
    for _ in range(MAX_REFUSALS):
        Follower.objects.count_refusal()


def delete(client):
    Follower.objects.get().delete()


@pytest.mark.parametrize("end", [stop, complain, bounce, delete])
class TestEndOfLetters:
    """Afterwards, only a new letter can make somebody follow again."""

    @pytest.fixture
    def links(self, client, request_letter, end):
        """Two links that were sent before the letters ended. The first one was used."""
        request_letter()
        request_letter(frequency="weekly")
        sent = [links_of(letter)[0] for letter in mail.outbox]
        client.post(sent[0])
        end(client)
        return sent

    def test_no_earlier_link_works(self, client, links):
        answers = [ask(link) for link in links for ask in (client.get, client.post)]

        assert {answer.status_code for answer in answers} == {404}
        assert "Enter your address again" in answers[0].text
        assert not Follower.objects.exists()

    @pytest.mark.both_databases
    def test_a_new_letter_has_a_link_that_works(self, client, links, request_letter, end):
        request_letter()
        [new] = links_of(mail.outbox[-1])
        first = client.post(new).status_code
        earlier = client.post(links[1]).status_code
        end(client)

        assert (first, earlier) == (302, 404)
        assert client.post(new).status_code == 404  # the letters have ended again
        assert not Follower.objects.exists()

    def test_the_address_is_not_stored_and_its_digest_for_a_week(self, links):
        rows = RequestCount.objects.filter(number=0)
        before = rows.count()
        stored = str(list(rows.values()))
        rows.update(since=timezone.now() - CONSENT_WITHIN)
        RequestCount.objects.forget_old()

        assert (before, rows.count()) == (1, 0)
        assert "nora" not in stored


class TestFollower:
    @pytest.fixture
    def follower(self):
        return Follower.objects.follow("nora@arle.example", "each")

    def test_changes_how_often_letters_come(self, client, follower):
        page = client.get(f"/follow/{follower.key}/")
        client.post(f"/follow/{follower.key}/", {"frequency": "weekly"})
        client.post(f"/follow/{follower.key}/", {"frequency": "hourly"})

        assert is_private(page)
        assert Follower.objects.get().frequency == "weekly"

    def test_stops_with_one_click_of_the_mail_program(self, client, follower):
        question = client.get(f"/follow/{follower.key}/stop/")
        before = Follower.objects.count()
        answer = client.post(f"/follow/{follower.key}/stop/", {"List-Unsubscribe": "One-Click"})
        again = client.post(f"/follow/{follower.key}/stop/", {"List-Unsubscribe": "One-Click"})

        assert is_private(question)
        assert is_private(answer)
        assert before == 1
        assert (answer.status_code, again.status_code) == (200, 200)
        assert not Follower.objects.exists()

    def test_letters_that_wait_are_deleted_with_the_follower(self, client, follower):
        mailing = Mailing.objects.create(frequency="each", due_at=timezone.now())
        letter = MailingLetter.of(new_message(follower.address, "", ""), mailing, follower)
        letter.save()
        client.post(f"/follow/{follower.key}/stop/")

        assert not MailingLetter.objects.exists()

    def test_downloads_all_that_is_stored(self, client, follower):
        response = client.get(f"/follow/{follower.key}/data/")

        assert is_private(response)
        stored = {field.name for field in Follower._meta.local_fields} - {"id", "key"}
        assert {"address", "confirmed_at"} <= response.json().keys()
        assert len(response.json()) - 2 == len(stored)  # and the site, and the time

    @pytest.mark.parametrize("name", ["follower", "follower_stop", "follower_data"])
    def test_unknown_keys_have_no_page(self, client, name):
        page = client.get(reverse(f"blog:followers:{name}", args=["k" * 24]))

        assert page.status_code == 404


class TestEvents:
    REPORTS = [
        {"event": "bounce", "address": "nora@arle.example"},
        [{"event": "complaint", "address": "NORA@arle.example"}],
        {"RecordType": "Bounce", "Type": "HardBounce", "Email": "nora@arle.example"},
        {"RecordType": "SpamComplaint", "Email": "nora@arle.example"},
        [{"event": "bounce", "type": "bounce", "email": "nora@arle.example"}],
        {"event-data": {"event": "failed", "severity": "permanent", "recipient": "nora@arle.example"}},
    ]
    HARMLESS = [
        {"event": "delivered", "address": "nora@arle.example"},
        {"RecordType": "Bounce", "Type": "SoftBounce", "Email": "nora@arle.example"},
        [{"event": "bounce", "type": "blocked", "email": "nora@arle.example"}],
        {"event-data": {"event": "failed", "severity": "temporary", "recipient": "nora@arle.example"}},
        {"event": ["bounce"], "address": {"a": 1}},
        [[], 3, None, {}],
        {"event": "bounce", "address": "nora\0@arle.example"},
        '{"event": "bounce", "address": "nora\\ud800@arle.example"}',
        {"event": "bounce", "address": "n" * 60_000},
    ]

    def post(self, client, report, secret="s" * 20):
        data = report if isinstance(report, str) else json.dumps(report)
        return client.post(f"/mail/events/{secret}/", data, content_type="application/json")

    def report(self, client, report, secret="s" * 20):
        Follower.objects.follow("nora@arle.example", "each")
        return self.post(client, report, secret).status_code, Follower.objects.count()

    @pytest.mark.parametrize("report", REPORTS)
    def test_a_bounce_or_complaint_deletes_the_follower(self, client, report):
        assert self.report(client, report) == (204, 0)

    def test_a_complaint_about_the_first_letter_ends_its_link(self, client):
        token = consent_token("nora@arle.example", "each")
        complain(client)

        assert client.post(f"/follow/confirm/{token}/").status_code == 404

    @pytest.mark.parametrize("report", HARMLESS)
    def test_other_events_are_ignored(self, client, report):
        assert self.report(client, report) == (204, 1)

    @pytest.mark.parametrize("report", ["", "{", "[" * 100_000])
    def test_broken_reports_are_refused(self, client, report):
        assert self.report(client, report) == (400, 1)

    @pytest.mark.both_databases
    def test_many_events_take_as_many_queries_as_one(self, client):
        numbers = []
        for count in (1, 80):
            for number in range(count):
                Follower.objects.follow(f"{number}@arle.example", "each")
            report = [{"event": "bounce", "address": f"{number}@ARLE.example"} for number in range(count)]
            with CaptureQueriesContext(connection) as queries:
                self.post(client, report)
            numbers.append(len(queries))

        assert numbers[0] == numbers[1]
        assert not Follower.objects.exists()

    def test_too_many_events_are_refused_with_the_limit(self, client, monkeypatch):
        monkeypatch.setattr(views, "MAX_EVENTS", 2)
        response = self.post(client, [self.REPORTS[0]] * 3)

        assert response.status_code == 413
        assert "More than 2 events" in response.text

    def test_the_secret_is_required(self, client, settings):
        report = self.REPORTS[0]
        wrong = self.report(client, report, "t" * 20)
        settings.MAIL_EVENTS_SECRET = ""

        assert {wrong, self.report(client, report), self.report(client, report, "-")} == {(404, 1)}


class TestOffers:
    def test_the_form_at_the_end_of_an_article_is_that_of_the_page(self, client):
        article = factories.create_article()

        page = client.get(article.get_absolute_url())

        own_page = client.get("/follow/")
        forms = [re.findall(r"(?s)<form[^>]*follow-form.*?</form>", each.text) for each in (page, own_page)]
        assert len(forms[0]) == 1
        assert forms[0] == forms[1]
        assert not page.cookies
        assert "csrf" not in page.text.lower()
        assert "followers/follow.css" in page.text

    def test_previews_and_pages_without_mail_have_no_form(self, client, settings):
        article = factories.create_article()
        draft = factories.create_article(status="new")
        preview = client.get(preview_link(draft)).text
        settings.SENDS_MAIL = False

        for page in (preview, client.get(article.get_absolute_url()).text):
            assert "<form" not in page.partition("<main")[2].partition("</main>")[0]
            assert "followers/follow.css" not in page

    def test_links_stand_next_to_the_feeds(self, client):
        article = factories.create_article()

        for path in ("/", article.get_absolute_url(), "/archive/"):
            assert 'href="/follow/"' in client.get(path).text, path

    @pytest.mark.parametrize("path", ["/follow/", "/follow/sent/", "/follow/kkkkkkkk/", "/mail/events/s/"])
    def test_without_a_mail_server_nothing_is_offered(self, client, settings, path):
        settings.SENDS_MAIL = False

        assert client.get(path).status_code == 404
        assert client.post(path).status_code in {404, 405}
        assert "/follow/" not in client.get("/").text
