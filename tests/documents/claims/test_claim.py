"""Statements that can be looked up: which sentences are claims, by kind."""

import time

import pytest

from blog.documents.claims.claim import Claim, ClaimKind, claim_key, find_claims
from blog.documents.names import fold_person

PICTURE = "![A heron on one leg in shallow water.](/images/heron.webp)"


def kinds(text: str) -> set[str]:
    return {str(claim.kind) for claim in find_claims(text)}


def of_kind(text: str, kind: ClaimKind) -> list[Claim]:
    return [claim for claim in find_claims(text) if claim.kind == kind]


class TestFigures:
    @pytest.mark.parametrize(
        "text",
        [
            "The market will reach $4.4 trillion.",
            "Output grew by 37% in a year.",
            "A kilogram of it takes 334 kilojoules.",
            "The tank holds twelve litres.",
            "It is three times faster than its predecessor.",
            "Two thirds of all fields lie fallow.",
            "The library counted 2 million users.",
            "Analysts expect [insert projected market value] by then.",
            "They walked for eleven hours.",
            "It joins billions of devices.",
            "It is one billionth of a metre.",
            "The amount is doubling every two years.",
            "Heron 2.1 and Heron 2.2 were released, and a ferry of 2.5 tons was sold.",
            "Der Hafen hatte 1.000.000 Fische.",
        ],
    )
    def test_are_numbers_with_a_unit_a_share_or_a_scale(self, text):
        assert "figure" in kinds(text)

    @pytest.mark.parametrize(
        "text",
        [
            "1. Choose one of the tools.",
            "It supports ISO 27001 and IPv6.",
            "Use at least 8 characters and wait 20 minutes before you try again.",
            "Imagine you have five apples.",
            "## Five tips for 2 weeks",
            "`width: 200px`",
            "- [x] Three lines read",
            "The rollout of 5G is slow.",
            "It gives a 360-degree view.",
            "**Pace:** Aim for no more than 500 metres a day.",
            "Over the next ten years much has to change.",
            "It is a part of Industry 4.0 and of 360° videos.",
            "Light reached the Thirty Meter Telescope again.",
            "Harbour 2.12 supported aliases, and since 2.12 it has not changed.",
            "It was removed in version 3.0.1 of the library.",
            "We upgraded the ferry from v3 to v4.9.1.",
            "The chart was updated to 16.4.",
            "It became available in the 0.57 release.",
            "Heron 0.59 came before Heron 0.60. Much had changed in 0.61.",
            "The crew saw Heron 19 features at work.",
        ],
    )
    def test_are_not_steps_names_advice_or_code(self, text):
        assert "figure" not in kinds(text)

    def test_are_found_in_the_rows_of_a_table_but_not_in_its_head(self):
        table = "| Kind | Weight in 10 kg |\n|---|---|\n| Pine | 510 kg |\n| Oak | hard |\n"

        assert [claim.text for claim in of_kind(table, ClaimKind.FIGURE)] == ["| Pine | 510 kg |"]


class TestDates:
    @pytest.mark.parametrize(
        "text",
        [
            "The bridge fell in 1879.",
            "It has been so since March 2024.",
            "In the 1990s prices rose.",
            "It was built in the fourteenth century.",
            "Seven years later it was sold.",
            "Das Haus wurde 1926 gebaut.",
            "In 2025, the first ferry was launched.",
            "It will matter in 2025. All will be so by 2025.",
            "The trade grew (Source: Moor, 2025).",
            "A vision for 2035. By 2035, we expect more ferries.",
            "The custom dates back over 3,000 years.",
        ],
    )
    def test_say_when_something_happened(self, text):
        assert "date" in kinds(text)

    @pytest.mark.parametrize(
        "text",
        [
            "The norm is ISO 9001:2015.",
            "It cost $1999.",
            "An image 1920px wide.",
            "In March it rains.",
            "In 2025, ferries are everywhere.",
            "What matters in 2025? 2025 marks a turning point.",
            "Ferries in 2025 (2025 Update)",
            "In 2025: frequent ferries (2025):",
            "They have reached all towns in 2025.",
            "Look for the best ferry cabins 2024.",
            "These are the best ferries of 2024.",
            "By 2025, it is no longer a dream.",
            "**Popular ferries (2025):**",
            "Frequencies near 1420 MHz are quiet.",
            "It meets the needs of the 21st century.",
            "Im Jahr 2025 ist alles anders.",
            "It was mended by heron1987.",
        ],
    )
    def test_are_not_years_in_names_or_amounts(self, text):
        assert "date" not in kinds(text)


