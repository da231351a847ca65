"""The job worker next to the server, which the arbiter starts when there are jobs."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from unittest.mock import Mock

import pytest
from django.db import OperationalError

from blog.jobs.models import Worker
from site_config import job_watch, job_worker
from site_config.job_watch import JobWatch
from site_config.job_worker import JobWorker, Requests, run_command
from tests.support.processes import wait_until_gone
from tests.support.servers import forked_server, wait_until, workers_of

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

    def test_is_due_on_request_after_it_ended_in_good_order(self, jobs):
        ended = jobs.current
        wait_until(lambda: _waits_for_term(ended))
        jobs.requests.add()  # by a job that it runs itself

        os.kill(ended, signal.SIGTERM)

        wait_until(lambda: seen_ended(jobs, ended))
        assert not jobs.is_due
        jobs.requests.add()
        assert jobs.is_due
        start(jobs)
        assert not jobs.requests

    def test_is_due_once_an_hour(self, jobs, monkeypatch):
        jobs.current = None
        assert not jobs.is_due

        monkeypatch.setattr(job_worker, "START_EVERY", 0)

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
            pid = start(jobs)
            wait_until(lambda: _waits_for_term(pid))  # it no longer opens files
            files = Path(f"/proc/{pid}/fd")

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


def test_command_ends_with_its_parent():
    script = "from site_config.job_worker import run_command; print(run_command(['sleep', '60'])); input()"
    command = [sys.executable, "-uc", script]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:  # noqa: S603 -- our own
        pid = int(parent.stdout.readline())

        parent.kill()

        assert wait_until_gone([pid]) == []


class TestJobWatch:
    @pytest.fixture
    def watch(self, monkeypatch):
        monkeypatch.setattr(job_watch, "LOOK_SECONDS", 0.01)
        watch = JobWatch(Requests(), os.getpid())
        watch.reporter.report_if_due = lambda: None
        return watch

    def test_continues_after_any_error(self, watch, monkeypatch):
        watch.reporter = Mock()
        looks = [RuntimeError("can't start new thread"), OperationalError("away"), *[True] * 100]
        monkeypatch.setattr(job_watch, "is_work_waiting", Mock(side_effect=looks))

        watch.start()

        wait_until(lambda: bool(watch.requests), seconds=5)
        watch.end()

    def test_ends_without_the_database(self, watch, monkeypatch):
        monkeypatch.setattr(Worker.objects, "filter", Mock(side_effect=OperationalError("away")))
        monkeypatch.setattr(job_watch, "is_work_waiting", lambda: False)
        watch.start()
        wait_until(lambda: watch.is_writer)

        watch.end()

        assert not watch.is_alive()


class TestServer:
    def test_starts_the_worker_when_jobs_wait_and_ends_it(self, new_site, tmp_path):
        with new_site(tmp_path) as site:
            with forked_server(site.environment | {"GALLEY_WORKER": "yes"}, tmp_path) as server:
                wait_until(lambda: job_workers(server) and number_of_workers(site) == 2)
                [first] = job_workers(server)
                os.kill(first, signal.SIGTERM)
                assert wait_until_gone([first]) == []
                assert number_of_workers(site) == 1  # the server reports that one will be started

                script = "from blog import jobs; jobs.start('send_mail')"
                assert site.start_script(script).wait(60) == 0

                ended = "SELECT count(*) FROM blog_job WHERE ended_at IS NOT NULL"
                wait_until(lambda: site.value(ended) == 1, pause=0.1)
            assert number_of_workers(site) == 0  # all have ended in good order


def number_of_workers(site) -> int:
    return site.value("SELECT count(*) FROM blog_worker")


def job_workers(server) -> list[int]:
    """Return the children of the arbiter that have process groups of their own."""
    return [pid for pid in workers_of(server) if os.getpgid(pid) == pid]
