"""A backup that Galley has not written is refused with a reason, and the site stays unchanged."""

import copy
import hashlib
import io
import json
import os
import zipfile
from contextlib import closing, nullcontext
from unittest import mock

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from blog.extensions.backups import archive, backup, rows
from blog.extensions.backups.management.commands import restore
from blog.images.originals import original_storage, store_with_original
from blog.models import Article, Image
from tests.support.databases import TemporarySite, new_database
from tests.support.factories import create_article, create_author, create_category, create_image
from tests.support.images import image_bytes

KEY, NEW_KEY = b"k" * 50, b"n" * 50
ARTICLES, AUTHORS, IMAGES = (f"rows/blog.{name}.jsonl" for name in ("Article", "Author", "Image"))


class Draft:
    """The members of a backup, to be changed. manifest: an object, or bytes."""

    def __init__(self, members):
        self.members = copy.deepcopy(members)
        self.manifest = self.members.pop("manifest.json")

    def entry(self, name) -> dict:
        """Return the values of a member in the manifest."""
        tables = {f"rows/{label}.jsonl": table for label, table in self.manifest["rows"].items()}
        return (tables | self.manifest["files"]).get(name, {})

    def put(self, name, data):
        """Replace a member, and its size and digest in the manifest."""
        self.members[name] = data
        self.entry(name).update(size=len(data), sha256=hashlib.sha256(data).hexdigest())

    def swap(self, name, old, new):
        assert old in self.members[name]
        self.put(name, self.members[name].replace(old, new))

    def set(self, name, column, value):
        """Replace a value in the first row of a table."""
        first, rest = self.members[name].split(b"\n", 1)
        row = json.loads(first)
        row[self.entry(name)["fields"].index(column)] = value
        self.put(name, json.dumps(row).encode() + b"\n" + rest)

    def image(self) -> str:
        return next(name for name in self.manifest["files"] if name.startswith("media/"))

    def rename_image(self, new):
        """Rename a file in its row, in the manifest and in the archive."""
        old = self.image()
        self.set(IMAGES, "file", new)
        self.members[f"media/{new}"] = self.members.pop(old)
        self.manifest["files"][f"media/{new}"] = self.manifest["files"].pop(old)

    def packed(self) -> bytes:
        stream = io.BytesIO()
        with archive.writing(stream) as packed:
            for name, data in self.members.items():
                packed.write(name, [data], compress=name.startswith("rows/"))
            is_object = isinstance(self.manifest, dict)
            packed.write(
                "manifest.json", [json.dumps(self.manifest).encode() if is_object else self.manifest]
            )
        return stream.getvalue()

    def zipped(self, compression=zipfile.ZIP_DEFLATED, **more) -> bytes:
        """Return the backup as another program packs it."""
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", compression) as packed:
            for name, data in (
                *self.members.items(),
                ("manifest.json", json.dumps(self.manifest)),
                *more.items(),
            ):
                packed.writestr(name, data)
            packed.comment = archive.COMMENT + b"0" * 64
        return sealed(stream.getvalue())

    def patched(self, old, new) -> bytes:
        """Return the packed backup with other bytes."""
        content = self.packed()
        assert old in content
        return sealed(content.replace(old, new))


def sealed(content: bytes) -> bytes:
    """Return an archive with the digest of its changed bytes."""
    return content[:-64] + hashlib.sha256(content[:-64]).hexdigest().encode()


def table(draft) -> dict:
    return draft.manifest["rows"]["blog.Article"]


def file(draft) -> dict:
    return draft.manifest["files"][draft.image()]


def remove(values, name):
    del values[name]


def repeat_row(draft):
    draft.put(AUTHORS, draft.members[AUTHORS] * 2)
    draft.entry(AUTHORS)["count"] *= 2


CENTRAL = b"PK\1\2\x2d\3\x2d"  # begins the entries of the directory

