"""The configuration of a converted export of a publishing system, which has its own file."""

from collections.abc import Mapping
from dataclasses import fields

from blog.documents.generators.configuration import ContentRoot, Feeds, SiteConfiguration
from blog.documents.generators.settings import load_file, mapping_of, text_of, texts_of

CONFIGURATION = "galley-export.json"
PEOPLE = "authors.json"
POSTS = "posts"  # the folder of the texts


def read_system(files: Mapping[str, bytes]) -> SiteConfiguration | None:
    """Return the configuration in CONFIGURATION, which Export.configuration() has written."""
    settings = load_file(CONFIGURATION, files)
    system = text_of(settings, "system")
    if not system:
        return None
    stated = mapping_of(settings, "feeds")
    feeds = {each.name: tuple(texts_of(stated.get(each.name))) for each in fields(Feeds)}
    feeds["slugs"] = tuple(_slugs(settings.get("slugs")))
    return SiteConfiguration(system, text_of(settings, "url"), (ContentRoot(POSTS),), feeds=Feeds(**feeds))


def _slugs(rows):
    for row in rows if isinstance(rows, list) else ():
        if isinstance(row, list) and len(row) == 3:
            yield str(row[0]), str(row[1]), str(row[2])
