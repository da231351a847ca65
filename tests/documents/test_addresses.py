"""Which addresses an image may have."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blog.documents.addresses import check_image_address
from tests.support.cases import read_cases

CASES = read_cases("addresses")


class TestImageAddress:
    @pytest.mark.parametrize("address", [address for (address,) in CASES["accepted"]])
    def test_of_a_public_host_or_inside_the_folder_is_taken(self, address):
        assert check_image_address(address, "posts/2020/name.md") is None

    @pytest.mark.parametrize(
        "address",
        [
            *(address for (address,) in CASES["refused"]),
            "https://b.example/a\tb",
            "https://b.example/" + "x" * 2000,
        ],
    )
    def test_of_any_other_kind_is_refused_with_a_reason(self, address):
        assert check_image_address(address, "posts/2020/name.md")

    @given(st.text(max_size=40) | st.text(max_size=30).map("http://{}".format))
    def test_nothing_breaks_it(self, address):
        assert check_image_address(address, "a/b.md") != ""  # a reason in words, or None
