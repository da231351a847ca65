"""Read the configurations of Docusaurus, Eleventy, Astro and Gatsby, which are JavaScript."""

import posixpath
import re

from blog.documents.generators.configuration import (
    ConfigurationError,
    ContentRoot,
    Feeds,
    Generator,
    Permalink,
    SiteConfiguration,
)
from blog.documents.generators.loading import decode, load_settings
from blog.documents.generators.settings import (
    MOST_FOLDERS,
    folder_of,
    folders_of,
    join_url,
    mapping_of,
)
from blog.extensions.generators.object_literals import load_objects

BLOG_FEEDS = ("rss.xml", "atom.xml", "feed.json")  # of Docusaurus

# A function that only returns a template: (data) => `/web/${data.page.fileSlug}/`
_RETURNED = re.compile(
    r"\bpermalink\s*+(?::\s*+(?:function\s*+)?)?(?:\([^()]{0,200}\)|[\w$]{1,50})\s*+(?:=>\s*+)?"
    r"(?:\{\s*+return\s++)?`([^`\\]{0,500})`"
)
_INSERTED = re.compile(r"\$\{\s*+(?:data\.)?([\w.]{1,100})\s*+\}")
_COLLECTION = re.compile(r"\bgetCollection\(\s*+['\"]([\w-]{1,50})['\"]")
# The usual addresses of Gatsby are the paths of files.
_PATH_AS_SLUG = re.compile(r"\b(?:slug|value)\s*+[:=]\s*+createFilePath\(")
_SLUG_AS_ADDRESS = re.compile(r"\bpath:\s*+[\w.]{1,60}\.fields\.slug\b")
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
        content_roots=(ContentRoot(folder, permalinks=tuple(_data_permalinks(files, folder))),),
        static_roots=folders_of([folder, *_COPIED.findall(text)[:MOST_FOLDERS]]),
        feeds=Feeds(feeds=("feed.xml", "feed/feed.xml", "feed/", "feed/feed.json"), tags=("tags/:name/",)),
    )


def _data_permalinks(files, root):
    """Yield the permalinks in data files of folders, the deepest first. "false": the texts have no page."""
    inside = [path for path in files if "/" in path and (not root or path.startswith(f"{root}/"))]
    for path in sorted(inside, key=lambda path: path.count("/"), reverse=True):
        try:
            pattern = _permalink_in(path, files)
        except ConfigurationError:
            continue  # another file with this name, or code
        if pattern:
            yield Permalink(posixpath.dirname(path)[len(root) :].strip("/"), pattern)


def _permalink_in(path, files):
    """Return the permalink in a data file: a text, or what a function without other code returns."""
    text = decode(files[path])
    if path.endswith(".json"):
        settings = load_settings(path, text)
        computed = mapping_of(settings, "eleventyComputed").get("permalink")
        value = computed if computed is not None else settings.get("permalink", "")
        return "false" if value is False else value if isinstance(value, str) else ""
    if returned := _RETURNED.search(text):
        return _INSERTED.sub(r"{{ \1 }}", returned[1])
    data = next((one for one in load_objects(text).objects if one.key in {"default", "exports"}), None)
    computed = data and next((one for one in data.objects if one.key == "eleventyComputed"), None)
    return (computed and computed.texts.get("permalink")) or (data.texts.get("permalink", "") if data else "")


def read_astro(path, files, pages):
    root = load_objects(decode(files[path]))
    texts = {}
    for one in root.all():
        for name in ("site", "base", "publicDir"):
            if name in one.texts:
                texts.setdefault(name, one.texts[name])
    return SiteConfiguration(
        Generator.ASTRO,
        site_url=join_url(texts.get("site", ""), texts.get("base", "")),
        content_roots=tuple(_astro_roots(files, pages.values())),
        static_roots=folders_of([texts.get("publicDir", "public")]),
        dates_in_names=False,
    )


def _astro_roots(files, pages):
    """Yield the folder of each collection with the pattern that the name of its page's file shows."""
    for path in pages:
        folder, _, name = path.removeprefix("src/pages/").rpartition("/")
        if found := _COLLECTION.search(decode(files[path])):
            token = ":folders/:slug" if name.startswith("[...") else ":slug"
            yield ContentRoot(f"src/content/{found[1]}", folder, permalinks=(Permalink("", f"/{token}/"),))


def read_gatsby(path, files, parts):
    objects = [*load_objects(decode(files[path])).all()]
    site, prefix = (_first_text(objects, name) for name in ("siteUrl", "pathPrefix"))
    code = decode(files[parts["node"]]) if "node" in parts else ""
    is_usual = _PATH_AS_SLUG.search(code) and _SLUG_AS_ADDRESS.search(code)
    paths = (one.texts["path"].replace("${__dirname}", ".") for one in objects if "path" in one.texts)
    return SiteConfiguration(
        Generator.GATSBY,
        site_url=join_url(site, prefix),
        content_roots=tuple(
            ContentRoot(folder, permalinks=(Permalink("", "/:path/"),)) for folder in folders_of(paths)
        )[: MOST_FOLDERS if is_usual else 0],
        static_roots=("static",),
        dates_in_names=False,
    )


def _first_text(objects, name):
    return next((one.texts[name] for one in objects if name in one.texts), "")
