"""Names of categories and authors that files have only as addresses, or in plain capitals."""

import pytest

from blog.documents.names import capitals_in, spell_author, spell_category, spell_with


@pytest.mark.parametrize(
    ("name", "spelled"),
    [
        ("Ai", "AI"),
        ("ai in medicine", "AI in medicine"),
        ("Iot & Mlops", "IoT & MLOps"),
        ("Js", "JS"),
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


@pytest.mark.parametrize(
    ("titles", "name", "spelled"),
    [
        (["TinyPilot: month 5", "Selling the TinyPilot"], "tinypilot", "TinyPilot"),
        (["The GraphQL years"], "Graphql servers", "GraphQL servers"),
        (["A new TinyPilot", "Tinypilot at home"], "tinypilot", "tinypilot"),  # they disagree
        (["HOW TO GO"], "go", "go"),
        (["Ida's tests"], "tests", "tests"),
        (["CSS in depth"], "Css-in-JS", "CSS-in-JS"),
        (["JAVA"], "JaVa", "JaVa"),
    ],
)
def test_a_name_has_the_capitals_that_titles_agree_on(titles, name, spelled):
    assert spell_with(capitals_in(titles), name) == spelled
