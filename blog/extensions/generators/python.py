"""Read the configurations of Pelican and MkDocs."""

import posixpath
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
    load_file,
    mapping_of,
    mappings_of,
    text_of,
)
from blog.extensions.generators.assignments import load_assignments


def read_pelican(path, files, parts):
    settings = load_assignments(decode(files[path]))
    if "publish" in parts:
        site_url = text_of(load_assignments(decode(files[parts["publish"]])), "SITEURL")
        settings |= {"SITEURL": site_url} if site_url else {}
    if not settings.keys() & {"SITENAME", "SITEURL", "PATH", "ARTICLE_URL", "AUTHOR", "TIMEZONE", "THEME"}:
        return None
    pattern = text_of(settings, "ARTICLE_URL") or "{slug}.html"
    folder = folder_of(text_of(settings, "PATH") or ".")
    language = text_of(settings, "DEFAULT_LANG") or "en"
    translated = text_of(settings, "ARTICLE_LANG_URL") or "{slug}-{lang}.html"
    feeds = ("FEED_ALL_ATOM", "FEED_ALL_RSS", "FEED_ATOM", "FEED_RSS", "FEED_ATOM_URL", "FEED_RSS_URL")
    return SiteConfiguration(
        Generator.PELICAN,
        site_url=text_of(settings, "SITEURL").rstrip("/"),
        content_roots=(
            ContentRoot(
                folder if folder is not None else "content",
                permalinks=(Permalink("", pattern), Permalink(":translation", translated)),
            ),
        ),
        static_roots=folders_of([text_of(settings, "PATH") or "content"]),
        default_language=language,
        names_are_slugs="(?P<slug>" in text_of(settings, "FILENAME_METADATA")
        or text_of(settings, "SLUGIFY_SOURCE") == "basename",
        default_category=_default_category(settings),
        time_zone=text_of(settings, "TIMEZONE"),
        feeds=Feeds(
            feeds=(*filter(None, (text_of(settings, name) for name in feeds)), "feeds/all.atom.xml"),
            categories=(_named(text_of(settings, "CATEGORY_URL") or "category/{slug}.html"),),
            tags=(_named(text_of(settings, "TAG_URL") or "tag/{slug}.html"),),
            authors=(_named(text_of(settings, "AUTHOR_URL") or "author/{slug}.html"),),
            lists=("archives.html", "categories.html", "tags.html", "authors.html"),
        ),
    )


def _default_category(settings):
    """Return the category of texts in no folder, or "" if folders are not categories."""
    is_used = settings.get("USE_FOLDER_AS_CATEGORY", True) is not False
    return (text_of(settings, "DEFAULT_CATEGORY") or "misc") if is_used else ""


def _named(pattern):
    return pattern.replace("{slug}", ":name").strip("/")


def read_mkdocs(path, files, _parts):
    settings = load_file(path, files)
    if not settings.keys() & {"site_name", "site_url", "docs_dir", "nav", "plugins"}:
        return None
    docs = folder_of(text_of(settings, "docs_dir") or "docs")
    if docs is None:
        return None
    plugins = _mkdocs_plugins(settings.get("plugins"))
    i18n = next((values for name, values in plugins if name == "i18n"), {})
    languages = [
        language for language in mappings_of(i18n.get("languages")) if language.get("build") is not False
    ]
    default = next((text_of(each, "locale") for each in languages if each.get("default") is True), "")
    blogs = [values for name, values in plugins if name.rpartition("/")[2] == "blog"]
    return SiteConfiguration(
        Generator.MKDOCS,
        site_url=text_of(settings, "site_url").rstrip("/"),
        content_roots=(
            *(root for values in blogs if (root := _mkdocs_blog(docs, values))),
            ContentRoot(docs, permalinks=(Permalink("", ":path"),)),
        ),
        static_roots=(docs,),
        languages=tuple(filter(None, (text_of(language, "locale") for language in languages))),
        default_language=default or text_of(mapping_of(settings, "theme"), "language"),
        feeds=_mkdocs_feeds(blogs),
    )


def _mkdocs_plugins(plugins):
    """Return [(name, options)] of a list or a mapping of plugins."""
    items = plugins.items() if isinstance(plugins, dict) else ()
    for plugin in plugins[:MOST_FOLDERS] if isinstance(plugins, list) else ():
        items = [*items, *(plugin.items() if isinstance(plugin, dict) else [(str(plugin), {})])]
    return [(str(name), values if isinstance(values, dict) else {}) for name, values in items]


# Date patterns of Unicode's CLDR (yyyy/MM/dd) in the notation of strftime.
_STRFTIME = {
    "yyyy": "%Y",
    "y": "%Y",
    "yy": "%y",
    "MM": "%m",
    "M": "%-m",
    "MMM": "%b",
    "MMMM": "%B",
    "dd": "%d",
    "d": "%-d",
}


def _mkdocs_blog(docs, values):
    base = folder_of(text_of(values, "blog_dir") or "blog")
    posts = folder_of((text_of(values, "post_dir") or "{blog}/posts").replace("{blog}", base or "."))
    if base is None or posts is None:
        return None
    date_format = text_of(values, "post_url_date_format") or "yyyy/MM/dd"
    pattern = text_of(values, "post_url_format") or "{date}/{slug}"
    if "{date}" in pattern:
        date = re.sub(r"y+|M+|d+", lambda run: _STRFTIME.get(run[0], run[0]), date_format)
        pattern = pattern.replace("{date}", f"{{date:{date}}}")
    return ContentRoot(posixpath.join(docs, posts), base, permalinks=(Permalink("", f"/{pattern}/"),))


def _mkdocs_feeds(blogs):
    bases = [
        f"{base}/".lstrip("/")
        for values in blogs
        if (base := folder_of(text_of(values, "blog_dir") or "blog")) is not None
    ]
    return Feeds(
        feeds=("feed_rss_created.xml", "feed_rss_updated.xml", "feed_json_created.json"),
        categories=tuple(f"{base}category/:name/" for base in bases),
        authors=tuple(f"{base}author/:name/" for base in bases),
        lists=tuple(bases),
    )
