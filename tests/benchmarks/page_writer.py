"""Build a site with the code of any checkout, and write its pages. tests/benchmarks/public_pages.py runs it.

To work with any checkout, it uses only Django, the management commands and the models. For reproducible
output, the clock is frozen, the identifiers of articles are derived from their slugs, the digest of the
drawing code is removed from URLs of share cards, and the values of headers in VARYING are replaced by *.
"""

import hashlib
import io
import re
import string
import sys
import uuid
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from urllib.parse import quote, unquote, urlencode, urlsplit

import django
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection, reset_queries
from django.http.response import HttpResponseBase
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import Resolver404, resolve
from django.utils import timezone

NOW = datetime(2027, 1, 31, 12, tzinfo=UTC)  # later than the dates of the files
FEEDS = [f"/feeds/{name}" for name in ("rss.xml", "atom.xml", "feed.json")]
SECTIONS = "pages", "articles", "categories", "authors", "series", "plain-pages"
FIXED = [
    "/",
    *(f"/{name}/" for name in ("categories", "archive", "authors", "corrections", "search", "health")),
    *("/health/ready/", "/robots.txt", "/favicon.ico", "/site.webmanifest", "/speculation-rules.json"),
    *FEEDS,
    *("/sitemap.xml", *(f"/sitemap-{name}.xml" for name in SECTIONS), "/sitemap-nowhere.xml"),
    *("/nowhere/", "/articles/nowhere/", "/articles/nowhere.md", "/categories/nowhere/", "/archive/1066/"),
    *("/archive/9999/", "/archive/?page=2", "/?page=2", "/preview/nothing/"),
    *(f"/categories/a-z/{letter}/" for letter in ("0-9", "1", *string.ascii_uppercase)),
    *("/search/?q=nowheretobefound", "/search/?q=%22", "/search/suggestions/?q=a", "/articles/UPPER"),
]
SEARCHED_ARTICLES = 3
ADDRESS = re.compile(r'\s(?:href|src|content)="([^"]*)"|<loc>([^<]*)</loc>')
ADDRESSES = re.compile(r'\ssrcset="([^"]*)"')
CARD = re.compile(r"(/cards/[0-9a-f-]{36})-[0-9a-f]{20}\.")
VARYING = "ETag", "Expires"
SECONDS = re.compile(r'("seconds": )[0-9.]+')  # import time of a file
NOT_FOLLOWED = "//", "/admin/", "/static/", "/search/"
TEXT = re.compile(r"text/|application/(?:[a-z+]*xml|[a-z+]*json)")
LONGEST_NAME = 150


def write_site(folder: str, out: Path) -> None:
    timezone.now = lambda: NOW  # before models use it as a default
    django.setup()
    make_site(folder)
    write_pages(out / "pages")
    call_command("export_articles", out / "export")
    call_command("export_articles", out / "export-with-state", with_state=True)
    (out / "rows.json").write_text(rows())


def make_site(folder: str) -> None:
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    if folder == "samples":
        load_samples()
    else:
        call_command("import_articles", folder, status="published", workers=1, quiet=True)
    settle_identifiers()


def load_samples() -> None:
    """Load the same site as bin/demo."""
    call_command("loaddata", "fixtures/categories.json", verbosity=0)
    samples = {"static_root": Path("fixtures"), "source": "samples", "status": "as-file"}
    call_command("import_articles", "fixtures/articles", **samples, workers=1, quiet=True)
    for script in ("load_site", "review_samples"):
        call_command("shell", no_imports=True, command=Path(f"fixtures/{script}.py").read_text())


def settle_identifiers() -> None:
    articles = apps.get_model("blog", "Article").objects
    for key, slug in articles.order_by("pk").values_list("pk", "slug"):
        articles.filter(pk=key).update(
            uid=uuid.uuid5(uuid.NAMESPACE_URL, slug), preview_key=uuid.uuid5(uuid.NAMESPACE_DNS, slug)
        )


def rows() -> str:
    """Return all rows as JSON, without paths and times that depend on the machine."""
    output = io.StringIO()
    call_command("dumpdata", "blog", indent=1, stdout=output)
    return SECONDS.sub(r"\1*", output.getvalue().replace(str(settings.BASE_DIR), "CHECKOUT"))


def write_pages(folder: Path) -> None:
    """Write each reachable page, and in queries.txt next to the folder, the queries per kind of page."""
    client = Client(SERVER_NAME=urlsplit(settings.SITE_URL).hostname)
    client.get("/", secure=True)  # not measured, because the first request does additional work
    waiting = list(dict.fromkeys(first_addresses()))
    known, taken = set(waiting), defaultdict(list)
    for address in waiting:
        page = ask(client, address)
        file = folder / file_name(address)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(page.as_text())
        taken[f"{kind_of(address)} {page.response.status_code}"].append(page.queries)
        new = [link for link in page.links() if link not in known]
        waiting += new  # the loop continues with these
        known.update(new)
    (folder.parent / "queries.txt").write_text("".join(map(in_words, sorted(taken.items()))))


