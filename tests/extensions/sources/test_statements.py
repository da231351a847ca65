"""A claim is found only where the page makes the same statement."""

import re

import pytest

from blog.extensions.sources.claim_parts import read_claim
from blog.extensions.sources.evidence import find_evidence
from blog.extensions.sources.pages import read_page
from blog.extensions.sources.quantities import find_dates, find_numbers
from tests.extensions.sources.pages import page, paragraphs

LAMPS = (
    "The museum in Aldermoor keeps 12,400 oil lamps, more than any other museum of the region.",
    "“A lamp is a clock that eats,” said Runa Hale, keeper of the collection since 1998.",
    "Tove Lind of the Glass Guild repaired the lenses. “Glass forgets nothing,” Lind said.",
    "In March 2019, Norvik Glass gave forty lenses, and Hollis Brass gave three hundred burners.",
)


def verdict(sentence, read=None):
    evidence = find_evidence(sentence, read or paragraphs(*LAMPS))
    return evidence.verdict, evidence.found, evidence.missing


class TestNumbers:
    def test_thousands_are_no_decimals(self):
        read = paragraphs("El museo ahorró al puerto 3.2 millones de dólares en lámparas viejas.")
        sentence = "El museo ahorró al puerto 3.200 millones de dólares en lámparas viejas."
        assert verdict(sentence, read) == ("partly", [], ["3.200 millones de dólares"])

    @pytest.mark.parametrize(
        ("said", "there"),
        [
            ("300 million", "300,000,000"),
            ("300 million", "300.000.000"),
            ("25,581", "25\u202f581"),
            ("7 feet", "seven feet"),
            ("one third", "a third"),
            ("85 percent", "eighty-five percent"),
            ("2.5 million", "2,500,000"),
        ],
    )
    def test_a_number_is_found_in_another_spelling(self, said, there):
        read = paragraphs(f"Of all the lamps in the harbour, the keepers counted {there} of the flames.")
        evidence = find_evidence(f"The keepers counted {said} of the flames in the harbour.", read)
        assert (evidence.verdict, evidence.found) == ("found", [said])

    @pytest.mark.parametrize(
        ("sentence", "there"),
        [
            (
                "Das Museum zählt 300 Millionen Lampen im Hafen.",
                "Das Museum zählt 300.000.000 Lampen im Hafen.",
            ),
            (
                "Le musée conserve 70 % des lampes du port.",
                "Le musée conserve soixante-dix pour cent des lampes du port.",
            ),
            (
                "El museo conserva 35% de las lámparas.",
                "El museo conserva treinta y cinco por ciento de las lámparas.",
            ),
            (
                "Le musée a un plafond de données de 2 Go pour les lampes.",
                "Pour les lampes, le musée a un plafond mensuel de données de 2 GB.",
            ),
            (
                "Von 1991 bis 2002 wurden Lampen im Museum als Zeichnungen gezeigt.",
                "Früh (1991 - 2002) wurden Lampen im Museum als Zeichnungen gezeigt. 2002 kam die Kamera.",
            ),
            ("博物館には3億個の灯台模型がある。", "この博物館には300000000個の灯台模型がある。"),
        ],
    )
    def test_a_number_is_found_in_each_language(self, sentence, there):
        assert verdict(sentence, paragraphs(there))[0] == "found"

    def test_another_number_is_partly(self):
        read = paragraphs("Some 41% of the visitors of the museum in 2019 came by boat.")
        sentence = "In 2019, 51% of the visitors of the museum came by boat."
        assert verdict(sentence, read) == ("partly", ["2019"], ["51%"])

    def test_a_number_of_another_statement_is_missing(self):
        read = paragraphs("Of the keepers, 80% walked to work in 2023 and 77% walked to work in 2022.")
        assert verdict("In 2023, 77% of the keepers walked to work.", read)[0] == "partly"

    def test_a_number_in_another_row_is_missing(self):
        table = (
            "<table><tr><th>Year</th><th>Visitors</th><th>Lamps</th></tr>"
            "<tr><td>2021</td><td>11 482</td><td>81</td></tr>"
            "<tr><td>2022</td><td>11 950</td><td>95</td></tr></table>"
        )
        assert verdict("In 2021, the museum had 11,482 visitors.", page(table))[0] == "found"
        assert verdict("In 2021, the museum had 11,950 visitors.", page(table))[0] == "partly"

    def test_a_number_in_a_teaser_is_no_evidence(self):
        assert verdict("The museum lent ninety lamps from Oslo.")[0] != "found"


