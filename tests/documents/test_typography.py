# ruff: noqa: RUF001 -- curly quotation marks are what is tested
"""Quotation marks of each language where words are shown, and headings whose compounds stay whole."""

from html import escape

import pytest

from blog.documents.typography import code_in_title, join_compounds, typeset, without_backticks
from blog.reader.body import shown_html


def typeset_html(html, language):
    return shown_html(html, {}, language)


class TestQuotes:
    @pytest.mark.parametrize(
        ("language", "text", "shown"),
        [
            ("en", '"Hi," she said: \'It\'s "new".\'', "“Hi,” she said: ‘It’s “new”.’"),
            ("en-GB", "The dogs' day in the '90s", "The dogs’ day in the ’90s"),
            ("de", "\"Geht's?\" und 'so'", "„Geht’s?“ und ‚so‘"),
            ("fr", '"l\'eau"', "«\u00a0l’eau\u00a0»"),
            ("ru", '"вода"', "«вода»"),
            ("ja", '"水"', '"水"'),
            ("", '"a"', '"a"'),
        ],
    )
    def test_are_those_of_the_language(self, language, text, shown):
        assert typeset(text, language) == shown

    @pytest.mark.parametrize("text", ["6'2\" tall", 'a 5" pipe', "`x='y'`", 'a " b', "“Hi”"])
    def test_of_measures_and_code_stay(self, text):
        assert typeset(text, "en") == text

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


class TestTitles:
    @pytest.mark.parametrize(
        ("title", "html", "plain"),
        [
            ("Why `async` waits", "Why <code>async</code> waits", "Why async waits"),
            ("`` a`b ``", "`` a`b ``", "`` a`b ``"),
            ("``map`` and `x`", "<code>map</code> and <code>x</code>", "map and x"),
            ("A ` alone", "A ` alone", "A ` alone"),
            ("` `", "` `", "` `"),
        ],
    )
    def test_show_code_between_backticks(self, title, html, plain):
        assert code_in_title(title) == html
        assert without_backticks(title) == plain


class TestDashes:
    @pytest.mark.parametrize(
        ("text", "shown"),
        [
            ("two teams -- but", "two teams – but"),
            ("users--no matter", "users–no matter"),
            ("6--9 people", "6–9 people"),
            ("a --- b---c", "a — b—c"),
            ("-- Ada", "– Ada"),
        ],
    )
    def test_replace_hyphens_between_words(self, text, shown):
        assert typeset(text, "ja") == shown
        assert typeset_html(f"<p>{text}</p>", "ja") == f"<p>{shown}</p>"

    @pytest.mark.parametrize("text", ["run it with --all", "--all", "a --> b", "----", "--", "<!-- a"])
    def test_do_not_replace_options_arrows_and_comments(self, text):
        assert typeset(text, "en") == text
        assert typeset_html(f"<p>{escape(text)}</p>", "en") == f"<p>{escape(text)}</p>"

    def test_do_not_appear_in_code_and_attributes(self):
        html = '<p><a href="a--b">x</a> <code>c -- d</code></p><pre tabindex="0"><code>e -- f</code></pre>'

        assert typeset_html(html, "en") == html
        assert typeset("`a -- b`", "en") == "`a -- b`"


class TestFrenchSpaces:
    def test_do_not_break_before_high_marks(self):
        assert typeset("Quoi ? Oui : non !", "fr-CA") == "Quoi\u202f? Oui\u00a0: non\u202f!"
        assert typeset_html("<p>Quoi ?</p>", "fr") == "<p>Quoi\u202f?</p>"

    @pytest.mark.parametrize(
        ("text", "language"), [("Quoi ?", "de"), ("https://x.fr :-)", "fr"), ("`a ?`", "fr")]
    )
    def test_stay_in_other_languages_and_code(self, text, language):
        assert typeset(text, language) == text


class TestCompounds:
    def test_of_headings_do_not_break_but_code_and_addresses_do(self):
        html = '<h2 id="s-a-b">Text-to-speech <code>a-b</code> <kbd>a-b</kbd></h2><p>a-b</p>'

        shown = typeset_html(html, "en")

        assert shown == html.replace("Text-to-speech", "Text-\u2060to-\u2060speech")

    @pytest.mark.parametrize("title", ["a - b", "-a", "2024-03", "extraordinarily-unlikely"])
    def test_that_are_none_or_long_stay(self, title):
        assert join_compounds(title) == title
