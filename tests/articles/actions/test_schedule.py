"""Schedules: the dates of many articles, shown before they are set."""

import datetime as dt
import html as html_entities
import re
from zoneinfo import ZoneInfo

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from django.utils import timezone

from blog.articles.actions.schedule import EACH_DAY, EACH_WEEKDAY, TOGETHER, ScheduleError, first_day, slots
from blog.articles.dates import in_words
from blog.models import Article, UndoableAction
from tests.support import factories
from tests.support.admin_pages import LIST, create_article, page_of, post_action, text_of
from tests.support.html_forms import form_data
from tests.support.roles import log_in
from tests.support.rolling_back import rolled_back

SCHEDULE = reverse("admin:blog_article_schedule")
NINE = dt.time(9)
FRIDAY, SATURDAY = dt.date(2031, 3, 28), dt.date(2031, 3, 29)
LONG_AGO = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def read(response) -> str:
    return html_entities.unescape(text_of(response))


@pytest.fixture
def berlin(settings):
    settings.TIME_ZONE = "Europe/Berlin"
    yield ZoneInfo("Europe/Berlin")
    timezone.deactivate()


def local(found, zone):
    return [slot.moment.astimezone(zone).strftime("%a %d %b %H:%M") for slot in found]


class TestSlots:
    @pytest.mark.parametrize(
        ("pace", "first", "expected"),
        [
            (EACH_WEEKDAY, FRIDAY, ["Fri 28 Mar 09:00", "Mon 31 Mar 09:00", "Tue 01 Apr 09:00"]),
            (EACH_WEEKDAY, SATURDAY, ["Mon 31 Mar 09:00", "Tue 01 Apr 09:00", "Wed 02 Apr 09:00"]),
            (EACH_DAY, SATURDAY, ["Sat 29 Mar 09:00", "Sun 30 Mar 09:00", "Mon 31 Mar 09:00"]),
            ("2", FRIDAY, ["Wed 02 Apr 09:00", "Wed 09 Apr 09:00", "Wed 16 Apr 09:00"]),
            (TOGETHER, FRIDAY, ["Fri 28 Mar 09:00"] * 3),
        ],
    )
    def test_keep_the_pace_and_the_clock_where_summer_time_begins(self, berlin, pace, first, expected):
        assert local(slots(pace, first, NINE, 3, LONG_AGO), berlin) == expected

    def test_missing_hour_moves_one_hour_later_and_is_reported(self, berlin):
        found = slots(EACH_DAY, dt.date(2031, 3, 29), dt.time(2, 30), 3, LONG_AGO)

        assert local(found, berlin) == ["Sat 29 Mar 02:30", "Sun 30 Mar 03:30", "Mon 31 Mar 02:30"]
        assert [slot.is_moved for slot in found] == [False, True, False]

    def test_repeated_hour_means_the_first_one(self, berlin):
        (slot,) = slots(TOGETHER, dt.date(2031, 10, 26), dt.time(2, 30), 1, LONG_AGO)

        assert slot.moment == dt.datetime(2031, 10, 26, 0, 30, tzinfo=dt.UTC)
        assert not slot.is_moved

    def test_a_time_in_the_past_is_refused_in_a_sentence(self, berlin):
        now = dt.datetime(2031, 3, 28, 8, 0, tzinfo=dt.UTC)  # 09:00 in Berlin

        with pytest.raises(ScheduleError, match=r"^Fri 28 Mar 2031, 09:00 Europe/Berlin is in the past\."):
            slots(TOGETHER, FRIDAY, NINE, 1, now)
        assert slots(TOGETHER, FRIDAY, dt.time(9, 1), 1, now)

    @pytest.mark.parametrize("pace", [EACH_DAY, "6", TOGETHER])
    def test_days_beyond_the_calendar_are_refused_in_a_sentence(self, berlin, pace):
        with pytest.raises(ScheduleError, match="after the year"):
            slots(pace, dt.date(9999, 12, 30), NINE, 5, LONG_AGO)

    @pytest.mark.parametrize(
        ("day", "proposed"), [(26, dt.date(2026, 11, 27)), (27, dt.date(2026, 11, 30))], ids=["Thu", "Fri"]
    )
    def test_default_first_day_is_the_next_weekday(self, berlin, day, proposed):
        assert first_day(now=dt.datetime(2026, 11, day, 12, tzinfo=dt.UTC)) == proposed

    def test_default_first_day_uses_the_sites_time_zone(self, settings):
        settings.TIME_ZONE = "Pacific/Auckland"

        assert first_day(EACH_DAY, dt.datetime(2026, 11, 26, 20, tzinfo=dt.UTC)) == dt.date(2026, 11, 28)


