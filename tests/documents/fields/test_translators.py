"""Translators are read from a file like authors, and written to the key that names them."""

import pytest

from tests.support.front_matter import fields


@pytest.mark.parametrize(
    ("front_matter", "names"),
    [
        ("title: A", ()),
        ("translator: Jonas Ufer", ("Jonas Ufer",)),
        ("translated_by: Jonas Ufer, Ida Aas, and Bo Lind", ("Jonas Ufer", "Ida Aas", "Bo Lind")),
        ("Translators: [{name: Jonas Ufer}, Ida Aas, Ida Aas]", ("Jonas Ufer", "Ida Aas")),
        ("translator: admin", ()),
        ("translator: {team: 3}", ()),
    ],
)
def test_translators_are_read_like_authors(front_matter, names):
    assert fields(front_matter).translators == names
