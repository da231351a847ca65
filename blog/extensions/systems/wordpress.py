"""Read the export of WordPress (WXR): posts and pages with their authors, terms, dates and addresses."""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from html import unescape
from urllib.parse import unquote

from blog.documents.generators.configuration import Feeds
from blog.documents.parsing.html import markup_text
from blog.documents.slugs import slugify_name
from blog.documents.systems.export import (
    LONGEST_URL,
    PAGE_FIELDS,
    Export,
    ExportedText,
    ExportError,
    Members,
    Pictures,
    split_url,
)
from blog.extensions.systems.gutenberg import Attachment, Library, plain_html
from blog.extensions.systems.text import as_text
from blog.extensions.systems.wxr import Element, Item, is_wxr, read_wxr

_BEGINNING = 64 * 1024  # bytes at the start that contain the namespace of WXR
_TYPES = {"post": False, "page": True}
_NOT_LEFT_OUT = frozenset(
    (
        "attachment",
        "wp_block",
        "wp_global_styles",
        "wp_navigation",
        "wp_template",
        "wp_template_part",
        "custom_css",
        "customize_changeset",
        "oembed_cache",
        "user_request",
    )
)
_TYPE_NAMES = {"nav_menu_item": "menu items", "revision": "revisions"}
_STATUSES = {"publish": "published", "future": "published"}
_DESCRIPTIONS = (
    "_yoast_wpseo_metadesc",
    "rank_math_description",
    "_aioseo_description",
    "_aioseop_description",
)
_DATE = re.compile(
    r"\s*(?!0000)(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d(?::\d\d)?)(?:\.\d+)?(Z|[+-]\d\d:?\d\d)?", re.IGNORECASE
)
_DEFAULT_CATEGORY = "uncategorized"
_UPLOADS = "wp-content/uploads/"
_URL = re.compile(rf"(?:https?://|(?<=[\"'])/(?={_UPLOADS}))[^\s\"'<>)\]]+", re.IGNORECASE)
_LINKED_PICTURE = re.compile(
    r"<a\b[^<>]*?\shref=[\"'](?P<href>[^\"'<>]+\.(?:jpe?g|png|gif|webp))[\"'][^<>]*+>\s*+"
    r"(?P<image><img\b[^<>]*?\ssrc=[\"'](?P<src>[^\"'<>]+)[\"'][^<>]*+>)\s*+</a>",
    re.IGNORECASE,
)
_SIZE = re.compile(r"-\d{1,5}x\d{1,5}(?=\.\w+$)")
_FEEDS = Feeds(
    feeds=("feed/atom/",),
    categories=("category/:name/",),
    tags=("tag/:name/",),
    authors=("author/:name/",),
)


@dataclass(slots=True)
class _Site:
    """The values that the first pass over a WXR file collects for the second."""

    people: dict[str, str] = field(default_factory=dict)  # {login: name}
    paths: dict[str, str] = field(default_factory=dict)  # {slug of a category: its path below its parents}
    attachments: dict[str, Attachment] = field(default_factory=dict)
    blocks: dict[str, str] = field(default_factory=dict)


def wxr_names(members: Members) -> list[str]:
    """Return the files that are WXR: large sites are exported in several."""
    names = [name for name in members.names if name.lower().endswith((".xml", ".xml.gz", ".gz"))]
    return [name for name in names if is_wxr(next(iter(members.chunks(name)), b"")[:_BEGINNING])]


def find_export(members: Members) -> Export | None:
    return Export("WordPress", feeds=_FEEDS) if wxr_names(members) else None


def read_texts(members: Members, export: Export) -> Iterator[ExportedText]:
    """Yield the posts and pages. Raises ExportError."""
    names, site = wxr_names(members), _Site()
    for name in names:
        with export.refusing(name):
            for part in read_wxr(members.chunks(name)):
                read = _read_channel if isinstance(part, Element) else _collect
                read(part, site, export)
    reader = _TextReader(site, export, Pictures(members.names))
    for name in names:
        if name not in export.refused:
            for part in read_wxr(members.chunks(name)):
                if isinstance(part, Item) and _is_text(part):
                    yield from reader.read(part)


def _is_text(item):
    return item.get("wp:post_type") in _TYPES and item.get("wp:status") != "trash"


def _read_channel(element, site, export):
    children = element.children
    match element.name:
        case "title":
            export.name = export.name or unescape(element.text.strip())
        case "link" | "wp:base_blog_url":
            export.site_url = element.text.strip().rstrip("/") or export.site_url
        case "wp:author":
            login, first, last, shown = (
                children.get(f"wp:author_{name}", "").strip()
                for name in ("login", "first_name", "last_name", "display_name")
            )
            site.people[login] = unescape(shown or f"{first} {last}".strip() or login)
            export.slugs.append(("author", site.people[login], login))
        case "wp:category":
            slug, parent, name = _texts(children, "category_nicename", "category_parent", "cat_name")
            above = site.paths.get(parent, "") if parent else ""
            site.paths[slug] = f"{above}/{slug}" if 0 < len(above) < LONGEST_URL else slug
            export.slugs.append(("category", unescape(name), site.paths[slug]))
        case "wp:tag":
            slug, name = _texts(children, "tag_slug", "tag_name")
            export.slugs.append(("tag", unescape(name), slug))


def _texts(children, *names):
    return [children.get(f"wp:{name}", "").strip() for name in names]


