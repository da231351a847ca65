"""The stored HTML of a text, as readers see it."""

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
