"""Differences by paragraph, line and word; unchanged paragraphs are folded."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blog.articles.versions.alignment import Budget, changes, matching_runs
from blog.articles.versions.differences import (
    Span,
    changed_words,
    differences,
    text_differences,
    word_differences,
)
from blog.articles.versions.paragraphs import MOST_PARAGRAPHS, join, split

ITEMS = st.lists(st.sampled_from("abcdef"), max_size=20)
LINES = """
One two.|Three four five.|- a|- b|  more|```|~~~|<div>|</div>|<!--|-->||| |\r|~ a ~|1. x|> said|: so
"""
TEXTS = st.lists(st.sampled_from(LINES.strip("\n").split("|")), max_size=15).map("\n".join)


def shown(blocks):
    return [(block.kind, block.text or [(span.kind, span.text) for span in block.spans]) for block in blocks]


class TestAlignment:
    @given(ITEMS, ITEMS)
    def test_changes_turn_one_sequence_into_the_other(self, one, other):
        built, here = [], 0
        for start, end, there, end_there in changes(one, other):
            assert here <= start <= end
            built += one[here:start] + other[there:end_there]
            here = end

        assert built + one[here:] == other

    @given(ITEMS, ITEMS)
    def test_runs_are_the_same_on_both_sides(self, one, other):
        for start, there, length in matching_runs(one, other, Budget()):
            assert one[start : start + length] == other[there : there + length]

    def test_similar_items_are_paired_and_others_added(self):
        one = ["The barge carries coal.", "Locks are doors for boats."]
        other = ["A new beginning.", "The barge carries gravel.", "Locks are doors for big boats."]

        assert changes(one, other) == [(0, 0, 0, 1), (0, 1, 1, 2), (1, 2, 2, 3)]

    def test_beyond_its_budget_counts_the_rest_as_replaced(self):
        one, other = ["a", "b", "c", "a"] * 50, ["b", "a", "a", "c"] * 50

        assert len(changes(one, other)) > 1
        assert len(changes(one, other, Budget(steps=1))) == 1


class TestParagraphs:
    @given(TEXTS)
    def test_joined_paragraphs_are_the_text(self, text):
        assert join(split(text)) == text

    @pytest.mark.parametrize(
        "whole",
        [
            "- one\n\n- two\n\n  more of two\n- three",
            "1. one\n\n2. two",
            "```python\na = 1\n\nb = 2\n```",
            "~~~\n```\n\n~~~~",
            "| a | b |\n|---|---|\n| 1 | 2 |",
            '<div class="box">\n\n<div>\n\nwords\n\n</div>\n\n</div>',
            "<!-- a\n\n<div>\n\nb -->",
            "[^1]: A note.\n\n    And more of it.",
            "Term\n\n: What it is.",
            "> said\n>\n> more",
        ],
    )
    def test_blocks_are_never_split(self, whole):
        parts = split(f"Before.\n\n{whole}\n\nAfter, <b>this</b>.\n\nEnd.\n")

        assert [part.text for part in parts] == ["Before.", whole, "After, <b>this</b>.", "End."]

    def test_unclosed_code_block_extends_to_the_end(self):
        assert len(split("a\n\n```\nb\n\nc\n\nd")) == 2

    def test_unclosed_html_element_does_not_join_paragraphs(self):
        assert len(split("<div>\n\na\n\nb")) == 3

    def test_number_of_paragraphs_is_limited(self):
        assert len(split("a\n\n" * (2 * MOST_PARAGRAPHS))) == MOST_PARAGRAPHS + 1


class TestWords:
    @given(TEXTS, TEXTS)
    def test_spans_hold_both_texts(self, before, after):
        spans = word_differences(before, after)

        assert "".join(span.text for span in spans if span.kind != "added") == before
        assert "".join(span.text for span in spans if span.kind != "removed") == after

    def test_says_which_words_changed(self):
        spans = word_differences("The Quiet Revolution of Canal Freight", "The Quiet Return of Canal Freight")

        assert spans == (
            *(Span("same", "The Quiet "), Span("removed", "Revolution"), Span("added", "Return")),
            Span("same", " of Canal Freight"),
        )

    def test_lines_with_few_common_words_are_replaced(self):
        spans = word_differences("It will not be fast.", "On the wall hangs a key, it is old.")

        assert [span.kind for span in spans] == ["removed", "added"]

    def test_unchanged_lines_of_a_paragraph_are_the_same(self):
        spans = word_differences("- one\n- two boats\n- three\n", "- one\n- twelve boats\n- three\n")

        assert spans[0] == Span("same", "- one\n- ")
        assert spans[-1] == Span("same", " boats\n- three\n")


