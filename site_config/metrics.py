"""Metrics for Prometheus, at an address of their own (GALLEY_METRICS_ADDRESS).

Each server process counts in files of a folder that all of them share (prometheus_client's multiprocess
mode), so the sums are right whichever process answers. Jobs and imports are read from the database, which
also has those of workers on other machines. Memory is that of all processes of this server.
"""

import asyncio
import errno
import logging
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from django.db import DatabaseError, connection
from django.db.models import Count, Min, Sum
from django.utils import timezone
from prometheus_client import CollectorRegistry, Counter, Histogram, start_http_server
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector

from blog.imports.models import ImportRun
from blog.jobs.models import Job, Worker

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)  # seconds

logger = logging.getLogger(__name__)

own = CollectorRegistry()  # what this process counts
requests = Counter("galley_requests", "Requests that reached Django", ["kind", "status"], registry=own)
durations = Histogram(
    "galley_request_seconds", "Time that Django took for a request", ["kind"], buckets=BUCKETS, registry=own
)
queries = Counter("galley_queries", "Database queries of requests", ["kind"], registry=own)
query_seconds = Counter("galley_query_seconds", "Time of these queries", ["kind"], registry=own)
cached = Counter("galley_page_cache", "Requests for public pages, by hit or miss", ["result"], registry=own)


def count_request(request, status: int, seconds: float, timer) -> None:
    """Count a request that Django has answered. timer: a QueryTimer of request_log.py."""
    kind = kind_of(request)
    requests.labels(kind, status).inc()
    durations.labels(kind).observe(seconds)
    queries.labels(kind).inc(timer.number)
    query_seconds.labels(kind).inc(timer.seconds)


def kind_of(request) -> str:
    """Return the name of the request's view, "admin" for all of the admin, "none" for unknown paths."""
    match = request.resolver_match
    if match is None:
        return "none"
    return "admin" if "admin" in match.namespaces or request.path.startswith("/admin/") else match.url_name


class PageCacheCounts:
    """Passes on the numbers of a page cache, which only adds to two integers: a hit takes microseconds."""

    def __init__(self, pages):
        self.pages = pages
        self.hits = self.misses = 0

    def pass_on(self) -> None:
        for result in ("hits", "misses"):
            number = getattr(self.pages, result)
            cached.labels(result.removesuffix("s").removesuffix("e")).inc(number - getattr(self, result))
            setattr(self, result, number)


class SiteCollector:
    """Jobs and imports from the database, and the memory of processes, at the time of the request."""

    def collect(self) -> Iterator[GaugeMetricFamily | CounterMetricFamily]:
        try:
            yield from self.families()
        finally:
            connection.close()  # each request has a thread of its own

    def families(self):
        reached = GaugeMetricFamily("galley_database_up", "Whether the database answers")
        try:
            yield from [*self.jobs(), *self.imports()]
        except DatabaseError:
            reached.add_metric([], 0)
        else:
            reached.add_metric([], 1)
        yield reached
        yield self.memory()

    def jobs(self):
        jobs = GaugeMetricFamily(
            "galley_jobs", "Jobs that wait, run, or ended in the last 30 days", labels=["kind", "state"]
        )
        rows = Job.objects.order_by().values_list("kind", "state").annotate(number=Count("pk"))
        for kind, state, number in rows:
            jobs.add_metric([kind, state], number)
        yield jobs
        first = Job.objects.waiting().order_by().aggregate(first=Min("created_at"))["first"]
        yield GaugeMetricFamily(
            "galley_oldest_job_seconds", "Age of the oldest waiting job, 0 if none waits", value=_age(first)
        )
        yield GaugeMetricFamily(
            "galley_workers", "Workers that reported lately", value=Worker.objects.alive().count()
        )

    def imports(self):
        files = CounterMetricFamily("galley_imported_files", "Files of imports", labels=["outcome"])
        sums = ImportRun.objects.aggregate(
            runs=Count("pk"), **{outcome: Sum(outcome) for outcome in ImportRun.OUTCOMES}
        )
        for outcome in ImportRun.OUTCOMES:
            files.add_metric([outcome], sums[outcome] or 0)
        yield files
        yield CounterMetricFamily("galley_imports", "Imports", value=sums["runs"])

    def memory(self):
        family = GaugeMetricFamily(
            "galley_memory_bytes", "Memory of the processes, shared parts divided (PSS)", labels=["role"]
        )
        # The server may have been started without supervisor.py.
        root = int(os.environ.get("SUPERVISOR_PID", os.getppid()))
        for role, number in memory_by_role(root, os.getpgrp()).items():
            family.add_metric([role], number)
        return family


def _age(moment):
    return max(0.0, (timezone.now() - moment).total_seconds()) if moment else 0.0


def memory_by_role(root: int, server: int) -> dict[str, int]:
    """Return the PSS in bytes of a process and its descendants: server and jobs (Linux).

    server: the process group of gunicorn. Others than the root's and this one are those of job workers.
    """
    parents, groups = {}, {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, ValueError):
            values = (folder / "stat").read_text().rpartition(")")[2].split()
            parents[int(folder.name)], groups[int(folder.name)] = int(values[1]), int(values[2])
    sums = {"server": 0, "jobs": 0}
    for pid in parents:
        if root in _ancestors(pid, parents):
            role = "server" if groups[pid] in {server, groups.get(root)} else "jobs"
            with suppress(OSError, IndexError):
                rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
                sums[role] += int(rollup.split("Pss:")[1].split()[0]) * 1024
    return sums


def _ancestors(pid, parents) -> set[int]:
    """Return the process and its ancestors, without the first process of the system."""
    found = set()
    while pid > 1 and pid not in found:
        found.add(pid)
        pid = parents.get(pid, 0)
    return found


def site_registry() -> CollectorRegistry:
    """Return the metrics of all processes of this server."""
    registry = CollectorRegistry()
    registry.register(SiteCollector())
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        MultiProcessCollector(registry)
    else:
        registry.register(own)
    return registry


class Metrics:
    """What a server process does for metrics every two seconds.

    The first process to listen at the address answers for all, and another one after its end.
    """

    def __init__(self, address: tuple[str, int], pages):
        self.host, self.port = address
        self.counts = PageCacheCounts(pages)
        self.is_listening = self.has_failed = False

    async def work(self) -> None:
        self.counts.pass_on()
        if not self.is_listening:
            await asyncio.to_thread(self.listen)

    def listen(self) -> None:
        """Listen, unless another process does."""
        try:
            start_http_server(self.port, self.host, site_registry())
            self.is_listening = True
        except OSError as error:
            if not (self.has_failed or error.errno == errno.EADDRINUSE):
                logger.error("GALLEY_METRICS_ADDRESS: cannot listen: %s", error)
            self.has_failed = True
