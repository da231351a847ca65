"""Lists with very many entries, as releases without limits have stored them, take time in proportion."""

import time
from contextlib import contextmanager

from blog.articles.versions.differences import differences
from blog.articles.versions.merge import merge
from tests.articles.versions.test_merge import made

MANY = 20_000  # with quadratic algorithms, these take many seconds
WORDS = [f"word {number}" for number in range(MANY)]
ROWS = [{"id": number, "name": f"name {number}", "level": ""} for number in range(MANY)]


@contextmanager
def at_most(seconds):
    """Fail if the block takes more CPU time than this."""
    started = time.process_time()
    yield
    assert time.process_time() - started < seconds


class TestDifferences:
    def test_of_keywords_are_found_in_linear_time(self):
        before, after = made(keywords=WORDS), made(keywords=[*WORDS[1:], "new"])

        with at_most(2):
            [keywords] = differences(before, after).fields

        assert (keywords.added, keywords.removed) == (("new",), (WORDS[0],))

    def test_of_categories_are_found_in_linear_time(self):
        before, after = made(categories=ROWS), made(categories=ROWS[1:])

        with at_most(2):
            [categories] = differences(before, after).fields

        assert categories.removed == (ROWS[0],)


class TestMerge:
    def test_takes_linear_time(self):
        ours, theirs = [*WORDS[:-1], "ours"], ["theirs", *WORDS]

        with at_most(2):
            merged = merge(made(keywords=WORDS), made(keywords=ours), made(keywords=theirs))

        assert merged.contents["keywords"] == ["theirs", *ours]

    def test_new_entries_follow_their_neighbours(self):
        base, ours, theirs = list("abc"), list("cba"), list("xabyzc")

        merged = merge(made(keywords=base), made(keywords=ours), made(keywords=theirs))

        assert "".join(merged.contents["keywords"]) == "xcbyza"
