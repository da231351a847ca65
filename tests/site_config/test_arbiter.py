"""The arbiter ends workers: also those that were not ready for the signal."""

import signal
from types import SimpleNamespace

import pytest
from gunicorn.arbiter import Arbiter
from gunicorn.errors import HaltServer

from site_config.arbiter import READY, PatientArbiter
from site_config.job_worker import JobWorker


@pytest.fixture
def arbiter(tmp_path, monkeypatch):
    """An arbiter of one ready worker, 1, whose signals are only listed."""
    arbiter = object.__new__(PatientArbiter)
    arbiter.WORKERS, arbiter._num_workers = {}, 1
    arbiter.signals, arbiter.has_started, arbiter.jobs = [], True, JobWorker()
    monkeypatch.setattr(arbiter, "kill_worker", lambda pid, sent: arbiter.signals.append((pid, sent)))
    with (tmp_path / "state").open("w+b") as state:
        state.write(READY)
        state.flush()
        arbiter.WORKERS[1] = SimpleNamespace(tmp=state, age=1)
        yield arbiter


def test_a_worker_that_missed_the_signal_gets_it_again(arbiter):
    arbiter.WORKERS[2] = arbiter.WORKERS[1]
    arbiter.end(frozenset([2]))

    arbiter.manage_workers()
    del arbiter.WORKERS[2]
    arbiter.manage_workers()

    assert arbiter.signals == [(2, signal.SIGTERM)] * 2
    assert arbiter.new_workers.keys() == {1}


def test_a_second_worker_that_does_not_start_does_not_interrupt_stopping(arbiter, monkeypatch):
    failures = iter([HaltServer("App failed to load.", 4)])

    def reap(arbiter):
        for failure in failures:
            raise failure

    monkeypatch.setattr(Arbiter, "reap_workers", reap)
    monkeypatch.setattr(Arbiter, "stop", lambda arbiter, graceful: arbiter.reap_workers())
    arbiter.WORKERS.clear()

    arbiter.stop()

    assert list(failures) == []
