"""A worker that is killed in a dry run or an import leaves only whole results; the next one continues."""

import random
import signal

import pytest

from tests.support.durations import BATCH, FILES_IN_EACH_JOB, KILLED_JOBS
from tests.support.forking import STARTED_SANDBOXES
from tests.support.import_files import write
from tests.support.processes import children_of, wait_until_gone
from tests.support.servers import wait_until
from tests.support.staging import zip_folder

FILES, SLUGS = FILES_IN_EACH_JOB, FILES_IN_EACH_JOB * 5 // 6
CHECK, IMPORT = "import_check", "import"
STAGE = """
import shutil
from blog.models import StagedImport
staged = StagedImport.objects.create(
    state="received", name="posts.zip", source_name="posts", size=1, manifest=[["posts.zip", 1]]
)
staged.folder.mkdir(parents=True)
shutil.copy({archive!r}, staged.folder / "archive.zip")
"""
START = """
from blog import jobs
from blog.models import StagedImport
jobs.start({kind!r}, staged_import=StagedImport.objects.get().pk)
"""
SHOWN = "SELECT count(*) FROM blog_stagedfile"
ARTICLES = "SELECT count(*) FROM blog_article"
STATE = "SELECT state FROM blog_stagedimport"


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    folder = tmp_path_factory.mktemp("posts")
    for number in range(FILES):
        write(
            folder,
            f"{number:04}.md",
            title=f"Article {number}",
            slug=f"a{number % SLUGS}",
            author=f"Author {number % 7}",
            category=f"Topic {number % 50}",
            body=f"Text of **number {number}**.\n",
        )
    path = tmp_path_factory.mktemp("archive") / "posts.zip"
    zip_folder(folder, path)
    return path


@pytest.fixture
def site(new_site, tmp_path, archive):
    with new_site(tmp_path) as site:
        assert site.start_script(STAGE.format(archive=str(archive))).wait(60) == 0
        site.environment[STARTED_SANDBOXES] = "yes"
        yield site


def start(site, kind):
    assert site.start_script(START.format(kind=kind)).wait(60) == 0
    return site.fork_in_batches(BATCH, "db_worker", "--batch")


def kill_at(site, worker, question, rows):
    """Kill a worker once the query returns this many rows."""
    wait_until(lambda: site.value(question) >= rows)
    helpers = children_of(worker.pid)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    assert wait_until_gone(helpers) == []


def work(site):
    assert site.fork("db_worker", "--batch").wait(120) == 0


def moments():
    return [random.Random(seed).randrange(1, FILES - (BATCH or 100) - 5) for seed in range(KILLED_JOBS)]  # noqa: S311 -- moments


@pytest.mark.parametrize("moment", moments())
def test_killed_dry_run_is_repeated(moment, site):
    kill_at(site, start(site, CHECK), SHOWN, moment)

    assert site.value(STATE) == "checking"
    assert site.value("SELECT checked_digest FROM blog_stagedimport") == ""

    work(site)

    assert site.value(STATE) == "checked"
    assert site.value("SELECT count(DISTINCT position) FROM blog_stagedfile") == FILES
    assert site.value(SHOWN) == FILES
    assert site.value("SELECT count(DISTINCT slug) FROM blog_stagedfile WHERE outcome = 'created'") == FILES
    assert site.value(ARTICLES) == 0


@pytest.mark.both_databases(only_long=True)
@pytest.mark.parametrize("moment", moments())
def test_killed_import_continues_in_its_run(moment, site):
    assert start(site, CHECK).wait(120) == 0
    kill_at(site, start(site, IMPORT), ARTICLES, moment)

    assert site.value(STATE) == "importing"
    assert moment <= site.value(ARTICLES) < FILES

    work(site)

    assert site.value(STATE) == "imported"
    assert site.value(ARTICLES) == FILES
    assert site.value("SELECT count(*) FROM blog_importrun") == 1
    assert site.value("SELECT created FROM blog_importrun WHERE finished_at IS NOT NULL") == FILES
    for table in ("blog_sourcefile", "blog_articleauthor", "blog_version", "blog_importentry"):
        assert site.value(f"SELECT count(DISTINCT article_id) FROM {table}") == FILES  # noqa: S608 -- ours
        assert site.value(f"SELECT count(*) FROM {table}") == FILES  # noqa: S608 -- ours
    assert site.value("SELECT count(*) FROM blog_importentry WHERE warnings <> '[]'") == FILES - SLUGS
    shown = "SELECT count(*) FROM blog_stagedfile JOIN blog_article USING (slug, title)"
    assert site.value(shown) == FILES
