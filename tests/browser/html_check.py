"""Run as a program (bin/check-html): what the Nu HTML checker says of every kind of page, or of other posts' pages."""

import itertools
import json
import shutil
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree

from tests.browser.kinds import READERS_KINDS
from tests.browser.site import Site, running_site

LOCATION = ".//{http://www.sitemaps.org/schemas/sitemap/0.9}loc"


def main(checker: str, *posts: str, limit: int = 200) -> int:
    """Print each message with its page; return 1 if there is any."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pages = folder / "pages"
        pages.mkdir()
        with running_site(folder, *map(Path, posts)) as site:
            for title, address in addresses(site, is_for_posts=bool(posts), limit=limit):
                (pages / f"{title}.html").write_bytes(fetch(address))
        messages = check(checker, pages)
    for page, kind, words, extract in messages:
        print(f"{page}: {kind}: {words}\n    {extract}")  # noqa: T201 -- what this program is for
    for (kind, words), times in Counter(message[1:3] for message in messages).most_common():
        print(f"{times:5} {kind}: {words}")  # noqa: T201
    return bool(messages)


def addresses(site: Site, *, is_for_posts: bool, limit: int):
    """Yield a name and the address of each page to look at."""
    if not is_for_posts:
        yield from ((kind.name, site.url(kind.path)) for kind in READERS_KINDS)
        return
    sections = [place.text for place in ElementTree.fromstring(fetch(site.url("/sitemap.xml"))).iterfind(LOCATION)]  # noqa: S314 -- our own
    places = (
        place.text for section in sections for place in ElementTree.fromstring(fetch(section)).iterfind(LOCATION)  # noqa: S314
    )
    articles = (place for place in places if urlsplit(place).path.startswith("/articles/"))
    for address in itertools.islice(articles, limit):
        yield address.rstrip("/").rpartition("/")[2][:200], address


def fetch(address: str) -> bytes:
    try:
        with urllib.request.urlopen(address, timeout=60) as answer:  # noqa: S310 -- our own server
            return answer.read()
    except urllib.error.HTTPError as answer:
        return answer.read()


def check(checker: str, pages: Path) -> list[tuple[str, str, str, str]]:
    """Return page, kind, words and extract of each message."""
    command = [shutil.which("java"), "-jar", checker, "--format", "json", "--exit-zero-always", str(pages)]
    answer = subprocess.run(command, capture_output=True, check=True)  # noqa: S603
    found = json.loads(answer.stderr)["messages"]
    return [
        (Path(entry["url"]).stem, entry.get("subType", entry["type"]), entry["message"], entry.get("extract", "").strip())
        for entry in found
    ]


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
