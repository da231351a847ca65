# ruff: noqa: RUF001 -- curly quotation marks are what is tested
"""The stored HTML of a text, as readers see it: links and punctuation, in one pass."""

from blog.reader.body import shown_html

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
