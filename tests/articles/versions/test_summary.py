"""How the list of versions counts what changed between two texts."""

import pytest

from blog.articles.versions.summary import TextChange, text_change

TEXT = """Tides are slow. They turn twice a day.

## Causes

The moon pulls at the sea. The sun helps a little.

- Spring tides are high.
- Neap tides are low.
"""


@pytest.mark.parametrize(
    ("old", "new", "change"),
    [
        pytest.param(" The sun helps a little.", "", {"sentences_removed": 1}, id="removed"),
        pytest.param("- Neap", "- Others vary.\n- Neap", {"sentences_added": 1}, id="added"),
        pytest.param(
            "pulls at the sea",
            "gently pulls at all the sea",
            {"words_added": 2},
            id="words added to a sentence",
        ),
        pytest.param(
            "helps a little",
            "hardly helps",
            {"words_removed": 2, "words_added": 1},
            id="a rewritten sentence",
        ),
        pytest.param("Neap tides are", "Neap *tides* are", {"words_added": 0}, id="formatting"),
        pytest.param("sea. The", "sea. ![A wave](wave.png) The", {"images_added": 1}, id="image"),
    ],
)
def test_counts_what_changed_and_names_its_section(old, new, change):
    assert old in TEXT

    assert text_change(TEXT, TEXT.replace(old, new)) == TextChange(**change, section="Causes")


def test_names_no_section_if_several_changed():
    change = text_change(
        TEXT, TEXT.replace(" They turn twice a day.", "").replace("- Neap tides are low.\n", "")
    )

    assert change == TextChange(sentences_removed=2)


def test_headings_are_counted_apart_from_sentences():
    assert text_change(TEXT, TEXT.replace("## Causes", "## Why")).headings == 1


def test_a_moved_sentence_is_neither_added_nor_removed():
    moved = TEXT.replace("Tides are slow. ", "") + "\nTides are slow.\n"

    assert text_change(TEXT, moved) == TextChange()


def test_changes_in_a_code_block_are_no_sentences():
    code = "Text.\n\n```\na = 1\n\nb = 2\n```\n\nMore.\n"

    assert text_change(code, code.replace("b = 2", "b = 3")) == TextChange()


def test_only_the_part_that_changed_is_compared():
    long = "A sentence of a long text.\n\n" * 10_000

    assert text_change(long + "One more.\n\n" + long, long + "Another one here.\n\n" + long).is_counted
    assert not text_change(long, long.replace("long", "short")).is_counted