# The reason, and a function that changes a draft, or returns the bytes of a file.
CASES = {
    # The archive
    "empty": ("is empty", lambda d: b""),
    "another-kind": ("not a backup", lambda d: b"GIF89a" * 50),
    "cut": ("incomplete", lambda d: d.packed()[:-5000]),
    "cut-with-digest": ("not a backup", lambda d: sealed(d.packed()[:-5000])),
    "lzma": ("compressed", lambda d: d.zipped(zipfile.ZIP_LZMA)),
    "bzip2": ("compressed", lambda d: d.zipped(zipfile.ZIP_BZIP2)),
    "encrypted": ("encrypted", lambda d: d.patched(CENTRAL + b"\0\x08", CENTRAL + b"\0\x09")),
    "of-a-later-zip": ("not a backup", lambda d: d.patched(CENTRAL, CENTRAL[:-1] + b"\xff")),
    "bomb": ("compressed", lambda d: d.zipped(x=bytes(70 << 20))),
    "two-of-a-name": ("same name", lambda d: d.zipped(**{ARTICLES: b""})),
    "damaged-member": ("CRC", lambda d: d.patched(b"IHDR", b"IHDS")),
    "unknown-member": ("x.txt .*not in its manifest", lambda d: d.put("x.txt", b"")),
    "unknown-file": ("not in its manifest", lambda d: d.put("media/images/x.png", b"")),
    "unknown-key": ("secret_key .*not in its manifest", lambda d: d.manifest.pop("has_secret")),
    "no-rows": ("missing", lambda d: remove(d.members, AUTHORS)),
    "no-file": ("missing", lambda d: remove(d.members, d.image())),
    "no-key": ("missing", lambda d: remove(d.members, "secret_key")),
    # The secret key
    "empty-key": ("secret key", lambda d: d.put("secret_key", b"")),
    "short-key": ("secret key", lambda d: d.put("secret_key", b"short")),
    "long-key": ("secret_key", lambda d: d.put("secret_key", b"k" * 2000)),
    "two-lines": ("secret key", lambda d: d.put("secret_key", KEY + b"\n" + KEY)),
    "binary-key": ("secret key", lambda d: d.put("secret_key", b"\xff" * 50)),
    # The manifest as a whole
    "no-manifest": ("json", lambda d: d.patched(b"manifest.json", b"manifest.text")),
    "no-json": ("not a backup", lambda d: setattr(d, "manifest", b"{")),
    "deep": ("not a backup", lambda d: setattr(d, "manifest", b"[" * 1_000_000)),
    "not-utf-8": ("not a backup", lambda d: setattr(d, "manifest", b'{"\xff": 1}')),
    "long-number": ("not a backup", lambda d: setattr(d, "manifest", b"1" * 5000)),
    "list": ("not an object", lambda d: setattr(d, "manifest", b"[1]")),
    "null": ("not an object", lambda d: setattr(d, "manifest", b"null")),
    "later-format": ("reads 1. Update", lambda d: d.manifest.update(format=2)),
    "later-release": ("9999_x.*Update", lambda d: d.manifest["migrations"].append("blog.9999_x")),
    "no-migrations": ("older release", lambda d: d.manifest["migrations"].clear()),
    "unknown-value": ("json/more is unknown", lambda d: d.manifest.update(more=1)),
    "unknown-value-of-table": ("more is unknown", lambda d: table(d).update(more=1)),
    "no-migration-list": ("migrations is missing", lambda d: d.manifest.pop("migrations")),
    "same-migration": ("twice", lambda d: d.manifest["migrations"].append(d.manifest["migrations"][0])),
    # Names
    **{
        f"file-{number}": ("not the name", lambda d, name=name: d.rename_image(name))
        for number, name in enumerate(
            ("../../x.png", "/etc/x.png", "images/../../x", "images//x", "a\\x.png", "a\0b", "a/", ".x")
        )
    },
    "long-name": ("not the name", lambda d: d.rename_image("x" * 5000)),
    "surrogate": ("not the name", lambda d: d.manifest["missing_files"].append("media/\ud800")),
    "other-folder": ("not the name", lambda d: d.manifest["missing_files"].append("secret_key")),
    "long-label": ("name with a dot", lambda d: d.manifest["rows"].update({"x" * 5000: table(d)})),
    # Tables and columns
    "unknown-table": ("blog.Tide", lambda d: (
        d.manifest["rows"].update({"blog.Tide": table(d)}),
        d.put("rows/blog.Tide.jsonl", d.members[ARTICLES]),
    )),
    "no-table": ("blog.Article", lambda d: (
        d.manifest["rows"].pop("blog.Article"), d.members.pop(ARTICLES)
    )),
    "unknown-column": ("columns of blog.Article", lambda d: table(d)["fields"].append("tide")),
    "no-column": ("columns of blog.Article", lambda d: table(d)["fields"].pop()),
    "same-column": ("twice", lambda d: table(d)["fields"].append("title")),
    # Contents that differ
    "other-size": ("another size", lambda d: table(d).update(size=5)),
    "other-digest": ("digest of rows", lambda d: table(d).update(sha256="0" * 64)),
    "other-digest-of-file": ("differs", lambda d: file(d).update(sha256="0" * 64)),
    "other-count": ("instead of 9", lambda d: table(d).update(count=9)),
    "file-without-row": ("none of its rows", lambda d: (
        d.manifest["files"].update({"media/x.png": {}}), d.put("media/x.png", b"x")
    )),
    "row-without-file": ("not in this backup", lambda d: (
        d.members.pop(d.image()), d.manifest["files"].pop(d.image())
    )),
    "missing-file-without-row": (
        "none of its rows", lambda d: d.manifest["missing_files"].append("media/x.png")),
}  # fmt: skip
ROWS = {
    "number": ("not a list of 9 values", lambda d: d.put(AUTHORS, b"5\n" + d.members[AUTHORS])),
    "object": ("not a list of 9 values", lambda d: d.put(AUTHORS, b"{}\n" + d.members[AUTHORS])),
    "short": ("not a list of 9 values", lambda d: d.put(AUTHORS, b"[1]\n" + d.members[AUTHORS])),
    "no-json": ("Author cannot be stored: Expecting value", lambda d: d.put(AUTHORS, bytes(10_000_000))),
    "deep": ("Author cannot be stored", lambda d: d.put(AUTHORS, b"[" * 10_000_000)),
    "not-utf-8": ("Author cannot be stored", lambda d: d.swap(AUTHORS, b"Ada", b"A\xff")),
    "null": ("Author cannot be stored", lambda d: d.set(AUTHORS, "name", None)),
    "list": ("other values", lambda d: d.set(AUTHORS, "name", ["Ada"])),
    "boolean": ("other values", lambda d: d.set(AUTHORS, "name", True)),
    "surrogate": ("", lambda d: d.set(AUTHORS, "name", "\ud800")),
    "huge": ("Article", lambda d: d.set(ARTICLES, "reading_time", 10**30)),
    "text": ("Article cannot be stored", lambda d: d.set(ARTICLES, "reading_time", "many")),
    "time": ("Article cannot be stored", lambda d: d.set(ARTICLES, "published_at", 5)),
    "not-a-number": ("Article cannot be stored", lambda d: d.set(ARTICLES, "keywords", float("nan"))),
    "uid": ("Article cannot be stored", lambda d: d.set(ARTICLES, "uid", {})),
    "credit": ("Article cannot be stored", lambda d: d.set(ARTICLES, "hero_credit", 5)),
    "same-key": ("Author cannot be stored", repeat_row),
    "no-target": ("foreign key", lambda d: d.set(ARTICLES, "hero_image_id", 999_999)),
    "original": ("in a row, but not", lambda d: d.set(IMAGES, "original", "5" * 64)),
    "odd-slug": ("Article cannot be stored", lambda d: d.set(ARTICLES, "slug", "")),
}
VALUES = {  # wrong ones, by their place in the manifest
    "format": (None, "1", True, 1.0, {}),
    "galley": (None, 1, "", "x", "1" * 5000, "1\x1b[2J", ["1"]),
    "commit": (None, 1, "x", "a" * 5000, {}),
    "created_at": (None, 1, "", "yesterday", []),
    "database": (None, 1, "", "\0", []),
    "migrations": (None, "blog.0001", {"blog.0001": 1}, [None], [["blog", "x"]], ["blog"], ["a.b\n"]),
    "variables": (None, [], {"SITE_URL": None}, {"SITE_URL": "x" * 20_000}, {"x y": ""}, {"": ""}),
    "requires_review": (None, 1, "yes", []),
    "has_secret": (None, 1, False, "yes"),
    "rows": (None, [], {"blog.Article": None}, {"blog.Article": []}, {"../x.y": {}}),
    "files": (None, [], {"media/x.png": None}, {"media/x.png": "0"}),
    "missing_files": (None, {}, "media/x", [1], [{}], ["x"], ["media/x", "media/x"]),
    "rows/blog.Article/count": (None, -1, 1.5, "1", True, 2**60),
    "rows/blog.Article/fields": (None, {}, "id", [1], ["id; DROP"], [["id"]]),
    "rows/blog.Article/last_key": (-1, "1", 2**63, 1.5, []),
    "rows/blog.Article/size": (None, -1, "1", 2**60),
    "rows/blog.Article/sha256": (None, 1, "", "0", "X" * 64),
}


