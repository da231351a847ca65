"""Chains of redirects: their ends, and what finding them costs."""

import sys

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from blog.models import Redirect
from blog.site.live_pages import live_pages
from blog.site.redirect_lists import export_redirects
from blog.site.redirect_targets import find_targets, shorten_chains
from tests.support.factories import create_article

pytestmark = pytest.mark.django_db

END = "/articles/tides/"
SHAPES = {  # function that returns the number of the next line; the last line leads to END
    "chain": lambda number, count: number + 1,
    "reversed chain": lambda number, count: number - 1,
    "star": lambda number, count: count - 1,
    "loop": lambda number, count: (number + 1) % (count - 1),
    "chain into a loop": lambda number, count: number + 1 if number < count - 2 else count // 2,
}


@pytest.fixture
def tides():
    return create_article(slug="tides")


def lines(shape, count):
    wanted = {f"/{number}/": f"/{SHAPES[shape](number, count)}/" for number in range(count - 1)}
    return {**wanted, f"/{count - 1}/": END, "/-1/": END}


def calls_of(function, *values) -> int:
    """Return the number of function calls, which unlike the time is always the same."""
    calls = 0

    def count(frame, event, argument):
        nonlocal calls
        calls += event in {"call", "c_call"}

    sys.setprofile(count)
    try:
        function(*values)
    finally:
        sys.setprofile(None)
    return calls


class TestCost:
    @pytest.mark.parametrize("shape", SHAPES)
    def test_ten_times_as_many_lines_take_ten_times_the_work(self, tides, shape):
        find_targets(lines(shape, 10))  # fills caches

        assert calls_of(find_targets, lines(shape, 400)) < 20 * calls_of(find_targets, lines(shape, 40))

    def test_paths_of_the_list_are_not_looked_up(self, tides, monkeypatch):
        looked_up = set()
        monkeypatch.setattr(
            "blog.site.redirect_targets.live_pages",
            lambda paths: looked_up.update(paths := [*paths]) or live_pages(paths),
        )

        find_targets(lines("chain", 10))

        assert looked_up == {END}

    @pytest.mark.both_databases
    def test_texts_of_targets_are_not_read(self, tides):
        Redirect.objects.create(path="/old/", article=tides)

        with CaptureQueriesContext(connection) as queries:
            found = find_targets({"/older/": "/old/"})
            exported = export_redirects(Redirect.objects.all())

        assert (found["/older/"], exported) == (tides, f"old,new\r\n/old/,{END}\r\n")
        assert not [query for query in queries if "body" in query["sql"]]


class TestEnds:
    @pytest.mark.parametrize("shape", ["chain", "reversed chain", "star"])
    def test_each_line_of_a_chain_leads_to_its_end(self, tides, shape):
        assert set(find_targets(lines(shape, 1500)).values()) == {tides}

    @pytest.mark.parametrize("shape", ["loop", "chain into a loop"])
    def test_lines_that_end_in_a_loop_are_refused(self, tides, shape):
        found = find_targets(lines(shape, 10))

        refused = {path: str(error) for path, error in found.items() if error != tides}
        assert refused == {f"/{number}/": f"/{number}/ would lead back to itself." for number in range(9)}

    @pytest.mark.both_databases
    def test_loops_through_stored_redirects_are_refused(self):
        Redirect.objects.create(path="/a/", address="/b/")
        Redirect.objects.create(path="/c/", address="/d/")

        found = find_targets({"/b/": "/c/", "/d/": "/a/"})

        assert [str(error) for error in found.values()] == [
            "/b/ would lead back to itself.",
            "/d/ would lead back to itself.",
        ]

    def test_chains_go_on_after_a_stored_redirect(self, tides):
        Redirect.objects.create(path="/b/", address="/c/")

        assert find_targets({"/a/": "/b/", "/c/": END}) == {"/a/": tides, "/c/": tides}

    def test_two_forms_of_a_path_lead_to_its_stored_redirect(self, tides):
        Redirect.objects.create(path="/b/", article=tides)

        assert find_targets({"/a/": "/b", "/c/": "/b.html"}) == {"/a/": tides, "/c/": tides}

    def test_redirects_to_a_page_are_no_chain_through_another_form_of_its_path(self, tides):
        Redirect.objects.create(path="/list/", address="/archive/")
        other = Redirect.objects.create(path="/archive.html", article=tides)

        shorten_chains([other])

        assert Redirect.objects.get(path="/list/").address == "/archive/"
