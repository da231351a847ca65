"""What a text says at its beginning."""

import pytest

from blog.documents.summaries import opening_of, opens_with

OPENING = (
    "When did you last look at the sea? On a beach you can see the tide come in, and nobody waits for it."
)


class TestOpening:
    def test_of_one_endless_sentence_is_cut_at_a_word(self):
        assert opening_of("tides " * 200) == "tides " * 49 + "tides…"


class TestOpensWith:
    @pytest.mark.parametrize(
        ("text", "beginning"),
        [
            (f"Introduction\n{OPENING}", OPENING),
            (f"1. Overview\nWhy this matters\n{OPENING}", OPENING[:60] + "…"),
            (OPENING, OPENING.replace("look at", "watch").replace("nobody", "no one")),
        ],
    )
    def test_past_headings_and_small_edits(self, text, beginning):
        assert opens_with(text, beginning)

    @pytest.mark.parametrize(
        "beginning",
        [
            "On a beach you can see the tide come in, and that is all there is to be said of the sea today.",
            "Two clocks stand behind it.",
            " ".join(reversed(OPENING.split())),
        ],
    )
    def test_not_with_other_words(self, beginning):
        assert not opens_with(OPENING, beginning)

    @pytest.mark.parametrize(
        "text",
        [
            f"First published by the harbour office.\n{OPENING} It goes.",
            OPENING.replace("sea? On", "sea? Few can say when they last did. On"),
        ],
    )
    def test_past_a_note_and_with_more_between(self, text):
        assert opens_with(text, OPENING)

    def test_not_further_down(self):
        assert not opens_with(f"{'Fog lifts slowly from the harbour. ' * 3}\n{OPENING}", OPENING)