def first_addresses() -> list[str]:
    """Return the URLs from which links are followed."""
    article, category = apps.get_model("blog", "Article"), apps.get_model("blog", "Category")
    published = article.objects.published().order_by("pk")
    addresses = [*FIXED]
    for row in published:
        addresses += [row.get_absolute_url(), row.get_markdown_url()]
    for name in ("Category", "Author", "Series", "Page"):
        addresses += [row.get_absolute_url() for row in apps.get_model("blog", name).objects.order_by("pk")]
    topics = list(category.objects.order_by("pk").values_list("slug", flat=True)[:1])
    for row in published[:SEARCHED_ARTICLES]:
        addresses += searches(row, topics)
    return [address for address in addresses if address]


def searches(article, topics) -> list[str]:
    """Return URLs of searches that find an article: words of its title, a misspelling, a phrase, filters."""
    words = sorted(re.findall(r"\w+", article.title), key=len)
    longest = words[-1]
    misspelt = longest[: len(longest) // 2] + longest[len(longest) // 2 + 1 :]
    asked = [{"q": longest}, {"q": article.title}, {"q": misspelt}, {"q": misspelt, "exact": 1}]
    asked += [{"q": f'"{" ".join(article.plain_text.split()[:4])}"'}, {"q": longest[:3]}]
    asked += [{"q": longest, "page": 2}, {"q": longest, "year": article.published_at.year}]
    asked += [{"q": longest, "topic": topic} for topic in topics]
    suggestions = [f"/search/suggestions/?{urlencode({'q': longest[:5]})}"]
    return [f"/search/?{urlencode(values)}" for values in asked] + suggestions


def ask(client: Client, address: str) -> "Page":
    reset_queries()  # queries are not counted when the log is full
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address, secure=True)
        content = response.getvalue()
    return Page(response, content, len(queries))


@dataclass(frozen=True)
class Page:
    """A response with its content and its number of queries."""

    response: HttpResponseBase
    content: bytes
    queries: int

    def as_text(self) -> str:
        headers = {name: "*" if name in VARYING else value for name, value in self.response.items()}
        lines = [str(self.response.status_code), *sorted(f"{name}: {headers[name]}" for name in headers)]
        return CARD.sub(r"\1.", "\n".join([*lines, f"Queries: {self.queries}", "", self._body()]))

    def _body(self):
        if TEXT.match(self._kind):
            return self.content.decode()
        return f"{len(self.content)} bytes, {hashlib.sha256(self.content).hexdigest()}\n"

    def links(self) -> list[str]:
        """Return the unique URLs on this site in the page, without fragments."""
        if not self._kind.startswith(("text/html", "application/xml")):
            return []
        text = self.content.decode()
        found = [unescape(one or other) for one, other in ADDRESS.findall(text)]
        sets = map(unescape, ADDRESSES.findall(text))
        found += [part.split()[0] for addresses in sets for part in addresses.split(", ")]
        paths = [address.removeprefix(settings.SITE_URL).partition("#")[0] for address in found]
        here = [path for path in paths if path.startswith("/") and not path.startswith(NOT_FOLLOWED)]
        return list(dict.fromkeys(here))

    @property
    def _kind(self):
        return self.response.get("Content-Type", "")


def kind_of(address: str) -> str:
    """Return the name of the URL pattern that matches."""
    try:
        return resolve(unquote(urlsplit(address).path)).view_name
    except Resolver404:
        return "no pattern"


def file_name(address: str) -> str:
    """Return the name of the file for a URL, with long parts shortened."""
    path, _, query = CARD.sub(r"\1.", unquote(address)).partition("?")
    parts = [*path.strip("/").split("/"), f"index?{query}" if query else "index"]
    names = [quote(part, safe=" ,+=&%?()'") for part in parts if part]
    return "/".join(name if len(name) <= LONGEST_NAME else shortened(name) for name in names)


def shortened(name: str) -> str:
    digest = hashlib.sha256(name.encode()).hexdigest()[:12]
    return f"{name[: LONGEST_NAME - 13]}-{digest}"


def in_words(kind: tuple[str, list[int]]) -> str:
    name, counts = kind
    return f"{name}: {len(counts)} pages, {min(counts)} to {max(counts)} queries, {sum(counts)} in all\n"


if __name__ == "__main__":
    write_site(sys.argv[1], Path(sys.argv[2]))
