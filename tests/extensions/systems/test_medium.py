"""An export of Medium gives a file for each post."""

import pytest

from tests.extensions.systems.exports import SAMPLES, converted, packed, sample

LOCK, ICE = "posts/how-a-lock-lifts-a-boat-5f1c2d3e4a5b.md", "posts/frozen-gates-9a8b7c6d5e4f.md"


@pytest.fixture(scope="module")
def export(tmp_path_factory):
    folder = tmp_path_factory.mktemp("medium")
    return converted(sample("medium", folder), folder)


def test_front_matter_states_what_medium_knows(export):
    assert export.fields(LOCK) == {
        "title": "How a lock lifts a boat",
        "slug": "how-a-lock-lifts-a-boat",
        "date": "2021-06-03T07:15:00.000Z",
        "status": "published",
        "authors": ["Nora Lund"],
        "excerpt": "Water does all of the work.",
        "image": "https://cdn-images-1.medium.com/max/800/1*lock.jpeg",
        "permalink": "/how-a-lock-lifts-a-boat-5f1c2d3e4a5b",
        "canonical": "https://blog.locks.example.org/how-a-lock-lifts-a-boat-5f1c2d3e4a5b",
    }
    assert export.fields(ICE) == {"title": "Frozen gates", "slug": "frozen-gates", "status": "draft"}
    assert (export.found.source_name, export.left_out) == ("medium-keeper", {"files with bookmarks": 1})


def test_the_text_is_markdown_without_its_title(export):
    assert export.body(LOCK).strip() == (
        '![](https://cdn-images-1.medium.com/max/800/1*lock.jpeg "The upper gate, closed. Photo by the lock'
        ' keeper.")\n\n'
        "A lock is a **box of water** with *two gates*; see [a drawing](https://locks.example.org/).\n\n"
        "### What the keeper does\n\n"
        "1. Closes the lower gate.\n2. Opens the upper paddle.\n\n"
        "> Nobody ever hurried water.\n\n"
        "> It lifts forty tonnes and makes no sound.\n\n"
        "```python\nrise = upper - lower\nprint(rise > 0)\n```\n\n"
        "[A history of canals](https://canals.example.org/history) \N{EN DASH} From"
        " ditches to staircases.\n\n"
        "---\n\n"
        "<https://www.youtube.com/watch?v=lock2021>\n\n"
        "<https://gist.github.com/keeper/4f3b>\n\n"
        "That is all."
    )


def test_a_profile_without_a_link_names_no_source(tmp_path):
    post = SAMPLES / "medium/posts/draft_Frozen-gates-9a8b7c6d5e4f.html"
    files = {
        "profile/profile.html": "<h3 class='p-name'>Nora Lund</h3>",
        f"posts/{post.name}": post.read_bytes(),
    }

    assert converted(packed(tmp_path / "a.zip", files), tmp_path).found.source_name == ""
