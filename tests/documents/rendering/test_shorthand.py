"""Bare URLs become links, names of emoji become emoji; code, raw HTML and links stay."""

import pytest

from blog.documents.rendering.markdown import render_markdown
from tests.support.html_tree import shown


class TestBareUrls:
    @pytest.mark.parametrize(
        ("text", "address"),
        [
            ("See https://example.org/a_b?x=1&y=(2).", "https://example.org/a_b?x=1&amp;y=(2)"),
            ("(http://example.org:80/a)", "http://example.org:80/a"),
            ("- *https://example.org/x*, or", "https://example.org/x"),
            ("| a |\n|--|\n| https://example.org |", "https://example.org"),
            ("水（https://example.org/水）。", "https://example.org/%E6%B0%B4"),  # noqa: RUF001 -- as people write it
            ("www.example.org/a!", "https://www.example.org/a"),
        ],
    )
    def test_become_links_without_the_marks_around_them(self, text, address):
        assert f'<a href="{address}" rel="noopener nofollow ugc">' in render_markdown(text).html

    @pytest.mark.parametrize(
        "text",
        [
            "`https://example.org`",
            "    https://example.org",
            "https://localhost and http://127.0.0.1:8000",
            "xhttps://example.org and ftp://example.org",
            "awww.example",
            r"javascript://www.example.org",
        ],
    )
    def test_in_code_of_this_machine_and_within_words_stay(self, text):
        assert not shown(text).all("a")

    @pytest.mark.parametrize(
        "text", ["[https://a.example](/b)", '<a href="/b">https://a.example</a>', "<https://a.example>"]
    )
    def test_in_links_stay_part_of_them(self, text):
        assert shown(text).one("a").text == "https://a.example"


def test_emoji_are_named_in_headings():
    assert shown("# Go :rocket:").text.strip().startswith("Go 🚀")