class TestQuotations:
    def test_a_quotation_is_found_with_its_speaker(self):
        assert verdict('"A lamp is a clock that eats," says Runa Hale.') == (
            "found",
            ["A lamp is a clock that eats", "Runa Hale"],
            [],
        )

    def test_a_last_name_counts_if_the_full_name_is_on_the_page(self):
        assert verdict('"Glass forgets nothing," said Tove Lind.')[0] == "found"

    def test_a_quotation_of_somebody_else_is_partly(self):
        assert verdict('"A lamp is a clock that eats," says Tove Lind.') == (
            "partly",
            ["A lamp is a clock that eats"],
            ["Tove Lind"],
        )

    def test_changed_words_are_not_found(self):
        assert verdict('"A lamp is a clock that sleeps," says Runa Hale.')[0] != "found"

    def test_an_ellipsis_stands_for_words_in_order(self):
        read = paragraphs("“Light the wick. Wait for the glass. Then trim it,” said Runa Hale of the museum.")
        assert verdict('"Light the wick ... Then trim it," said Runa Hale.', read)[0] == "found"
        assert verdict('"Then trim it ... Light the wick," said Runa Hale.', read)[0] != "found"

    def test_the_marks_of_footnotes_do_not_count(self):
        read = paragraphs("“Light the wick2 and wait for the glass,” said Runa Hale of the museum.")
        assert verdict('"Light the wick and wait for the glass," said Runa Hale.', read)[0] == "found"

    def test_the_author_says_what_a_page_says(self):
        text = b"Title: The Keeper's Book\nAuthor: Runa Hale\n\nLAMP, n. A small sun that has to be fed.\n"
        read = read_page(text, "text/plain", "utf-8")
        assert verdict('Runa Hale calls a lamp "a small sun that has to be fed".', read)[0] == "found"


class TestNames:
    def test_an_organization_of_another_statement_is_missing(self):
        assert verdict("In March 2019, Norvik Glass gave forty lenses.")[0] == "found"
        assert verdict("In March 2019, Norvik Glass gave three hundred burners.")[0] == "partly"

    def test_a_name_alone_is_not_found(self):
        assert verdict("Runa Hale won the marathon of Brenford and earned $9.5 million.") == (
            "not_found",
            [],
            ["Runa Hale", "Brenford", "$9.5 million"],
        )

    def test_a_page_about_something_else_is_not_found(self):
        assert (
            verdict("A Gartner study predicts that 75% of companies will use digital twins.")[0]
            == "not_found"
        )


class TestLawsAndDates:
    LAW = (
        "# Lampengesetz (LampG)\n\n## § 3 Lampen\n\nEine Lampe darf acht Stunden brennen.\n\n"
        "## § 4 Dochte\n\nEin Docht ist zu kürzen.\n"
    )

    def test_the_number_of_a_section_may_begin_its_text(self):
        text = "Article 3 A lamp may burn for eight hours.\n\nArticle 4 A wick has to be cut.\n"
        read = read_page(f"Lamp Code\n\n{text}".encode(), "text/plain", "utf-8")
        assert verdict("Under article 3, a lamp may burn for eight hours.", read)[0] == "found"
        assert verdict("Under article 4, a lamp may burn for eight hours.", read)[2] == ["article 4"]

    def test_a_section_is_that_of_the_passage(self):
        read = read_page(self.LAW.encode(), "text/plain", "utf-8")
        assert verdict("Nach § 3 LampG darf eine Lampe 8 Stunden brennen.", read)[0] == "found"
        assert verdict("Nach § 4 LampG darf eine Lampe 8 Stunden brennen.", read)[2] == ["§ 4"]

    @pytest.mark.parametrize(
        "date", ["10 January 2018", "January 10, 2018", "2018-01-10", "January 2018", "2018"]
    )
    def test_a_date_is_found_in_another_order(self, date):
        read = paragraphs("The Lamp Safety Act was signed into law on January 10, 2018, for all harbours.")
        assert verdict(f"The Lamp Safety Act was signed into law on {date}.", read)[0] == "found"

    def test_another_month_is_missing(self):
        read = paragraphs("The Lamp Safety Act was signed into law in December 2018, for all harbours.")
        assert verdict("The Lamp Safety Act was signed into law in May 2018.", read)[2] == ["May 2018"]


def test_the_passage_is_at_most_three_blocks_of_the_page():
    evidence = find_evidence("The museum in Aldermoor keeps 12,400 oil lamps.", paragraphs(*LAMPS))
    assert "12,400" in evidence.passage
    assert evidence.last - evidence.first < 3


def test_a_claim_without_parts_needs_its_words():
    read = paragraphs("Keepers trim the wick each morning before the harbour opens.")
    assert verdict("Each morning, keepers trim the wick before the harbour opens.", read)[0] == "found"
    assert verdict("Sailors paint the boats each spring before the harbour opens.", read)[0] != "found"


