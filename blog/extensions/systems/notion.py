"""Read Notion's export as Markdown and CSV. Ids are removed from names, properties from texts."""

import csv
import io
import itertools
import posixpath
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import partial
from urllib.parse import quote, unquote

from blog.documents.limits import MAX_FILE_BYTES
from blog.documents.slugs import slugify_name
from blog.documents.systems.export import Export, ExportedText, ExportError, Members
from blog.extensions.systems.notion_properties import front_matter

MAX_CSV_BYTES = 8 * MAX_FILE_BYTES
MOST_ROWS, MOST_COLUMNS = 100, 12  # of a table in a text
IMAGES = "images"

_PAGE = re.compile(r"(?:(?P<folder>.*)/)?(?P<name>[^/]*?) (?P<key>[0-9a-f]{32})\.(?P<ending>md|html)")
_DATABASE = re.compile(r"(?P<path>.* [0-9a-f]{32})(?:_all)?\.csv")
_ID_IN_LINK = re.compile(r" (?P<key>[0-9a-f]{32})\.(?P<ending>md|csv)(?:#.*)?$")
_TITLE = re.compile(r"\s*# (?P<title>[^\n]*)\n*")
_PROPERTIES = re.compile(r"(?:[^\n:]{1,100}: ?[^\n]*(?:\n|\Z))+")
_LINK = re.compile(
    r"(?P<start>!?\[(?:[^\[\]\n]|\[[^\[\]\n]*\])*\]\()(?P<target>[^()\s]*(?:\([^()\s]*\)[^()\s]*)*)\)"
)
_LONE_LINK = re.compile(r"\[[^\[\]\n]*\]\((?P<target>[^()\s]*(?:\([^()\s]*\)[^()\s]*)*\.csv)\)")
_ASIDE = re.compile(r"^<aside>\n(?P<text>(?:(?!</aside>)[^\n]*\n)*+)</aside>", re.MULTILINE)
_ASIDE_IMAGE = re.compile(r'^<img src="https://(?:www\.)?notion\.so/icons/[^>]*>\s*', re.MULTILINE)
_FENCE = re.compile(
    r"^(?P<fence>`{3,}|~{3,})[^\n]*\n(?:(?!(?P=fence))[^\n]*\n)*+(?:(?P=fence)|\Z)", re.MULTILINE
)


def find_export(members: Members) -> Export | None:
    names = [found for name in members.names if (found := _PAGE.fullmatch(name))]
    if not names:
        return None
    if all(found["ending"] == "html" for found in names):
        if any(_DATABASE.fullmatch(name) for name in members.names) or len(names) == len(members.names):
            raise ExportError("it is an export of Notion as HTML: choose Markdown & CSV in Notion.")
        return None
    return Export("Notion", identity=_identity([found for found in names if found["ending"] == "md"]))


def _identity(pages):
    """Return "name-id" of the page that contains all others, or "" if there is none."""
    depths = [(found["folder"] or "").count("/") + bool(found["folder"]) for found in pages]
    top = [found for found, depth in zip(pages, depths, strict=True) if depth == min(depths)]
    return f"{slugify_name(top[0]['name'])}-{top[0]['key'][:8]}" if len(top) == 1 else ""


def read_texts(members: Members, export: Export) -> Iterator[ExportedText]:
    """Yield the pages, which are articles. Raises ExportError."""
    reader = _Reader(members, export)
    for name in members.names:
        if (found := _PAGE.fullmatch(name)) and found["ending"] == "md":
            with export.refusing(name):
                yield reader.read(name, found)


