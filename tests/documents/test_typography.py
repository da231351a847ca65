# ruff: noqa: RUF001 -- curly quotation marks are what is tested
"""Quotation marks of each language where words are shown, and headings whose compounds stay whole."""

from html import escape

import pytest

from blog.reader.body import shown_html
from tests.support.cases import read_cases


def typeset_html(html, language):
    return shown_html(html, {}, language)


class TestQuotes:
    @pytest.mark.parametrize(
        ("html", "shown"),
        [
            ('<p>"<em>Hi</em>," he said</p>', "<p>“<em>Hi</em>,” he said</p>"),
            ('<p>A <a href="x">"tide"</a>.</p>', '<p>A <a href="x">“tide”</a>.</p>'),
            ('<p><code>a["b"]</code>\'s "c"</p>', '<p><code>a["b"]</code>’s “c”</p>'),
            ('<pre tabindex="0"><code><span class="s">"a"</span> "b"</code></pre>', None),
            ('<p><img src="a.png" alt="the &quot;big > one\'s&quot;"></p>', None),
            ("<p>5 &gt; 'four'&nbsp;and</p>", "<p>5 &gt; ‘four’&nbsp;and</p>"),
        ],
    )
    def test_in_html_stand_in_words_alone(self, html, shown):
        assert typeset_html(html, "en") == (shown or html)


class TestDashes:
    @pytest.mark.parametrize(("text", "shown"), read_cases("text")["typeset ja"])
    def test_are_the_same_in_html(self, text, shown):
        assert typeset_html(f"<p>{escape(text)}</p>", "ja") == f"<p>{escape(shown)}</p>"
        assert typeset_html("<p>Quoi ?</p>", "fr") == "<p>Quoi\u202f?</p>"

    def test_do_not_appear_in_code_and_attributes(self):
        html = '<p><a href="a--b">x</a> <code>c -- d</code></p><pre tabindex="0"><code>e -- f</code></pre>'

        assert typeset_html(html, "en") == html


class TestCompounds:
    def test_of_headings_do_not_break_but_code_and_addresses_do(self):
        html = '<h2 id="s-a-b">Text-to-speech <code>a-b</code> <kbd>a-b</kbd></h2><p>a-b</p>'

        shown = typeset_html(html, "en")

        assert shown == html.replace("Text-to-speech", "Text-\u2060to-\u2060speech")
