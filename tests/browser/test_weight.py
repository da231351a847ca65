"""What a first visit of one article costs: bytes, not time, so that it is the same on every machine."""

from collections import Counter

KB = 1024
ARTICLE = "/articles/the-river-that-cannot-keep-straight/"


def weights(visit) -> Counter:
    """Return the compressed bytes of what came, by what they are."""
    found = Counter()
    for request in visit.requests:
        found[request.resource_type] += request.sizes()["responseBodySize"]
    return found


class TestFirstVisit:
    def test_is_light(self, visit):
        visit = visit("/health/", is_fresh=True).record_requests().open(ARTICLE)
        visit.scroll_through()

        bytes_of = weights(visit)

        assert bytes_of["document"] > 0
        assert 0 < bytes_of["stylesheet"] <= 16 * KB
        assert 0 < bytes_of["script"] <= 5 * KB
        assert sum(bytes_of[kind] for kind in ("document", "stylesheet", "script", "font")) <= 140 * KB