@pytest.fixture(scope="module")
def members(django_db_setup, django_db_blocker):
    """Return {name: content} of the members of a backup, with the manifest as an object."""
    stream = io.BytesIO()
    with (
        django_db_blocker.unblock(),
        mock.patch.object(backup, "snapshot", nullcontext),
        mock.patch.object(backup.settings, "SECRET_KEY", NEW_KEY.decode()),
        transaction.atomic(),
    ):
        stored = store_with_original(image_bytes())
        image = create_image(file=stored.name, digest=stored.digest, original=stored.original)
        create_article(authors=[create_author("Ada")], categories=[create_category()], hero_image=image)
        backup.write_backup(stream, with_secret=True)
        transaction.set_rollback(True)
    with zipfile.ZipFile(stream) as packed:
        found = {name: packed.read(name) for name in packed.namelist()}
    return found | {"manifest.json": json.loads(found["manifest.json"])}


@pytest.fixture
def site(db, settings, tmp_path, monkeypatch):
    """Return a function that restores a file into an empty site."""
    settings.DATA_DIR = tmp_path
    (tmp_path / "secret_key").write_bytes(KEY)
    monkeypatch.delenv("SECRET_KEY", raising=False)
    monkeypatch.setattr(restore, "prepare", lambda: None)
    for storage in (default_storage, original_storage()):
        for file in list(storage.files()):
            storage.delete(file.name)
    default_storage.save("images/kept.png", ContentFile(b"kept"))

    def restored(content: bytes, **options):
        (tmp_path / "backup.zip").write_bytes(content)
        call_command("restore", str(tmp_path / "backup.zip"), **{"verbosity": 0} | options)

    return restored


