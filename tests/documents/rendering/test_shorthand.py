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


class TestEmoji:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [("Done :tada:", "Done 🎉"), (":+1::heart:", "👍❤️"), ("# Go :rocket:", "Go 🚀")],
    )
    def test_are_named_between_colons(self, text, expected):
        assert shown(text).text.strip().startswith(expected)

    @pytest.mark.parametrize("text", ["at 10:100:20", "a :nothing: b", "`:tada:`", "has::heart:", "std::x::"])
    def test_are_not_seen_in_numbers_code_and_other_words(self, text):
        assert shown(text).text.strip() == text.strip("`")


class TestIcons:
    @pytest.mark.parametrize(
        ("text", "rest"),
        [
            (":octicons-goal-16: Goal", "Goal"),
            ("With love :octicons-heart-fill-24:{ .mdx-heart }", "With love"),
            ("`:octicons-goal-16:` and :material:", ":octicons-goal-16: and :material:"),
        ],
    )
    def test_are_removed(self, text, rest):
        assert shown(text).text.strip() == rest


class TestCode:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("`Future&lt;void&gt;`", "Future<void>"),
            ("`Map&lt;String, List&lt;int&gt;&gt;`", "Map<String, List<int>>"),
            ("`&lt;p&gt;` or `a &amp;&amp; b`", "&lt;p&gt; or a &amp;&amp; b"),
            ("`<x&lt;b>`", "<x&lt;b>"),
        ],
    )
    def test_types_that_were_escaped_twice_are_decoded(self, text, expected):
        assert shown(text).text.strip() == expected
