"""Measure uncached pages: `python -m tests.benchmarks.pages 1000 100000` prints a table.

Each size gets its own site, on SQLite or, with DATABASE_URL, on PostgreSQL.
"""

import json
import os
import subprocess
import sys

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.benchmarks.clock import least_milliseconds
from tests.benchmarks.databases import new_environment

TIMES = 15
SIZE = "BENCHMARK_SIZE"  # set for the processes that measure


def milliseconds(client, path, times=TIMES) -> float:
    client.get(path)
    return least_milliseconds(lambda: client.get(path), times)


def number_of_queries(client, path) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code in {200, 404}, path
    return len(queries)


def reader_pages() -> dict[str, str]:
    """Return {kind of page: URL}. A deep page is the largest category's last page, or its 500th."""
    from blog.models import Article, Category
    from tests.benchmarks.sites import COMMON_WORD, RARE_WORD

    busy, *_, rare = Category.objects.most_used()
    deep = min(500, busy.article_count // 20)
    full = Article.objects.published().filter(word_count__gt=1000).newest_first()
    article = full[full.count() // 2]
    return {
        "home": "/",
        "article": article.get_absolute_url(),
        "article, as Markdown": article.get_markdown_url(),
        "topic, page 1": busy.get_absolute_url(),
        f"topic, page {deep}": f"{busy.get_absolute_url()}?page={deep}",
        "topic, rare": rare.get_absolute_url(),
        "categories": "/categories/",
        "topics, letter": "/categories/a-z/T/",
        "archive": "/archive/",
        "archive, year": "/archive/2020/",
        "archive, month": "/archive/2020/05/",
        "author": "/authors/author-0/",
        "search, rare word": f"/search/?q={RARE_WORD}",
        "search, common word": f"/search/?q={COMMON_WORD}",
        "not found": "/nowhere/",
        "feed, RSS": "/feeds/rss.xml",
        "feed, Atom": "/feeds/atom.xml",
        "feed, JSON": "/feeds/feed.json",
        "feed of a topic": f"{busy.get_absolute_url()}feeds/atom.xml",
        "sitemap": "/sitemap.xml",
        "sitemap, articles": "/sitemap-articles.xml",
    }


def admin_pages() -> dict[str, str]:
    """Return {filter: URL} of the article list in the admin."""
    from blog.models import Article, ImportRun

    articles = "/admin/blog/article/"
    category = (
        Article.objects.exclude(primary_category=None).values_list("primary_category", flat=True).first()
    )
    queries = {
        "": "",
        "deep page": f"?p={min(500, Article.objects.count() // 200)}",
        "check": "?state=check",
        "published": "?state=published",
        "scheduled": "?state=scheduled",
        "trash": "?state=trash",
        "by topic": f"?category={category}",
        "by generator": "?generated_by=Gemini",
        "by batch": f"?batch={ImportRun.objects.first().pk}",
        "featured": "?flag=featured",
        "by title": "?o=3",
        "by reading time": "?o=-8",
        "search": "?q=harbour",
        "search, nothing": "?q=nowhere",
    }
    return {f"admin, {name}".rstrip(", "): f"{articles}{query}" for name, query in queries.items()}


def figures_of(size: int) -> list[dict]:
    """Build a site with `size` articles in the empty database of the settings, and measure its pages."""
    from tests.benchmarks.sites import build_site

    call_command("migrate", verbosity=0)
    build_site(size)
    return figures_as_it_is(size)


def figures_as_it_is(size: int) -> list[dict]:
    """Measure the pages of the existing site in the database of the settings."""
    from django.contrib.auth import get_user_model

    reader, editor = (Client(headers={"host": "127.0.0.1"}) for _ in range(2))
    editor.force_login(
        get_user_model().objects.get_or_create(username="editor", is_superuser=True, is_staff=True)[0]
    )
    pages = [(reader, *page) for page in reader_pages().items()]
    pages += [(editor, *page) for page in admin_pages().items()]
    return [
        {
            "page": name,
            "articles": size,
            "milliseconds": milliseconds(client, path),
            "queries": number_of_queries(client, path),
        }
        for client, name, path in pages
    ]


def measure(sizes: list[int]) -> list[dict]:
    """Return the figures of sites of these sizes, each measured in its own process."""
    figures = []
    for size in sizes:
        with new_environment() as environment:
            run = subprocess.run(
                [sys.executable, "-W", "ignore:No directory at", "-m", "tests.benchmarks.pages"],
                env=environment | {SIZE: str(size)},
                check=True,
                stdout=subprocess.PIPE,
            )
        figures += json.loads(run.stdout)
    return figures


def table(figures: list[dict]) -> str:
    """Return the figures as a table with a column per size. "other queries": their number grows."""
    rows: dict[str, list[dict]] = {}
    for figure in figures:
        name = "topic, deep page" if figure["page"].startswith("topic, page ") else figure["page"]
        rows.setdefault("topic, page 1" if figure["page"] == "topic, page 1" else name, []).append(figure)
    lines = ["".join([f"{'ms (queries)':26}", *(f"{f['articles']:>14}" for f in rows["home"])])]
    for name, found in rows.items():
        cells = "".join(f"{f['milliseconds']:9.1f} ({f['queries']:2})" for f in found)
        grows = len({f["queries"] for f in found}) > 1
        lines.append(f"{name:26}{cells}{'  other queries' if grows else ''}")
    return "\n".join(lines)


def _answer(size: int) -> None:
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    django.setup()
    json.dump(figures_of(size), sys.stdout)


if __name__ == "__main__":
    if SIZE in os.environ:
        _answer(int(os.environ[SIZE]))
    else:
        print(table(measure([int(size) for size in sys.argv[1:]] or [1000, 10_000])))  # noqa: T201 -- its output