def answers(**values):
    return {"pace": EACH_WEEKDAY, "at": "09:00", "first": "2031-03-28", "order": "list"} | values


@pytest.mark.django_db
class TestSchedulePage:
    def show(self, client, *articles, **values):
        """Choose articles, fill in the form and show the times; return the data of the next form."""
        form = form_data(post_action(client, "schedule", *articles).content.decode())
        return form_data(client.post(SCHEDULE, form | answers(**values)).content.decode())

    def carry_out(self, client, form):
        return client.post(SCHEDULE, form | {"_schedule": "1"}, follow=True)

    def test_shows_times_and_schedules_with_one_more_click(self, admin_client):
        articles = [create_article(title=f"Tide {number}") for number in range(5)]
        page = post_action(admin_client, "schedule", *articles)
        shown = re.findall(r"\w{3} \d+ \w{3} \d{4}, 09:00 UTC", read(page))

        done = self.carry_out(admin_client, form_data(page.content.decode()))

        moments = list(Article.objects.order_by("published_at").values_list("published_at", flat=True))
        assert [in_words(moment) for moment in moments] == shown
        assert len(set(shown)) == 5
        assert all(moment.weekday() < 5 and moment > timezone.now() for moment in moments)
        assert "5 articles were scheduled." in read(done)

    def test_changed_times_are_shown_before_they_apply(self, admin_client):
        article = create_article()
        form = self.show(admin_client, article)

        page = self.carry_out(admin_client, form | {"first": "2031-04-01"})
        article.refresh_from_db()
        before = article.status
        self.carry_out(admin_client, form_data(page.content.decode()))

        article.refresh_from_db()
        assert "These are the new times. Nothing is scheduled yet." in read(page)
        assert "Tue 1 Apr 2031, 09:00 UTC" in read(page)
        assert (before, article.published_at.date()) == ("new", dt.date(2031, 4, 1))

    def test_schedules_in_the_order_of_the_list(self, admin_client):
        articles = [create_article(title=title) for title in "bca"]
        data = {"action": "schedule", "_selected_action": [article.pk for article in articles]}

        page = admin_client.post(f"{LIST}?order=title", data)
        form = form_data(page.content.decode())
        self.carry_out(
            admin_client, form_data(admin_client.post(SCHEDULE, form | answers()).content.decode())
        )

        assert [row.title for row in Article.objects.order_by("published_at")] == ["a", "b", "c"]

    @pytest.mark.both_databases
    def test_schedules_in_the_order_of_the_dates(self, admin_client):
        dates = {"b": 3, "c": None, "a": 2}
        articles = [
            create_article(title=title, dated_at=day and dt.datetime(2025, 1, day, tzinfo=dt.UTC))
            for title, day in dates.items()
        ]

        self.carry_out(admin_client, self.show(admin_client, *articles, order="date"))

        assert [row.title for row in Article.objects.order_by("published_at")] == ["a", "b", "c"]

    def test_rejects_invalid_values_with_a_message(self, admin_client, subtests):
        articles = [create_article(), create_article()]
        form = form_data(post_action(admin_client, "schedule", *articles).content.decode())

        for values, sentence in [
            (
                {"first": "2020-01-01"},
                "Wed 1 Jan 2020, 09:00 UTC is in the past. Choose a time in the future.",
            ),
            ({"first": "0001-01-01"}, "Give a year from 1001 to 9998."),
            ({"first": "9999-12-31"}, "Give a year from 1001 to 9998."),
            ({"first": "31.31.2026"}, "Enter a valid date."),
            ({"at": "25:00"}, "Enter a valid time."),
            ({"at": ""}, "This field is required."),
            ({"pace": "never"}, "Select a valid choice."),
        ]:
            with subtests.test(values=values, sentence=sentence), rolled_back():
                page = admin_client.post(SCHEDULE, form | answers(**values) | {"_schedule": "1"})

                assert page.status_code == 200
                assert sentence in read(page)
                assert not Article.objects.exclude(status="new").exists()
                assert 'name="_schedule"' not in page.content.decode()

    def test_rejects_times_that_passed_since_they_were_shown(self, admin_client):
        article = create_article()
        form = self.show(admin_client, article, pace="together")
        shown = form["shown"].replace("2031-03-28", "2020-03-27")

        page = self.carry_out(admin_client, form | {"first": "2020-03-27", "shown": shown})

        article.refresh_from_db()
        assert "is in the past" in read(page)
        assert article.status == "new"

    def test_offers_nothing_for_published_articles_only(self, admin_client):
        page = post_action(admin_client, "schedule", factories.create_article(title="Out"))

        assert "None of these can be scheduled." in read(page)
        assert "Skipped: already published Out" in read(page)
        assert 'name="_schedule"' not in page.content.decode()

    def test_other_articles_keep_their_times_if_one_was_changed_since(self, admin_client):
        articles = [create_article() for _ in range(3)]
        form = self.show(admin_client, *articles)
        first, *others = sorted(
            articles, key=lambda article: form["planned"].split().index(f"{article.pk}.1")
        )
        Article.objects.get(pk=first.pk).save()

        page = self.carry_out(admin_client, form)

        assert "1 article was skipped because it changed" in read(page)
        days = [Article.objects.get(pk=article.pk).published_at.day for article in others]
        assert days == [31, 1]
        assert Article.objects.get(pk=first.pk).status == "new"

    def test_is_recorded_in_the_history_and_can_be_undone(self, admin_client):
        article = create_article()
        self.carry_out(admin_client, self.show(admin_client, article))
        entry = LogEntry.objects.get()

        admin_client.post(reverse("admin:blog_article_undo"), {"number": UndoableAction.objects.get().pk})

        article.refresh_from_db()
        assert entry.get_change_message() == "Scheduled for Fri 28 Mar 2031, 09:00 UTC."
        assert (article.status, article.published_at) == ("new", None)

    def test_names_the_day_without_the_requested_hour(self, admin_client, berlin):
        articles = [create_article() for _ in range(3)]
        form = form_data(post_action(admin_client, "schedule", *articles).content.decode())

        page = read(admin_client.post(SCHEDULE, form | answers(pace="day", at="02:30")))

        assert "Sun 30 Mar 2031, 03:30 Europe/Berlin The clocks go forward on this day" in page

    def test_without_articles_redirects_to_the_list(self, admin_client):
        for query in ({}, {"article": "x"}, {"article": "9" * 30}, {"article": "999"}):
            page = admin_client.get(SCHEDULE, query, follow=True)
            assert page.redirect_chain == [(LIST, 302)]
            assert "Select one or more articles first." in read(page)

    @pytest.mark.parametrize(("role", "status"), [("Writer", "new"), ("Editor", "published")])
    def test_is_for_editors_only(self, client, django_user_model, role, status):
        log_in(client, role, django_user_model)
        article = create_article()
        sent = answers() | {"seen": f"{article.pk}.1", "planned": f"{article.pk}.1", "_schedule": "1"}
        sent["shown"] = "weekday 09:00:00 2031-03-28 list"

        answer = client.post(SCHEDULE, sent)

        article.refresh_from_db()
        assert (answer.status_code == 403, article.status) == (role == "Writer", status)


