"""The process that starts the worker next to the server, and restarts it."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from tests.support.processes import wait_until_gone
from tests.support.servers import ROOT, basic_environment, running_server, wait_until

# Stands for the worker: it writes its pid into a file, and ends with status 0 at TERM, as the worker does.
STAND_IN = 'trap "exit 0" TERM; echo $$ >> "$0"; while :; do sleep 0.05; done'
WATCH = "from site_config import worker_supervisor; worker_supervisor.main({command!r})"
# A parent that starts the watch and waits.
PARENT = "import subprocess, sys; subprocess.Popen([sys.executable, '-c', sys.argv[1]]).wait()"


class Workers:
    """The workers that were started, by the file into which each writes its pid."""

    def __init__(self, file):
        self.file = file
        self.script = WATCH.format(command=["sh", "-c", STAND_IN, str(file)])

    @property
    def pids(self) -> list[int]:
        return list(map(int, self.file.read_text().split()))

    def wait_for(self, number: int):
        wait_until(lambda: len(self.pids) >= number)


@pytest.fixture
def workers(tmp_path):
    file = tmp_path / "pids"
    file.touch()
    return Workers(file)


@pytest.fixture
def watch(workers):
    with subprocess.Popen([sys.executable, "-c", workers.script], cwd=ROOT) as process:  # noqa: S603 -- our own
        workers.wait_for(1)
        yield process
        process.terminate()


class TestWatch:
    def test_starts_a_killed_worker_again(self, workers, watch):
        os.kill(workers.pids[0], signal.SIGKILL)

        workers.wait_for(2)

    def test_hup_starts_a_new_one_when_the_old_one_has_ended(self, workers, watch):
        watch.send_signal(signal.SIGHUP)

        workers.wait_for(2)
        assert wait_until_gone(workers.pids[:1]) == []

    def test_term_ends_the_worker_too(self, workers, watch):
        watch.terminate()

        assert watch.wait(20) == 0
        assert wait_until_gone(workers.pids) == []
        assert len(workers.pids) == 1

    def test_ends_with_the_process_that_started_it_even_if_that_is_killed(self, workers):
        command = [sys.executable, "-c", PARENT, workers.script]
        with subprocess.Popen(command, cwd=ROOT) as parent:  # noqa: S603 -- our own
            workers.wait_for(1)
            parent.kill()

        assert wait_until_gone(workers.pids) == []


class TestServer:
    def test_starts_and_ends_the_worker(self, migrated_data, tmp_path):
        data = shutil.copytree(migrated_data, tmp_path / "data")

        with running_server(basic_environment(tmp_path) | {"GALLEY_WORKER": "yes"}, tmp_path) as server:
            wait_until(lambda: '"last_seen": "2' in server.ask("/health/ready/")[2].decode(), pause=0.3)

        with closing(sqlite3.connect(data / "db.sqlite3")) as database:
            there = database.execute("SELECT count(*) FROM blog_worker").fetchone()
        assert there == (0,)  # it has ended in good order