class TestQuotations:
    def test_all_sentences_with_their_attribution_are_one_claim(self):
        text = '> **Insight:** "Soil has a memory. It keeps all of it." - Dr. Runa Hale, Northmoor\n'

        (claim,) = of_kind(text, ClaimKind.QUOTATION)

        assert text.startswith(f"{claim.text}\n")
        assert (claim.speaker, claim.role) == ("Dr. Runa Hale", "Northmoor")

    @pytest.mark.parametrize(
        "text",
        [
            "Dr. Hale emphasises that soil remembers.",
            "“We measured it three times over,” said Runa Hale, a geologist at Northmoor.",
            "In the words of Runa Hale, “nothing in a field is ever quite lost.”",
            "The court ruled, and the court said that ten means ten.",
            "Runa Hale was a geologist. Nothing, she wrote, is ever lost.",
            "According to the agency, “every second bridge is in need of repair.”",
        ],
    )
    def test_are_words_of_somebody_who_is_named(self, text):
        assert "quotation" in kinds(text)

    @pytest.mark.parametrize(
        "text",
        [
            "The so-called “cloud” is a computer of somebody else.",
            "When a participant says “well, that was great fun,” write it down.",
            "You say, “I was going to ask you something else,” and stop.",
            "It is often said with a smile.",
        ],
    )
    def test_are_not_terms_or_examples_of_what_one_might_say(self, text):
        assert "quotation" not in kinds(text)

    def test_of_somebody_invented_are_none(self):
        assert "quotation" not in kinds(
            '"Ink never sleeps in a house like this." -- Osk Pell, an imaginary printer'
        )

    def test_are_the_answers_of_an_interview_but_not_the_questions(self):
        questions = "**How did it begin?**", "**And then?**"
        text = (
            f"{questions[0]}\n\n**Runa Hale:** I was a child. We sowed.\n\n{questions[1]}\n\n**RH:** I left."
        )

        answers = of_kind(text, ClaimKind.QUOTATION)

        assert [claim.speaker for claim in answers] == ["Runa Hale", "Runa Hale"]
        assert "How did it begin" not in "".join(claim.text for claim in answers)
        assert answers[0].text.endswith("We sowed.")

    @pytest.mark.parametrize(
        "text",
        [
            "**Social Snippet:** We sow.\n\n**Implementation Guide:** Sow.\n\n**Expert Tip:** Sow it.",
            "**Common Myth:** No.\n\n**Plain Fact:** Yes.\n\n**Common Myth:** No.\n\n**Plain Fact:** Yes.",
            "**Runa Hale:** The one label of its kind in a text.",
        ],
    )
    def test_labels_in_bold_are_not_speakers(self, text):
        assert not {"quotation", "person"} & kinds(text)

    def test_two_full_names_that_alternate_are_an_interview(self):
        text = "**Runa Hale:** Why?\n\n**Ada Moor:** So.\n\n**Runa Hale:** Ah.\n\n## Notes\n\nThe end.\n"

        assert [claim.text for claim in of_kind(text, ClaimKind.QUOTATION)] == [
            "**Runa Hale:** Why?",
            "**Ada Moor:** So.",
            "**Runa Hale:** Ah.",
        ]

    def test_long_answers_are_several_claims(self):
        answer = "We sowed it again in spring. " * 100
        text = f"**Runa Hale:** {answer}\n\n**RH:** {'a' * 2000}"

        claims = of_kind(text, ClaimKind.QUOTATION)

        assert len(claims) > 3
        assert max(len(claim.text) for claim in claims) <= 900
        assert all(text[claim.start : claim.end] == claim.text for claim in claims)

    def test_go_on_within_a_paragraph(self):
        text = (
            "“The field kept its shape,” Runa Hale said. It “saved us months of learning that the hard way.”"
        )

        assert len(of_kind(text, ClaimKind.QUOTATION)) == 2


