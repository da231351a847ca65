import pytest

from blog.documents.addresses import check_page_address
from blog.extensions.sources import opening, rounds
from blog.files.remote.fetcher import Fetcher, Rules
from tests.support.picture_server import LOCALHOST, picture_server

WORDS = (
    "By 1944, in spite of the war, 85 per cent of American households owned a refrigerator. The museum shows "
    "twelve of them, from the first ones with a round compressor on top to the last of the iceboxes."
)


def html(words=WORDS, title="Refrigerators at Home"):
    return (
        f"<html><head><title>{title}</title></head><body><main><p>{words}</p></main></body></html>".encode()
    )


@pytest.fixture
def server():
    with picture_server() as server:
        server.put("/robots.txt", status=404)
        yield server


@pytest.fixture
def pages(server, monkeypatch):
    """A server of pages, which is the only one that sources reach, without pauses."""
    rules = Rules(http=True, check=check_page_address, test_hosts=frozenset({(LOCALHOST, server.port)}))
    monkeypatch.setattr(
        opening,
        "site_fetcher",
        lambda: Fetcher(rules, limits=opening.LIMITS, resolve=lambda host, port: [LOCALHOST]),
    )
    monkeypatch.setattr(rounds, "PAUSE", 0.0)
    monkeypatch.setattr(rounds, "POLL_SECONDS", 0.05)
    return server
