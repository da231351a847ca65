"""A check that is killed at any moment leaves only whole results, and the next run checks the rest."""

import random
import signal
import time

import pytest

from tests.support.durations import ARTICLES_IN_EACH, BATCH, KILLED_CHECKS
from tests.support.forking import STARTED_SANDBOXES
from tests.support.processes import children_of, wait_until_gone
from tests.support.seed_dialect import write_articles

ARTICLES = ARTICLES_IN_EACH
PROOFS = "SELECT count(*) FROM blog_articlecheck"
# What is told of articles without a proof, and people whom no proof counts.
HALF = """
    SELECT (SELECT count(*) FROM blog_finding
        WHERE article_id NOT IN (SELECT article_id FROM blog_articlecheck))
    + (SELECT count(*) FROM blog_mention WHERE article_id NOT IN
        (SELECT article_id FROM blog_articlecheck WHERE open_blocking > 0))
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("posts")
    write_articles(folder, ARTICLES)
    return folder


@pytest.mark.both_databases(only_long=True)
@pytest.mark.parametrize("seed", range(1, KILLED_CHECKS + 1))
def test_killed_check_leaves_only_whole_results(seed, folder, new_site, tmp_path):
    moment = random.Random(seed).randrange(0, ARTICLES // 2)  # noqa: S311 -- a moment, not a secret
    with new_site(tmp_path) as site:
        assert site.fork("import_articles", folder, "--quiet", "--no-check").wait() == 0
        site.environment[STARTED_SANDBOXES] = "yes"
        assert site.value(PROOFS) == 0

        run = site.fork_in_batches(BATCH, "check_articles", "--verbosity", "0")
        deadline = time.monotonic() + 120
        while site.value(PROOFS) < moment and time.monotonic() < deadline:
            time.sleep(0.005)
        helpers = children_of(run.pid)
        run.send_signal(signal.SIGKILL)
        assert run.wait() == -signal.SIGKILL
        assert wait_until_gone(helpers) == []
        assert moment <= site.value(PROOFS) < ARTICLES
        assert site.value(HALF) == 0

        assert site.fork("check_articles", "--verbosity", "0").wait() == 0
        assert site.value(PROOFS) == ARTICLES
        assert site.value(HALF) == 0
