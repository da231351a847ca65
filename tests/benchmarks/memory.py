"""Measure the memory of a running site: `python -m tests.benchmarks.memory` prints a table of PSS in MiB.

Two web workers and the job worker, as bin/serve starts them, with 1,000 articles on SQLite. Four readers
request 300 URLs 2,000 times.
"""

import itertools
import os
import random
import re
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

from site_config.supervisor import IDLE_SECONDS
from tests.support.editor_process import running_driver
from tests.support.forking import end_parents
from tests.support.processes import children_of
from tests.support.servers import basic_environment, migrate, running_server, serving_workers, wait_until

ARTICLES, ADDRESSES, READERS, REQUESTS = 1000, 300, 4, 500  # requests of each reader
BROWSER = {"Accept-Encoding": "gzip, deflate, br, zstd"}
BUILD = f"from tests.benchmarks.sites import build_site; build_site({ARTICLES})"
ARTICLE_PATHS = """
value = [article.get_absolute_url() for article in Article.objects.published().only("slug", "status")]
"""
OTHER_PATHS = (
    *("/", "/archive/", "/categories/", "/authors/", "/feeds/atom.xml", "/sitemap.xml"),
    *(f"/archive/{year}/" for year in range(2015, 2027)),
    *(f"/authors/author-{number}/" for number in range(10)),
    *(f"/search/?q={word}" for word in ("tide", "harbour", "selten", "lantern+signal", "river+glass")),
)
PAUSES = 10, 30  # seconds before each of the last figures


def measure(headers=BROWSER) -> dict[str, Counter]:
    """Return {moment: {role: PSS in MiB}}. The role "all" is the sum."""
    figures = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environment = basic_environment(folder)
        migrate(environment)
        with running_driver(environment) as change:
            change(BUILD)
            articles = change(ARTICLE_PATHS)
        end_parents()  # whose libraries would count as shared
        paths = [*OTHER_PATHS, *random.Random(1).sample(articles, ADDRESSES - len(OTHER_PATHS))]  # noqa: S311 -- the same each time
        environment |= {"WEB_CONCURRENCY": "2", "GALLEY_WORKER": "yes", "MALLOC_ARENA_MAX": "2"}
        with running_server(environment, folder) as server:
            wait_until(lambda: serving_workers(server) == 2)
            time.sleep(3)
            figures["start"] = memory_by_role(server.process.pid)
            time.sleep(IDLE_SECONDS)  # until the job worker has ended
            read(server, paths, headers)
            figures[f"{READERS * REQUESTS} requests"] = memory_by_role(server.process.pid)
            for seconds in PAUSES:
                time.sleep(seconds)
                figures[f"{seconds} seconds later"] = memory_by_role(server.process.pid)
    return figures


def read(server, paths, headers):
    """Have readers request these paths, each in its own order, with a new connection after 10 requests."""

    def work(seed):
        chosen = random.Random(seed).choices(paths, k=REQUESTS)  # noqa: S311 -- the same each time
        for some in itertools.batched(chosen, 10):
            with server.connection() as connection:
                for path in some:
                    connection.request("GET", path, headers={"Host": f"127.0.0.1:{server.port}", **headers})
                    response = connection.getresponse()
                    response.read()
                    assert response.status == 200, path

    threads = [threading.Thread(target=work, args=[seed]) for seed in range(READERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def memory_by_role(supervisor: int) -> Counter:
    sums = Counter()
    for pid in descendants(supervisor):
        try:
            rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
            command = Path(f"/proc/{pid}/cmdline").read_text()
            is_group_leader = os.getpgid(pid) == pid
        except OSError:  # it has ended
            continue
        role = "web workers"
        if pid == supervisor:
            role = "supervisor"
        elif "blog.sandbox" in command:
            role = "limited processes"
        elif "db_worker" in command:
            role = "job worker"
        elif is_group_leader:
            role = "gunicorn"
        pss = int(re.search(r"Pss:\s+(\d+)", rollup)[1]) / 1024
        sums.update({role: pss, "all": pss})
    return sums


def descendants(pid) -> list[int]:
    try:
        children = children_of(pid)
    except OSError:
        children = []
    return [pid, *(found for child in children for found in descendants(child))]


def main():
    figures = measure()
    roles = ["supervisor", "gunicorn", "web workers", "job worker", "limited processes", "all"]
    print(f"{'MiB':20}" + "".join(f"{role:>20}" for role in roles))  # noqa: T201 -- its output
    for moment, sums in figures.items():
        print(f"{moment:20}" + "".join(f"{sums[role]:20.0f}" for role in roles))  # noqa: T201 -- as above


if __name__ == "__main__":
    main()
