"""Write the pages of a small site twice, to test that the output is reproducible."""

import filecmp

import pytest

from tests.benchmarks.public_pages import write_pages

pytestmark = pytest.mark.usefixtures("own_databases")
FILE = "---\ntitle: {title}\ndate: 2026-03-0{day}\ncategory: Water\n---\n\nThe tide comes in *again*.\n"


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """Return two folders with the pages of the same two files."""
    folder = tmp_path_factory.mktemp("pages")
    posts = folder / "posts"
    posts.mkdir()
    for day, title in enumerate(("Ebb", "Flow"), 1):
        (posts / f"{title.lower()}.md").write_text(FILE.format(title=title, day=day))
    for name in ("one", "other"):
        write_pages(str(posts), folder / name)
    return folder / "one", folder / "other"


class TestPublicPages:
    def test_every_kind_of_page_is_written(self, written):
        pages = written[0] / "pages"

        kinds = ["index", "articles/ebb/index", "articles/flow.md/index", "categories/water/index"]
        kinds += ["archive/2026/03/index", "feeds/atom.xml/index", "sitemap.xml/index", "robots.txt/index"]
        assert all((pages / kind).read_text().startswith("200\n") for kind in kinds)
        assert (pages / "nowhere/index").read_text().startswith("404\n")

    def test_so_are_the_exported_files_and_the_numbers_of_queries(self, written):
        ebb = FILE.format(title="Ebb", day=1)

        assert (written[0] / "export" / "ebb.md").read_text() == ebb
        assert "blog:article_detail 200: 2 pages" in (written[0] / "queries.txt").read_text()

    def test_a_second_run_writes_the_same(self, written):
        assert unlike(*written) == []


def unlike(one, other) -> list[str]:
    """Return the names of files and folders that differ, or are in only one of the folders."""
    found = filecmp.dircmp(one, other, shallow=False)
    below = [name for folder in found.common_dirs for name in unlike(one / folder, other / folder)]
    return [*found.left_only, *found.right_only, *found.diff_files, *below]
