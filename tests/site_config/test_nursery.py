"""The nursery loads the application once, and ends when the processes that it forked share it."""

import os
import shutil
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from site_config.nursery import Nursery
from tests.support.processes import children_of
from tests.support.servers import basic_environment, running_server, serving_workers, wait_until, workers_of


@pytest.fixture
def server(migrated_data, tmp_path):
    shutil.copytree(migrated_data, tmp_path / "data")
    environment = basic_environment(tmp_path) | {"WEB_CONCURRENCY": "2", "GALLEY_WORKER": "yes"}
    with running_server(environment, tmp_path) as server:
        wait_until(lambda: serving_workers(server) == 2)
        yield server


def shared_kilobytes(pid) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Shared_Dirty:"))


def has_socket(pid) -> bool:
    return any(os.readlink(file).startswith("socket:") for file in Path(f"/proc/{pid}/fd").iterdir())


def test_processes_share_the_memory_of_the_application_and_the_nursery_ends(server):
    wait_until(lambda: len(workers_of(server)) == 3)
    wait_until(lambda: len(children_of(server.process.pid)) == 3, seconds=30)
    job_workers = [pid for pid in workers_of(server) if os.getpgid(pid) == pid]

    assert all(shared_kilobytes(pid) > 20_000 for pid in workers_of(server))
    assert len(job_workers) == 1
    # The port is free again when the server has ended, though its last job has not.
    assert not has_socket(job_workers[0])


class TestLoading:
    """A nursery whose application takes a minute to load."""

    @pytest.fixture
    def nursery(self):
        app = SimpleNamespace(wsgi=lambda: time.sleep(60))
        nursery = Nursery(SimpleNamespace(pid=os.getpid(), timeout=0.1, app=app))
        yield nursery
        os.waitpid(nursery.pid, 0)

    def test_is_ended_at_the_time_limit_of_workers(self, nursery):
        nursery.look()
        assert not nursery.has_ended

        time.sleep(0.1)
        nursery.look()
        assert nursery.has_ended

    def test_is_ended_with_the_server(self, nursery):
        nursery.end()
        assert nursery.has_ended