def test_a_page_of_one_long_line_is_compared_in_pieces():
    read = paragraphs("lamps " * 20_000 + "the keepers counted 12,400 flames in the harbour")
    assert max(len(block.text) for block in read.blocks) <= 3000
    assert verdict("The keepers counted 12,400 flames in the harbour.", read)[0] == "found"


def test_a_number_that_the_page_says_of_something_else_is_not_found():
    other = paragraphs(
        "Lanterns are lit by 68% of the keepers of the coast.", "Bells are used by 45% of the keepers."
    )
    evidence = find_evidence("Bells are lit by 68% of the keepers.", other)
    assert evidence.verdict == "partly"
    assert evidence.missing == ["68%"]


def test_a_last_name_after_another_first_name_is_another_person():
    family = paragraphs(
        "Anna Lind wrote the log of the tower.", "In 1911, Peter Lind rebuilt the tower of the harbour."
    )
    evidence = find_evidence("In 1911, Anna Lind rebuilt the tower of the harbour.", family)
    assert evidence.verdict == "partly"
    assert evidence.missing == ["Anna Lind"]


@pytest.mark.parametrize(
    ("sentence", "names"),
    [
        ("The Vision Pro was sold by Katie Allen.", ["Vision Pro", "Katie Allen"]),
        ("It was built by George H.W. Bush.", ["George H.W. Bush"]),
        (
            "It was paid by the Murdoch Children's Research Institute.",
            ["Murdoch Children's Research Institute"],
        ),
        ("*Thumper* costs little.", ["Thumper"]),
        ("It was checked by the Lamp and Lens Administration.", ["Lamp and Lens Administration"]),
        ("Selon l'Institut du sommeil, elles dorment mal.", ["Institut du sommeil"]),
        ("Lo dice el Ministerio de trabajo.", ["Ministerio de trabajo"]),
        ("佐藤健一社長は「灯台の明かりが戻ってきた」と語った。", ["佐藤健一", "灯台の明かりが戻ってきた"]),
        (
            "okdistributeは「灯台の明かりが戻ってきた」と書いた。",
            ["okdistribute", "灯台の明かりが戻ってきた"],
        ),
        ("The Lamp Glass Program is new.", ["Lamp Glass Program"]),
        ("観光庁によると、灯台の数は増えた。", ["観光庁"]),
        ("Brass Lampは無料の灯台を提供している。", ["Brass Lamp"]),
        ("À midi, Claire Morvan allume les lampes.", ["Claire Morvan"]),
        ("It burned in the winter of 1849-50.", ["1849-50"]),
        ("It was once lit for 5 cents.", ["5 cents"]),
        (
            "It was kept by the Department of Justice's office and by a GSA team.",
            ["Department of Justice", "GSA"],
        ),
        ("Eva Lind is Acting Executive Director of Norvik.", ["Eva Lind", "Norvik"]),
        ("It asks for a VCS with two-factor keys.", []),
        ("It is kept for 12-18 months by RFC 8016.", ["12-18 months", "RFC 8016"]),
        ("Im Hafen deckten Lampen Steuerhinterziehung auf.", []),
        ("Selon l'article 146 du Code civil, il brûle.", ["article 146", "Code civil"]),
    ],
)
def test_names_are_read_whole(sentence, names):
    assert [part.text for part in read_claim(sentence).parts] == names


@pytest.mark.parametrize(
    ("written", "value", "unit"),
    [
        ("a gallon and a half of oil", 1.5, "gallon"),
        ("two and a half million ships", 2.5e6, ""),
        ("deux millions et demi de navires", 2.5e6, ""),
    ],
)
def test_a_half_more_belongs_to_the_number(written, value, unit):
    [number] = find_numbers(written)
    assert (number.values, number.unit) == ({value}, unit)


@pytest.mark.parametrize(
    ("written", "value", "unit"),
    [
        ("2TB of memory", 2, "tb"),
        ("39 millions de tonnes", 39e6, "ton"),
        ("1.800 millones de euros", 1.8e9, "€"),
        ("6,4 Mrd. Euro", 6.4e9, "€"),
        ("£84.6m", 84.6e6, "£"),
        ("84.6m", 84.6, "m"),
        ("100 Australian dollars", 100, "$"),
        ("3,2 Milliarden kanadischen Dollar", 3.2e9, "$"),
        ("8.5%増えた", 8.5, "%"),
        ("8兆1,395億円", 8.1395e12, "¥"),
        ("268 square kilometres", 268, "km²"),
        ("a quarter of a billion pounds", 250e6, "£"),
        ("half a million", 5e5, ""),
        ("eine halbe Million Euro", 5e5, "€"),
    ],
)
def test_a_number_has_its_scale_and_unit(written, value, unit):
    [number] = find_numbers(written)
    assert (value in number.values, number.unit) == (True, unit)


