"""A picture host that does not answer keeps neither readers nor other jobs waiting, and *Stop* ends it."""

import pytest

from tests.support.crowds import Seconds, crowd
from tests.support.failing_jobs import START
from tests.support.picture_server import picture_server
from tests.support.servers import forked_server, wait_until

PICTURES = 40
BATCHES = 20
# A worker that knows the job "count", and whose fetcher reaches the server of the test.
WORKER = """
import blog.images.jobs
from django.core.management import call_command
from tests.support.picture_server import PictureServer
blog.images.jobs.site_fetcher = lambda: PictureServer({port}).fetcher(seconds=60)
jobs.start("mirror_images")
jobs.start("count", file={file!r}, batches={batches})
call_command("db_worker", interval=0.05)
"""


@pytest.fixture
def host():
    with picture_server() as server:
        server.seconds = 60
        yield server


@pytest.fixture
def site(host, new_site, tmp_path):
    """A site with an article whose pictures are on that host."""
    pictures = "\n\n".join(f"![One]({host.address(f'/{number}.png')})" for number in range(PICTURES))
    (tmp_path / "posts").mkdir()
    (tmp_path / "posts" / "a.md").write_text(f"---\ntitle: Tides\n---\n\nWords.\n\n{pictures}\n")
    with new_site(tmp_path) as site:
        assert site.fork("import_articles", tmp_path / "posts", "--quiet", "--no-check").wait() == 0
        yield site


@pytest.mark.both_databases(only_long=True)  # only SQLite has a lock that all wait for
def test_readers_and_jobs_go_on(site, host, tmp_path):
    seconds, lines = Seconds(), tmp_path / "lines"

    def state(kind):
        return site.value(f"SELECT state FROM blog_job WHERE kind = '{kind}'")  # noqa: S608 -- our own word

    with forked_server(site.environment, tmp_path) as server:
        script = START + WORKER.format(port=host.port, file=str(lines), batches=BATCHES)
        worker = site.start_script(script)
        try:
            with crowd(server, ["/", "/archive/", "/health/"], 2, pause=0.02, seconds=seconds) as readers:
                wait_until(lambda: host.asked and state("count") == "done")
                assert state("mirror_images") == "running"
                stop = "UPDATE blog_job SET stop_requested_at = created_at WHERE kind = 'mirror_images'"
                site.database.cursor().execute(stop)
                wait_until(lambda: state("mirror_images") == "stopped", seconds=20)
        finally:
            worker.terminate()
            assert worker.wait(40) == 0
    results, failures = readers
    assert failures == []
    assert set(results) == {200}
    assert seconds.of_most < 0.5


@pytest.mark.both_databases(only_long=True)
def test_a_worker_that_ends_lets_it_wait(site, host, tmp_path):
    script = START + WORKER.format(port=host.port, file=str(tmp_path / "lines"), batches=1)
    worker = site.start_script(script)
    wait_until(lambda: host.asked)

    worker.terminate()

    assert worker.wait(40) == 0
    job = "SELECT {} FROM blog_job WHERE kind = 'mirror_images'"
    assert (site.value(job.format("state")), site.value(job.format("attempts"))) == ("waiting", 0)
