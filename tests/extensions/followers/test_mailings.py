"""Letters about articles: who gets which, when, and at most once."""

import random
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone

from blog.extensions.followers import jobs as reader_jobs
from blog.extensions.followers import mailings as mail_mailings
from blog.extensions.followers import planning as mailings
from blog.extensions.followers.models import Follower, Mailing, MailingLetter
from blog.extensions.followers.planning import GRACE, last_digest_time, plan_new_articles, plan_week
from blog.mail.messages import new_message
from blog.mail.sending import MailSender
from blog.models import Article
from blog.review.approval import approve
from tests.support import changes, factories
from tests.support.durations import KILLED_MAILINGS

pytestmark = pytest.mark.django_db

NOW = timezone.now()


@pytest.fixture(autouse=True)
def now(monkeypatch):
    """Begin each test at the current time, as some times come from the clock."""
    monkeypatch.setitem(globals(), "NOW", timezone.now())


@pytest.fixture(autouse=True)
def settings_of_mail(settings):
    settings.SENDS_MAIL = True


def follow(address="nora@arle.example", frequency="each", since=timedelta(days=30)):
    follower = Follower.objects.follow(address, frequency)
    Follower.objects.filter(pk=follower.pk).update(confirmed_at=NOW - since)
    return follower


def publish(minutes_ago=0, **fields):
    return factories.create_article(published_at=NOW - timedelta(minutes=minutes_ago), **fields)


@pytest.fixture
def send(run_jobs, monkeypatch):
    """A function that plans mailings at a moment and sends those that are due then. Returns the subjects."""

    def send(after=timedelta()):
        monkeypatch.setattr(timezone, "now", lambda: NOW + after)
        before = len(mail.outbox)
        reader_jobs.start_letters()
        run_jobs()
        return [sent.subject for sent in mail.outbox[before:]]

    return send


class TestNewArticles:
    @pytest.mark.both_databases
    def test_an_article_is_sent_once_after_some_minutes(self, send):
        follow()
        publish(title="The Slate")

        assert send() == []
        assert send(GRACE) == ["The Slate"]
        assert send(2 * GRACE) == []

    def test_a_scheduled_article_is_sent_when_its_date_has_come(self, send):
        follow()
        publish(title="The Slate", minutes_ago=-60)

        assert send(GRACE) == []
        send(timedelta(minutes=61))
        assert send(timedelta(minutes=61) + GRACE) == ["The Slate"]

    def test_articles_that_appear_together_are_one_letter(self, send):
        follow()
        publish(title="The Slate", minutes_ago=1)
        publish(title="The Buoy", minutes_ago=2)
        send()

        assert send(GRACE) == ["Galley: 2 articles"]
        assert mail.outbox[0].body.index("The Slate") < mail.outbox[0].body.index("The Buoy")

    def test_articles_with_older_dates_are_not_sent(self, send):
        follow()
        publish(minutes_ago=3 * 24 * 60)
        send()

        assert send(GRACE) == []

    def test_articles_from_before_the_first_follower_are_not_sent(self, send):
        follow(since=timedelta(minutes=5))
        publish(minutes_ago=10)
        send()

        assert send(GRACE) == []

    @pytest.mark.both_databases
    def test_a_later_follower_gets_the_next_article(self, send):
        follow()
        publish(title="The Slate")
        send()
        follow("idris@arle.example", since=-timedelta(minutes=1))
        send(GRACE)
        publish(title="The Buoy", minutes_ago=-20)
        send(timedelta(minutes=21))
        send(timedelta(minutes=40))

        assert [(sent.to[0], sent.subject) for sent in mail.outbox] == [
            ("nora@arle.example", "The Slate"),
            ("nora@arle.example", "The Buoy"),
            ("idris@arle.example", "The Buoy"),
        ]

    def test_a_follower_does_not_miss_an_article_that_is_added_to_an_older_letter(self, send):
        follow()
        publish(title="The Slate")
        send()
        follow("idris@arle.example", since=-timedelta(minutes=1))
        publish(title="The Buoy", minutes_ago=-2)
        send(timedelta(minutes=3))
        send(GRACE)

        assert [(sent.to[0], sent.subject) for sent in mail.outbox] == [
            ("nora@arle.example", "Galley: 2 articles"),
            ("idris@arle.example", "Galley: 2 articles"),
        ]

    def test_a_correction_or_second_publication_sends_nothing(self, send):
        follow()
        article = publish()
        send()
        send(GRACE)
        article.refresh_from_db()
        changes.unpublish(article)
        changes.publish(article)
        article.body = "Other words."
        article.save()
        send(2 * GRACE)

        assert send(3 * GRACE) == []

    def test_an_article_unpublished_before_sending_is_not_sent_until_it_is_published_again(self, send):
        follow()
        article = publish(title="The Slate")
        send()
        changes.unpublish(article)
        unpublished = send(GRACE)
        changes.publish(article)
        send(GRACE)

        assert unpublished == []
        assert send(2 * GRACE) == ["The Slate"]

    def test_an_article_approved_after_its_date_is_sent_then(self, settings, send, admin_user):
        settings.REQUIRE_REVIEW = True
        follow()
        article = factories.create_article(status="new", generated_by="Gemini", title="The Slate")
        Article.objects.filter(pk=article.pk).update(status="published", published_at=NOW - timedelta(days=9))
        assert send(GRACE) == []

        article.refresh_from_db()
        approve(article, admin_user, article.words_digest)
        send(timedelta(minutes=1))

        assert send(timedelta(minutes=1) + GRACE) == ["The Slate"]
        assert send(timedelta(hours=1)) == []

    @pytest.mark.both_databases
    def test_letters_that_are_not_sent_yet_are_cancelled_when_the_article_is_unpublished(
        self, send, monkeypatch
    ):
        for number in range(6):
            follow(f"{number}@arle.example")
        article = publish()
        send()
        monkeypatch.setattr(mail_mailings, "BATCH_SIZE", 2)
        monkeypatch.setattr(
            MailSender,
            "send",
            _after_first_batch(MailSender.send, lambda: changes.unpublish(article), messages=2),
        )
        send(GRACE)

        assert len(mail.outbox) == 2
        assert not MailingLetter.objects.exists()
        assert Mailing.objects.get().ended_at

    def test_without_a_mail_server_nothing_is_planned(self, send, settings):
        settings.SENDS_MAIL = False
        follow()
        publish()
        send()

        assert not Mailing.objects.exists()


