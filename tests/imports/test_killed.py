"""Imports, their jobs, undos and checks that are killed leave only whole results, and a repeat ends them."""

import json
import random
import signal
import time

import pytest
from django.db import connection

from tests.support.durations import (
    ARTICLES_IN_EACH,
    BATCH,
    FILES_IN_EACH,
    FILES_IN_EACH_JOB,
    FILES_UNDONE,
    IS_LONG,
    KILLED_CHECKS,
    KILLED_IMPORTS,
    KILLED_JOBS,
    KILLED_UNDOS,
)
from tests.support.forking import STARTED_SANDBOXES
from tests.support.import_files import write
from tests.support.killing import kill_at, moment_of
from tests.support.seed_dialect import write_articles
from tests.support.staging import zip_folder

ARTICLES = "SELECT count(*) FROM blog_article"


@pytest.fixture
def site(new_site, tmp_path):
    with new_site(tmp_path) as site:
        site.environment[STARTED_SANDBOXES] = "yes"
        yield site


def write_files(folder, numbers, word="", slugs=None):
    """Write a file for each number, whose text, author and categories name the word."""
    for number in numbers:
        write(
            folder,
            f"{number:04}.md",
            f"Text of **{word} {number}**.\n",
            title=f"Article {number} {word}",
            slug=f"article-{number % (slugs or len(numbers) * 9)}",
            categories=[
                {"type": "exact", "name": f"Topic {word} {number % 50}"},
                {"type": "general", "name": f"Field {number % 5}"},
            ],
            author=f"Author {word} {number % 7}",
            image=f"https://pictures.example/{word}/{number}.jpg" if word else None,
        )


def has_one_row_for_each(site, tables, number):
    """Check that each of this many articles has one row in each table."""
    for table in tables:
        assert site.value(f"SELECT count(DISTINCT article_id) FROM blog_{table}") == number  # noqa: S608 -- ours
        assert site.value(f"SELECT count(*) FROM blog_{table}") == number  # noqa: S608 -- ours


class TestImport:
    FILES = FILES_IN_EACH
    OPTIONS = ("--quiet", "--workers=1", "--no-check")

    @pytest.fixture(scope="class")
    @classmethod
    def folder(cls, tmp_path_factory):
        folder = tmp_path_factory.mktemp("posts")
        write_files(folder, range(cls.FILES))
        return folder

    @pytest.mark.both_databases(only_long=True)
    @pytest.mark.parametrize("seed", range(1, KILLED_IMPORTS + 1))
    def test_killed_import_leaves_only_whole_articles(self, seed, folder, site, tmp_path):
        moment, report = moment_of(seed, self.FILES - (BATCH or 100) - 10), tmp_path / "report.jsonl"

        run = site.fork_in_batches(BATCH, "import_articles", folder, *self.OPTIONS)
        assert kill_at(site, run, ARTICLES, moment) == -signal.SIGKILL
        assert moment <= site.value(ARTICLES) < self.FILES
        assert site.fork("import_articles", folder, *self.OPTIONS).wait() == 0

        assert site.value(ARTICLES) == self.FILES
        has_one_row_for_each(site, ("sourcefile", "articleauthor", "version"), self.FILES)
        assert site.value("SELECT count(*) FROM blog_articlecategory") == 2 * self.FILES
        assert site.value(f"{ARTICLES} WHERE body_html = '' OR word_count = 0") == 0
        if (
            connection.vendor == "sqlite"
        ):  # in PostgreSQL it is the server that writes, and nobody killed that
            assert site.value("PRAGMA integrity_check") == "ok"

        newest = "SELECT max(lock_version) || ' ' || max(updated_at) FROM blog_article"
        before = site.value(newest)
        assert site.fork("import_articles", folder, "--report", report, *self.OPTIONS).wait() == 0
        assert {json.loads(line)["outcome"] for line in report.read_text().splitlines()} == {"unchanged"}
        assert site.value(newest) == before

    def test_interrupted_import_leaves_no_process(self, folder, site):
        run = site.fork_in_batches(BATCH, "import_articles", folder, *self.OPTIONS)

        assert kill_at(site, run, ARTICLES, 1, signal.SIGINT) != 0
        assert 0 < site.value(ARTICLES) < self.FILES


