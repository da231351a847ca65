"""A number or date is not found where another statement of the page says more of the claim."""

import pytest

from blog.extensions.sources.evidence import find_evidence
from tests.extensions.sources.pages import page, paragraphs


def missing(sentence, *texts):
    return find_evidence(sentence, paragraphs(*texts)).missing


def test_a_number_of_another_item_is_missing():
    read = page(
        "<p>Among visitors of the museum:</p><ul><li>32% use the lamps to read a letter</li>"
        "<li>27% use the lamps to watch the harbour</li></ul>"
    )
    evidence = find_evidence("Among visitors of the museum, 32% use lamps to watch the harbour.", read)
    assert (evidence.verdict, evidence.missing) == ("partly", ["32%"])


def test_a_date_of_another_sentence_is_missing():
    there = (
        "The lease of the harbour lamps expires on March 17, 2021. "
        "The harbour ferry contract expires on September 30, 2021."
    )
    assert missing("The lease of the harbour lamps expires on 30 September 2021.", there) == [
        "30 September 2021"
    ]
    assert missing("The lease of the harbour lamps expires on 17 March 2021.", there) == []


@pytest.mark.parametrize(
    "other",
    [
        "The lamps of the harbour museum burn brightly.",  # no number
        "The lamps of the harbour museum cost 90 euros.",  # of another kind
        "The lamps of the harbour museum burn 40 litres of oil, as was said.",  # the same
    ],
)
def test_a_statement_without_another_value_does_not_count(other):
    assert (
        missing("The lamps of the harbour burn 40 litres of oil.", "Its lamps burn 40 litres.", other) == []
    )


def test_who_says_it_does_not_make_a_statement_another_one():
    there = (
        "The Guild wrote: “At Easter, $639 in oil sales came from the harbour lamps. "
        "On Walnut Day, $905 in oil sales came from the harbour lamps.”"
    )
    assert missing("The Guild says that harbour lamps brought $639 in oil sales on Walnut Day.", there) == [
        "$639"
    ]


def test_one_word_alone_does_not_make_a_statement_a_better_one():
    there = (
        "In 2015, oil was dear. That same year nineteen sponsors paid for lamps, and seventeen have stayed. "
        "One sponsor has renewed its support for 2023."
    )
    assert missing("Nineteen sponsors paid in 2015, and 17 have stayed.", there) == []


def test_a_name_is_missing_where_another_sentence_has_another_one_in_its_place():
    there = "The Harbour Board owns quays. The Lamp Guild designed and tested the burners of the pier."
    assert missing("The Harbour Board designed and tested the burners.", there) == ["Harbour Board"]
    assert missing("The Lamp Guild designed and tested the burners.", there) == []


def test_a_name_is_missing_where_another_one_stands_between_the_same_words():
    there = "I asked Runa Hale for oil. Then I asked Eva Lind and Bo Ray for wicks, which were dear."
    assert missing("Then I asked {} and Bo Ray for wicks.".format("Runa Hale"), there) == ["Runa Hale"]
    assert missing("Then I asked {} and Bo Ray for wicks.".format("Eva Lind"), there) == []


@pytest.mark.parametrize(
    ("name", "expected"), [("Harbour Board", ["Harbour Board"]), ("Lamp Law Centre", [])]
)
def test_a_name_is_missing_where_the_sentence_with_most_words_begins_with_another_one(name, expected):
    there = (
        "This year, the Harbour Board team gave tools for a lamp list. "
        "The Lamp Law Centre later used them, deploying a lamp calculator for all visitors."
    )
    assert missing(f"The {name} team deployed a lamp calculator for all visitors.", there) == expected


def test_a_name_elsewhere_does_not_hide_who_did_it():
    texts = (
        "The Harbour Board keeps a team of governments that promotes lamps, in spring.",
        "It rained for a week.",
        "Nobody else came to the quay.",
        "The Lamp Guild is a joint team of governments that promotes open quays and strong winter lamps.",
    )
    claim = "The {} is a joint team of governments that promotes open quays and strong winter lamps."
    assert missing(claim.format("Harbour Board"), *texts) == ["Harbour Board"]
    assert missing(claim.format("Lamp Guild"), *texts) == []


def test_numbers_are_missing_where_they_are_swapped():
    there = "There are many oil lamps: over 530 of them. About 130 of these belong to the harbour board."
    claim = "There are more than {} oil lamps, and about {} of them belong to the harbour board."
    assert missing(claim.format(530, 130), there) == []
    assert missing(claim.format(130, 530), there) == ["130", "530"]


def test_a_source_in_brackets_did_not_do_it():
    rest = (
        "<h2>By the lamps</h2><p>It was a good year for all who came to the pier, and for the tower.</p>" * 2
    )
    there = f"{rest}<h2>By the code</h2><p>203: public lamps of the pier (source: Glass Guild)</p>"
    claim = "The Harbour Board keeps 203 public lamps of the pier."
    assert find_evidence(claim, page(there, "Harbour Board in numbers")).missing == []


def test_a_name_whose_words_begin_without_a_capital_is_found():
    assert missing("Each iLamp & eLamp burns oil.", "The lamps iLamp & eLamp burn oil.") == []
