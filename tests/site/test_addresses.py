"""Absolute URLs of pages on this site."""

from blog.models import Author
from blog.site.addresses import whole_address


class TestWholeAddress:
    def test_is_that_of_the_page(self, settings):
        assert whole_address(Author(slug="ida-aas")) == f"{settings.SITE_URL}/authors/ida-aas/"

    def test_is_empty_for_a_row_without_a_page(self):
        assert whole_address(Author(name="Ida Aas")) == ""
