"""The articles that forms pass on."""

from blog.desk.articles import selection
from blog.desk.articles.selection import decode_seen_versions


def test_malformed_versions_are_skipped():
    assert decode_seen_versions("7.2 x 5 .1 6. 3.4.5 ٣.1 9999999999999999999.1 4.0") == {7: 2, 4: 0}


def test_at_most_the_first_versions_are_read(monkeypatch):
    monkeypatch.setattr(selection, "MOST_SEEN", 2)

    assert decode_seen_versions("3.1 1.1 2.1") == {3: 1, 1: 1}
