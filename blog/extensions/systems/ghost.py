"""Read the export of Ghost: its JSON file, alone or in a zip with the folder content/images."""

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial

from blog.documents.characters import replace_halves
from blog.documents.generators.configuration import Feeds
from blog.documents.generators.people import LONGEST_ABOUT
from blog.documents.parsing.html import markup_text
from blog.documents.systems.export import (
    PAGE_FIELDS,
    Export,
    ExportedText,
    ExportError,
    Members,
    Pictures,
    load_json,
)
from blog.extensions.systems.embeds import replace_embeds
from blog.extensions.systems.ghost_cards import html_of_lexical, html_of_mobiledoc, plain_html
from blog.extensions.systems.ghost_routes import ROUTES, Post, Routes, UnknownFilterError, read_routes
from blog.extensions.systems.text import as_text

MAX_JSON_BYTES = 256 * 1024 * 1024

_BEGINNING = re.compile(rb'\s*+\{\s*+"(?:db|meta|data)"\s*+:')
_MARKS = (b'"exported_on"', b'"posts"', b'"mobiledoc"', b'"lexical"')
_SITE = "__GHOST_URL__"
_PICTURE = re.compile(r"(?<![\w/])/content/(?:images|files|media)/[^\s\"'<>)\\]+")
_SIZE = re.compile(r"/size/[a-z0-9]+/")
_PAYWALL = "<!--members-only-->"
_STATUSES = {"published": "published", "scheduled": "published"}
_PROFILES = ("twitter", "linkedin", "github", "instagram", "youtube")
_DATE = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)")
_LEFT_OUT = {"members": "members", "comments": "comments", "products": "tiers", "newsletters": "newsletters"}
_FEEDS = Feeds(tags=("tag/:name/",), authors=("author/:name/",))


def find_export(members: Members) -> Export | None:
    return Export("Ghost", feeds=_FEEDS) if _names(members) else None


def _names(members):
    found = []
    for name in members.names:
        if name.lower().endswith(".json"):
            beginning = next(iter(members.chunks(name)), b"").removeprefix(b"\xef\xbb\xbf")
            if _BEGINNING.match(beginning) and any(mark in beginning for mark in _MARKS):
                found.append(name)
    return found


def read_texts(members: Members, export: Export) -> Iterator[ExportedText]:
    """Yield the posts and pages. Raises ExportError."""
    for name in _names(members):
        with export.refusing(name):
            yield from _Reader(_data_of(members.read(name, MAX_JSON_BYTES), name), export, members).texts()


def _data_of(content, name) -> dict:
    try:
        values = load_json(content)
    except UnicodeDecodeError as error:
        raise ExportError(f"{name} is not in UTF-8 (byte {error.start}): export it again.") from None
    except json.JSONDecodeError as error:
        is_cut = error.pos >= len(error.doc.rstrip()) - 1 or error.msg.startswith("Unterminated")
        advice = "the file is not complete: download it again" if is_cut else "export it again"
        raise ExportError(f"{name} is not valid JSON (line {error.lineno}): {advice}.") from None
    except RecursionError:
        raise ExportError(f"{name} is nested too deep for an export of Ghost.") from None
    if isinstance(values, dict) and isinstance(values.get("db"), list) and values["db"]:
        values = values["db"][0]
    data = values.get("data") if isinstance(values, dict) else None
    if not isinstance(data, dict):
        raise ExportError(f"{name} has no posts: export the content in Ghost's settings again.")
    return data


