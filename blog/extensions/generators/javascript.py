"""Read the configurations of Docusaurus, Eleventy and Astro, which are JavaScript."""

import re

from blog.documents.generators.configuration import (
    ContentRoot,
    Feeds,
    Generator,
    Permalink,
    SiteConfiguration,
)
from blog.documents.generators.loading import decode
from blog.documents.generators.settings import (
    MOST_FOLDERS,
    folder_of,
    folders_of,
    join_url,
)
from blog.extensions.generators.object_literals import load_objects

BLOG_FEEDS = ("rss.xml", "atom.xml", "feed.json")  # of Docusaurus

_COPIED = re.compile(r"""addPassthroughCopy\(\s*+['"]([^'"\n]++)['"]""")


def read_docusaurus(path, files, _parts):
    root = load_objects(decode(files[path]))
    site = next((one for one in root.all() if {"url", "baseUrl"} <= one.texts.keys()), None)
    if site is None:
        return None
    i18n = site.find("i18n")
    locales = i18n.lists.get("locales", []) if i18n else []
    default = i18n.texts.get("defaultLocale", "en") if i18n else "en"
    return SiteConfiguration(
        Generator.DOCUSAURUS,
        site_url=join_url(site.texts["url"], site.texts["baseUrl"]),
        content_roots=tuple(_docusaurus_roots(site, tuple(locales), default)),
        static_roots=folders_of(site.lists.get("staticDirectories") or ["static"]),
        languages=tuple(dict.fromkeys([default, *locales][:MOST_FOLDERS])),
        default_language=default,
        feeds=_docusaurus_feeds(site),
    )


def _docusaurus_blogs(site):
    """Return (folder, base, folder of translations) for the preset and each instance of the plugin."""
    found = []
    for one in site.all():
        if one.key == "blog" or one.key.endswith("content-blog"):
            folder = folder_of(one.texts.get("path", "blog"))
            instance = f"-{one.texts['id']}" if one.texts.get("id", "default") != "default" else ""
            if folder is not None:
                base = one.texts.get("routeBasePath", "blog").strip("/")
                found.append((folder, base, f"docusaurus-plugin-content-blog{instance}"))
    if not found and not any(one.texts.get("blog") == "false" for one in site.all()):
        found = [("blog", "blog", "docusaurus-plugin-content-blog")]
    return list(dict.fromkeys(found))[:MOST_FOLDERS]


def _docusaurus_roots(site, locales, default):
    dated = (Permalink("", ":dated_path"),)
    for folder, base, translations in _docusaurus_blogs(site):
        yield ContentRoot(folder, base, permalinks=dated)
        for locale in locales[:MOST_FOLDERS]:
            place = folder_of(f"i18n/{locale}/{translations}")
            if place and locale != default:
                yield ContentRoot(place, base, locale, dated)
    for one in site.all():
        if one.key == "docs" or one.key.endswith("content-docs"):
            folder = folder_of(one.texts.get("path", "docs"))
            if folder is not None:
                base = one.texts.get("routeBasePath", "docs").strip("/")
                yield ContentRoot(folder, base, permalinks=(Permalink("", ":numbered_path"),))


def _docusaurus_feeds(site):
    bases = [f"{base}/".lstrip("/") for _folder, base, _translations in _docusaurus_blogs(site)]
    return Feeds(
        feeds=tuple(f"{base}{name}" for base in bases for name in BLOG_FEEDS),
        tags=tuple(f"{base}tags/:name" for base in bases),
        authors=tuple(f"{base}authors/:name" for base in bases),
        lists=tuple(name for base in bases for name in (f"{base}archive", base)),
    )


def read_eleventy(path, files, _parts):
    text = decode(files[path])
    root = load_objects(text)
    folders = next((one.texts for one in root.all() if one.key == "dir"), {})
    prefix = next((one.texts["pathPrefix"] for one in root.all() if "pathPrefix" in one.texts), "")
    folder = folder_of(folders.get("input", "")) or ""
    return SiteConfiguration(
        Generator.ELEVENTY,
        site_url=join_url("", prefix),
        content_roots=(ContentRoot(folder),),
        static_roots=folders_of([folder, *_COPIED.findall(text)[:MOST_FOLDERS]]),
        feeds=Feeds(feeds=("feed.xml", "feed/feed.xml", "feed/", "feed/feed.json"), tags=("tags/:name/",)),
    )


def read_astro(path, files, _parts):
    root = load_objects(decode(files[path]))
    texts = {}
    for one in root.all():
        for name in ("site", "base", "publicDir"):
            if name in one.texts:
                texts.setdefault(name, one.texts[name])
    return SiteConfiguration(
        Generator.ASTRO,
        site_url=join_url(texts.get("site", ""), texts.get("base", "")),
        static_roots=folders_of([texts.get("publicDir", "public")]),
        dates_in_names=False,
    )
