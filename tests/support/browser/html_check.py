"""Program (bin/check-html) that runs the Nu HTML checker on each kind of page, or on posts."""

import json
import shutil
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections import Counter
from pathlib import Path
from urllib.parse import quote

from tests.support.browser.kinds import READERS_KINDS
from tests.support.browser.site import Site, running_site

POSTS_CHECKED = 200


def main(checker: str, *posts: str) -> int:
    """Print each message with its page. Return True if there are messages."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pages = folder / "pages"
        pages.mkdir()
        with running_site(folder, *map(Path, posts)) as site:
            for title, address in addresses(site, is_for_posts=bool(posts)):
                (pages / f"{title}.html").write_bytes(fetch(address))
        messages = check(checker, pages)
        print(f"{len(list(pages.iterdir()))} pages, {len(messages)} messages")  # noqa: T201 -- as below
    for page, kind, words, extract in messages:
        print(f"{page}: {kind}: {words}\n    {extract}")  # noqa: T201 -- what this program is for
    for (kind, words), times in Counter(message[1:3] for message in messages).most_common():
        print(f"{times:5} {kind}: {words}")  # noqa: T201 -- as above
    return bool(messages)


def addresses(site: Site, *, is_for_posts: bool):
    """Yield (name, URL) of each page to check."""
    if is_for_posts:
        for slug in site.names["posts"][:POSTS_CHECKED]:
            yield slug[:200], site.url(f"/articles/{quote(slug)}/")
    else:
        for kind in READERS_KINDS:
            yield kind.name, site.url(kind.path)


def fetch(address: str) -> bytes:
    try:
        with urllib.request.urlopen(address, timeout=60) as answer:  # noqa: S310 -- our own server
            return answer.read()
    except urllib.error.HTTPError as answer:
        return answer.read()


def check(checker: str, pages: Path) -> list[tuple[str, str, str, str]]:
    """Return (page, kind, text, extract) of each message."""
    command = [shutil.which("java"), "-jar", checker, "--format", "json", "--exit-zero-always", str(pages)]
    answer = subprocess.run(command, capture_output=True, check=True)  # noqa: S603 -- our own command
    found = json.loads(answer.stderr)["messages"]
    return [
        (
            Path(entry["url"]).stem,
            entry.get("subType", entry["type"]),
            entry["message"],
            entry.get("extract", "").strip(),
        )
        for entry in found
    ]


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