class _Reader:
    def __init__(self, members: Members, export: Export):
        self.members, self.export = members, export
        self.existing = frozenset(members.names)
        self.names = {}  # {id: name of its file here}
        self.rows = {}  # {(path of a database, name of a row): name of its file here}
        for name in members.names:
            if (found := _PAGE.fullmatch(name)) and found["ending"] == "md":
                text = ExportedText(found["key"], found["name"], {}, "")
                self.names[found["key"]] = posixpath.basename(text.path)
                self.rows.setdefault((found["folder"] or "", found["name"]), self.names[found["key"]])
            elif name.endswith(".md"):
                export.leave_out("files without an id of Notion")
        self.columns = {
            found["path"]: self._header(name)
            for name in members.names
            if (found := _DATABASE.fullmatch(name))
        }

    def _header(self, name):
        with self.export.refusing(name):
            return frozenset(next(self._rows(name), ()))
        return frozenset()

    def _rows(self, name) -> Iterator[list[str]]:
        csv.field_size_limit(MAX_CSV_BYTES)
        text = self.members.read(name, MAX_CSV_BYTES).decode("utf-8-sig", "replace")
        yield from csv.reader(io.StringIO(text, newline=""))

    def read(self, name, found) -> ExportedText:
        text = self.members.read(name, MAX_FILE_BYTES).decode("utf-8-sig", "replace").replace("\r\n", "\n")
        heading = _TITLE.match(text)
        title = heading["title"].strip() if heading else found["name"].strip()
        text = text[heading.end() :] if heading else text
        properties, text = self._properties(text, self.columns.get(found["folder"] or ""))
        key = found["key"]
        path = ExportedText(key, found["name"], {}, "").path
        fields = front_matter(properties)
        if image := fields.get("image"):
            fields["image"] = self._target(str(image), name, key)
        fields = {"title": title, "slug": slugify_name(title), "status": "draft", **fields}
        body = self._body(text, name, key, partial(self.export.leave_out, path=path))
        return ExportedText(key, found["name"], fields, body.strip() + "\n")

    def _properties(self, text, columns) -> tuple[Mapping[str, str], str]:
        """Return the properties below the title, and the text after them.

        columns: of the database in which the page is a row. Pages outside databases have no properties.
        """
        block = _PROPERTIES.match(text) if columns else None
        if not block or text[block.end() :].lstrip("\n") == text[block.end() :] != "":
            return {}, text
        lines = [line.partition(":") for line in block[0].splitlines()]
        if not all(key.strip() in columns for key, _, _ in lines):
            return {}, text
        return {key.strip(): value.strip() for key, _, value in lines}, text[block.end() :]

    def _body(self, text, name, key, leave_out):
        pieces, position = [], 0
        for found in _FENCE.finditer(text):
            pieces += [self._prose(text[position : found.start()], name, key, leave_out), found[0]]
            position = found.end()
        return "".join([*pieces, self._prose(text[position:], name, key, leave_out)])

    def _prose(self, text, name, key, leave_out):
        text = _ASIDE.sub(_callout, text)
        lines = []
        for line in text.split("\n"):
            found = _LONE_LINK.fullmatch(line.strip())
            lines.append(self._table(found["target"], name, leave_out) if found else line)
        return _LINK.sub(
            lambda found: f"{found['start']}{self._target(found['target'], name, key)})", "\n".join(lines)
        )

    def _member(self, target, name):
        """Return the file that a link leads to, or ""."""
        if "://" in target or target.startswith(("#", "mailto:")):
            return ""
        path = posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(target.partition("#")[0])))
        return path if path in self.existing else ""

    def _target(self, target, name, key):
        """Return the target of a link or image in the files that are written."""
        page = _ID_IN_LINK.search(unquote(target))
        if page and page["ending"] == "md" and page["key"] in self.names and "://" not in target:
            return self.names[page["key"]]
        member = self._member(target, name)
        if not member or member.endswith((".md", ".csv", ".html")):
            return target
        path = f"{IMAGES}/{key}/{posixpath.basename(member)}"
        self.export.pictures[path] = member
        return f"../{quote(path)}"

    def _table(self, target, name, leave_out):
        """Return a database as a table."""
        member, rows = self._member(target, name), []
        with suppress(ExportError):
            rows = list(itertools.islice(self._rows(member), MOST_ROWS + 2)) if member else []
        if not rows or len(rows) > MOST_ROWS + 1 or len(rows[0]) > MOST_COLUMNS:
            leave_out("databases that are too large for a table")
            return ""
        width = len(rows[0])
        cells = [[*(row + [""] * width)[:width]] for row in rows]
        database = _DATABASE.fullmatch(member)
        for row in cells[1:]:
            if database and (page := self.rows.get((database["path"], row[0]))):
                row[0] = f"[{row[0]}]({page})"
        lines = [f"| {' | '.join(map(_cell, row))} |" for row in cells]
        return "\n".join(["", lines[0], f"|{' --- |' * width}", *lines[1:], ""])


def _cell(text):
    return " ".join(text.replace("|", "\\|").split())


def _callout(found):
    """Return a callout, which Notion exports as HTML around Markdown."""
    text = _ASIDE_IMAGE.sub("", found["text"]).strip()
    first, *others = text.split("\n")
    return "\n".join([f"> **Note:** {first}", *(f"> {line}".rstrip() for line in others)])
