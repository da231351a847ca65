"""The nursery loads the application once, and ends when the processes that it forked share it."""

import shutil
from pathlib import Path

import pytest

from site_config.nursery import NAME
from tests.support.servers import basic_environment, running_server, serving_workers, wait_until, workers_of


@pytest.fixture
def server(migrated_data, tmp_path):
    shutil.copytree(migrated_data, tmp_path / "data")
    environment = basic_environment(tmp_path) | {"WEB_CONCURRENCY": "2"}
    with running_server(environment, tmp_path) as server:
        wait_until(lambda: serving_workers(server) == 2)
        yield server


def names_of_children(server) -> list[str]:
    children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text()
    return [Path(f"/proc/{pid}/comm").read_text().strip() for pid in children.split()]


def shared_kilobytes(pid) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Shared_Dirty:"))


def test_workers_share_the_memory_of_the_application_and_the_nursery_ends(server):
    wait_until(lambda: NAME not in names_of_children(server))
    workers = workers_of(server)

    assert len(workers) == 2
    assert all(shared_kilobytes(pid) > 20_000 for pid in workers)
