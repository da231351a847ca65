"""The worker next to the server has its jobs run by a process that ends soon after them."""

import os
import signal

import pytest

from tests.jobs.test_worker import LONG, site  # noqa: F401 -- a fixture
from tests.support.failing_jobs import START
from tests.support.processes import children_of, wait_until_gone
from tests.support.servers import wait_until

WAIT = """
from django.core.management import call_command
from blog.jobs import waiting
waiting.IDLE_SECONDS = 0.1
jobs.start("count", file={file!r}, batches={batches})
call_command("db_worker", interval=0.05, ends_with_parent=True)
"""


@pytest.fixture
def start(site):  # noqa: F811 -- the fixture
    def start(batches):
        worker = site.site.start_script(START + WAIT.format(file=str(site.file), batches=batches))
        site.workers.append(worker)
        site.wait_for_lines(3)
        [(running, *_)] = {(process,) for _job, process, _number in site.lines()}
        assert children_of(worker.pid) == [running]
        return worker, running

    return start


# The fixture `site` starts one, too; bin/test finds the files of its part by this name.
@pytest.mark.usefixtures("new_site")
@pytest.mark.both_databases(only_long=True)
class TestJobs:
    def test_run_in_a_process_that_ends_after_them(self, site, start):  # noqa: F811 -- the fixture
        worker, running = start(5)

        assert wait_until_gone([running]) == []
        assert site.job("state") == "done"
        worker.terminate()
        assert worker.wait(10) == 0
        assert site.site.value("SELECT count(*) FROM blog_worker") == 0

    def test_are_requeued_at_term(self, site, start):  # noqa: F811 -- the fixture
        worker, running = start(LONG)

        worker.terminate()

        assert worker.wait(20) == 0
        assert wait_until_gone([running]) == []
        assert (site.job("state"), site.job("attempts")) == ("waiting", 0)

    def test_are_requeued_when_the_worker_is_killed(self, site, start):  # noqa: F811 -- the fixture
        worker, _running = start(LONG)

        worker.kill()

        wait_until(lambda: site.job("state") == "waiting")

    def test_are_recovered_when_their_process_is_killed(self, site, start):  # noqa: F811 -- the fixture
        worker, running = start(LONG)

        os.kill(running, signal.SIGKILL)

        assert worker.wait(20) == 1  # the arbiter starts it again, after a pause
        assert (site.job("state"), site.job("attempts")) == ("waiting", 1)