def _after_first_batch(send, act, messages):
    """Return a method send() of a MailSender that acts once after this number of messages."""

    def wrapper(self, rows):
        result = send(self, rows)
        if self.counts["sent"] == messages:
            act()
        return result

    return wrapper


class TestWeek:
    # A Saturday, after the hour of the letter.
    SATURDAY = datetime(2026, 11, 28, 9, tzinfo=UTC)

    @pytest.mark.parametrize(
        ("now", "due"),
        [
            ((2026, 11, 28, 6), (2026, 11, 21, 7)),
            ((2026, 11, 28, 7), (2026, 11, 28, 7)),
            ((2026, 12, 4, 23), (2026, 11, 28, 7)),
        ],
    )
    def test_a_letter_is_due_on_saturday_morning(self, now, due):
        assert last_digest_time(datetime(*now, tzinfo=UTC)) == datetime(*due, tzinfo=UTC)

    def week(self, days_ago=(1,), now=SATURDAY, since=timedelta(days=30)):
        """Plan the week with articles published this many days before, and return the mailings' articles."""
        follower = Follower.objects.follow("nora@arle.example", "weekly")
        Follower.objects.filter(pk=follower.pk).update(confirmed_at=now - since)
        articles = [factories.create_article(published_at=now - timedelta(days=days)) for days in days_ago]
        plan_week(now)
        return articles, [mailing.article_keys() for mailing in Mailing.objects.order_by("pk")]

    @pytest.mark.both_databases
    def test_the_letter_has_the_articles_of_the_week(self):
        articles, keys = self.week(days_ago=(0.5, 6, 8))

        assert [set(row) for row in keys] == [{article.pk for article in articles[:2]}]

    def test_the_letter_has_what_was_approved_in_the_week(self):
        late = factories.create_article(published_at=self.SATURDAY - timedelta(days=20))
        Article.objects.update(appeared_at=self.SATURDAY - timedelta(days=1))
        _articles, keys = self.week(days_ago=())

        assert keys == [[late.pk]]

    def test_without_articles_there_is_no_letter_that_week(self):
        self.week(days_ago=())
        _articles, keys = self.week(now=self.SATURDAY + timedelta(hours=3))

        assert keys == [[]]
        assert not Mailing.objects.due().exists()

    def test_a_week_is_planned_once(self):
        self.week()
        plan_week(self.SATURDAY + timedelta(hours=1))

        assert Mailing.objects.count() == 1

    def test_the_next_letter_begins_where_the_last_one_ended(self):
        self.week()
        late = factories.create_article(published_at=self.SATURDAY + timedelta(hours=1))
        plan_week(self.SATURDAY + timedelta(days=7))

        assert Mailing.objects.last().article_keys() == [late.pk]

    @pytest.mark.parametrize(("days", "number"), [(2, 1), (4, 0)])
    def test_a_letter_is_sent_some_days_late_if_no_worker_was_running(self, days, number):
        self.week(now=self.SATURDAY + timedelta(days=days))

        assert Mailing.objects.count() == number

    def test_nothing_is_sent_at_once_to_the_first_follower(self):
        self.week(now=self.SATURDAY + timedelta(days=1), since=timedelta(hours=1))

        assert not Mailing.objects.exists()


