"""The thread in a web worker that requests the job worker."""

import signal
import tempfile
from types import SimpleNamespace
from unittest.mock import Mock

import pytest
from django.db import OperationalError

from blog.models import Worker
from site_config import job_watch
from site_config.job_watch import JobWatch
from tests.support.servers import wait_until


@pytest.fixture
def requests(monkeypatch):
    """The function that sends signals."""
    kill = Mock()
    monkeypatch.setattr(job_watch, "os", SimpleNamespace(kill=kill))
    return kill


@pytest.fixture
def watch(monkeypatch, requests):
    monkeypatch.setattr(job_watch, "LOOK_SECONDS", 0.01)
    with tempfile.TemporaryFile() as file:
        watch = JobWatch(file.fileno(), 1)
        watch.reporter.report_if_due = lambda: None
        yield watch


def test_continues_after_any_error(watch, requests, monkeypatch):
    watch.reporter = Mock()
    looks = [RuntimeError("can't start new thread"), OperationalError("away"), *[True] * 100]
    monkeypatch.setattr(job_watch, "is_work_waiting", Mock(side_effect=looks))

    watch.start()

    wait_until(lambda: requests.called, seconds=5)
    watch.end()
    requests.assert_called_with(watch.supervisor, signal.SIGUSR1)


def test_ends_without_the_database(watch, monkeypatch):
    monkeypatch.setattr(Worker.objects, "filter", Mock(side_effect=OperationalError("away")))
    monkeypatch.setattr(job_watch, "is_work_waiting", lambda: False)
    watch.start()
    wait_until(lambda: watch.is_first)

    watch.end()

    assert not watch.is_alive()
