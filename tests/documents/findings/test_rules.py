"""What an editor is told about a text."""

import pytest

from blog.documents.findings.all_rules import find_findings
from blog.documents.findings.article_words import ArticleWords
from blog.documents.findings.kinds import KINDS
from blog.documents.rendering.markdown import render_markdown

GOOD = {
    "title": "The Points Where the Sea Stands Still",
    "text": "In the middle of the sea nothing happens. Everything turns around it.",
    "excerpt": "Where the tide does not rise.",
    "meta_description": "There are points in the sea at which the tide does not rise.",
    "share_quote": "In the middle of the sea nothing happens.",
    "has_hero": True,
    "hero_alt": "Four red points on a map.",
    "primary_category": "Tides",
    "categories": ("Sea", "tides"),
    "reading_time": 4,
    "reading_time_in_file": 4,
}


def flaws(**values):
    return [KINDS[found.kind].sentence for found in find_findings(ArticleWords(**GOOD | values))]


class TestFlaws:
    def test_a_good_article_has_none(self):
        assert flaws() == []

    def test_empty_fields_are_no_flaws(self):
        assert (
            flaws(excerpt="", meta_description="", share_quote="", primary_category="", categories=()) == []
        )

    def test_no_hero_image(self):
        assert flaws(has_hero=False) == ["There is no hero image."]

    @pytest.mark.parametrize(
        "alt", ["The Points Where the Sea Stands Still", "the points where the sea  stands still"]
    )
    def test_an_alternative_text_that_repeats_the_title(self, alt):
        assert len(flaws(hero_alt=alt)) == 1

    @pytest.mark.parametrize("alt", ["", " \n"])
    def test_a_hero_image_without_description(self, alt):
        assert len(flaws(hero_alt=alt)) == 1

    def test_a_decorative_one_needs_none(self):
        assert flaws(hero_alt="", hero_is_decorative=True) == []

    @pytest.mark.parametrize(
        "text", ["Everything turns ...", "Everything turns…", "Everything turns around", "Everything tur…"]
    )
    def test_a_description_that_is_cut(self, text):
        assert flaws(meta_description=text) == [
            "The meta description is cut off in the middle of a sentence."
        ]

    @pytest.mark.parametrize(
        "text", ["Is it?", "It is!", "“It is.”", "そうです。", "It is (mostly).", "It is. "]
    )
    def test_a_description_that_is_whole(self, text):
        assert flaws(meta_description=text) == []

    def test_a_description_of_more_than_160_characters(self):
        assert flaws(meta_description="x" * 159 + ".") == []
        assert flaws(meta_description="x" * 160 + ".") == [
            "The meta description is longer than 160 characters."
        ]

    def test_a_label_that_leaked_into_the_excerpt(self):
        assert len(flaws(excerpt="Social Snippet: Where the tide stands still.")) == 1
        assert flaws(excerpt="Where the  tide\nstands still.") == []

    @pytest.mark.parametrize(
        "quote",
        [
            '"In the middle of the sea nothing happens."',
            "in the MIDDLE of the sea #tides #sea",
            "“turns around it”",
        ],
    )
    def test_a_share_quote_of_the_text(self, quote):
        assert flaws(share_quote=quote) == []

    def test_a_share_quote_of_nobody(self):
        assert flaws(share_quote="The tide has a centre.") == ["The share quote does not occur in the text."]

    def test_a_primary_category_beside_the_categories(self):
        assert flaws(primary_category="Moon") == ["The primary category is not among the categories."]

    @pytest.mark.parametrize(("minutes", "number"), [(None, 0), (3, 0), (5, 0), (2, 1), (6, 1)])
    def test_a_reading_time_that_is_off_by_more_than_a_quarter(self, minutes, number):
        assert len(flaws(reading_time_in_file=minutes)) == number


class TestDeceptions:
    """Threat 6: what looks like something else than it is does no harm to readers, but an editor is told."""

    @pytest.mark.parametrize(
        "name",
        [
            "Paid by \u202egro.elpmaxe",
            "Ad\u200bmin",
            "Tag \U000e0041\U000e0042",
            "\u2066a\u2069",
            "\ufeffSea",
            "Sea\ufffc",
        ],
        ids=ascii,
    )
    def test_characters_that_are_not_seen(self, name):
        said = [
            "The title or a category contains invisible characters or characters that reverse text direction."
        ]

        assert flaws(title=name) == flaws(categories=("Tides", name)) == said

    @pytest.mark.parametrize("name", ["\u0410dmin", "p\u0430ypal", "\u0391pple", "Sc\u043ettish"], ids=ascii)
    def test_words_of_two_alphabets(self, name):
        said = ["A word in the title or a category mixes similar letters of two alphabets."]

        assert flaws(title=f"News of {name}") == flaws(primary_category=name, categories=(name,)) == said

    @pytest.mark.parametrize(
        "text",
        [
            "[bank.example](https://evil.example/)",
            "[bank.example](https://bank.example@evil.example/)",
            "[https://bank.example/log-in](https://bank.example.evil.example/)",
            "[www.bank.test](//evil.example)",
            "[words](https://b\u0430nk.example/)",
            "https://evil.example [notbank.example](https://bank.example)",
        ],
        ids=ascii,
    )
    def test_links_that_lead_elsewhere(self, text):
        assert flaws(html=render_markdown(text).html) == [
            "A link's text shows a different URL from the one it points to."
        ]

    def test_plain_names_and_links_are_none(self):
        text = (
            "[bank.example](https://www.bank.example/a) "
            "[Bank](https://bank.example) <https://bank.example/x?y=1>"
            " [Node.js](https://nodejs.org) "
            "[example.org](https://blog.example.org) [a.com](/a) [сайт](https://сайт.рф)"
        )

        assert flaws(html=render_markdown(text).html) == []
        for title in (
            "Приливы и sea",
            "\U0001f3f4\U000e0067\U000e0062\U000e007f",
            "مد\u200c و جزر",
            "👨\u200d👩",
        ):
            assert flaws(title=title) == [], title
