"""Publishing systems: the configuration that their converted exports have, and their feeds and lists."""

from collections.abc import Mapping
from dataclasses import replace

from blog.documents.generators.configuration import ContentRoot, Feeds, Generator, SiteConfiguration
from blog.documents.generators.settings import load_file, mapping_of, text_of

CONFIGURATION = "galley-export.json"
PEOPLE = "authors.json"
POSTS = "posts"  # the folder of the texts
SYSTEMS = (Generator.WORDPRESS, Generator.GHOST, Generator.MEDIUM, Generator.SUBSTACK, Generator.NOTION)

_FEEDS: Mapping[Generator, Feeds] = {
    Generator.WORDPRESS: Feeds(
        feeds=("feed/atom/",),
        categories=("category/:name/",),
        tags=("tag/:name/",),
        authors=("author/:name/",),
    ),
    Generator.GHOST: Feeds(tags=("tag/:name/",), authors=("author/:name/",)),
    Generator.MEDIUM: Feeds(tags=("tagged/:name/",)),
    Generator.SUBSTACK: Feeds(lists=("archive/",)),
}


def read_system(files: Mapping[str, bytes]) -> SiteConfiguration | None:
    """Return the configuration of a converted export, which is in CONFIGURATION."""
    settings = load_file(CONFIGURATION, files)
    system = next((one for one in SYSTEMS if one == text_of(settings, "system")), None)
    if system is None:
        return None
    roots = (ContentRoot(POSTS),)
    rows = settings.get("slugs") if isinstance(settings.get("slugs"), list) else []
    slugs = tuple(
        (str(row[0]), str(row[1]), str(row[2])) for row in rows if isinstance(row, list) and len(row) == 3
    )
    topics = mapping_of(settings, "topics")
    stated = {kind: (text_of(topics, kind),) for kind in ("tags", "authors") if text_of(topics, kind)}
    feeds = replace(_FEEDS.get(system, Feeds()), slugs=slugs, **stated)
    return SiteConfiguration(system, text_of(settings, "url"), roots, feeds=feeds)
