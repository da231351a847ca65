"""The hourly cleaning: a part that fails keeps no other from deleting, and no worker from reporting."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import OperationalError
from django.utils import timezone

from blog.jobs import registry, worker
from blog.jobs.registry import clean_up, cleanup_hook
from blog.jobs.worker import Reporter, forget_sessions
from blog.models import CodeAttempts, UndoableAction, Worker
from blog.review.jobs import forget_undoable_actions


@pytest.fixture
def cleanings(monkeypatch):
    monkeypatch.setattr(registry, "_cleanup_hooks", [])


@pytest.mark.parametrize("error", [OSError("the disk"), OperationalError("locked"), ValueError("a bug")])
class TestFailure:
    def test_keeps_no_other_part_from_deleting(self, cleanings, error, caplog):
        done = []

        @cleanup_hook
        def fail():
            raise error

        cleanup_hook(lambda: done.append(True))
        clean_up()

        assert done == [True]
        assert "fail" in caplog.text

    @pytest.mark.django_db
    def test_does_not_end_the_reports_of_the_worker(self, monkeypatch, error):
        def fail():
            raise error

        monkeypatch.setattr(worker, "clean_up", fail)
        reporter = Reporter()

        reporter._report()
        reporter._report()

        assert Worker.objects.alive().count() == 1


@pytest.mark.django_db
class TestSessions:
    def test_that_have_expired_are_deleted(self):
        now = timezone.now()
        for key, expires_at in (("old", now - timedelta(hours=1)), ("new", now + timedelta(hours=1))):
            Session.objects.create(session_key=key, session_data="", expire_date=expires_at)

        forget_sessions()

        assert list(Session.objects.values_list("session_key", flat=True)) == ["new"]


@pytest.mark.django_db
class TestFailedLogins:
    def test_that_no_longer_limit_others_are_deleted(self):
        for minutes in (10, 20):
            before = timezone.now() - timedelta(minutes=minutes)
            CodeAttempts.objects.create(key=f"log-in {minutes}", number=1, last_at=before)

        CodeAttempts.objects.forget_old()

        assert [row.key for row in CodeAttempts.objects.all()] == ["log-in 10"]


@pytest.mark.django_db
class TestUndoableActions:
    def test_old_ones_of_all_users_are_deleted(self, django_user_model):
        user = django_user_model.objects.create_user("ada")
        for days, fix in ((0, ""), (2, ""), (2, "dead_link"), (31, "dead_link")):
            done_at = timezone.now() - timedelta(days=days)
            UndoableAction.objects.create(user=user, fix=fix, done_at=done_at)

        forget_undoable_actions()

        left = UndoableAction.objects.order_by("-done_at").values_list("fix", flat=True)
        assert list(left) == ["", "dead_link"]