class _Reader:
    def __init__(self, data: Mapping[str, object], export: Export, members: Members):
        self.data, self.export, self.pictures = data, export, Pictures(members.names)
        self.tags, self.users = self._by_key("tags", "id"), self._by_key("users", "id")
        self.meta = self._by_key("posts_meta", "post_id")
        self.tags_of = self._links("posts_tags", "tag_id")
        self.authors_of = self._links("posts_authors", "author_id")
        settings = {key: row.get("value") for key, row in self._by_key("settings", "key").items()}
        export.name = _text(settings, "title")
        self.routes = Routes(())  # no addresses, rather than wrong ones, if the file cannot be read
        with export.refusing(ROUTES):
            self.routes = read_routes(members, settings)
        export.topics = dict(self.routes.topics or {})
        export.people = {
            name: self._person(user) for user in self.users.values() if (name := _text(user, "name"))
        }
        for kind, rows in (("tag", self.tags), ("author", self.users)):
            export.slugs += [(kind, _text(row, "name"), _text(row, "slug")) for row in rows.values()]
        for table, what in _LEFT_OUT.items():
            export.leave_out(what, len(self._rows(table)))

    def texts(self) -> Iterator[ExportedText]:
        for post in self._cleaned("posts"):
            key, name = _key(post, "id"), _text(post, "slug") or _text(post, "title")
            empty = ExportedText(
                key, name, {}, "", post.get("type") == "page" or post.get("page") in (True, 1)
            )
            with self.export.refusing(empty.path):
                yield self._read(post, empty)

    def _rows(self, table) -> list[dict]:
        rows = self.data.get(table)
        return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []

    def _cleaned(self, table):
        """Yield the rows of a table, without halves of characters, which no file can contain."""
        for row in self._rows(table):
            texts = {key: value for key, value in row.items() if isinstance(value, str)}
            cleaned = {key: replace_halves(value) for key, value in texts.items()}
            if cleaned != texts:
                row = row | cleaned
                place = _text(row, "slug") or _text(row, "name") or _text(row, "key")
                self.export.leave_out(f"characters cut in half, now “\ufffd”, in {table}", path=place)
            yield row

    def _by_key(self, table, name):
        """Return {key: row}. Rows without a key belong to nothing."""
        return {key: row for row in self._cleaned(table) if (key := _key(row, name))}

    def _links(self, table, name):
        found = defaultdict(list)
        for row in sorted(self._rows(table), key=lambda row: _number(row.get("sort_order"))):
            if key := _key(row, "post_id"):
                found[key].append(_key(row, name))
        return found

    def _read(self, post, empty):
        key, is_page, slug = empty.key, empty.is_page, _text(post, "slug")
        leave_out = partial(self.export.leave_out, path=empty.path)
        html = self._html(post, leave_out)
        meta = {**post, **self.meta.get(key, {})}
        tags = [self.tags[tag] for tag in self.tags_of[key] if tag in self.tags]
        names = [_text(tag, "name") for tag in tags]
        public = [name for name in names if name and not name.startswith("#")]
        status = self._status(post, html)
        fields = {
            "title": _text(post, "title"),
            "slug": slug,
            "date": _date(post, "published_at", "created_at"),
            "updatedAt": _date(post, "updated_at"),
            "status": status,
            "lang": _text(post, "locale"),
            "authors": self._authors(post),
            "excerpt": _text(post, "custom_excerpt"),
            "metaDescription": _text(meta, "meta_description"),
            "category": next(iter(public), None),
            "tags": public,
            "featured": True if post.get("featured") in (True, 1) else None,
            "image": self._address(_text(post, "feature_image") or _text(post, "image")),
            "imageAlt": _text(meta, "feature_image_alt"),
            "imageCredit": " ".join(markup_text(_text(meta, "feature_image_caption")).split()),
            "permalink": self._permalink(post, tags, is_page, leave_out),
            "canonical": _text(post, "canonical_url"),
        }
        leave_out("internal tags", len(names) - len(public))
        for name in ("codeinjection_head", "codeinjection_foot"):
            leave_out("pieces of injected code", 1 if _text(post, name) else 0)
        if is_page:
            fields = {name: fields[name] for name in PAGE_FIELDS if name in fields}
        body = _PICTURE.sub(lambda found: self._address(found[0]), as_text(html))
        return replace(empty, fields=fields, body=body)

    def _html(self, post, leave_out):
        html = _text(post, "html")
        if not html and (lexical := _text(post, "lexical")):
            html = html_of_lexical(lexical, leave_out)
        elif not html and (mobiledoc := _text(post, "mobiledoc")):
            html = html_of_mobiledoc(mobiledoc, leave_out)
        html = html.replace(_SITE, "")
        return replace_embeds(plain_html(html, leave_out), leave_out)

    def _permalink(self, post, tags, is_page, leave_out):
        """Return the address of a published text, or None."""
        slug = _text(post, "slug")
        if not slug or post.get("status") != "published":
            return None
        if is_page:
            return f"/{slug}/"
        public = (tag for tag in tags if not _text(tag, "name").startswith("#"))
        values = Post(
            _key(post, "id"),
            slug,
            tuple(_text(tag, "slug") for tag in public),
            tuple(_text(self.users.get(key, {}), "slug") for key in self._author_keys(post)),
            post.get("featured") in (True, 1),
            _moment(_date(post, "published_at", "created_at")),
        )
        try:
            return self.routes.address(values) or None
        except UnknownFilterError:
            leave_out("addresses of collections with an unknown filter")
            return None

    def _author_keys(self, post):
        return self.authors_of[_key(post, "id")] or [_key(post, "author_id")]

    def _status(self, post, html):
        """Return the status. Texts that only members may read are drafts."""
        is_public = _text(post, "visibility") in ("", "public") and _PAYWALL not in html
        return _STATUSES.get(_text(post, "status"), "draft") if is_public else "draft"

    def _authors(self, post):
        return [name for key in self._author_keys(post) if (name := _text(self.users.get(key, {}), "name"))]

    def _person(self, user):
        picture = self._address(_text(user, "profile_image") or _text(user, "image"))
        values = {
            "name": _text(user, "name"),
            "bio": _text(user, "bio"),
            "url": _text(user, "website"),
            "picture": picture if picture.lstrip("/") in self.export.pictures else "",
            **{site: _text(user, site).lstrip("@") for site in _PROFILES},
        }
        return {key: value[:LONGEST_ABOUT] for key, value in values.items() if value}

    def _address(self, address):
        """Return the path of an image or file that the export contains, or its URL."""
        path = address.replace(_SITE, "")
        if _PICTURE.match(path):
            path = _SIZE.sub("/", path)
            if member := self.pictures.find(path):
                self.export.pictures[path.lstrip("/")] = member
                return path
            return f"{self.export.site_url}{path}"
        return path


def _text(row, name):
    value = row.get(name)
    return value.strip() if isinstance(value, str) else ""


def _key(row, name):
    value = row.get(name)
    return str(value) if isinstance(value, str | int) else ""


def _number(value):
    return value if isinstance(value, int | float) else 0


def _date(row, *names):
    for name in names:
        value = row.get(name)
        if isinstance(value, str) and (found := _DATE.match(value)):
            return f"{found[1]}T{found[2]}Z"
    return None


def _moment(date):
    try:
        return datetime.fromisoformat(date) if date else None
    except ValueError:
        return None
