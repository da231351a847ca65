"""What lists take without a cache: `python -m tests.benchmarks.pages 1000 100000` prints a table for each."""

import os
import statistics
import subprocess
import sys
import tempfile
import time

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

TIMES = 15


def milliseconds(client, path, times=TIMES) -> float:
    """Return the processor's time for a page: what counts on a machine that others use too."""
    client.get(path)
    samples = []
    for _ in range(times):
        started = time.process_time()
        client.get(path)
        samples.append(time.process_time() - started)
    return statistics.median(samples) * 1000


def number_of_queries(client, path) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code in {200, 404}, path
    return len(queries)


def list_pages() -> dict[str, str]:
    """Return addresses of lists by what they are; a deep page is the busiest topic's last, or its 500th."""
    from blog.models import Category

    busy, *_, rare = Category.objects.most_used()
    deep = min(500, busy.article_count // 20)
    return {
        "home": "/",
        "topic, page 1": busy.get_absolute_url(),
        f"topic, page {deep}": f"{busy.get_absolute_url()}?page={deep}",
        "topic, rare": rare.get_absolute_url(),
        "topics": "/categories/",
        "topics, letter": "/categories/a-z/T/",
        "archive": "/archive/",
        "archive, year": "/archive/2020/",
        "archive, month": "/archive/2020/05/",
        "author": "/authors/author-0/",
        "not found": "/nowhere/",
        "feed": "/feeds/atom.xml",
        "feed of a topic": f"{busy.get_absolute_url()}feeds/atom.xml",
        "sitemap": "/sitemap.xml",
    }


def measure(size: int) -> None:
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    django.setup()
    from tests.benchmarks.sites import build_site

    call_command("migrate", verbosity=0)
    build_site(size)
    client = Client(headers={"host": "127.0.0.1"})
    print(f"{size} articles")  # noqa: T201 -- figures are its output
    for name, path in list_pages().items():
        figures = f"{milliseconds(client, path):7.1f} ms {number_of_queries(client, path):3} queries"
        print(f"  {name:20}{figures}")  # noqa: T201 -- as above


def main():
    for size in sys.argv[1:]:
        with tempfile.TemporaryDirectory() as folder:
            environment = os.environ | {
                "GALLEY_DATA": folder,
                "DJANGO_SETTINGS_MODULE": "site_config.settings",
                "BENCHMARK_SIZE": size,
            }
            subprocess.run([sys.executable, "-m", __spec__.name], env=environment, check=True)  # noqa: S603 -- itself


if __name__ == "__main__":
    measure(int(os.environ["BENCHMARK_SIZE"])) if "BENCHMARK_SIZE" in os.environ else main()