class TestPersons:
    @pytest.mark.parametrize(
        ("text", "person"),
        [
            ("Prof. Ilse Varga leads the survey.", "Prof. Ilse Varga"),
            ("The historian Anton Greve has read the files.", "Anton Greve"),
            ("Runa Hale, a geologist at Northmoor, measured it.", "Runa Hale"),
            ("The type was cut by Hieronymus Alt, in Leipzig.", "Hieronymus Alt"),
            ("In 1977 Donald Feld received proofs of his book.", "Donald Feld"),
            ("* **Books:** *Low Water* by Runa Hale is one.", "Runa Hale"),
            ("Runa Hale's *Low Water* tells it backwards.", "Runa Hale"),
            ("Runa Hale's star catalogue was the first.", "Runa Hale"),
            ("It was named by the biologists Runa Hale and Ada Moor.", "Runa Hale and Ada Moor"),
            ("Astronomers like Runa Hale and Ada Moor kept lists.", "Runa Hale and Ada Moor"),
            ("It was first proposed by Hugo Everard III in 1957.", "Hugo Everard III"),
            ("The word was coined by Karel Čapník in a play.", "Karel Čapník"),
            ("Runa Hale's 1994 paper proposed a method.", "Runa Hale"),
            ("The Greek playwright Euripides experimented with it.", "Euripides"),
            ("Beside the pond Runa Hale was spending her second year.", "Runa Hale"),
        ],
    )
    def test_are_named_with_a_role_an_institution_or_a_deed(self, text, person):
        assert [claim.speaker for claim in of_kind(text, ClaimKind.PERSON)] == [person]

    def test_are_meant_by_a_surname_or_a_pronoun_afterwards(self):
        text = "Runa Hale was a geologist. Hale dug wells. She mapped them, too.\n"

        assert [claim.speaker for claim in of_kind(text, ClaimKind.PERSON)] == ["Runa Hale"] * 3

    @pytest.mark.parametrize(
        "text",
        [
            "Machine Learning is a part of machine work and of learning.",
            "The Great Western Railway was on time.",
            "Lake Nyos was deep.",
            "Moore's law has held.",
            "*Photo by [Runa Hale](https://example.org/hale) on a wall*",
        ],
    )
    def test_are_not_subjects_places_laws_or_credits(self, text):
        assert "person" not in kinds(text)

    @pytest.mark.parametrize(
        "text",
        [
            "The Hale effect was predicted by Runa Hale. The Hale effect is small.",
            "The Hale drive is slow. Runa Hale's 1994 paper proposed it. The Hale drive is old.",
        ],
    )
    def test_with_an_eponym_are_only_marked_by_their_full_name(self, text):
        (claim,) = of_kind(text, ClaimKind.PERSON)

        assert (claim.speaker, claim.person) == ("Runa Hale", "runa hale")


