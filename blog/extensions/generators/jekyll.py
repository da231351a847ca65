"""Read Jekyll's _config.yml."""

import posixpath
import re

from blog.documents.generators.configuration import (
    ContentRoot,
    Feeds,
    Generator,
    Permalink,
    SiteConfiguration,
)
from blog.documents.generators.patterns import JEKYLL_STYLES
from blog.documents.generators.settings import (
    MOST_FOLDERS,
    folder_of,
    join_url,
    load_file,
    mapping_of,
    mappings_of,
    text_of,
)


def read_jekyll(path, files, _parts):
    settings = load_file(path, files)
    style = text_of(settings, "permalink") or "date"
    permalinks = [
        *_scoped_permalinks(settings.get("defaults")),
        *_collection_permalinks(mapping_of(settings, "collections")),
        Permalink("_posts", jekyll_pattern(style)),
        Permalink("", "/:path/" if style == "pretty" or style.endswith("/") else "/:path:output_ext"),
    ]
    folder = folder_of(text_of(settings, "source")) or ""
    language = text_of(settings, "lang", "locale").replace("_", "-")
    return SiteConfiguration(
        Generator.JEKYLL,
        site_url=join_url(text_of(settings, "url"), text_of(settings, "baseurl")),
        content_roots=(ContentRoot(folder, permalinks=tuple(permalinks)),),
        static_roots=(folder,),
        default_language=language if re.fullmatch(r"[a-z]{2}(-\w+)*", language) else "",
        time_zone=text_of(settings, "timezone"),
        feeds=Feeds(
            feeds=(
                text_of(mapping_of(settings, "feed"), "path") or "feed.xml",
                "feed.xml",
                "atom.xml",
                "rss.xml",
            ),
            categories=("category/:name/", "categories/:name/"),
            tags=("tag/:name/", "tags/:name/"),
            authors=("author/:name/", "authors/:name/"),
        ),
    )


def jekyll_pattern(style: str) -> str:
    """Return the pattern of a permalink style: a built-in name, or the pattern itself."""
    return JEKYLL_STYLES.get(style, style)


def _scoped_permalinks(defaults):
    """Yield the permalinks in front matter defaults, the most specific scope first."""
    found = []
    for default in mappings_of(defaults):
        pattern = text_of(mapping_of(default, "values"), "permalink")
        scope = mapping_of(default, "scope")
        folder, kind = folder_of(text_of(scope, "path")), text_of(scope, "type")
        if pattern and folder is not None and "*" not in folder:
            kind = {"post": "posts", "page": "pages", "draft": "drafts"}.get(kind, kind)
            whole = (
                folder
                if kind in {"", "pages"} or f"_{kind}" in folder
                else posixpath.join(folder, f"_{kind}")
            )
            found.append(Permalink(whole, jekyll_pattern(pattern)))
    return sorted(found, key=lambda permalink: len(permalink.folder), reverse=True)


def _collection_permalinks(collections):
    for name, values in list(collections.items())[:MOST_FOLDERS]:
        pattern = text_of(values, "permalink") if isinstance(values, dict) else ""
        if pattern or name != "posts":
            default = "/:collection/:path:output_ext"
            yield Permalink(f"_{name}", jekyll_pattern(pattern) if pattern else default)