@pytest.mark.parametrize(
    ("written", "dates"),
    [
        ("1849-50", [(1849, 150)]),
        ("2018-01", []),  # a month
        ("1990-2005", [(1990, 0), (2005, 0)]),
    ],
)
def test_years_are_told_from_winters_and_months(written, dates):
    assert [(date.year, date.day) for date in find_dates(written)] == dates


def test_a_winter_is_not_found_as_another_one():
    read = paragraphs("The keepers of the harbour burned 412 lamps in the winter of 1849-52.")
    assert verdict("The keepers of the harbour burned 412 lamps in 1849-50.", read)[2] == ["1849-50"]


def test_both_ends_of_a_range_count_what_follows():
    read = paragraphs("The keepers met as few as 5-10 visitors. Then they painted the harbour tower.")
    assert verdict("The keepers met as few as 5-10 visitors.", read)[0] == "found"


@pytest.mark.parametrize(
    ("there", "expected"), [("12-18", "found"), ("12 to 18", "found"), ("6-18", "partly")]
)
def test_a_range_is_found_with_both_ends(there, expected):
    read = paragraphs(f"The lamps of the harbour are kept for {there} months, then they are sold.")
    assert verdict("The lamps are kept for 12-18 months, then they are sold.", read)[0] == expected


@pytest.mark.parametrize(("said", "expected"), [("23 bis 6", "found"), ("22 bis 6", "partly")])
def test_a_range_in_words_is_not_made_of_two_others(said, expected):
    read = paragraphs("Nachtzeit ist im Hafen die Zeit von 23 bis 6 Uhr, auf der Mole die von 22 bis 5 Uhr.")
    assert verdict(f"Nachtzeit ist im Hafen die Zeit von {said} Uhr.", read)[0] == expected


def test_a_date_in_digits_is_looked_for_by_its_year():
    text = "# Lampengesetz (LampG)\n\nAusfertigungsdatum\n:   1994-06-06\n\n## § 3 Lampen\n\nEine brennt.\n"
    read = read_page(text.encode(), "text/plain", "utf-8")
    assert verdict("Das Lampengesetz wurde am 6. Juni 1994 ausgefertigt.", read)[2] == []


def test_both_ends_of_a_japanese_range_count_what_follows():
    read = paragraphs("灯台学校は、主に7〜17歳を対象とした学校です。2011年に始まり、200ヶ所以上あります。")
    assert verdict("灯台学校は主に7歳から17歳の子どもを対象としている。", read)[::2] == ("found", [])


def test_an_ordinal_is_no_number():
    assert not find_numbers("the 12th lamp")


def test_brackets_that_tell_a_number_more_exactly_are_no_other_number():
    wanted = paragraphs("Three-quarters (74%) of the keepers want a bell, compared to 57% of the pilots.")
    claim = "Three quarters of the keepers want a bell, compared to 57 percent of the pilots."
    assert find_evidence(claim, wanted).verdict == "found"


def test_a_number_of_the_other_clause_is_not_found():
    wanted = paragraphs(
        "In 2012, 57% of the keepers said they eat when they want, while 37% eat at regular times."
    )
    evidence = find_evidence("In 2012, 57% of the keepers ate at regular times.", wanted)
    assert (evidence.verdict, evidence.missing) == ("partly", ["57%"])


def test_a_name_of_the_other_clause_did_not_do_it():
    wanted = paragraphs(
        "After the dispute, Lind stepped down on April 3, 2014 and Tove Hale, head of a guild, wrote."
    )
    evidence = find_evidence("Tove Hale stepped down after the dispute on April 3, 2014.", wanted)
    assert (evidence.verdict, evidence.missing) == ("partly", ["Tove Hale"])


def test_somebody_named_with_the_speaker_is_not_the_speaker():
    wanted = paragraphs(
        '"It was new to us," said Hale, who worked with her colleague Jo Lind. "We go on until spring."'
    )
    for sentence in ('"It was new to us," said Jo Lind.', '"We go on until spring," said Jo Lind.'):
        assert find_evidence(sentence, wanted).missing == ["Jo Lind"]


def test_a_role_may_stand_before_the_name_of_the_speaker():
    text = 'Keeper Jo Lind was late. "We go on until spring," said its head, Eva Hale.'
    assert find_evidence('"We go on until spring," said Jo Lind.', paragraphs(text)).missing == ["Jo Lind"]


def test_a_denial_is_not_found_in_what_says_the_opposite():
    wanted = paragraphs("The museum in Aldermoor keeps 12,400 oil lamps of the region.")
    assert find_evidence("The museum never keeps 12,400 oil lamps of the region.", wanted).verdict == "partly"


