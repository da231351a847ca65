"""Read the configurations of Hugo and Zola."""

from blog.documents.generators.configuration import (
    ContentRoot,
    Feeds,
    Generator,
    Permalink,
    SiteConfiguration,
)
from blog.documents.generators.settings import (
    MOST_FOLDERS,
    folder_of,
    folders_of,
    load_file,
    lowered,
    mapping_of,
    mappings_of,
    text_of,
    texts_of,
)


def read_hugo(path, files, parts):
    settings = lowered(load_file(path, files))
    if path.rpartition("/")[2].startswith("config.") and not settings.keys() & {
        *("baseurl", "languagecode", "theme", "contentdir", "permalinks", "module", "publishdir", "markup"),
        *("defaultcontentlanguage", "languages", "taxonomies"),
    }:
        return None
    module = mapping_of(settings, "module") or _companion("module", files, parts)
    languages = mapping_of(settings, "languages") or _companion("languages", files, parts)
    permalinks = mapping_of(settings, "permalinks") or _companion("permalinks", files, parts)
    default = text_of(settings, "defaultcontentlanguage") or "en"
    codes = dict.fromkeys([default, *list(languages)[:MOST_FOLDERS]])
    mounts = mappings_of(module.get("mounts"))
    taxonomies = mapping_of(settings, "taxonomies") or {"category": "categories", "tag": "tags"}
    dates = texts_of(mapping_of(settings, "frontmatter").get("date"))
    return SiteConfiguration(
        Generator.HUGO,
        site_url=text_of(settings, "baseurl").rstrip("/"),
        content_roots=tuple(_hugo_roots(settings, mounts, languages, permalinks)),
        static_roots=folders_of(
            [
                *(text_of(mount, "source") for mount in mounts if text_of(mount, "target") == "static"),
                *(texts_of(settings.get("staticdir")) or ["static"]),
            ]
        ),
        languages=tuple(codes),
        default_language=default,
        prefixes_default=settings.get("defaultcontentlanguageinsubdir") is True,
        dates_in_names=any(date.lower() == ":filename" for date in dates),
        time_zone=text_of(settings, "timezone"),
        feeds=Feeds(
            feeds=("index.xml", "feed.xml", "rss.xml"),
            categories=(f"{text_of(taxonomies, 'category') or 'categories'}/:name/",),
            tags=(f"{text_of(taxonomies, 'tag') or 'tags'}/:name/",),
            authors=("authors/:name/", "author/:name/"),
        ),
    )


def _companion(part, files, parts):
    return lowered(load_file(parts[part], files)) if part in parts else {}


def _hugo_roots(settings, mounts, languages, permalinks):
    """Yield the content roots: of mounts, of each language, and of the site."""
    common = tuple(_hugo_permalinks(permalinks))
    for mount in mounts:
        target, folder = text_of(mount, "target").strip("/"), folder_of(text_of(mount, "source"))
        if folder is None or target.split("/")[0] != "content":
            continue
        codes = texts_of(mapping_of(mapping_of(mount, "sites"), "matrix").get("languages"))
        language = text_of(mount, "lang") or (codes[0] if len(codes) == 1 else "")
        yield ContentRoot(folder, target.removeprefix("content").strip("/"), language, common)
    for code, values in list(languages.items())[:MOST_FOLDERS]:
        values = values if isinstance(values, dict) else {}
        folder = folder_of(text_of(values, "contentdir")) if values.get("contentdir") else None
        own = tuple(_hugo_permalinks(mapping_of(values, "permalinks")))
        if folder is not None:
            yield ContentRoot(folder, language=code, permalinks=own or common)
    yield ContentRoot(folder_of(text_of(settings, "contentdir") or "content") or "", permalinks=common)


def _hugo_permalinks(permalinks):
    """Yield the permalinks of sections. In a mapping by page kind, they are under `page`."""
    pages = mapping_of(permalinks, "page")
    for section, pattern in list((pages or permalinks).items())[:MOST_FOLDERS]:
        if isinstance(pattern, str) and pattern:
            yield Permalink(section.strip("/"), pattern)


def read_zola(path, files, _parts):
    settings = load_file(path, files)
    if "base_url" not in settings:
        return None
    languages = mapping_of(settings, "languages")
    default = text_of(settings, "default_language") or "en"
    taxonomies = [text_of(taxonomy, "name") for taxonomy in mappings_of(settings.get("taxonomies"))]
    feed_names = texts_of(settings.get("feed_filenames") or settings.get("feed_filename") or "atom.xml")
    return SiteConfiguration(
        Generator.ZOLA,
        site_url=text_of(settings, "base_url").rstrip("/"),
        content_roots=(ContentRoot("content"),),
        static_roots=("static", "content"),
        languages=tuple(dict.fromkeys([default, *list(languages)[:MOST_FOLDERS]])),
        default_language=default,
        feeds=Feeds(
            feeds=(*feed_names, "rss.xml", "atom.xml"),
            categories=tuple(f"{name}/:name/" for name in taxonomies if name.startswith("categor")),
            tags=tuple(f"{name}/:name/" for name in taxonomies if name.startswith("tag")),
            authors=tuple(f"{name}/:name/" for name in taxonomies if name.startswith("author")),
        ),
    )
