"""The authors in the data files of site generators."""

import pytest

from blog.documents.generators.configuration import (
    ConfigurationError,
    ContentRoot,
    Generator,
    SiteConfiguration,
)
from blog.documents.generators.people import MOST_PEOPLE, ConfiguredPerson, people_files, read_people


@pytest.mark.parametrize(
    ("path", "text", "person"),
    [
        (
            "blog/authors.yml",
            (
                "ida:\n  name: Ida Aas\n  title: Sailor\n  url: https://ida.example\n"
                "  socials: {github: ida-aas, x: 'https://x.com/i'}\n"
            ),
            ConfiguredPerson(
                "Ida Aas",
                "Sailor",
                "https://ida.example",
                (("GitHub", "https://github.com/ida-aas"), ("X", "https://x.com/i")),
            ),
        ),
        (
            "_data/authors.yml",
            (
                "ida:\n  name: Ida Aas\n  bio: Sails.\n  uri: https://ida.example\n"
                "  links: [{label: Boat, url: 'https://boat.example'}]\n"
            ),
            ConfiguredPerson("Ida Aas", "Sails.", "https://ida.example", (("Boat", "https://boat.example"),)),
        ),
        ("data/authors.toml", "[ida]\nname = 'Ida Aas'\ntwitter = '@ida'\n", None),
        ("_config.yml", "title: News\nauthors:\n  ida: {name: Ida Aas, twitter: ida}\n", None),
        ("data/authors.json", '{"ida": {"name": "Ida Aas", "social": {"twitter": "ida"}}}', None),
    ],
)
def test_people_are_read_by_their_keys(path, text, person):
    person = person or ConfiguredPerson("Ida Aas", links=(("X", "https://x.com/ida"),))

    assert read_people(path, text.encode()) == {"ida": person}


def test_entries_without_a_name_are_left_out():
    assert read_people("authors.yml", b"ida: Ida Aas\nbo: {title: Sailor}\neva: {name: [1]}\n") == {}


def test_limits():
    data = "".join(f"a{n}: {{name: A}}\n" for n in range(MOST_PEOPLE + 1)).encode()

    assert len(read_people("authors.yml", data)) == MOST_PEOPLE
    with pytest.raises(ConfigurationError):
        read_people("authors.yml", b"a: " + b"[" * 5000)


@pytest.mark.parametrize(
    ("generator", "path"),
    [
        (Generator.DOCUSAURUS, "news/authors.yml"),
        (Generator.JEKYLL, "news/_data/authors.yml"),
        (Generator.JEKYLL, "_config.yml"),
        (Generator.HUGO, "data/authors.toml"),
    ],
)
def test_places_of_data_files(generator, path):
    assert path in people_files(SiteConfiguration(generator, content_roots=(ContentRoot("news"),)))