def test_what_was_not_done_is_not_found_as_done():
    wanted = paragraphs("The council has not yet approved the plan for 412 lamps in the harbour.")
    claim = "The council approved a plan for {} 412 lamps in the harbour."
    assert find_evidence(claim.format(""), wanted).verdict == "partly"
    wanted = paragraphs("The council approved the plan for 412 lamps in the harbour.")
    assert find_evidence(claim.format("no more than"), wanted).verdict == "found"


def test_a_speaker_is_found_with_the_body_named_beside_them():
    wanted = paragraphs(
        "We asked Eva Lind, head of the Brass Lamp Board, and Jo Hale.",
        "Nobody else was there on this day in winter.",
        '"We go on until spring," Lind said. "It was new to us," said Jo Hale.',
    )
    claim = "said {} of the Brass Lamp Board."
    found = find_evidence(f'"We go on until spring," {claim.format("Eva Lind")}', wanted)
    assert found.verdict == "found"
    missing = find_evidence(f'"It was new to us," {claim.format("Eva Lind")}', wanted).missing
    assert missing == ["Eva Lind", "Brass Lamp Board"]


def test_a_year_is_no_other_number():
    wanted = paragraphs("灯台博物館の2023年度の来館者数は約120万人となった。")
    assert find_evidence("灯台博物館の2023年度の来館者数は120万人だった。", wanted).verdict == "found"


def test_a_name_is_divided_if_the_page_has_only_one_of_two():
    wanted = paragraphs(
        "The survey of the harbour is modelled on the Keeper Experience Index, a list of lamps."
    )
    evidence = find_evidence(
        "The survey of the harbour follows the Keeper Experience Index of Norvik.", wanted
    )
    assert (evidence.found, evidence.missing) == (["Keeper Experience Index"], ["Norvik"])


def test_a_sentence_is_about_what_belongs_to_an_owner():
    wanted = paragraphs(
        "The lamps alone burned 269,130 litres in May, far above 90,000 litres in April.",
        "The museum was visited by 412,000 guests, and its bells burned 7,000 litres.",
    )
    claim = "The museum's lamps burned 269,130 litres in May, against 90,000 litres in April."
    assert find_evidence(claim, wanted).verdict == "found"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The lamps burned 400 litres of oil. This was 97% more than before. It rained.", "found"),
        ("The lamps burned 400 litres of oil. The rent of the hall was 97% more than before.", "partly"),
    ],
)
def test_a_sentence_that_points_back_is_about_the_same(text, expected):
    claim = "The lamps burned 400 litres of oil, a rise of 97% over those of the last winter."
    assert find_evidence(claim, paragraphs(text)).verdict == expected


def test_a_name_stands_where_the_number_next_to_it_does():
    wanted = paragraphs("Norvik Glass gave 42% of the lamps. Hollis Brass came second with 28% of the lamps.")
    claim = "Norvik Glass gave {} of the lamps, ahead of Hollis Brass with {}."
    assert find_evidence(claim.format("42%", "28%"), wanted).verdict == "found"
    assert find_evidence(claim.format("28%", "42%"), wanted).verdict == "partly"


class TestIntroductions:
    """What introduces a list or a table belongs to its items and rows."""

    @pytest.mark.parametrize(
        ("claim", "expected"),
        [
            ("In June 2014, Norvik Glass gave 42% of the lamps to Aldermoor.", "found"),
            ("In July 2014, Norvik Glass gave 42% of the lamps to Aldermoor.", "partly"),
        ],
    )
    def test_a_date_above_a_list(self, claim, expected):
        wanted = page(
            "<p>What we found about Aldermoor for June 2014:</p>"
            "<ul><li>Norvik Glass gave 42% of the lamps.</li>"
            "<li>Bells were given by 12% of the donors.</li></ul>"
        )
        assert find_evidence(claim, wanted).verdict == expected

    def test_a_name_above_a_table(self):
        wanted = page(
            "<p>These are the gifts of Norvik Glass to the museum.</p>"
            "<table><tr><th>Year</th><th>Lamps</th><th>Bells</th></tr><tr><td>2021</td><td>12</td><td>31</td></tr>"
            "</table>"
        )
        assert find_evidence("In 2021, the museum got 12 lamps from Norvik Glass.", wanted).verdict == "found"


def test_a_word_next_to_another_number_does_not_name_the_column():
    wanted = page(
        "<table><tr><th>Lamp</th><th>Before</th><th>After</th><th>Reduction</th></tr>"
        "<tr><td>Copper</td><td>807 kg</td><td>537 kg</td><td>33%</td></tr></table>"
    )
    claim = "The copper lamp shrank from 807 kg to 537 kg, a reduction of 33%."
    assert find_evidence(claim, wanted).verdict == "found"
    assert find_evidence("The copper lamp had a reduction of 537 kg.", wanted).verdict == "partly"


