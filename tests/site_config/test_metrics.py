"""Metrics: what is counted, and the sums of several processes."""

import os
import signal
import socket
import subprocess
import sys

import pytest

from blog import jobs
from blog.jobs import registry
from site_config import metrics
from tests.support.factories import create_article
from tests.support.programs import free_port
from tests.support.servers import basic_environment, running_server, wait_until, workers_of


def sample(name, **labels):
    """Return the value of a metric, 0 if it has none."""
    for family in (*metrics.own.collect(), *metrics.SiteCollector().families()):
        for found in family.samples:
            if found.name == name and found.labels == labels:
                return found.value
    return 0


@pytest.fixture
def counted(settings, client, db):
    settings.METRICS_ADDRESS = ("127.0.0.1", 9100)
    return client


class TestRequests:
    @pytest.mark.parametrize(
        ("path", "kind", "status"),
        [("/", "home", "200"), ("/admin/login/", "admin", "200"), ("/no/such/page/", "none", "404")],
    )
    def test_are_counted_by_kind_and_status(self, counted, path, kind, status):
        before = sample("galley_requests_total", kind=kind, status=status)

        counted.get(path)

        assert sample("galley_requests_total", kind=kind, status=status) == before + 1

    def test_their_queries_and_time_are_added(self, counted):
        article = create_article()
        names = ("galley_queries_total", "galley_query_seconds_total", "galley_request_seconds_sum")
        before = [sample(name, kind="article_detail") for name in names]

        counted.get(article.get_absolute_url())

        after = [sample(name, kind="article_detail") for name in names]
        assert all(new > old for new, old in zip(after, before, strict=True))


def test_numbers_of_the_page_cache_are_passed_on(db):
    class Pages:
        hits, misses = 5, 2

    before = sample("galley_page_cache_total", result="hit"), sample("galley_page_cache_total", result="miss")
    counts = metrics.PageCacheCounts(Pages)
    counts.pass_on()
    Pages.hits = 6
    counts.pass_on()

    after = sample("galley_page_cache_total", result="hit"), sample("galley_page_cache_total", result="miss")
    assert (after[0] - before[0], after[1] - before[1]) == (6, 2)


class TestSite:
    def test_jobs_are_counted_by_kind_and_state(self, run_jobs, monkeypatch):
        monkeypatch.setattr(registry, "_kinds", {})
        jobs.job("try")(lambda running: None)
        jobs.start("try")
        run_jobs()
        jobs.start("try")

        assert sample("galley_jobs", kind="try", state="done") == 1
        assert sample("galley_jobs", kind="try", state="waiting") == 1
        assert sample("galley_oldest_job_seconds") > 0

    def test_database_that_is_down_is_told(self, monkeypatch, db):
        def fail(self):
            raise metrics.DatabaseError

        monkeypatch.setattr(metrics.SiteCollector, "jobs", fail)

        assert sample("galley_database_up") == 0

    def test_memory_is_that_of_the_tree_of_processes(self, db):
        child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, process_group=0)
        try:
            found = metrics.memory_by_role(os.getpid(), os.getpgrp())
        finally:
            child.communicate()

        assert found["server"] > 10_000_000
        assert 100_000 < found["jobs"] < found["server"]


def test_a_server_answers_for_all_its_processes_and_those_before(folder):
    port = free_port()
    environment = basic_environment(folder) | {"GALLEY_METRICS_ADDRESS": f"127.0.0.1:{port}"}

    def is_counted(number):
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.sendall(b"GET /metrics HTTP/1.0\r\n\r\n")
            text = connection.makefile().read()
        return f'galley_requests_total{{kind="admin",status="200"}} {number}.0' in text

    with running_server(environment, folder) as server:
        server.ask("/admin/login/")
        wait_until(lambda: is_counted(1))
        [killed] = workers_of(server)
        os.kill(killed, signal.SIGKILL)
        server.ask("/admin/login/")
        wait_until(lambda: is_counted(2))