class TestText:
    def test_unchanged_paragraphs_are_folded(self):
        before = "\n\n".join(["A.", "B.", "C.", "The barge carries coal.", "D.", "E.", "F."])
        after = before.replace("coal", "gravel")

        assert shown(text_differences(before, after)) == [
            ("folded", "A.\n\nB."),
            ("same", "C."),
            (
                "changed",
                [("same", "The barge carries "), ("removed", "coal"), ("added", "gravel"), ("same", ".")],
            ),
            ("same", "D."),
            ("folded", "E.\n\nF."),
        ]
        assert [block.paragraphs for block in text_differences(before, after, context=0)] == [3, 1, 3]

    def test_says_what_was_added_and_what_removed(self):
        blocks = text_differences("One.\n\nTwo.\n\nThree.", "One.\n\nThree.\n\nFour.")

        kinds = [(block.kind, block.text) for block in blocks]
        assert kinds == [("same", "One."), ("removed", "Two."), ("same", "Three."), ("added", "Four.")]

    def test_blank_lines_make_no_difference(self):
        assert shown(text_differences("One.\n\nTwo.", "One.\n\n\n\nTwo.\n")) == [("folded", "One.\n\nTwo.")]

    @given(TEXTS, TEXTS)
    def test_shows_every_paragraph_of_both(self, before, after):
        blocks = text_differences(before, after)

        for text, other in ((before, "added"), (after, "removed")):
            shown = [self.of_one_side(block, other) for block in blocks if block.kind != other]
            assert "\n\n".join(shown) == "\n\n".join(part.text for part in split(text) if part.text)

    def of_one_side(self, block, other):
        return block.text or "".join(span.text for span in block.spans if span.kind != other)

    @pytest.mark.parametrize(
        "piece", ["a\n", "a\n\n", "a ", "<div>\n\n", "```\n\n", "- a\n\n", "<!--\n\n", "1 2 3\n\n"]
    )
    def test_takes_a_bounded_effort_for_hostile_texts(self, piece, monkeypatch):
        budgets = []
        begin = Budget.__init__
        monkeypatch.setattr(
            Budget, "__init__", lambda self, steps=2000: (budgets.append(self), begin(self, steps))[0]
        )
        chosen = random.Random(1)  # noqa: S311 -- a text, no secret
        before, after = (
            "".join(piece.replace("a", chosen.choice("ab")) for _ in range(5000)) for _ in range(2)
        )

        text_differences(before, after)

        (budget,) = budgets
        assert budget.steps > -100_000  # after the budget is used up, only short attempts


class TestFields:
    BEFORE = {
        "title": "Tides",
        "keywords": ["sea", "moon"],
        "primary_category": {"id": 1, "name": "Sea"},
        "is_featured": False,
        "body": "One.\n\nTwo words here.",
    }

    def test_are_a_table_of_before_and_after(self):
        after = self.BEFORE | {"title": "High Tides", "is_featured": True, "keywords": ["moon", "ebb"]}

        found = differences(self.BEFORE, after)

        title, keywords, featured = found.fields
        assert (title.name, title.before, title.after) == ("title", "Tides", "High Tides")
        assert title.spans == (Span("added", "High "), Span("same", "Tides"))
        assert (keywords.added, keywords.removed) == (("ebb",), ("sea",))
        assert (featured.name, featured.before, featured.after) == ("is_featured", False, True)
        assert found.body == ()

    def test_other_primary_keys_are_no_difference(self):
        after = self.BEFORE | {"primary_category": {"id": 2, "name": "Sea"}}

        assert not differences(self.BEFORE, after)

    def test_added_and_removed_words_are_counted(self):
        found = differences(self.BEFORE, self.BEFORE | {"body": "One.\n\nTwo old words here.\n\nAnd more."})

        assert (found.words_added, found.words_removed) == (3, 0)


class TestNumberOfWords:
    @pytest.mark.parametrize(
        ("after", "numbers"),
        [
            pytest.param("The moon doesn't pull.", (1, 2), id="replaced"),
            pytest.param("The moon pulls hard.", (0, 1), id="added"),
            pytest.param("moon pulls. The", (0, 0), id="moved"),
            pytest.param("The **moon** pulls.", (0, 0), id="formatting"),
        ],
    )
    def test_is_of_words_that_only_one_text_has(self, after, numbers):
        assert changed_words("The moon pulls.", after) == numbers