@pytest.mark.parametrize(
    ("said", "expected"), [("third quarter of 2014", "partly"), ("Q2 2014", "found"), ("2014", "found")]
)
def test_a_quarter_is_a_date(said, expected):
    wanted = paragraphs("The museum of the harbour lent 173 lamps during the second quarter of 2014.")
    claim = f"The museum of the harbour lent 173 lamps in the {said}."
    assert find_evidence(claim, wanted).verdict == expected


def test_a_department_has_a_short_name():
    wanted = paragraphs(
        "The Department of Harbour Affairs keeps the lamps.",
        "As for the HA, it burned 62% of the oil of the lamps in winter.",
    )
    claim = "The Department of Harbour Affairs burned 62% of the oil of the lamps in winter."
    assert find_evidence(claim, wanted).verdict == "found"


def test_a_law_has_its_year():
    wanted = paragraphs("The keepers work under the Lamp Keeping Act 1962. It rained in May at the harbour.")
    claim = "The keepers work under the Lamp Keeping Act 1962."
    assert find_evidence(claim, wanted).found == ["Lamp Keeping Act 1962"]
    assert find_evidence(claim.replace("1962", "of 1962"), wanted).missing == []
    evidence = find_evidence(claim.replace("1962", "1940"), wanted)
    assert (evidence.found, evidence.missing) == (["Lamp Keeping Act"], ["1940"])


@pytest.mark.parametrize(("said", "expected"), [("to 39%", "found"), ("to 63%", "partly")])
def test_the_end_of_a_change_is_found_without_its_beginning(said, expected):
    wanted = paragraphs("In ten years, the share of oil lamps in the harbour went from 63% to 39%.")
    assert find_evidence(f"The share of oil lamps fell {said} in the harbour.", wanted).verdict == expected


class TestNumberOfAPlace:
    THERE = "Approximately 58% of the lamps burn oil, 64% in the Northern Isles."

    def test_is_not_that_of_the_whole(self):
        assert verdict("Around 64% of the lamps burn oil.", paragraphs(self.THERE))[2] == ["64%"]

    def test_is_found_with_its_place(self):
        sentence = "In the Northern Isles, 64% of the lamps burn oil."
        assert verdict(sentence, paragraphs(self.THERE))[2] == []

    def test_does_not_hide_that_of_the_whole(self):
        assert verdict("Around 58% of the lamps burn oil.", paragraphs(self.THERE))[0] == "found"


def test_a_value_after_a_colon_is_that_of_the_words_before_it():
    there = "Lamp use rose to 36% (up from 30%), with oil lamps having most purchases: 77%, then 22% for gas."
    sentence = "Oil lamps made 77% of the purchases, and gas made 22%."
    assert verdict(sentence, paragraphs(there)) == ("found", ["77%", "22%"], [])


def test_a_law_may_have_an_and_in_its_name():
    sentence = "The president signed the Lamp Accountability and Oil Transparency Act."
    assert [part.text for part in read_claim(sentence).parts] == [
        "Lamp Accountability and Oil Transparency Act"
    ]


def test_a_name_may_begin_without_a_capital():
    read = paragraphs("According to comLamp, 53% of the visitors of the harbour came by boat.")
    assert verdict("ComLamp says that 53% of the visitors came by boat.", read)[0] == "found"


def test_the_mark_of_a_footnote_is_no_part_of_a_name():
    there = "Runa Halewood¹ and Tove Lind² counted 46 oil lamps at the harbour."
    assert verdict("Halewood and colleagues counted 46 oil lamps.", paragraphs(there))[1] == [
        "Halewood",
        "46",
    ]


def test_a_quotation_in_other_words_is_the_same_subject():
    read = paragraphs("The keeper said: “We only burn the harbour lamps for five hours each week.”")
    sentence = "The keeper said: “We only burn the harbour lamps for ten hours each week.”"
    assert verdict(sentence, read)[0] == "partly"


class TestItemsOfAList:
    THERE = page(
        "<p>The limits of the harbour:</p><ul><li>Failed lamps: 60 each hour</li>"
        "<li>Spare burners: 300 each week</li><li>Empty cans: 45 each week</li></ul>"
    )

    def test_two_neighbours_may_say_a_claim(self):
        sentence = "The harbour limits failed lamps to 60 each hour and spare burners to 300 each week."
        assert verdict(sentence, self.THERE)[::2] == ("found", [])

    def test_a_number_of_another_item_is_missing(self):
        sentence = "The harbour limits failed lamps to 60 each hour and spare burners to 45 each week."
        assert verdict(sentence, self.THERE)[::2] == ("partly", ["45"])


