"""Translators are read from the keys of a file that are no fields."""

import pytest

from blog.documents.fields.translators import read_translators


@pytest.mark.parametrize(
    ("extra", "names"),
    [
        ({}, []),
        ({"translator": "Jonas Ufer"}, ["Jonas Ufer"]),
        ({"translated_by": "Jonas Ufer, Ida Aas, and Bo Lind"}, ["Jonas Ufer", "Ida Aas", "Bo Lind"]),
        ({"Translators": [{"name": "Jonas Ufer"}, "Ida Aas", "Ida Aas"]}, ["Jonas Ufer", "Ida Aas"]),
        ({"translator": "admin"}, []),
        ({"translator": {"team": 3}}, []),
    ],
)
def test_translators_are_read_like_authors(extra, names):
    assert read_translators(extra) == names