class TestSubjects:
    @pytest.mark.parametrize(
        "text",
        [
            "Quantum Sensing is a field of many branches.",
            "Yet Canal Freight asks a good deal of its crews.",
            "## Edge Grids\n\nEdge Grids changed how towns store heat.",
            "The ships went to Hong Kong and Port Said, and came back.",
            "Remote JetBrains Plugins helped them.",
            "They met on Lord Howe Island.",
            "It was drunk by the inhabitants of Madras and Calcutta, who were told of wells.",
            "We got it from C. Along the way it grew.",
            "* **Sloped Window Ledges:** Designed to keep birds away.",
            "* **Warby Northmoor:** Disrupted the trade in glasses.",
            "The work is done by [Insert Name of Organization here].",
            "Voice assistants like Siri and Alexa answer.",
            "A study at the University of Northmoor, San Felice (2024) demonstrated it.",
            "Series like *Mr. Hale* tell it backwards.",
            "The model is dominated by Big Tech.",
            "| Northmoor Prime Films | Included with Prime |",
            "| Adapting Mars-based methods | Developing new ones |",
            "**Häufige Fragen:** Wir antworten. **Praktische Tipps:** Wir helfen.",
        ],
    )
    def test_are_no_persons(self, text):
        assert "person" not in kinds(text)

    @pytest.mark.parametrize(
        "text", ["It says, “here is your box, hold on to it.”", "So she wrote “one two three.”"]
    )
    def test_a_word_that_begins_a_sentence_says_nothing(self, text):
        assert [claim.speaker for claim in of_kind(text, ClaimKind.QUOTATION)] in ([], [""])


class TestDescriptionsOfPersons:
    @pytest.mark.parametrize(
        ("text", "name", "role"),
        [
            (
                '> "Soil has a memory of its own." -- Dr. Runa Hale, geophysicist, Northmoor Institute',
                "Dr. Runa Hale",
                "geophysicist, Northmoor Institute",
            ),
            ("Runa Hale, a geologist at Northmoor, measured it.", "Runa Hale", "geologist at Northmoor"),
            ("The Danish historian Anton Greve wrote it down.", "Anton Greve", "Danish historian"),
            ("Runa Hale is a geologist at Northmoor.", "Runa Hale", "geologist at Northmoor"),
            ("Runa Hale wrote it down.", "Runa Hale", ""),
        ],
    )
    def test_stand_beside_the_name(self, text, name, role):
        claims = [claim for claim in find_claims(text) if claim.person]

        assert {(claim.speaker, claim.role) for claim in claims} == {(name, role)}

    def test_a_surname_alone_is_the_person_of_that_name(self):
        text = "Runa Hale, a geologist, dug wells. “They were deeper than I thought,” Dr. Hale said."

        assert {claim.person for claim in find_claims(text) if claim.speaker} == {"runa hale"}

    def test_an_office_is_no_person(self):
        (claim,) = of_kind("According to the agency, “every second bridge is bad.”", ClaimKind.QUOTATION)

        assert (claim.speaker, claim.person) == ("the agency", "")


class TestKeys:
    def test_a_person_is_one_in_all_spellings(self):
        spellings = "Dr. Anya Sharma", "anya sharma", "Prof. Dr. ANYA SHÁRMA", "Anya  Sharma, PhD"

        assert {fold_person(name) for name in spellings} == {"anya sharma"}
        assert fold_person("Anna Sharma") != "anya sharma"
        assert fold_person("Dr.") == "dr"

    def test_a_claim_is_one_whatever_its_spaces_and_marks(self):
        key = claim_key(ClaimKind.FIGURE, '"It isn\'t **40** tons"')

        assert key == claim_key("figure", "“It isn\u2019t\n40 tons”")
        assert key != claim_key("figure", "It isn't 50 tons")
        assert key != claim_key("date", "It isn't 40 tons")


