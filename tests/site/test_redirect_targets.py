"""Chains of redirects: their ends, and what finding them costs."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from blog.models import Redirect
from blog.site.redirect_lists import export_redirects
from blog.site.redirect_targets import find_targets
from tests.support.factories import create_article

pytestmark = pytest.mark.django_db

END = "/articles/tides/"


@pytest.fixture
def tides():
    return create_article(slug="tides")


class TestCost:
    @pytest.mark.both_databases
    def test_texts_of_targets_are_not_read(self, tides):
        Redirect.objects.create(path="/old/", article=tides)

        with CaptureQueriesContext(connection) as queries:
            found = find_targets({"/older/": "/old/"})
            exported = export_redirects(Redirect.objects.all())

        assert (found["/older/"], exported) == (tides, f"old,new\r\n/old/,{END}\r\n")
        assert not [query for query in queries if "body" in query["sql"]]