@pytest.mark.parametrize("titled", ["Dr. Eva Lind", "the keeper Prof. Dr. Eva Lind", "Mrs. Eva Lind"])
def test_a_speaker_may_have_a_title(titled):
    wanted = paragraphs(f'"The lamps were never so bright," said {titled}. It rained.')
    assert find_evidence('"The lamps were never so bright," said Eva Lind.', wanted).verdict == "found"


def test_a_number_next_to_what_it_counts_needs_no_other_words():
    wanted = paragraphs("Eva Lind joined the harbour lamp company in 1903 and drew eleven lamps.")
    assert find_evidence("Eva Lind of the harbour company drew eleven lamps.", wanted).verdict == "found"


def test_two_numbers_in_one_sentence_are_about_the_same():
    text = "The share of lamps on the pier was around 11%. Shares in the harbour are 10-15%, says Eva Lind."
    claim = "Eva Lind says that the share of lamps is 10 to 15 percent."
    assert find_evidence(claim, paragraphs(text)).missing == []


def test_a_relative_clause_belongs_to_what_it_is_about():
    wanted = paragraphs("The busiest day of the Norvik lamps was 18 January 2022, when HarbourRun began.")
    claim = "The busiest day was January 18, 2022, when HarbourRun began."
    assert find_evidence(claim, wanted).verdict == "found"


def test_an_apposition_belongs_to_the_name_before_it():
    wanted = paragraphs(
        "Bo Ray of Norvik joined Eva Lind, the chief lamp officer at the Glass Guild, and Jo Hale."
    )
    assert find_evidence("Eva Lind is the chief lamp officer at the Glass Guild.", wanted).verdict == "found"


def test_a_sentence_that_points_back_to_a_name_says_the_claim():
    wanted = paragraphs("Norvik Glass has a new lamp. This lamp is the work of two winters, and burns oil.")
    assert find_evidence("Norvik Glass has worked on a lamp that burns oil.", wanted).verdict == "found"


def test_a_sentence_may_end_with_an_abbreviation():
    wanted = paragraphs("Eva Lind is the lamp keeper of the GSA. Bo Ray and Jo Hale are guests.")
    assert find_evidence("Bo Ray is the lamp keeper of the GSA.", wanted).missing == ["Bo Ray"]


class TestGermanNames:
    """Nouns have capital letters, too."""

    THERE = paragraphs("Norvik-Runde, die größte Lampenliste, hatte 1911 etwa 200 Leser.", "Es regnete.")

    def test_a_noun_before_a_name_is_no_part_of_it(self):
        sentence = "Die Lampenliste Norvik-Runde hatte 1911 rund zweihundert Leser."
        assert verdict(sentence, self.THERE) == ("found", ["Norvik-Runde", "1911", "zweihundert"], [])

    def test_two_nouns_that_the_page_has_apart_are_no_name(self):
        sentence = "Im Hafen gab es im Lampenjahr Nachtlicht an 48 Tagen."
        read = paragraphs("Nachtlicht gab es im Hafen an 48 Tagen, und zwar in jedem Lampenjahr.")
        assert verdict(sentence, read)[::2] == ("found", [])

    def test_a_name_that_begins_a_sentence_is_the_speaker(self):
        read = paragraphs("Runa Hale schrieb das Buch. Sie sagte: „Eine Lampe ist eine Uhr, die isst.“")
        sentence = "{} sagte: „Eine Lampe ist eine Uhr, die isst.“"
        assert verdict(sentence.format("Runa Hale"), read)[0] == "found"
        assert verdict(sentence.format("Tove Lind"), read)[2] == ["Tove Lind"]


def test_a_nickname_may_stand_inside_a_name():
    read = paragraphs("The lamp of the harbour was made by the keeper Eva “Wick” Lind of the old guild.")
    assert verdict("Eva Lind made the lamp of the harbour.", read)[0] == "found"


@pytest.mark.parametrize(("share", "expected"), [("12%", "found"), ("22%", "partly")])
def test_a_number_in_brackets_is_that_of_the_word_before_it(share, expected):
    wanted = paragraphs("The visitors come from, in order: Norway (22%), Germany (12%), and France (6%).")
    assert find_evidence(f"Germany accounted for {share} of the visitors.", wanted).verdict == expected


def test_a_date_stands_where_the_number_next_to_it_does():
    wanted = paragraphs("The harbour saw more lamps of brass: 80% in 2023 and 77% in 2022.")
    claim = "In 2023, 80% of the lamps were of brass, after 77% in 2022."
    assert find_evidence(claim, wanted).missing == []


def test_what_is_measured_is_no_subject():
    wanted = paragraphs(
        "The number of visitors who own a lamp went from 91% in 1911 to 93% in 1912.",
        "The share of bells is 40%.",
    )
    claim = "The share of lamp owners among visitors went from 91% in 1911 to 93% in 1912."
    assert find_evidence(claim, wanted).missing == []


