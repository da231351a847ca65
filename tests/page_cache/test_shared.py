"""The number in the cache server, while that server is down."""

import pytest

from blog.page_cache import generation
from blog.page_cache.generation import PAUSE_SECONDS, SharedNumber


class Cache:
    """A cache server that can be down."""

    def __init__(self):
        self.is_down = False

    def get_or_set(self, *arguments, **options):
        if self.is_down:
            raise ConnectionError("refused")
        return 7


@pytest.fixture
def cache(monkeypatch):
    cache = Cache()
    monkeypatch.setattr(generation, "caches", {"default": cache})
    return cache


@pytest.fixture
def moment(monkeypatch):
    """A list with the time, which does not pass by itself."""
    moment = [100.0]
    monkeypatch.setattr(generation.time, "monotonic", lambda: moment[0])
    return moment


class TestLog:
    def test_has_one_line_when_the_server_goes_away_and_one_when_it_is_back(self, cache, moment, caplog):
        number = SharedNumber()
        found = []
        for is_down in (False, True, True, True, False, False):
            cache.is_down = is_down
            moment[0] += 2 * PAUSE_SECONDS
            found.append(number.read())

        assert found == [7, None, None, None, 7, 7]
        assert [record.message.partition(" (")[0] for record in caplog.records] == [
            "The cache server does not answer",
            "The cache server answers again.",
        ]
