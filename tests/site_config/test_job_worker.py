"""The job worker next to the server, which the arbiter starts again when it ends."""

import os
import shutil
import signal
import socket
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from site_config import job_worker
from site_config.job_worker import JobWorker, run_command
from tests.support.processes import wait_until_gone
from tests.support.servers import basic_environment, running_server, wait_until

# Stands for the worker: it ends with status 0 at TERM, as the worker does.
STAND_IN = ["sh", "-c", 'trap "exit 0" TERM; while :; do sleep 0.05; done']


@pytest.fixture
def jobs(monkeypatch):
    monkeypatch.setattr(job_worker, "FIRST_PAUSE", 0.3)
    jobs = JobWorker()
    jobs.pause = job_worker.FIRST_PAUSE
    jobs.renew()
    start(jobs)
    yield jobs
    jobs.end(5)


def start(jobs) -> int:
    assert jobs.is_due
    jobs.start(lambda: run_command(STAND_IN))
    return jobs.current


def seen_ended(jobs, pid) -> bool:
    jobs.look()
    return pid not in jobs.pids


class TestJobWorker:
    def test_is_due_again_a_while_after_it_was_killed(self, jobs):
        killed = jobs.current
        assert not jobs.is_due

        os.kill(killed, signal.SIGKILL)

        wait_until(lambda: seen_ended(jobs, killed))
        assert not jobs.is_due
        wait_until(lambda: jobs.is_due)
        assert start(jobs) != killed

    def test_is_due_at_once_after_it_ended_in_good_order(self, jobs):
        ended = jobs.current
        wait_until(lambda: _waits_for_term(ended))

        os.kill(ended, signal.SIGTERM)

        wait_until(lambda: seen_ended(jobs, ended))
        assert jobs.is_due

    def test_renewing_starts_a_new_one_while_the_old_one_ends_its_batch(self, jobs):
        old = jobs.current
        jobs.renew()
        new = start(jobs)

        wait_until(lambda: seen_ended(jobs, old))
        assert jobs.pids == [new]
        assert jobs.current == new

    def test_does_not_inherit_the_sockets_of_the_server(self, jobs):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            listener.set_inheritable(True)
            jobs.renew()
            files = Path(f"/proc/{start(jobs)}/fd")

            assert not any(os.readlink(file).startswith("socket:") for file in files.iterdir())

    def test_is_not_due_after_its_end(self, jobs):
        pid = jobs.current
        jobs.end(5)

        assert wait_until_gone([pid]) == []
        assert not jobs.is_due


def _waits_for_term(pid) -> bool:
    """Whether the shell has set its trap."""
    with open(f"/proc/{pid}/status") as file:
        caught = next(line for line in file if line.startswith("SigCgt"))
    return bool(int(caught.split()[1], 16) & 1 << (signal.SIGTERM - 1))


class TestServer:
    def test_starts_and_ends_the_worker(self, migrated_data, tmp_path):
        data = shutil.copytree(migrated_data, tmp_path / "data")

        with running_server(basic_environment(tmp_path) | {"GALLEY_WORKER": "yes"}, tmp_path) as server:
            wait_until(lambda: '"last_seen": "2' in server.ask("/health/ready/")[2].decode(), pause=0.3)

        with closing(sqlite3.connect(data / "db.sqlite3")) as database:
            there = database.execute("SELECT count(*) FROM blog_worker").fetchone()
        assert there == (0,)  # it has ended in good order