def test_the_last_name_of_a_list_is_of_the_list():
    wanted = paragraphs(
        "In 1911 all went well. New major gifts, donors renewing for 1911, oil from the Ford Guild and the "
        "Brass Guild, and by welcoming new major donors, including ABC, Norvik, and Hollis."
    )
    assert find_evidence("New major donors in 1911 included ABC, Norvik and Hollis.", wanted).missing == []


def test_names_in_one_sentence_are_found_together():
    wanted = paragraphs(
        "Norvik Glass opened the Brass Lamp prize. The team of Hollis University, led by Eva Lind, won."
    )
    claim = "The Brass Lamp prize went to a Hollis University team led by Eva Lind."
    assert find_evidence(claim, wanted).missing == []


class TestTablesWithScale:
    @pytest.mark.parametrize(
        ("table", "claim"),
        [
            (
                "<caption>Oil (£ million)</caption><tr><th>Place<th>2021",
                "The pier cost £77.6 million in 2021.",
            ),
            (
                "<caption>Angaben in Tausend</caption><tr><th>Place<th>2021",
                "The pier had 77,600 lamps in 2021.",
            ),
            ("<tr><th>Place<th>Oil (1,000 litres)", "The pier burned 77,600 litres of oil."),
            ("<tr><th>Place<th>Cost in Mrd. kWh", "The pier cost 77.6 billion kWh."),
        ],
    )
    def test_a_head_or_caption_tells_scale_and_unit(self, table, claim):
        read = read_page(
            f"<h1>Pier</h1><table>{table}<tr><td>Pier<td>77.6</table>".encode(), "text/html", "utf-8"
        )
        assert find_evidence(claim, read).verdict == "found"
        assert find_evidence(re.sub(",600| million| billion", "", claim), read).verdict != "found"


def test_percentage_points_are_no_percent():
    wanted = paragraphs("The share of lamps on the pier fell by 2.3 percentage points in the winter.")
    assert find_evidence("The share of lamps fell by 2.3 percentage points.", wanted).verdict == "found"
    assert find_evidence("The share of lamps fell by 2.3 percent.", wanted).verdict == "partly"


def test_a_year_in_brackets_belongs_to_the_number_beside_it():
    wanted = paragraphs("The lamps cost £312m (2020: £287m), while oil for the lamps cost £58m.")
    assert find_evidence("Oil for the lamps cost £58m in 2020.", wanted).verdict == "partly"


def test_a_place_is_no_part_but_must_be_there():
    sentence = "In Norvik, the keepers of the harbour burn 412 lamps."
    for place, expected in (("Norvik", "found"), ("Hollis", "partly")):
        text = f"The keepers of the harbour in {place} burn 412 lamps."
        assert verdict(sentence, paragraphs(text)) == (expected, ["412"], [])


@pytest.mark.parametrize(
    ("end", "expected"),
    [("a new guild was founded.", "found"), ("a new guild was founded in Hollis.", "partly")],
)
def test_the_rest_of_the_page_may_name_the_place(end, expected):
    read = paragraphs("The museum is in Norvik.", "It rained.", f"In 1911, with 412 lamps, {end}")
    assert verdict("In Norvik, a new guild was founded with 412 lamps in 1911.", read)[0] == expected


def test_names_inside_other_quotations_are_not_those_of_the_speaker():
    read = paragraphs(
        "Half of the lamps are a gift of the guild founded by Eva Lind. "
        "“The gift of Brass Lamps helps us a lot,” she said. “We ship lamps to all harbours of the world.”"
    )
    assert verdict("“We ship lamps to all harbours of the world,” said Eva Lind.", read)[0] == "found"


def test_a_quotation_may_stand_first_without_its_speaker():
    wanted = paragraphs(
        "“Glass forgets nothing at all.”",
        "The museum of the harbour was closed for a year, and its lenses were sent away.",
        "The lenses came back in March, and the rooms were painted.",
        "“Glass forgets nothing at all,” Tove Lind said when she opened the boxes.",
    )
    assert find_evidence("“Glass forgets nothing at all,” said Tove Lind.", wanted).verdict == "found"


def test_a_column_without_a_year_may_be_that_of_the_unit():
    table = "<tr><th>Line<th>2022<th>2023<th>Change (%)<tr><td>Pier<td>18,300<td>20,150<td>10.1"
    read = read_page(f"<h1>Lamps</h1><table>{table}</table>".encode(), "text/html", "utf-8")
    claim = "The pier had 20,150 lamps in 2023, 10.1 percent more than before."
    assert find_evidence(claim, read).verdict == "found"
