"""How much of their text two files have in common."""

import pytest

from blog.documents.similarity import Passages, common_part, common_part_of_files

WORDS = " ".join(f"word{number}" for number in range(100))


@pytest.mark.parametrize(
    ("other", "part"),
    [
        (WORDS, 1),
        (WORDS.replace("word50 ", "another "), pytest.approx(0.97, abs=0.01)),
        (" ".join(WORDS.split()[:70]), pytest.approx(0.82, abs=0.01)),
        (" ".join(sorted(WORDS.split(), reverse=True)), 0),
        ("", 0),
    ],
)
def test_part_counts_words_in_the_same_order(other, part):
    assert common_part(WORDS, other) == part
    assert common_part(other, WORDS) == part


def test_short_texts_are_compared_by_words():
    assert common_part("tide", "tide") == 1
    assert common_part("tide", "ebb") == 0


def test_front_matter_does_not_count():
    files = [f"---\ntitle: {title}\n---\n{WORDS}\n".encode() for title in ("One", "Another one")]

    assert common_part_of_files(*files) == 1


def test_unreadable_files_have_nothing_in_common():
    assert common_part_of_files(b"\x00\x01\x02" * 50, b"\x00\x01\x02" * 50) == 0


def test_most_similar_passage_is_found_if_it_is_similar_enough():
    passages = Passages(["tide", WORDS.replace("word50 ", "another "), " ".join(WORDS.split()[:40]), ""])

    assert passages.most_similar(WORDS, 0.9) == 1
    assert passages.most_similar(WORDS.split("word50")[1], 0.9) is None
