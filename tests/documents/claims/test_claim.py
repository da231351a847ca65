"""Statements that can be looked up: which sentences are claims, by kind."""

import time

import pytest

from blog.documents.claims.claim import find_claims
from blog.documents.claims.values import Claim, ClaimKind, claim_key
from blog.documents.names import fold_person
from tests.support.cases import read_cases

CASES = read_cases("claims")
FOUND = [(kind, text) for kind in ClaimKind for (text,) in CASES.get(str(kind), ())]
NOT_FOUND = [(kind, text) for kind in ClaimKind for (text,) in CASES.get(f"not {kind}", ())]
PICTURE = "![A heron on one leg in shallow water.](/images/heron.webp)"


def kinds(text: str) -> set[str]:
    return {str(claim.kind) for claim in find_claims(text)}


def of_kind(text: str, kind: ClaimKind) -> list[Claim]:
    return [claim for claim in find_claims(text) if claim.kind == kind]


class TestKinds:
    @pytest.mark.parametrize(("kind", "text"), FOUND)
    def test_is_found(self, kind, text):
        assert kind in kinds(text)

    @pytest.mark.parametrize(("kind", "text"), NOT_FOUND)
    def test_is_not_found(self, kind, text):
        assert kind not in kinds(text)

    @pytest.mark.parametrize("text", ["", *(text for (text,) in CASES["nothing"])])
    def test_there_is_none(self, text):
        assert find_claims(text) == []


class TestCredits:
    @pytest.mark.parametrize("text", [text for (text,) in CASES["only credited"]])
    def test_author_of_a_work_or_discovery_is_only_credited(self, text):
        assert [claim.is_only_credited for claim in of_kind(text, ClaimKind.PERSON)] == [True]

    @pytest.mark.parametrize("text", [text for (text,) in CASES["not only credited"]])
    def test_who_said_or_found_out_something_is_not_only_credited(self, text):
        assert not any(claim.is_only_credited for claim in find_claims(text))
        assert not kinds(text).isdisjoint({ClaimKind.PERSON, ClaimKind.QUOTATION})


class TestFigures:
    def test_are_found_in_the_rows_of_a_table_but_not_in_its_head(self):
        table = "| Kind | Weight in 10 kg |\n|---|---|\n| Pine | 510 kg |\n| Oak | hard |\n"

        assert [claim.text for claim in of_kind(table, ClaimKind.FIGURE)] == ["| Pine | 510 kg |"]


class TestQuotations:
    def test_all_sentences_with_their_attribution_are_one_claim(self):
        text = '> **Insight:** "Soil has a memory. It keeps all of it." - Dr. Runa Hale, Northmoor\n'

        (claim,) = of_kind(text, ClaimKind.QUOTATION)

        assert text.startswith(f"{claim.text}\n")
        assert (claim.speaker, claim.role) == ("Dr. Runa Hale", "Northmoor")

    def test_are_the_answers_of_an_interview_but_not_the_questions(self):
        questions = "**How did it begin?**", "**And then?**"
        text = (
            f"{questions[0]}\n\n**Runa Hale:** I was a child. We sowed.\n\n{questions[1]}\n\n**RH:** I left."
        )

        answers = of_kind(text, ClaimKind.QUOTATION)

        assert [claim.speaker for claim in answers] == ["Runa Hale", "Runa Hale"]
        assert "How did it begin" not in "".join(claim.text for claim in answers)
        assert answers[0].text.endswith("We sowed.")

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
    @pytest.mark.parametrize(("text", "person"), CASES["speaker"])
    def test_are_named(self, text, person):
        assert [claim.speaker for claim in of_kind(text, ClaimKind.PERSON)] == [person]

    def test_are_meant_by_a_surname_or_a_pronoun_afterwards(self):
        text = "Runa Hale was a geologist. Hale dug wells. She mapped them, too.\n"

        assert [claim.speaker for claim in of_kind(text, ClaimKind.PERSON)] == ["Runa Hale"] * 3

    @pytest.mark.parametrize(
        "text",
        [
            "The Hale effect was predicted by Runa Hale. The Hale effect is small.",
            "Runa Hale was a geologist. Few have broken Hale's law, and Hale cosmology is new.",
            "The Hale drive is slow. Runa Hale's 1994 paper proposed it. The Hale drive is old.",
        ],
    )
    def test_with_an_eponym_are_only_marked_by_their_full_name(self, text):
        (claim,) = of_kind(text, ClaimKind.PERSON)

        assert (claim.speaker, claim.person) == ("Runa Hale", "runa hale")

    def test_with_an_eponym_are_meant_by_their_surname_before_a_deed(self):
        text = "The Hale effect was predicted by Runa Hale. The Hale effect is small. Hale proposed a cause."

        assert [claim.text[:9] for claim in of_kind(text, ClaimKind.PERSON)] == ["The Hale ", "Hale prop"]


class TestSubjects:
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


class TestTexts:
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