class TestJob:
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
    STATE = "SELECT state FROM blog_stagedimport"
    SEEDS = pytest.mark.parametrize("seed", range(KILLED_JOBS))

    @pytest.fixture(scope="class")
    @classmethod
    def archive(cls, tmp_path_factory):
        folder = tmp_path_factory.mktemp("posts")
        write_files(folder, range(cls.FILES), slugs=cls.SLUGS)
        path = tmp_path_factory.mktemp("archive") / "posts.zip"
        zip_folder(folder, path)
        return path

    @pytest.fixture
    def site(self, site, archive):
        assert site.start_script(self.STAGE.format(archive=str(archive))).wait(60) == 0
        return site

    def start(self, site, kind):
        assert site.start_script(self.START.format(kind=kind)).wait(60) == 0
        return site.fork_in_batches(BATCH, "db_worker", "--batch")

    def work(self, site):
        assert site.fork("db_worker", "--batch").wait(120) == 0

    def moment(self, seed):
        return moment_of(seed, self.FILES - (BATCH or 100) - 5)

    @SEEDS
    def test_killed_dry_run_is_repeated(self, seed, site):
        kill_at(site, self.start(site, self.CHECK), self.SHOWN, self.moment(seed))

        assert site.value(self.STATE) == "checking"
        assert site.value("SELECT checked_digest FROM blog_stagedimport") == ""

        self.work(site)

        assert site.value(self.STATE) == "checked"
        for counted in ("DISTINCT position", "*"):
            assert site.value(f"SELECT count({counted}) FROM blog_stagedfile") == self.FILES  # noqa: S608 -- ours
        slugs = "SELECT count(DISTINCT slug) FROM blog_stagedfile WHERE outcome = 'created'"
        assert (site.value(slugs), site.value(ARTICLES)) == (self.FILES, 0)

    @pytest.mark.both_databases(only_long=True)
    @SEEDS
    def test_killed_import_continues_in_its_run(self, seed, site):
        moment = self.moment(seed)
        assert self.start(site, self.CHECK).wait(120) == 0
        kill_at(site, self.start(site, self.IMPORT), ARTICLES, moment)

        assert site.value(self.STATE) == "importing"
        assert moment <= site.value(ARTICLES) < self.FILES

        self.work(site)

        assert site.value(self.STATE) == "imported"
        assert site.value(ARTICLES) == self.FILES
        assert site.value("SELECT count(*) FROM blog_importrun") == 1
        assert site.value("SELECT created FROM blog_importrun WHERE finished_at IS NOT NULL") == self.FILES
        has_one_row_for_each(site, ("sourcefile", "articleauthor", "version", "importentry"), self.FILES)
        warned = "SELECT count(*) FROM blog_importentry WHERE warnings <> '[]'"
        assert site.value(warned) == self.FILES - self.SLUGS
        shown = "SELECT count(*) FROM blog_stagedfile JOIN blog_article USING (slug, title)"
        assert site.value(shown) == self.FILES


class TestUndo:
    THIRD = FILES_UNDONE // 3

    def state_of(self, site, folder):
        """Return what an export holds, and how many rows there are of what an import makes."""
        assert site.fork("export_articles", folder).wait() == 0
        files = {path.name: path.read_bytes() for path in folder.iterdir()}
        tables = ("article", "category", "author", "image", "sourcefile", "articlecategory", "categorycount")
        return files, {table: site.value(f"SELECT count(*) FROM blog_{table}") for table in tables}  # noqa: S608 -- our own names

    def test_killed_undo_ends_the_same(self, site, tmp_path):
        folder = tmp_path / "posts"
        write_files(folder, range(2 * self.THIRD), "old")
        imports = ("import_articles", folder, "--status=as-file", "--quiet", "--workers=1", "--no-check")
        assert site.fork(*imports).wait() == 0
        before = self.state_of(site, tmp_path / "before")
        write_files(folder, range(self.THIRD, 3 * self.THIRD), "new")
        chance = random.Random(7)  # noqa: S311 -- moments, no secrets

        for attempt in range(KILLED_UNDOS):
            assert site.fork(*imports).wait() == 0
            batch = site.value("SELECT max(id) FROM blog_importrun")
            undo = ("undo_import", batch, "--yes")
            done = f"SELECT count(*) FROM blog_importentry WHERE batch_id = {batch} AND undo <> ''"  # noqa: S608 -- a number
            moment = chance.randrange(1, 2 * self.THIRD)

            run = site.fork_in_batches(BATCH, *undo)
            while run.poll() is None and site.value(done) < moment:
                time.sleep(0.002)
            time.sleep(chance.random() / (5 if IS_LONG else 50))
            run.send_signal(signal.SIGKILL)
            run.wait()

            assert site.fork(*undo).wait() == 0
            assert site.value(done) == 2 * self.THIRD
            assert self.state_of(site, tmp_path / f"after-{attempt}") == before


class TestCheck:
    ARTICLES = ARTICLES_IN_EACH
    PROOFS = "SELECT count(*) FROM blog_articlecheck"
    # What is told of articles without a proof, and people whom no proof counts.
    HALF = """
        SELECT (SELECT count(*) FROM blog_finding
            WHERE article_id NOT IN (SELECT article_id FROM blog_articlecheck))
        + (SELECT count(*) FROM blog_mention WHERE article_id NOT IN
            (SELECT article_id FROM blog_articlecheck WHERE open_blocking > 0))
    """

    @pytest.mark.both_databases(only_long=True)
    @pytest.mark.parametrize("seed", range(1, KILLED_CHECKS + 1))
    def test_killed_check_leaves_only_whole_results(self, seed, site, tmp_path):
        moment = moment_of(seed, self.ARTICLES // 2)
        (tmp_path / "posts").mkdir()
        write_articles(tmp_path / "posts", self.ARTICLES)
        assert site.fork("import_articles", tmp_path / "posts", "--quiet", "--no-check").wait() == 0
        assert site.value(self.PROOFS) == 0

        run = site.fork_in_batches(BATCH, "check_articles", "--verbosity", "0")
        assert kill_at(site, run, self.PROOFS, moment) == -signal.SIGKILL
        assert moment <= site.value(self.PROOFS) < self.ARTICLES
        assert site.value(self.HALF) == 0

        assert site.fork("check_articles", "--verbosity", "0").wait() == 0
        assert site.value(self.PROOFS) == self.ARTICLES
        assert site.value(self.HALF) == 0
