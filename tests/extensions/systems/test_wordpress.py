"""An export of WordPress gives a file for each post and page."""

import pytest

from tests.extensions.systems.exports import SAMPLES, converted

TIDE, FOG = "posts/reading-a-tide-table-101.md", "posts/fog-signals-102.md"


@pytest.fixture(scope="module")
def export(tmp_path_factory):
    return converted(SAMPLES / "wordpress.xml", tmp_path_factory.mktemp("wordpress"))


def test_each_post_and_page_is_a_file_named_by_its_id(export):
    assert [name for name in export.files if name.endswith(".md")] == [
        TIDE,
        FOG,
        "posts/ice-in-the-north-basin-103.md",
        "posts/pilots-rota-104.md",
        "pages/the-harbour-office-110.md",
    ]
    assert (export.found.system, export.found.source_name) == ("WordPress", "harbour.example.org")


def test_front_matter_states_what_wordpress_knows(export):
    assert export.fields(TIDE) == {
        "title": "Reading a tide table & trusting it",
        "slug": "reading-a-tide-table",
        "date": "2024-05-14T07:30:00Z",
        "updatedAt": "2024-06-01T08:00:00Z",
        "status": "published",
        "authors": ["Ida Strand"],
        "excerpt": "Two numbers for each high water, and how far to trust them.",
        "metaDescription": "How to read a tide table.",
        "categories": ["Pilotage"],
        "tags": ["Tide tables", "Charts & datums"],
        "image": "https://harbour.example.org/wp-content/uploads/2024/05/pier.jpg",
        "imageAlt": "The north pier at low water",
        "permalink": "/2024/05/reading-a-tide-table/",
        "aliases": ["/2024/05/tide-tables-explained/"],
        "featured": True,
    }


def test_an_export_with_https_in_its_namespaces_and_iso_dates_is_read(export, tmp_path):
    text = (SAMPLES / "wordpress.xml").read_text().replace('"http://wordpress.org', '"https://wordpress.org')
    text = text.replace("2024-05-14 07:30:00", "2024-05-14T07:30:00+00:00")
    (tmp_path / "export.xml").write_text(text)
    (tmp_path / "out").mkdir()

    modern = converted(tmp_path / "export.xml", tmp_path / "out")

    assert "https://wordpress.org/export" in text

    assert modern.fields(TIDE) == export.fields(TIDE) | {"date": "2024-05-14T07:30:00+00:00"}


def test_drafts_and_private_posts_are_not_published(export):
    ice = export.fields("posts/ice-in-the-north-basin-103.md")

    assert (ice["status"], ice["date"]) == ("draft", "2026-01-08T12:00:00")
    assert "permalink" not in ice
    assert export.fields("posts/pilots-rota-104.md")["status"] == "draft"


def test_blocks_become_markdown(export):
    body = export.body(TIDE)

    for shown in (
        "## Heights {#h-heights}",
        "<!--more-->",
        '/gauge.png "The gauge at the north pier")',
        "> <cite>Harbour log</cite>",
        "| 06:10 | 3.1 m |",
        "```python\ndepth = chart + tide\n\nif depth < draught:\n    wait()\n```",
        "<https://www.youtube.com/watch?v=tides2024>\n\n*An hour of the tide in a minute*",
        "<https://www.youtube.com/watch?v=springs2024>",
        "Questions? The office answers on channel 12.",  # a reusable block
        "<summary>Why neaps are small</summary>",
        "Left of the fairway.\n\nRight of the fairway.",
        "![The pier](",
    ):
        assert shown in body
    assert "wp:" not in body
    assert "<div" not in body


def test_paragraphs_and_shortcodes_of_the_classic_editor(export):
    body = export.body(FOG)

    for shown in (
        "under way.\\\nTwo long",
        "<figcaption>The old <em>compressed air</em> horn</figcaption>",
        "> Sound carries badly\\\n> downwind.",
        "```text\n06:10  horn on\n08:45  horn off & clear\n```",
        "<https://vimeo.com/76979871>",
        "![The north pier at low water](",  # of the gallery
        "<https://www.flickr.com/photos/harbour/4052>",
        "[blast.mp3](",
        "5*3 crowns, says the note [sic].",
    ):
        assert shown in body
    assert "contact-form" not in body


def test_what_has_no_place_here_is_counted(export):
    assert export.left_out == {
        "comments": 2,
        "menu items": 1,
        "texts in the trash": 1,
        "items of the type “tribe_events”": 1,
        "“latest-posts” blocks": 1,
        "scripts": 1,
        "terms of “vessel”": 1,
        "forms": 1,
    }