class TestOtherKinds:
    @pytest.mark.parametrize(
        ("text", "kind"),
        [
            ("It is the world's largest retailer.", "superlative"),
            ("The first commercial quantum computer to be sold stood in a cellar.", "superlative"),
            ("GDPR requires consent.", "law"),
            ("Regulations like GDPR press for it.", "law"),
            ("A clinic must comply with HIPAA.", "law"),
            ("Experts predict further growth.", "study"),
            ("Recent research, using sonar, suggests a grammar.", "study"),
            ("Hydrogen is the most abundant element in the universe.", "superlative"),
            ("The first industrial robot was heavy.", "superlative"),
            ("* **Northmoor:** Uses the cloud for its ferries.", "example"),
            ("* **Northmoor:**  Relies on ferries to keep its post.", "example"),
            ("* **Warby Harker:** Transformed the trade with low fares.", "example"),
            ("* **Project Grey Heron:** This initiative uses cameras.", "example"),
            ("The Heron Telescope is scanning the sky.", "example"),
            ("Companies like Northmoor are cutting their fares.", "example"),
            ("Light has been shown to help.", "study"),
            ("The Moor Society's 2023 report predicted a gain.", "study"),
            ("Studies in this young field have shown that it helps.", "study"),
            ("*Low Water* and *The Long Ebb* branch at each turn.", "example"),
            ("The formats became the standard DIN 476.", "law"),
            ("The court ruled that ten means ten.", "law"),
            ("A recent survey by the union found that most stay.", "study"),
            ("Research shows that sleep helps.", "study"),
            ("The ferry to Northmoor went down beside the bridge.", "example"),
            (PICTURE, "picture"),
            ('{% image "heron.jpg" "A heron on one leg." %}', "picture"),
        ],
    )
    def test_are_found(self, text, kind):
        assert kind in kinds(text)

    @pytest.mark.parametrize(
        ("text", "kind"),
        [
            ("The best way to start is to start.", "superlative"),
            ("The first step is the hardest.", "superlative"),
            ("Keywords: GDPR, HIPAA.", "law"),
            ("This article explores research methods.", "study"),
            ("Tools such as Galley and Plume can help you.", "example"),
            ("![](/images/heron.webp)", "picture"),
            ("Some of the world's most pressing questions are these.", "superlative"),
            ("Even the most powerful engines fail.", "superlative"),
            ("They call for legislation that protects herons.", "law"),
            ("The robot makes the part according to your plan.", "study"),
            ("Prepare a comprehensive report that fits the framework.", "study"),
            ("Case studies reveal best practices.", "study"),
            ("Let us read a case study in shipping.", "study"),
            ("Each moves according to a fixed set of rules.", "study"),
            ("A skipper can guide inexperienced sailors.", "study"),
            ("The most effective approach depends on the tide.", "superlative"),
            ("They copy the reeds found in Northmoor, on a smaller scale.", "example"),
            ("Keep an eye on *Low Water Weekly*.", "example"),
            ("The making of a custom law zone requires money.", "law"),
            ("The biggest challenge is the price.", "superlative"),
            ("* **Northmoor:** Focus on its ferries.", "example"),
            ("* **Ecology:** Studies the herons of a lake.", "example"),
            ("Decisions made in haste rarely last.", "example"),
            ("Fungi such as *Panellus stipticus* are often found on wood.", "example"),
            ("The Web of Reeds (WoR) needs Structured Text.", "example"),
            ("Last spring we took the ferry to Northmoor.", "example"),
            ("The study of herons is a journey.", "study"),
            (
                "* **Increased Demand:** Advanced sensors and AI-powered tools, combined, improve it.",
                "example",
            ),
            ("Stay informed about the latest threats to APIs and the IoT.", "example"),
            ("* **Verbesserte Qualität:** Moderne Sensoren messen genauer.", "example"),
        ],
    )
    def test_are_not_found_where_nothing_definite_is_said(self, text, kind):
        assert kind not in kinds(text)


