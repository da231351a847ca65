"""The calendar: articles on their days in the site's time zone, gaps, and moving a scheduled article."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from blog.extensions.calendar.screen import Period
from blog.models import Article, UndoableAction
from tests.support.factories import create_article, create_articles

pytestmark = pytest.mark.django_db
PAGE = "/admin/calendar/"
YEAR = timezone.localdate().year + 1


def days_of(page) -> dict[str, list[tuple[str, str, str]]]:
    """Return {day: [(kind, time, title)]} of the days with articles."""
    return {
        day["date"].isoformat(): [
            (item["kind"], f"{item['moment']:%H:%M}", item["article"].title) for item in day["items"]
        ]
        for week in page.context["weeks"]
        for day in week
        if day["number"]
    }


def at(month, day, hour=9):
    return datetime(YEAR, month, day, hour, tzinfo=UTC)


def move(client, article, day, time="10:00", **fields):
    data = {"article": article.pk, "seen": article.lock_version, "day": day, "at": time}
    return client.post(f"{PAGE}?month={YEAR}-03", data | fields, follow=True)


class TestPeriods:
    @pytest.mark.parametrize(
        ("kind", "day", "first", "last"),
        [
            ("month", date(2026, 11, 26), date(2026, 10, 26), date(2026, 12, 6)),
            ("month", date(2027, 2, 1), date(2027, 2, 1), date(2027, 2, 28)),  # exactly four weeks
            ("month", date(2026, 12, 31), date(2026, 11, 30), date(2027, 1, 3)),
            ("week", date(2026, 11, 29), date(2026, 11, 23), date(2026, 11, 29)),
            ("day", date(2026, 11, 29), date(2026, 11, 29), date(2026, 11, 29)),
        ],
    )
    def test_shows_whole_weeks(self, kind, day, first, last):
        days = Period.of(kind, day).days

        assert (days[0], days[-1]) == (first, last)

    @pytest.mark.parametrize("query", [{"month": "2026-13"}, {"week": "x"}, {"day": "0000-00-00"}, {}])
    def test_an_invalid_period_is_this_month(self, admin_client, query):
        page = admin_client.get(PAGE, query)

        assert page.context["period"] == Period.of("month", timezone.localdate())

    def test_the_last_month_has_no_next_one(self, admin_client):
        page = admin_client.get(PAGE, {"month": "9998-12"})

        assert (page.status_code, page.context["period"].next) == (200, "")


class TestDays:
    @pytest.mark.both_databases
    def test_lists_published_and_scheduled_articles_in_the_sites_time_zone(self, admin_client, settings):
        settings.TIME_ZONE = "America/New_York"
        today = timezone.localdate()
        create_article(title="Out", published_at=timezone.now() - timedelta(minutes=1))
        create_article(title="Late", published_at=at(3, 2, hour=3))  # 22:00 on the day before
        create_article(title="Draft", status="new", published_at=at(3, 2))

        assert days_of(admin_client.get(PAGE, {"month": f"{YEAR}-03"})) == {
            f"{YEAR}-03-01": [("planned", "22:00", "Late")]
        }
        assert [title for *_, title in days_of(admin_client.get(PAGE))[today.isoformat()]] == ["Out"]

    def test_a_day_with_more_than_three_articles_leads_to_its_page(self, admin_client):
        create_articles(4, published_at=at(3, 1))

        html = admin_client.get(PAGE, {"month": f"{YEAR}-03"}).content.decode()
        page = admin_client.get(PAGE, {"day": f"{YEAR}-03-01"})

        assert f'href="{PAGE}?day={YEAR}-03-01"><span>4 articles</span>' in html
        assert len(days_of(page)[f"{YEAR}-03-01"]) == 4

    def test_what_waits_for_an_approval_is_marked(self, admin_client, settings):
        create_article(published_at=at(3, 1), generated_by="Gemini")
        Article.objects.update(is_withheld=True)
        settings.REQUIRE_REVIEW = True

        page = admin_client.get(PAGE, {"week": f"{YEAR}-03-01"})

        assert [item[0] for item in days_of(page)[f"{YEAR}-03-01"]] == ["late"]
        assert "Waits for approval" in page.content.decode()

    def test_weekdays_to_come_are_open(self, admin_client):
        days = [day for week in admin_client.get(PAGE).context["weeks"] for day in week]

        today = timezone.localdate()
        assert [day["date"] for day in days if day["is_open"]] == [
            day["date"] for day in days if day["date"] >= today and day["date"].weekday() < 5
        ]

    def test_says_what_is_scheduled_and_approved_and_where_gaps_are(self, admin_client):
        empty = admin_client.get(PAGE).context["summary"]["sentences"]
        create_article(published_at=at(3, 1), generated_by="Gemini")  # not approved
        create_articles(2, published_at=at(4, 2))

        sentences = admin_client.get(PAGE).context["summary"]["sentences"]

        assert '<span class="n">3</span> Scheduled' in admin_client.get("/admin/").content.decode()
        assert empty == ["Nothing is scheduled."]
        assert sentences[0] == f"3 scheduled, up to 2 April {YEAR}."
        assert re.fullmatch(r"Nothing is planned for \d weekdays next week\.", sentences[-1])

    @pytest.mark.parametrize("number", [3, 30])
    def test_queries_do_not_depend_on_the_number_of_articles(
        self, admin_client, django_assert_max_num_queries, number
    ):
        for day in range(1, number, 3):
            create_article(published_at=at(3, day))

        with django_assert_max_num_queries(18):
            admin_client.get(PAGE, {"month": f"{YEAR}-03"})


class TestMoving:
    @pytest.fixture
    def article(self):
        return create_article(title="Tides", published_at=at(3, 5))

    def test_the_article_in_hand_has_a_form_with_its_day_and_time(self, admin_client, article):
        page = admin_client.get(PAGE, {"month": f"{YEAR}-03", "article": article.pk})

        assert page.context["in_hand"] == article
        assert f'value="{YEAR}-03-05"' in page.content.decode()
        assert 'value="09:00"' in page.content.decode()

    def test_moves_it_and_can_be_undone(self, admin_client, article):
        page = move(admin_client, article, f"{YEAR}-04-07")

        article.refresh_from_db()
        assert article.published_at == at(4, 7, hour=10)
        assert page.redirect_chain[-1][0] == f"{PAGE}?month={YEAR}-04"  # where it is now
        admin_client.post(reverse("admin:blog_article_undo"), {"number": UndoableAction.objects.last().pk})
        article.refresh_from_db()
        assert article.published_at == at(3, 5)

    def test_keeps_a_change_made_meanwhile(self, admin_client, article):
        page = move(admin_client, article, f"{YEAR}-03-07", seen=article.lock_version - 1)

        article.refresh_from_db()
        assert article.published_at == at(3, 5)
        assert "was skipped because it changed" in page.content.decode()

    def test_refuses_a_time_in_the_past(self, admin_client, article):
        page = move(admin_client, article, "2020-01-01")

        article.refresh_from_db()
        assert article.published_at == at(3, 5)
        assert "is in the past" in page.content.decode()

    def test_refuses_a_key_that_no_database_can_store(self, admin_client, article):
        forged = Article(pk="9" * 19, lock_version=article.lock_version)

        assert move(admin_client, forged, f"{YEAR}-03-07").status_code == 200

    def test_a_published_article_stays(self, admin_client):
        article = create_article()

        move(admin_client, article, f"{YEAR}-03-07")

        assert not Article.objects.get().is_dated_in_future
