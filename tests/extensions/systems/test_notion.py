"""An export of Notion gives a file for each page."""

import pytest

from blog.documents.systems.recognition import may_be_export
from tests.extensions.systems.exports import converted, packed, sample

NETS = "posts/drying-nets-2c3d4e5f60718293a4b5c6d7e8f90a1b.md"
KNOTS = "posts/mending-knots-3d4e5f60718293a4b5c6d7e8f90a1b2c.md"
JOURNAL = "posts/journal-0a1b2c3d4e5f60718293a4b5c6d7e8f9.md"
KEY = "0a1b2c3d4e5f60718293a4b5c6d7e8f9"


@pytest.fixture(scope="module")
def export(tmp_path_factory):
    folder = tmp_path_factory.mktemp("notion")
    return converted(sample("notion", folder), folder)


def test_properties_become_front_matter(export):
    assert export.fields(NETS) == {
        "title": "Drying nets",
        "slug": "drying-nets",
        "status": "published",
        "tags": ["nets", "craft"],
        "date": "2024-05-14T09:30",
        "authors": ["Ida Strand"],
        "Words": "120",
    }
    assert export.fields(KNOTS)["status"] == "draft"
    assert (export.found.system, export.found.source_name) == ("Notion", "journal-0a1b2c3d")


def test_text_has_no_ids_and_its_links_lead_to_the_files_here(export):
    body = export.body(NETS)

    for shown in (
        "\nNets rot from the knots.",
        "see [Mending knots](mending-knots-3d4e5f60718293a4b5c6d7e8f90a1b2c.md).",
        "![Nets on the rack](../images/2c3d4e5f60718293a4b5c6d7e8f90a1b/rack.png)",
        "> **Note:** 💡 Turn them at noon.\n",
        "- What about tar?",
        "[x]  Count the floats",
        "```\n<aside>\n[code](stays%20as%203d4e5f60718293a4b5c6d7e8f90a1b2c.md)\n```",
    ):
        assert shown in body
    assert "images/2c3d4e5f60718293a4b5c6d7e8f90a1b/rack.png" in export.files


def test_a_page_that_is_no_row_of_a_database_has_no_properties(export):
    assert "Note: everything here is written on the quay." in export.body(JOURNAL)


def test_a_database_is_a_table_with_links_to_its_pages(export):
    row = "| [Drying nets](drying-nets-2c3d4e5f60718293a4b5c6d7e8f90a1b.md) | Published | nets, craft |"
    assert row in export.body(JOURNAL)


def test_the_archive_in_the_archive_is_read(tmp_path):
    inner = sample("notion", tmp_path).read_bytes()

    export = converted(packed(tmp_path / "Export.zip", {"Export-1b2c-Part-1.zip": inner}), tmp_path)

    assert NETS in export.files


def test_links_out_of_the_archive_stay_as_written(tmp_path):
    text = "# A\n\n![x](../../../etc/passwd) [y](%2e%2e/%2e%2e/b.png) <script>z</script>\n"

    export = converted(packed(tmp_path / "n.zip", {f"A {KEY}.md": text}), tmp_path)

    assert "../../../etc/passwd" in export.body(f"posts/a-{KEY}.md")
    assert not [name for name in export.files if name.startswith(("images/", "..", "/"))]


def test_an_export_of_galley_is_no_export_of_notion(tmp_path):
    assert not may_be_export([NETS, "posts/b.md"])
    assert may_be_export([f"Export/A {KEY}.md"])