class TestTexts:
    @pytest.mark.parametrize(
        "text",
        [
            "Generative tools create new content.",
            "# A heading of 300 pages from 1999",
            '[tides]: /1999/gdpr-300-tons "In 1999 they sold 300 tons"',
            "```\nIn 1999 they sold 300 tons.\n```",
            "<pre>\nIn 1999 they sold 300 tons.\n\nIn 1999 they sold 300 tons.\n</pre>",
            "<!-- In 1999\n\nthey sold 300 tons. -->",
            '<p title="In 1999 they sold 300 tons">Words.</p>',
            '<li\n title="In 1999 they sold 300 tons">Words.</li>',
            '<div>\nWords <img\n alt="In 1999 they sold 300 tons"\n> and <b\n>words</b>.\n</div>',
            '<iframe\n  width="100%" title="In 1999 they sold 300 tons"\n></iframe>',
            "",
        ],
    )
    def test_without_a_claim(self, text):
        assert find_claims(text) == []

    @pytest.mark.parametrize(
        ("html", "words"),
        [
            ("<p>They sold 300 tons.</p>", ["They sold 300 tons."]),
            (
                "<ul><li>It has 30 rooms.</li><li>It has 40 doors.</li></ul>",
                ["It has 30 rooms.", "It has 40 doors."],
            ),
            ("<ol>\n  <li>\n    It has\n    30 rooms.\n  </li>\n</ol>", ["It has\n    30 rooms."]),
            ("<table><tr><td>Tide</td><td>3 metres</td></tr></table>", ["3 metres"]),
            ("<table>\n<tr><th>Of 1999</th>\n<td class='a'>3 metres</td></tr>\n</table>", ["3 metres"]),
            ("<div>\n- It has 30 rooms.\n- Words.\n</div>", ["- It has 30 rooms."]),
            ("<b>The house</b> has 30 rooms.", ["The house</b> has 30 rooms."]),
            ("</div>\nIt has 30 rooms.\n\n```\n40 rooms\n```", ["It has 30 rooms."]),
        ],
    )
    def test_claims_in_html_are_those_of_its_items_and_cells(self, html, words):
        assert [claim.text for claim in of_kind(html, ClaimKind.FIGURE)] == words

    def test_quotation_in_html_has_its_speaker(self):
        quotation = "“It is a wonder of our whole age.”"
        html = f"<blockquote>\n<p>{quotation}</p>\n<cite>— Ida Aas, keeper of tides</cite>\n</blockquote>"

        (claim,) = of_kind(html, ClaimKind.QUOTATION)

        assert (claim.text, claim.speaker) == (quotation, "Ida Aas")

    def test_quotation_marks_of_attributes_quote_nothing(self):
        text = '<p class="a b c d e f">Ida Aas said so.</p>'

        assert of_kind(text, ClaimKind.QUOTATION) == []

    def test_claims_stand_in_order_where_they_say(self):
        text = f"Intro.\n\nIn 1879 the bridge fell.\n\n{PICTURE}\n\nIt weighed 300 tons.\r\n"

        claims = find_claims(text)

        assert [text[claim.start : claim.end] for claim in claims] == [claim.text for claim in claims]
        assert [claim.start for claim in claims] == sorted(claim.start for claim in claims)
        assert {claim.text for claim in claims} >= {
            "In 1879 the bridge fell.",
            PICTURE,
            "It weighed 300 tons.",
        }

    def test_abbreviations_do_not_end_a_sentence(self):
        (claim,) = of_kind("Dr. J. R. Hale of St. Ives met Mr. Alt in 1901.", ClaimKind.DATE)

        assert claim.text == "Dr. J. R. Hale of St. Ives met Mr. Alt in 1901."

    @pytest.mark.parametrize(
        "piece",
        [
            '"',
            "“a b c d e f",
            "Aa ",
            "A. ",
            "1,000,",
            "one hundred and ",
            "[",
            "**Ab Cd:** ",
            "a\n",
            '> "a b\n',
            "![a](b)",
            "Dr. A ",
            "by Ab Cd ",
        ],
    )
    def test_ten_times_the_text_takes_no_more_than_thirty_times_the_time(self, piece):
        def seconds(size):
            text = (piece * size)[:size]
            times = []
            for _ in range(3):
                start = time.process_time()
                find_claims(text)
                times.append(time.process_time() - start)
            return min(times)

        assert seconds(60_000) < 30 * max(seconds(6_000), 0.002)