def state(folder) -> list:
    """Return all rows, files and the secret key."""
    tables = [list(rows.read_rows(model, rows.stored_fields(model))) for model in rows.stored_models()]
    storages = (default_storage, original_storage())
    files = [sorted(file.name for file in storage.files()) for storage in storages]
    return [tables, files, (folder / "secret_key").read_bytes()]


def refuse(site, draft, reason, folder, content=None):
    before = state(folder)

    with pytest.raises(CommandError, match=reason) as refusal:
        site(draft.packed() if content is None else content)

    assert str(refusal.value).isprintable()
    assert state(folder) == before


@pytest.mark.both_databases
def test_unchanged_backup_is_restored(members, site, tmp_path):
    site(Draft(members).packed())

    assert Article.objects.get().authors.get().name == "Ada"
    assert default_storage.exists(Image.objects.get().file.name)
    assert (tmp_path / "secret_key").read_bytes() == NEW_KEY


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("name", CASES)
def test_archive_or_manifest_of_another_form_is_refused(name, members, site, tmp_path):
    reason, change = CASES[name]
    draft = Draft(members)
    content = change(draft)

    refuse(site, draft, reason, tmp_path, content if isinstance(content, bytes) else None)


@pytest.mark.parametrize("place", VALUES)
def test_value_of_another_type_in_the_manifest_is_refused(place, members, site, tmp_path):
    *path, name = place.split("/")
    for value in VALUES[place]:
        draft = Draft(members)
        values = draft.manifest
        for part in path:
            values = values[part]
        values[name] = value

        refuse(site, draft, f"{place}|reads 1", tmp_path)


