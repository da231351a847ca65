"""Passages around template output that only the generator knows are removed."""

import pytest
from markdown_it.token import Token

from blog.documents.cleanup.scan import LOST
from blog.documents.rendering.lost_passages import remove_lost_passages
from blog.documents.rendering.markdown import render_markdown
from blog.documents.rendering.values import Losses
from tests.support.html_tree import shown


class TestSentences:
    def test_one_whose_output_is_in_code_or_an_image_stays(self):
        html = render_markdown("It rose. `{{ x }}` has ![{{ alt }}](a.png) no output. It fell.").html

        assert "has" in html

    def test_the_markup_around_stays_paired(self):
        page = shown("Words **bold. It is {{ x }}. And** _more_ [a](https://a.org).")

        assert [each.text for each in page.all("strong")] == ["bold. And"]
        assert page.one("a")["href"] == "https://a.org"


class TestBlocks:
    def test_an_item_takes_its_content_along(self):
        page = shown("* <{{ release.url }}>\n\n      SIZE: {{ release.size }}\n\n* Words")

        assert [item.text.strip() for item in page.all("li")] == ["Words"]
        assert page.all("pre") == []

    def test_a_row_is_removed(self):
        page = shown("| a | b |\n|---|---|\n| 1 | {{ x }} |\n| 2 | 3 |")

        assert [row.text.split() for row in page.all("tr")] == [["a", "b"], ["2", "3"]]

    def test_a_definition_of_nothing_else_is_removed(self):
        page = shown("Ebb\n: {{ new_in }}\n: Low water.\n\nFlood\n: {{ x }}")

        assert [part.text.strip() for part in page.all("dt")] == ["Ebb"]
        assert [part.text.strip() for part in page.all("dd")] == ["Low water."]

    @pytest.mark.parametrize(
        ("text", "parts"),
        [
            ("{{ x }}\n: Low water.\n\nFlood\n: High.", ["Flood", "High."]),
            ("Ebb\n\n: {{ x }}\n\n  Second.", ["Ebb", "Second."]),
            ("Ebb\n: - {{ x }}\n  - b", ["Ebb", "b"]),
            ("- Ebb\n  : {{ x }}\n  : b", ["Ebb", "b"]),
            ("> Ebb\n> : {{ x }}", []),
            ("Ebb\n: Inner\n  : {{ x }}", []),
        ],
    )
    def test_terms_and_definitions_go_together(self, text, parts):
        page = shown(text)

        assert [part.text.strip() for part in (*page.all("dt"), *page.all("dd"))] == parts

    def test_a_definition_without_a_term_is_cut_like_others(self):
        words, output = (Token("inline", "", 0, content=text) for text in ("Low water.", LOST))
        for inline in (words, output):
            inline.children = [Token("text", "", 0, content=inline.content)]
        starts = [Token("dd_open", "dd", 1), Token("paragraph_open", "p", 1)]
        ends = [Token("paragraph_close", "p", -1), Token("dd_close", "dd", -1)]
        tokens = [Token("dl_open", "dl", 1), *starts, words, *ends, *starts, output, *ends]

        kept, _losses = remove_lost_passages([*tokens, Token("dl_close", "dl", -1)])

        assert [token.content for token in kept if token.content] == ["Low water."]

    @pytest.mark.parametrize(
        "text",
        [
            "## Get it\n\n* {{ url }}\n* {{ mirror }}\n\n## After\n\nWords.",
            "## Get it\n\n### Here\n\nThe options:\n\n{{ options }}\n\n## After\n\nWords.",
            "## After\n\nWords.\n\n| a |\n|---|\n| {{ x }} |",
            "## After\n\nWords.\n\n## Get it\n\n> {{ quote }}",
        ],
    )
    def test_headings_and_lead_ins_of_nothing_are_removed(self, text):
        page = shown(text)

        assert [part.text.strip() for part in page.elements if part.text.strip()] == ["After", "Words."]

    def test_a_lead_in_to_what_remains_stays(self):
        assert "options:" in render_markdown("The options:\n\n{{ ad }}\n\n- One").html


class TestLosses:
    @pytest.mark.parametrize(
        ("text", "losses"),
        [
            ("Words.", Losses()),
            ("{% if x %}Words.{% endif %} {{ site.url }}", Losses()),
            ("{% include toc.html %}\n\nWords.", Losses()),
            ("A {{ x }}. B {{ y }}.", Losses(2)),
            ("- A {{ x }}\n- B", Losses(1)),
            ("- A {{ x }}", Losses(1, 1)),
            ("## A\n\n{{ b }}", Losses(1, 1)),
            ("A\n: {{< badge >}}\n: B", Losses()),
        ],
    )
    def test_they_are_counted(self, text, losses):
        assert render_markdown(text).losses == losses

    def test_more_than_one_passage_or_all_of_a_part_is_damage(self):
        assert [Losses(*each).is_damage for each in ((0,), (1,), (2,), (1, 1))] == [False, False, True, True]


@pytest.mark.parametrize(
    ("losses", "words"),
    [
        (Losses(1), "1 passage was"),
        (Losses(3, 1), "3 passages were"),
        (Losses(0, 1), "1 section was"),
        (Losses(0, 2), "2 sections were"),
    ],
)
def test_losses_are_said_in_words(losses, words):
    assert str(losses) == words
