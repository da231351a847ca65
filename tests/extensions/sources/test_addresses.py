"""Which spellings are the same source, and which addresses are never opened."""

import pytest

from blog.extensions.sources.acts import RefusedAddressError, check_address
from blog.extensions.sources.addresses import addresses_in, normalise


@pytest.mark.parametrize(
    ("spelling", "address"),
    [
        ("HTTPS://Example.ORG:443", "https://example.org/"),
        ("https://example.org./a#part", "https://example.org/a"),
        ("https://example.org/ä?q=ö b", "https://example.org/%C3%A4?q=%C3%B6%20b"),
        ("https://example.org/%C3%A4", "https://example.org/%C3%A4"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ("ftp://example.org/", ""),
        ("https://user@example.org/", ""),
        ("https://[half", ""),
        ("/relative", ""),
        (f"https://example.org/{'a' * 2000}", ""),
    ],
)
def test_all_spellings_of_an_address_are_one_source(spelling, address):
    assert normalise(spelling) == address


def test_addresses_in_words_end_before_the_punctuation():
    words = "See https://a.example/x_(y), <https://b.example/>, (https://c.example/z)."

    assert [address for _, address in addresses_in(words)] == [
        "https://a.example/x_(y)",
        "https://b.example/",
        "https://c.example/z",
    ]


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1/", "http://10.1.2.3/x", "http://intranet/", "https://[::1]/", "http://0x7f000001/"],
)
def test_a_private_address_is_refused_before_it_is_opened(address):
    with pytest.raises(RefusedAddressError, match="private network"):
        check_address(address)


@pytest.mark.parametrize(
    "address", ["ftp://example.org/", "example.org", "https://a:b@example.org/", "https://"]
)
def test_an_address_that_is_not_of_the_web_is_refused(address):
    with pytest.raises(RefusedAddressError):
        check_address(address)