def _collect(item, site, export):
    """Collect attachments and reusable blocks, and count what is skipped."""
    kind, key = item.get("wp:post_type"), item.get("wp:post_id")
    export.leave_out("comments", item.comments)
    if kind == "attachment" and key and (url := item.get("wp:attachment_url")):
        alt = item.meta_value("_wp_attachment_image_alt")
        caption = " ".join(unescape(markup_text(item.get("excerpt:encoded"))).split())
        site.attachments[key] = Attachment(url, unescape(alt), caption, item.get("wp:post_parent"))
    elif kind == "wp_block" and key:
        site.blocks[key] = item.values.get("content:encoded", "")
    elif kind in _TYPES and not _is_text(item):
        export.leave_out("texts in the trash")
    elif kind not in _TYPES and kind not in _NOT_LEFT_OUT:
        export.leave_out(_TYPE_NAMES.get(kind, f"items of the type “{kind[:40]}”"))


class _TextReader:
    def __init__(self, site: _Site, export: Export, pictures: Pictures):
        self.site, self.export, self.pictures = site, export, pictures
        self.library = Library(site.attachments, site.blocks)

    def read(self, item: Item) -> Iterator[ExportedText]:
        """Yield the text of an item, unless it cannot be read."""
        title = " ".join(unescape(markup_text(item.get("title"))).split())
        slug = unquote(item.get("wp:post_name")) or slugify_name(title)  # drafts have none
        empty = ExportedText(item.get("wp:post_id"), slug, {}, "", _TYPES[item.get("wp:post_type")])
        with self.export.refusing(empty.path):
            yield self._read(item, title, empty)

    def _read(self, item, title, empty):
        if item.problem:
            raise ExportError(item.problem)
        slug, leave_out = empty.name, partial(self.export.leave_out, path=empty.path)
        html = plain_html(item.values.get("content:encoded", ""), empty.key, self.library, leave_out)
        fields = {
            "title": title,
            "slug": slug,
            "date": _date(item, "wp:post_date_gmt", "wp:post_date"),
            "updatedAt": _date(item, "wp:post_modified_gmt", "wp:post_modified"),
            "status": "draft"
            if item.get("wp:post_password")
            else _STATUSES.get(item.get("wp:status"), "draft"),
            "authors": self._authors(item),
            "excerpt": " ".join(markup_text(item.get("excerpt:encoded")).split()),
            "metaDescription": item.meta_value(*_DESCRIPTIONS),
            **self._terms(item, leave_out),
            **self._hero(item),
            **self._addresses(item, slug, leave_out),
            "featured": item.get("wp:is_sticky") == "1" or None,
        }
        if empty.is_page:
            fields = {name: fields[name] for name in PAGE_FIELDS if name in fields}
        return replace(empty, fields=fields, body=as_text(self._with_pictures(html)))

    def _authors(self, item):
        login = item.get("dc:creator")
        guests = [name for domain, _, name in item.terms if domain == "author"]  # Co-Authors Plus
        return guests or ([self.site.people.get(login, login)] if login else [])

    def _terms(self, item, leave_out):
        terms: dict[str, list[str]] = {}
        for domain, slug, name in item.terms:
            if not name or (domain == "category" and slug == _DEFAULT_CATEGORY):
                continue
            if domain in ("category", "post_tag", "series"):
                terms.setdefault(domain, []).append(unescape(name))
            elif domain not in ("author", "post_format"):
                leave_out(f"terms of “{domain[:40]}”")
        return {
            "categories": terms.get("category"),
            "tags": terms.get("post_tag"),
            "series": next(iter(terms.get("series", ())), None),
        }

    def _hero(self, item):
        found = self.site.attachments.get(item.meta_value("_thumbnail_id"))
        return {"image": self._picture(found.url), "imageAlt": found.alt} if found else {}

    def _addresses(self, item, slug, leave_out):
        """Return front matter with the path of a text on the old site, and with its earlier paths."""
        path = self.export.path_on_site(item.get("link"))
        if not path:
            if split_url(item.get("link")).query and item.get("wp:status") == "publish":
                leave_out("old addresses such as /?p=1")
            return {}
        stem = path.rstrip("/")
        olds = [unquote(old) for old in item.meta.get("_wp_old_slug", ()) if old.strip()]
        is_named = bool(slug) and unquote(stem).endswith(f"/{slug}")
        parent = posixpath.dirname(stem).rstrip("/")
        return {"permalink": path, "aliases": [f"{parent}/{old}/" for old in olds] if is_named else None}

    def _with_pictures(self, html):
        if _UPLOADS not in html:
            return html
        html = _LINKED_PICTURE.sub(_without_own_link, html)
        return _URL.sub(lambda found: self._picture(found[0]), html)

    def _picture(self, url):
        """Return the path of an image that the export contains, or the image's URL."""
        _, uploads, name = split_url(unescape(url)).path.partition(_UPLOADS)
        if not uploads or not self.export.path_on_site(unescape(url)):
            return url
        for path in (name, _SIZE.sub("", name)):
            if member := self.pictures.find(path):
                self.export.pictures[f"{_UPLOADS}{unquote(path)}"] = member
                return f"/{_UPLOADS}{path}"
        return f"{self.export.site_url}{url}" if url.startswith("/") else url


def _without_own_link(found):
    """Replace an image that links to its full size with the full-size image, without the link."""
    if _SIZE.sub("", found["src"]) != _SIZE.sub("", found["href"]):
        return found[0]
    return found["image"].replace(found["src"], found["href"])


def _date(item, *names):
    """Return a date in UTC, or without an offset if only the site's local time is stated."""
    for name in names:
        if found := _DATE.match(item.get(name)):
            offset = found[3] or ("Z" if name.endswith("_gmt") else "")
            return f"{found[1]}T{found[2]}{offset}"
    return None
