"""Tags whose quotation marks do not pair up: nobody sees a piece of one, and none does what it must not."""

from datetime import UTC

import pytest

from blog.documents.fields.extraction import read_fields
from blog.documents.frontmatter.document import parse_document
from blog.documents.rendering.markdown import render_markdown
from tests.support.hostile_patterns import take_too_long
from tests.support.html_tree import IMAGE, shown
from tests.support.page_checker import fragment_errors


class TestLinks:
    @pytest.mark.parametrize(
        "tag",
        [
            '<a href="https://example.org/a>',
            "<a href='https://example.org/a>",
            '<a href="https://example.org/a target="_blank">',
            "<a href=“https://example.org/a”>",
            "<a href=‘https://example.org/a’ title=“two words”>",  # noqa: RUF001 -- as above
            '<a title="a "b" c" href="https://example.org/a">',
            '<a href="https://example.org/a" title="an "end"">',
        ],
    )
    def test_lead_where_they_were_meant_to(self, tag):
        page = shown(f"Before {tag}the words</a> after")

        assert page.one("a")["href"] == "https://example.org/a"
        assert page.one("a").text == "the words"
        assert page.text == "Before the words after"

    def test_in_a_block_of_html_too(self):
        page = shown('<div>\n<p>One <a href="https://example.org/a>two</a> three</p>\n</div>')

        assert page.one("a")["href"] == "https://example.org/a"
        assert " ".join(page.text.split()) == "One two three"

    def test_the_next_tag_stays_whole(self):
        page = shown('<a href="https://example.org/a>one</a> and <a href="https://example.org/b">two</a>')

        assert [(link["href"], link.text) for link in page.all("a")] == [
            ("https://example.org/a", "one"),
            ("https://example.org/b", "two"),
        ]


class TestImages:
    def test_marks_within_the_alternative_text_are_part_of_it(self):
        page = shown(f'<img src="{IMAGE}" alt="A page called "What is it?" with more." />')

        assert page.one("figure").one("img")["alt"] == 'A page called "What is it?" with more.'

    def test_are_known_like_any_other(self):
        rendering = render_markdown(f'<img src="{IMAGE}" alt="The "tide"">')

        assert rendering.images == (IMAGE,)

    def test_what_a_template_tag_left_of_one_is_not_shown(self):
        page = shown('<div>\n{% image "tide.png" "The tide" %} width="600px">\n</div>')

        assert "600px" not in page.text


class TestOtherText:
    @pytest.mark.parametrize(
        "text", ["a <b and c> d", "1 <a 2>", '<tide level="3 m>', "5 < 6 = 'x > y", '`<a href="x>y</a>`']
    )
    def test_without_a_broken_mark_or_element_is_read_as_ever(self, text):
        assert warnings_of(text) == []


class TestSafety:
    @pytest.mark.parametrize(
        "tag",
        [
            '<script src="https://example.org/x.js>alert(1)</script>',
            '<img src="x" alt="a"b" onerror="alert(1)">',
            '<a href="javascript:alert(1)>',
            '<a title="a"b" href="&#106;avascript:alert(1)">',
            '<p style="color: "red"">',
            "<iframe srcdoc=“<b>”>",
            '<a href="https://example.org/"onclick="alert(1)" title="x">',
        ],
    )
    def test_repaired_tags_run_nothing(self, tag):
        html = render_markdown(f"{tag}words</a>").html

        assert fragment_errors(html) == []

    def test_hostile_ones_end_in_time(self):
        texts = [
            '<a b="' * 30_000,
            ('<a b="' + ' "x' * 600 + " >") * 300,
            ('<a b="' + '" ' * 20 + " " * 1900 + ">") * 300,
            ('<img alt="' + 'a=" ' * 450 + ">") * 300,
            ("<a b=“" + " " * 1900 + "c>") * 300,
        ]

        assert take_too_long(texts, render_markdown) == take_too_long(texts, warnings_of) == []


class TestReport:
    def test_names_the_first_of_them(self):
        [warning] = warnings_of('One <a href="https://example.org>two</a>')

        assert "quotation marks do not pair up" in warning
        assert '<a href="https://example.org>' in warning

    def test_says_how_many_more_there_are(self):
        [warning] = warnings_of('One <a href="https://example.org>two</a> ' * 5)

        assert "and 2 more" in warning

    def test_says_nothing_of_marks_of_a_template(self):
        text = '<img src="{{ "/tide.png" | url }}" alt="The tide">'

        assert not any("quotation marks" in warning for warning in warnings_of(text))


def warnings_of(text):
    document = parse_document(f'---\ntitle: "Tides"\nslug: "tides"\n---\n\n{text}\n'.encode())
    return list(read_fields(document, path="tides.md", time_zone=UTC).warnings)
