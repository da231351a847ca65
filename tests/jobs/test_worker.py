"""Real workers: shutdown, kills, and sharing jobs."""

import os

import pytest

from tests.support.failing_jobs import START, WORK
from tests.support.servers import wait_until

LONG = 10_000  # batches: a job that does not end by itself within a test

FORKED_WORKERS = """
import os
from django.core.management import call_command
for attempt in range(4):
    if os.fork() == 0:
        if attempt == 0:
            jobs.start("kill")
        call_command("db_worker", batch=True)
        os._exit(0)
    os.wait()
"""


ORPHAN = """
import os, time
from django.core.management import call_command
from site_config.supervisor import begin
parent = os.getpid()
if os.fork() == 0:
    jobs.start("count", file={file!r}, batches={batches})
    begin(parent)
    call_command("db_worker")
time.sleep(60)
"""


class Site:
    """A site whose jobs write lines into a file."""

    def __init__(self, site, file):
        self.site = site
        self.file = file
        self.workers = []

    def work(self, *batches, kind="count", batch=False, idle=None):
        """Start a worker, and before it a job for each number of batches."""
        starts = [f"jobs.start({kind!r}, file={str(self.file)!r}, batches={number})\n" for number in batches]
        script = START + "".join(starts) + WORK.format(batch=batch, idle=idle)
        worker = self.site.start_script(script)
        self.workers.append(worker)
        return worker

    def lines(self) -> list[list[int]]:
        """Return (job, process, number) of each batch."""
        return [list(map(int, line.split())) for line in self.file.read_text().splitlines()]

    def wait_for_lines(self, number=3):
        wait_until(lambda: len(self.lines()) >= number)

    def job(self, fields, number=1):
        return self.site.value(f"SELECT {fields} FROM blog_job ORDER BY id LIMIT 1 OFFSET {number - 1}")  # noqa: S608 -- our own words


@pytest.fixture
def site(new_site, tmp_path):
    file = tmp_path / "lines"
    file.touch()
    with new_site(tmp_path) as galley:
        site = Site(galley, file)
        yield site
        for worker in site.workers:
            worker.kill()
            worker.wait()


class TestReaders:
    def test_have_priority_over_the_worker(self, site):
        worker = site.work(LONG)
        site.wait_for_lines(1)

        assert os.getpriority(os.PRIO_PROCESS, worker.pid) > os.getpriority(os.PRIO_PROCESS, 0)


class TestTerm:
    def test_ends_after_the_current_batch_and_the_next_worker_continues(self, site):
        worker = site.work(60)
        site.wait_for_lines()

        worker.terminate()
        worker.terminate()  # of somebody else who ends all processes

        assert worker.wait(20) == 0
        assert (site.job("state"), site.job("attempts")) == ("waiting", 0)
        assert site.site.value("SELECT count(*) FROM blog_worker") == 0
        assert site.work(batch=True).wait(60) == 0
        assert (site.job("state"), site.job("done")) == ("done", 60)


class TestIdle:
    def test_ends_some_time_after_its_last_job(self, site):
        worker = site.work(3, idle=0.5)

        assert worker.wait(60) == 0
        assert site.job("state") == "done"
        assert site.site.value("SELECT count(*) FROM blog_worker") == 0


class TestEndOfTheParent:
    def test_ends_the_worker_and_its_job_waits(self, site):
        parent = site.site.start_script(START + ORPHAN.format(file=str(site.file), batches=LONG))
        site.wait_for_lines()

        parent.kill()

        wait_until(lambda: site.job("state") == "waiting")


class TestKill:
    @pytest.mark.both_databases
    def test_next_worker_recovers_its_job(self, site):
        worker = site.work(60)
        site.wait_for_lines()

        worker.kill()
        worker.wait()

        assert site.job("state") == "running"
        assert site.work(batch=True).wait(60) == 0
        assert (site.job("state"), site.job("attempts")) == ("done", 2)

    def test_job_that_kills_its_worker_fails_after_three_attempts(self, site):
        worker = site.site.start_script(START + FORKED_WORKERS)

        assert worker.wait(60) == 0
        assert (site.job("state"), site.job("attempts")) == ("failed", 3)
        assert "3" in site.job("reason")


@pytest.mark.both_databases
@pytest.mark.parametrize("kind", ["count", "count_in_thread"])
class TestTwoWorkers:
    def test_run_neither_the_same_job_nor_two_of_a_group(self, site, kind):
        first = site.work(LONG, kind=kind)
        site.wait_for_lines()

        second = site.work(20, kind=kind, batch=True)
        assert second.wait(60) == 0  # it finds nothing that it may run

        assert (site.job("state", 1), site.job("state", 2)) == ("running", "waiting")
        site.site.database.cursor().execute("UPDATE blog_job SET stop_requested_at = created_at WHERE id = 1")
        wait_until(lambda: site.job("state", 2) == "done")
        assert {process for _job, process, _number in site.lines()} == {first.pid}
        assert [job for job, *_ in site.lines()] == sorted(job for job, *_ in site.lines())
        assert site.job("attempts", 1) == 1
