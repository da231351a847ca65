"""Limits of how pages slow down as a site grows, as ratios within a run, to be valid on any machine."""

import pytest

from tests.benchmarks.pages import measure

pytestmark = pytest.mark.usefixtures("own_databases")
SIZES = 1000, 5000
GROWTH = 1.5


@pytest.fixture(scope="module")
def figures():
    return {(figure["page"], figure["articles"]): figure for figure in measure(list(SIZES))}


def growth(figures, page):
    few, many = (figures[page, size]["milliseconds"] for size in SIZES)
    return many / few


class TestPages:
    def test_an_article_takes_little_longer_among_many(self, figures):
        assert growth(figures, "article") <= 1.3

    def test_so_do_lists_of_a_page_and_feeds(self, figures):
        for page in ("home", "topic, page 1", "author", "feed, Atom", "not found"):
            assert growth(figures, page) <= GROWTH, page

    def test_the_last_page_of_a_category_takes_little_more_than_the_first(self, figures):
        first = figures["topic, page 1", SIZES[1]]["milliseconds"]
        [deep] = [
            figure["milliseconds"]
            for (page, size), figure in figures.items()
            if size == SIZES[1] and page.startswith("topic, page ") and page != "topic, page 1"
        ]

        assert deep <= 1.5 * first

    def test_pages_cost_as_many_queries_among_many(self, figures):
        for page in (
            "home",
            "article",
            "topic, page 1",
            "author",
            "archive",
            "feed, Atom",
            "admin",
        ):
            few, many = (figures[page, size]["queries"] for size in SIZES)
            assert few == many, page

    def test_the_list_of_editors_takes_little_longer_than_its_scans(self, figures):
        """Counting scans an index. Sorting whole articles would exceed the limit."""
        for page in ("admin", "admin, deep page", "admin, by batch", "admin, by reading time"):
            assert growth(figures, page) <= 2, page
