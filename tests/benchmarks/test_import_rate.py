"""Limits of the duration and memory of imports, as ratios within a run, to be valid on any machine."""

import pytest

from tests.benchmarks.corpus import write_corpus
from tests.benchmarks.measuring import Site

pytestmark = pytest.mark.usefixtures("own_databases")
FILES = 1600


@pytest.fixture(scope="module")
def posts(tmp_path_factory):
    folder = tmp_path_factory.mktemp("posts")
    write_corpus(folder, FILES)
    return folder


@pytest.fixture(scope="module")
def few_posts(tmp_path_factory):
    folder = tmp_path_factory.mktemp("few")
    write_corpus(folder, FILES // 4)  # enough to fill the read-ahead buffer
    return folder


def add_links(folder):
    """Add two links to each file, some of them to the same pages."""
    for number, path in enumerate(sorted(folder.rglob("*.md"))):
        links = (f"[Page {n}](https://site-{n % 900}.example/{n})" for n in (number, 2 * number))
        path.write_text(f"{path.read_text()}\n\nSee {' and '.join(links)}.\n")


@pytest.fixture
def site(tmp_path):
    return Site(tmp_path / "data")


@pytest.fixture
def other_site(tmp_path):
    return Site(tmp_path / "other")


class TestImport:
    def test_an_unchanged_file_costs_a_fifth_of_a_new_one_at_most(self, posts, site, tmp_path):
        (one := tmp_path / "one").mkdir()
        (one / "tides.md").write_text("# Tides\n\nA short text.\n")
        start = min(site.run_import(one).seconds for _ in range(3))

        first = site.run_import(posts).seconds - start
        again = min(site.run_import(posts).seconds for _ in range(3)) - start

        assert again < first / 5

    def test_two_workers_are_no_slower_than_one(self, posts, site, other_site):
        one = site.run_import(posts, "--workers", "1").seconds
        two = other_site.run_import(posts, "--workers", "2").seconds

        assert two < one * 1.1

    def test_links_of_articles_are_read_afterwards(self, tmp_path):
        """Because the sites import in turn, a busy machine slows both down alike."""
        posts = tmp_path / "posts"
        write_corpus(posts, FILES // 4)
        add_links(posts)
        used = {"": [], "-sources": []}
        for number in range(3):
            for left_out, seconds in used.items():
                site = Site(tmp_path / f"{number}{left_out}", GALLEY_EXTENSIONS=f"default,{left_out}")
                seconds.append(site.run_import(posts).processor_seconds)

        assert min(used[""]) < min(used["-sources"]) * 1.05

    def test_memory_does_not_grow_with_the_folder(self, posts, few_posts, site, other_site):
        few = other_site.run_import(few_posts).peak_pss
        many = site.run_import(posts).peak_pss

        assert 0 < many < few * 1.4