@pytest.mark.django_db
class TestArticlesPage:
    def button(self, client, article):
        return re.search(
            r'<button type="submit" name="_publish"[^>]*>(\w+)</button>',
            client.get(page_of(article)).content.decode(),
        )[1]

    @pytest.mark.parametrize(("days", "word"), [(None, "Publish"), (-1, "Publish"), (1, "Schedule")])
    def test_publish_button_names_its_effect(self, admin_client, days, word):
        date = None if days is None else timezone.now() + dt.timedelta(days=days)

        assert self.button(admin_client, create_article(published_at=date)) == word

    def test_links_to_the_schedule_and_back(self, admin_client):
        article = create_article()
        address = re.search(
            r'href="([^"]*/schedule/[^"]*)"', admin_client.get(page_of(article)).content.decode()
        )[1]

        shown = admin_client.get(address)
        form = form_data(shown.content.decode())
        done = admin_client.post(address, form | {"_schedule": "1"}, follow=True)

        article.refresh_from_db()
        assert article.status == "published"
        assert article.published_at > timezone.now()
        assert done.redirect_chain == [(page_of(article), 302)]

    def test_of_a_public_article_offers_no_schedule(self, admin_client):
        page = admin_client.get(page_of(factories.create_article())).content.decode()

        assert SCHEDULE not in page

    def test_names_the_time_zone_beside_the_date(self, admin_client, berlin):
        page = read(admin_client.get(page_of(create_article())))

        assert "Europe/Berlin" in page
