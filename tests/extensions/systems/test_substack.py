"""An export of Substack gives a file for each post."""

import pytest

from tests.extensions.systems.exports import converted, sample

WEATHER = "posts/weather-from-the-mole-140000001.md"


@pytest.fixture(scope="module")
def export(tmp_path_factory):
    folder = tmp_path_factory.mktemp("substack")
    return converted(sample("substack", folder), folder)


def test_front_matter_states_what_substack_knows(export):
    assert export.fields(WEATHER) == {
        "title": "Weather, from the mole",
        "slug": "weather-from-the-mole",
        "date": "2025-09-14T06:00:00.000Z",
        "status": "published",
        "excerpt": "What the swell says two days ahead",
        "permalink": "/p/weather-from-the-mole",
    }
    assert "pages/about-these-letters-140000004.md" in export.files


def test_drafts_and_posts_for_subscribers_are_not_published(export):
    assert export.fields("posts/for-subscribers-140000002.md")["status"] == "draft"
    assert export.fields("posts/half-written-140000003.md")["status"] == "draft"


def test_the_text_is_markdown_without_buttons(export):
    assert export.body(WEATHER).strip() == (
        "A long swell arrives **before** the wind that made it.[^1] I wrote about it"
        " [here](https://mole.substack.com/p/half-written).\n\n"
        "![Swell over the mole](https://substack-post-media.s3.amazonaws.com/public/images/swell.jpeg"
        ' "Two days before the gale")\n\n'
        "## What to watch\n\n"
        "- The *period*, not the height.\n- Gulls that stay ashore.\n\n"
        "> The sea tells you twice.\n\n"
        "<https://www.youtube.com/watch?v=swell2025>\n\n"
        "[Reading a barometer](https://mole.substack.com/p/reading-a-barometer)\n\n"
        "[See the chart](https://charts.example.org/)\n\n"
        "[^1]: Long waves travel faster than short ones."
    )


def test_what_has_no_place_here_is_counted(export):
    assert export.left_out == {
        "buttons for subscribers": 2,
        "polls": 1,
        "posts without a text in the export": 1,
    }
