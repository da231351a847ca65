"""Counts of requests by strangers."""

from datetime import timedelta

import pytest
from django.utils import timezone

from blog.mail.limits import PERIOD, RequestCount

pytestmark = pytest.mark.django_db


def count():
    return RequestCount.objects.count_request("letter", "nora@arle.example")


def move(by):
    for row in RequestCount.objects.all():
        RequestCount.objects.filter(pk=row.pk).update(since=row.since + by)


class TestClockSetBack:
    @pytest.fixture(autouse=True)
    def three_requests_of_tomorrow(self):
        for _ in range(3):
            count()
        move(timedelta(days=1))

    def test_the_count_stays(self):
        assert [count(), count()] == [4, 5]

    def test_the_count_ends_after_the_period(self):
        count()
        move(-PERIOD)

        assert count() == 1

    def test_the_row_is_deleted_after_the_period(self):
        RequestCount.objects.forget_old()
        kept = RequestCount.objects.get()
        move(-PERIOD)
        RequestCount.objects.forget_old()

        assert kept.since <= timezone.now()
        assert not RequestCount.objects.exists()