@pytest.mark.both_databases
@pytest.mark.parametrize("name", ROWS)
def test_row_of_another_form_is_refused(name, members, site, tmp_path):
    reason, change = ROWS[name]
    draft = Draft(members)
    change(draft)

    refuse(site, draft, f"Nothing was restored.*{reason}", tmp_path)


def test_long_line_is_refused(members, site, tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "MAX_LINE_BYTES", 20)

    refuse(site, Draft(members), "more than 20 bytes", tmp_path)


def test_long_manifest_is_refused(members, site, tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "MAX_MANIFEST_BYTES", 20)

    refuse(site, Draft(members), "more than 20 bytes", tmp_path)


@pytest.mark.both_databases
def test_keys_continue_after_those_of_the_rows(members, site):
    draft = Draft(members)
    draft.manifest["rows"]["blog.Author"]["last_key"] = 1
    draft.swap(AUTHORS, b"[%d," % json.loads(draft.members[AUTHORS])[0], b"[5,")
    draft.put("rows/blog.ArticleAuthor.jsonl", b"")
    draft.manifest["rows"]["blog.ArticleAuthor"]["count"] = 0

    site(draft.packed())

    assert create_author("Grace").pk == 6


class ClosedPipe(io.StringIO):
    def write(self, text):
        if "secret key" in text:
            raise BrokenPipeError("Broken pipe")


def test_error_after_the_key_is_stored_undoes_all(members, site, tmp_path):
    before = state(tmp_path)

    with pytest.raises(CommandError, match=r"Nothing was restored.*Broken pipe"):
        site(Draft(members).packed(), verbosity=1, stdout=ClosedPipe())

    assert state(tmp_path) == before


@pytest.mark.parametrize("make", [os.mkdir, os.mkfifo, lambda path: None], ids=["folder", "fifo", "nothing"])
def test_path_that_is_not_a_file_is_refused(make, tmp_path):
    make(tmp_path / "backup.zip")

    with pytest.raises(CommandError, match=r"is not a file|No such file"):
        call_command("restore", str(tmp_path / "backup.zip"))


@pytest.mark.django_db
@pytest.mark.both_databases(only_long=True)
def test_backup_of_an_older_release_leaves_no_table(members, own_databases, tmp_path):
    draft = Draft(members)
    draft.manifest["migrations"].remove(
        max(name for name in draft.manifest["migrations"] if name[:6] == "admin.")
    )
    file, data = tmp_path / "backup.zip", tmp_path / "data"
    data.mkdir()
    with new_database(tmp_path) as (url, database), closing(TemporarySite(tmp_path, url, database)) as site:
        file.write_bytes(draft.packed())
        draft.set(ARTICLES, "hero_image_id", 999_999)
        (tmp_path / "hostile.zip").write_bytes(draft.packed())

        assert site.fork("restore", tmp_path / "hostile.zip").wait(120) == 1

        assert tables(database) == []
        assert not list(data.glob("*/*/*/*"))
        assert site.fork("restore", file).wait(120) == 0
        assert site.value("SELECT title FROM blog_article") in draft.members[ARTICLES].decode()


def tables(database) -> list:
    is_sqlite = connection.vendor == "sqlite"
    names = (
        "name FROM sqlite_master WHERE name NOT LIKE 'sqlite%'" if is_sqlite else "* FROM pg_stat_user_tables"
    )
    with closing(database.cursor()) as cursor:
        cursor.execute("SELECT " + names)
        return cursor.fetchall()
