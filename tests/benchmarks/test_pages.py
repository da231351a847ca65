"""How lists grow with the site, as ratios within one run, so that any machine may judge."""

import pytest

from tests.benchmarks.pages import list_pages, milliseconds
from tests.benchmarks.sites import build_site

pytestmark = pytest.mark.django_db


class TestLists:
    def test_the_last_page_of_a_topic_takes_little_more_than_the_first(self, client):
        build_site(4000, topics=400)
        first, deep = (path for name, path in list_pages().items() if name.startswith("topic, page"))

        assert milliseconds(client, deep) <= 1.5 * milliseconds(client, first)