class Killed(BaseException):
    """Ends a job like SIGKILL: nothing handles it."""


class TestAtMostOnce:
    @pytest.mark.parametrize("seed", range(KILLED_MAILINGS))
    def test_each_follower_gets_one_letter_however_often_the_worker_is_killed(self, seed, monkeypatch, send):
        chance = random.Random(seed)  # noqa: S311 -- moments
        received, kills = Counter(), 0
        monkeypatch.setattr(mail_mailings, "BATCH_SIZE", 7)
        for number in range(40):
            follow(f"{number}@arle.example")
        publish()
        send()

        def may_be_killed(function, probability):
            def wrapper(*arguments, **options):
                if chance.random() < probability:
                    raise Killed
                result = function(*arguments, **options)
                if chance.random() < probability:
                    raise Killed
                return result

            return wrapper

        def receive(_server, messages):
            received.update(message.to[0] for message in messages)

        backend = "django.core.mail.backends.locmem.EmailBackend.send_messages"
        monkeypatch.setattr(backend, may_be_killed(receive, 0.04))
        monkeypatch.setattr(
            MailingLetter.objects, "bulk_create", may_be_killed(MailingLetter.objects.bulk_create, 0.2)
        )
        monkeypatch.setattr(timezone, "now", lambda: NOW + GRACE)
        for _ in range(500):
            try:
                reader_jobs.send_letters(_Running())
                break
            except Killed:
                kills += 1

        assert kills
        assert not Mailing.objects.filter(ended_at=None).exists()
        assert set(received.values()) == {1}
        assert 40 - kills <= len(received) <= 40
        assert not MailingLetter.objects.exists()


class _Running:
    """The interface of a running job, without a row."""

    stop_requested = False

    class job:  # noqa: N801 -- an attribute
        result = {}

    def progress(self, *_arguments):
        pass


class TestMailServer:
    def test_a_mailing_continues_when_the_server_is_back(self, send, monkeypatch):
        def refuse(_server):
            raise ConnectionRefusedError(111, "Connection refused")

        follow()
        publish(title="The Slate")
        send()
        with monkeypatch.context() as down:
            down.setattr("django.core.mail.backends.locmem.EmailBackend.open", refuse)
            while_down = send(GRACE)

        assert while_down == []
        assert send(GRACE) == []
        assert send(2 * GRACE) == ["The Slate"]
        assert Mailing.objects.get().ended_at


class TestLimits:
    @pytest.mark.both_databases
    def test_the_number_of_stored_letters_is_bounded(self, send, monkeypatch):
        monkeypatch.setattr(mail_mailings, "BATCH_SIZE", 5)
        stored = []
        take = MailSender.send
        monkeypatch.setattr(
            MailSender,
            "send",
            lambda self, rows: stored.append(MailingLetter.objects.count()) or take(self, rows),
        )
        for number in range(12):
            follow(f"{number}@arle.example")
        publish()
        send()
        send(GRACE)

        assert max(stored) == 5
        assert len(mail.outbox) == 12

    @pytest.mark.both_databases
    def test_several_workers_plan_an_article_once(self):
        follow()
        publish()
        plan_new_articles(NOW)
        plan_new_articles(NOW)

        assert Mailing.objects.count() == 1

    def test_a_letter_lists_a_limited_number_of_articles(self, send, monkeypatch):
        monkeypatch.setattr(mailings, "ARTICLES_LISTED", 2)
        follow()
        for minute in range(4):
            publish(minutes_ago=minute)
        send()

        assert send(GRACE) == ["Galley: 4 articles"]
        assert mail.outbox[0].body.count("/articles/") == 2
        assert "https://blog.example/archive/" in mail.outbox[0].body


class TestRefusals:
    @pytest.mark.both_databases
    def test_a_follower_is_deleted_after_three_refused_letters_in_a_row(self):
        follow()
        mailing = Mailing.objects.create(frequency="each", due_at=NOW)
        numbers = []
        for is_refused in (True, True, False, True, True, True):
            follower = Follower.objects.get()
            letter = MailingLetter.of(new_message(follower.address, "", ""), mailing, follower)
            letter.was_refused() if is_refused else letter.was_accepted()
            numbers.append(Follower.objects.count())

        assert numbers == [1, 1, 1, 1, 1, 0]


@pytest.mark.both_databases
def test_articles_are_deleted_without_the_extension():
    """No constraint of the database refers to them, as its tables stay while it is off."""
    mailing = Mailing.objects.create(frequency="each", due_at=NOW)
    article = factories.create_article()
    mailing.add_articles([article.pk])
    with connection.cursor() as cursor:
        constraints = connection.introspection.get_constraints(cursor, "blog_mailingarticle")

    assert not [each for each in constraints.values() if (each["foreign_key"] or [""])[0] == "blog_article"]
