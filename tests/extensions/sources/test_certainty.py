"""What is planned, possible or a limit on a page is not found as what is so."""

import pytest

from blog.extensions.sources.evidence import find_evidence
from tests.extensions.sources.pages import paragraphs


def verdict(sentence, there):
    return find_evidence(sentence, paragraphs(there)).verdict


@pytest.mark.parametrize(
    ("sentence", "there"),
    [
        (
            "The harbour board built a mole of 640 metres.",
            "The harbour board is building a mole of 640 metres.",
        ),
        ("The ferry terminal opened in June 2027.", "The ferry terminal will open in June 2027."),
        (
            "The board cut the energy use by 30 percent.",
            "The board aims to cut the energy use by 30 percent.",
        ),
        ("The reef holds 75 kinds of fish.", "The reef is estimated to hold 75 kinds of fish."),
        ("Die Stadt baute ein Zentrum mit 85 Büros.", "Die Stadt plant ein Zentrum mit 85 Büros."),
        ("Der neue Speicher ging 2027 in Betrieb.", "Der neue Speicher wird 2027 in Betrieb gehen."),
        ("Le port a acheté 12 grues pour les quais.", "Le port souhaite acheter 12 grues pour les quais."),
        ("El puerto creó 700 empleos en la comarca.", "El puerto espera crear 700 empleos en la comarca."),
        ("Le musée a ouvert en mars 2027.", "Le musée ouvrira en mars 2027."),
        ("El museo abrió sus puertas en marzo de 2027.", "El museo abrirá sus puertas en marzo de 2027."),
        ("市は2027年3月に美術館を開館した。", "市は2027年3月に美術館を開館する予定だ。"),
    ],
)
def test_what_is_planned_is_not_found_as_done(sentence, there):
    assert verdict(sentence, there) == "partly"
    assert verdict(there, there) == "found"


def test_what_is_done_is_not_found_as_planned():
    there = "The lighthouse was restored for 3 million dollars."
    assert verdict("The lighthouse will be restored for 3 million dollars.", there) == "partly"


def test_what_may_be_is_not_found_as_certain_or_planned():
    there = "A survey of the harbour may be carried out among 350 captains."
    assert verdict("A survey of the harbour was carried out among 350 captains.", there) == "partly"
    assert verdict("A survey of the harbour will be carried out among 350 captains.", there) == "partly"
    assert verdict("A survey of the harbour could be carried out among 350 captains.", there) == "found"


def test_a_plan_after_a_number_does_not_make_it_one():
    there = "The board cut the energy use of cranes by 30 percent, and will sell the cranes."
    assert verdict("The board cut the energy use of cranes by 30 percent.", there) == "found"


@pytest.mark.parametrize(
    ("said", "there", "expected"),
    [
        ("4 million", "up to 4 million", "partly"),
        ("up to 4 million", "up to 4 million", "found"),
        ("at most 4 million", "up to 4 million", "found"),
        ("over 4 million", "nearly 4 million", "partly"),
        ("nearly 4 million", "more than 4 million", "partly"),
        ("4 million", "about 4 million", "found"),
    ],
)
def test_a_limit_is_not_found_as_the_number(said, there, expected):
    read = f"The new pumps of the harbour saved {there} litres of water."
    assert verdict(f"The new pumps of the harbour saved {said} litres of water.", read) == expected


def test_a_number_for_each_year_is_not_found_as_the_whole():
    there = "Dredging the harbour costs 5 million dollars a year."
    assert verdict("Dredging the harbour cost 5 million dollars in total.", there) == "partly"
    assert verdict("Dredging the harbour costs 5 million dollars annually.", there) == "found"


@pytest.mark.parametrize(
    ("sentence", "there"),
    [
        (
            "The number of berths came to 412, which is 7.5 percent more.",
            "Rents rose 7.5 percent. The number of berths came to 412.",
        ),
        (
            "来館者数は45万3千人で、前年度より8.5%増えた。",
            "貸出数は120万冊となり、前年度より8.5%増えた。来館者数は45万3千人だった。",
        ),
    ],
)
def test_a_number_of_another_sentence_has_to_be_about_the_same(sentence, there):
    assert verdict(sentence, there) == "partly"


@pytest.mark.parametrize(("end", "expected"), [("承認した。", "found"), ("承認していない。", "partly")])
def test_a_japanese_sentence_denies_at_its_end(end, expected):
    there = f"市は信用できない計画を見直し、412台の灯台の改修計画を{end}"
    assert verdict("市は412台の灯台の改修計画を承認した。", there) == expected


def test_of_several_places_the_one_with_most_words_counts():
    there = "The port will buy 12 cranes. In the end, the port bought 12 cranes for the grain quay."
    assert verdict("The port bought 12 cranes for the grain quay.", there) == "found"


@pytest.mark.parametrize(
    ("sentence", "there", "expected"),
    [
        ("The pilots do not steer the boats of guests.", "The pilots steer the boats of guests.", "partly"),
        (
            "The 12 pilots do not steer boats of guests.",
            "The 12 pilots, not captains, steer boats of guests.",
            "partly",
        ),
        ("The 12 pilots steer without a second lamp.", "The 12 pilots steer without a second lamp.", "found"),
        (
            "The 12 pilots do not paint boats but steer them.",
            "The 12 pilots steer boats but do not paint them.",
            "found",
        ),
    ],
)
def test_a_claim_denies_what_the_page_denies(sentence, there, expected):
    assert verdict(sentence, there) == expected


@pytest.mark.parametrize(
    ("said", "there"),
    [
        ("rose", "fell"),
        ("has a weekly rate", "has a monthly rate"),
        ("stieg", "sank"),
        ("was third", "was fourth"),
    ],
)
def test_the_opposite_is_not_found(said, there):
    text = "The share of oil lamps {} by 12 percent in the harbour."
    assert verdict(text.format(said), text.format(there)) == "partly"
    assert verdict(text.format(there), text.format(there)) == "found"
    assert verdict(text.format(said), text.format(f"{said}, or {there},")) == "found"


def test_the_side_next_to_the_number_counts():
    there = "A small reduction of oil lamps (down 3 percent from last year) is a sign of the growing trade."
    claim = "The oil lamps {} by 3 percent from last year, a sign of trade."
    assert verdict(claim.format("fell"), there) == "found"
    assert verdict(claim.format("rose"), there) == "partly"
