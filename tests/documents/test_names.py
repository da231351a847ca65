"""Names of categories and authors that files have only as addresses, or in plain capitals."""

import pytest

from blog.documents.names import spell_author, spell_category


@pytest.mark.parametrize(
    ("name", "spelled"),
    [
        ("Ai", "AI"),
        ("ai in medicine", "AI in medicine"),
        ("Iot & Mlops", "IoT & MLOps"),
        ("Devops-Tools", "DevOps-Tools"),
        ("AI", "AI"),
        ("Aida", "Aida"),
        ("Rest", "Rest"),
        ("Air", "Air"),
    ],
)
def test_a_category_has_abbreviations_as_they_are_written(name, spelled):
    assert spell_category(name) == spelled


@pytest.mark.parametrize(
    ("name", "spelled"),
    [("ida-aas", "Ida Aas"), ("Ida-Marie Aas", "Ida-Marie Aas"), ("ida", "ida"), ("team-18", "team-18")],
)
def test_an_author_given_as_an_address_has_a_name(name, spelled):
    assert spell_author(name) == spelled
