"""Read Hexo's _config.yml, which has the name of Jekyll's."""

from urllib.parse import urlsplit

from blog.documents.generators.configuration import (
    ContentRoot,
    Feeds,
    Generator,
    Permalink,
    SiteConfiguration,
)
from blog.documents.generators.settings import folder_of, join_url, load_file, mapping_of, text_of, texts_of

# Settings that Jekyll does not have. A new site of Hexo has all of them.
OWN_SETTINGS = frozenset(["source_dir", "public_dir", "new_post_name", "filename_case", "post_asset_folder"])


def read_hexo(path, files, _parts):
    settings = load_file(path, files)
    if not settings.keys() & OWN_SETTINGS:
        return None
    url, root = text_of(settings, "url").rstrip("/"), text_of(settings, "root")
    folder = folder_of(text_of(settings, "source_dir") or "source") or ""
    pattern = text_of(settings, "permalink") or ":year/:month/:day/:title/"
    feed = mapping_of(settings, "feed").get("path")
    return SiteConfiguration(
        Generator.HEXO,
        site_url=url if urlsplit(url).path else join_url(url, root),
        content_roots=(
            ContentRoot(folder, permalinks=(Permalink("_posts", pattern), Permalink("", "/:path/"))),
        ),
        static_roots=(folder,),
        default_language=next(iter(texts_of(settings.get("language"))), ""),
        dates_in_names=":year" in text_of(settings, "new_post_name"),
        default_category=text_of(settings, "default_category") or "uncategorized",
        time_zone=text_of(settings, "timezone"),
        feeds=Feeds(
            feeds=tuple(dict.fromkeys((*texts_of(feed or "atom.xml"), "atom.xml", "rss2.xml"))),
            categories=(f"{text_of(settings, 'category_dir') or 'categories'}/:name/",),
            tags=(f"{text_of(settings, 'tag_dir') or 'tags'}/:name/",),
            lists=(f"{text_of(settings, 'archive_dir').strip('/') or 'archives'}/",),
        ),
    )
