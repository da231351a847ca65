# ruff: noqa: RUF001 -- curly quotation marks are what is tested
"""The stored HTML of a text, as readers see it: links, punctuation and images, in one pass."""

import pytest

from blog.reader.body import NEAR, shown_html

IMG = (
    f'<img src="/media/images/ab/{"ab" * 20}.png" alt="a > b" width="1000" height="500" loading="lazy" '
    'decoding="async">'
)
GONE = {"gone.md": ""}


class TestLinks:
    def test_have_their_urls_for_readers(self):
        html = '<p><a title="a" href="a.md" rel="nofollow">a</a> <a href="b?c&amp;d">b</a></p>'

        shown = shown_html(html, {"a.md": "/a/?b&c", "b?c&d": "/b/"})

        assert shown == '<p><a title="a" href="/a/?b&amp;c">a</a> <a href="/b/">b</a></p>'

    def test_without_a_url_become_text(self):
        html = '<p>See <a href="gone.md"><em>a</em></a>, <a href="/b/">b</a>.</p>'

        assert shown_html(html, GONE) == '<p>See <em>a</em>, <a href="/b/">b</a>.</p>'

    def test_that_become_text_are_typeset_with_the_text_around_them(self):
        html = '<p>The \'<a href="gone.md">90s</a> and \'80s\' -<a href="gone.md">- out</a></p>'

        assert shown_html(html, GONE, "en") == "<p>The ’90s and ’80s’ – out</p>"


class TestPunctuation:
    def test_stays_without_a_language(self):
        html = '<h2>"Well-known" -- here</h2>'

        assert shown_html(html, {}) == html

    def test_of_a_block_does_not_depend_on_the_one_before(self):
        assert shown_html('<p>"a</p><p>5"</p>', {}, "en") == '<p>“a</p><p>5"</p>'

    def test_is_set_outside_elements(self):
        assert shown_html('"a" <p>b</p> "c"', {}, "en") == "“a” <p>b</p> “c”"


class TestImages:
    def test_at_the_beginning_of_a_figure_may_be_enlarged(self):
        for start, is_enlarged in (
            ("<figure>", True),
            ('<figure><a href="gone.md">', True),
            ('<figure><a href="/a">', False),
            ("<figure>a", False),
            ("<p>", False),
        ):
            shown = shown_html(f"{start}{IMG}", GONE, pictures=True)

            assert ('<figure><a class="enlarge"' in shown) is is_enlarged
            assert shown.count("<picture>") == shown.count("</picture>") == 1

    def test_stay_where_no_renditions_are_wanted(self):
        assert shown_html(IMG, {}) == IMG

    def test_only_the_first_is_fetched_at_once(self):
        first, second = shown_html(IMG * 2, {}, pictures=True, leads=True).split("</picture>")[:2]

        assert 'fetchpriority="high"' in first
        assert 'loading="lazy"' not in first
        assert 'loading="lazy"' in second
        assert "fetchpriority" not in shown_html(IMG, {}, pictures=True)

    @pytest.mark.parametrize(("words", "is_near"), [(NEAR - 1, True), (NEAR, False)])
    def test_the_first_is_fetched_at_once_only_near_the_beginning(self, words, is_near):
        shown = shown_html("a" * words + IMG, {}, pictures=True, leads=True)

        assert ("fetchpriority" in shown) is is_near
