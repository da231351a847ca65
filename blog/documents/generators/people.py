"""Read the authors in a file of a site generator: their names, links, and keys in bylines."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from blog.documents.generators.configuration import Generator, SiteConfiguration
from blog.documents.generators.settings import load_file, mapping_of, mappings_of, text_of
from blog.documents.generators.systems import PEOPLE

MOST_PEOPLE = 2000
MOST_LINKS = 20
LONGEST_NAME = 200
LONGEST_ABOUT = 2000
ENDINGS = ("yml", "yaml", "json", "toml")
CONFIGURATIONS = ("_config.yml", "_config.yaml", "_config.toml")  # Jekyll's, with authors for its themes
# The addresses of profiles by their user name, as Docusaurus and the themes of Jekyll and Hugo make them.
_PROFILES = {
    "github": ("GitHub", "https://github.com/"),
    "gitlab": ("GitLab", "https://gitlab.com/"),
    "instagram": ("Instagram", "https://www.instagram.com/"),
    "linkedin": ("LinkedIn", "https://www.linkedin.com/in/"),
    "stackoverflow": ("Stack Overflow", "https://stackoverflow.com/users/"),
    "twitter": ("X", "https://x.com/"),
    "x": ("X", "https://x.com/"),
    "youtube": ("YouTube", "https://www.youtube.com/@"),
}
_USER = re.compile(r"@?[\w./%-]{1,200}")


@dataclass(frozen=True, slots=True)
class ConfiguredPerson:
    """An author. links: (label, address), not validated. E-mail addresses are not read.

    picture: its path in the archive of a converted export.
    """

    name: str
    about: str = ""
    url: str = ""
    links: tuple[tuple[str, str], ...] = ()
    picture: str = ""


def people_files(configuration: SiteConfiguration) -> list[str]:
    """Return the paths that the data file may have, relative to the folder of the configuration."""
    roots = [root.folder for root in configuration.content_roots]
    match configuration.generator:
        case Generator.DOCUSAURUS:
            folders = roots
        case Generator.JEKYLL:
            return [*CONFIGURATIONS, *_in_folders(f"{root}/_data" for root in roots)]
        case Generator.HUGO:
            folders = ["data"]
        case name if name not in Generator:
            return [PEOPLE]  # of an export
        case _:
            folders = []
    return _in_folders(folders)


def _in_folders(folders):
    return [f"{folder}/authors.{ending}".lstrip("/") for folder in folders for ending in ENDINGS]


def is_people_name(path: str) -> bool:
    """Whether a file with this path may list authors."""
    return path.rpartition("/")[2] in {f"authors.{ending}" for ending in ENDINGS}


def read_people(path: str, data: bytes) -> dict[str, ConfiguredPerson]:
    """Return {key in bylines: person} of such a file. Raises ConfigurationError."""
    settings = load_file(path, {path: data})
    if path.rpartition("/")[2] in CONFIGURATIONS:
        settings = mapping_of(settings, "authors")
    people = {}
    for key in list(settings)[:MOST_PEOPLE]:
        values = mapping_of(settings, key)
        if name := text_of(values, "name", "display_name")[:LONGEST_NAME]:
            people[str(key)] = ConfiguredPerson(
                name,
                text_of(values, "bio", "description", "title", "byline")[:LONGEST_ABOUT],
                text_of(values, "url", "uri", "website", "web", "site"),
                tuple(_links(values))[:MOST_LINKS],
                text_of(values, "picture") if path == PEOPLE else "",
            )
    return people


def _links(values: Mapping[str, object]):
    for profiles in (mapping_of(values, "socials"), mapping_of(values, "social"), values):
        for site, (label, start) in _PROFILES.items():
            user = text_of(profiles, site)
            if "://" in user:
                yield label, user
            elif _USER.fullmatch(user):
                yield label, start + user.lstrip("@")
    for link in mappings_of(values.get("links")):
        if address := text_of(link, "url", "href"):
            yield text_of(link, "label", "name", "title") or address, address
