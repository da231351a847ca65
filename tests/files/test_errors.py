"""Full and read-only disks, and locked and read-only databases."""

import errno
import io
import json
import os
import shutil
import sqlite3
import subprocess
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from urllib.parse import urlencode, urlsplit

import pytest
from django.contrib.auth import get_user_model
from django.contrib.sessions.exceptions import SessionInterrupted
from django.core.exceptions import BadRequest
from django.core.management import call_command
from django.db import DatabaseError, OperationalError, connection, transaction
from django.test import RequestFactory
from django.utils.functional import SimpleLazyObject

from blog.documents.limits import MEGABYTE
from blog.files.errors import AWAY, storage_reason
from blog.images.models import store_image
from blog.reader.sharing import article_image
from blog.reader.views import errors
from tests.support import forking
from tests.support.databases import TemporarySite
from tests.support.editor_process import running_driver
from tests.support.factories import create_article, create_category
from tests.support.html_forms import form_data
from tests.support.images import image_bytes
from tests.support.programs import find_program
from tests.support.servers import ROOT, forked_server
from tests.support.uploads import LOG_IN, TOKEN, UPLOAD, image_form, noise


class Disk:
    def __init__(self, folder):
        self.folder = folder

    def fill(self):
        """Fill the disk completely."""
        with open(self.folder / "filling", "ab", buffering=0) as file:
            for size in (65536, 4096, 1):
                try:
                    while True:
                        file.write(b"a" * size)
                except OSError:
                    continue

    def make_room(self):
        (self.folder / "filling").unlink()

    def make_read_only(self):
        mount("-o", "remount,ro", self.folder)


def mount(*arguments):
    command = [find_program("mount"), *map(str, arguments)]
    return subprocess.run(command, check=True, capture_output=True)  # noqa: S603 -- our own command


@contextmanager
def small_disk(folder, megabytes):
    """Yield a Disk mounted at this folder. Without the right to mount, skip the test, or fail it in CI."""
    folder.mkdir()
    try:
        mount("-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "tmpfs", folder)
    except subprocess.CalledProcessError as error:
        reason = f"a disk can be mounted by root only: {error.stderr.decode().strip()}"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    try:
        yield Disk(folder)
    finally:
        subprocess.run([find_program("umount"), "--lazy", str(folder)], check=True)  # noqa: S603 -- our own command


MAKE_SITE = """
import io
from urllib.parse import urlsplit
from PIL import Image as Pillow
from blog.images.models import store_image
output = io.BytesIO()
Pillow.new("RGB", (900, 600), "teal").save(output, "JPEG")
article = create_article(title='Tides', slug='tides', hero_image=store_image(output.getvalue()))
from blog.reader.sharing import article_image
value = [
    urlsplit(article_image(article).address).path,
    f"/pictures/{article.hero_image.file.name.rpartition('/')[2]}/400.avif",
    f"/admin/blog/article/{article.pk}/change/",
]
"""
RIGHT = "correct horse battery"


class RunningSite:
    def __init__(self, server, session, addresses):
        self.server = server
        self.session = session
        self.card, self.image, self.change = addresses
        self.cookies = {"Cookie": f"sessionid={session}; csrftoken={TOKEN}"}

    def save(self, words):
        """Save the article as a browser does; return status, headers and the page."""
        page = self.server.ask(self.change, headers=self.cookies, timeout=60)[2].decode()
        data = form_data(page) | {"body": words, "csrfmiddlewaretoken": TOKEN}
        headers = self.cookies | {"Content-Type": "application/x-www-form-urlencoded"}
        status, found, body = self.server.ask(self.change, "POST", headers, urlencode(data), timeout=60)
        return status, found, body.decode()

    def log_in(self):
        headers = {"Cookie": f"csrftoken={TOKEN}", "Content-Type": "application/x-www-form-urlencoded"}
        body = urlencode({"username": "mara", "password": RIGHT, "csrfmiddlewaretoken": TOKEN})
        status, found, body = self.server.ask("/admin/login/", "POST", headers, body, timeout=60)
        return status, found, body.decode()


@contextmanager
def running_site(site, folder, **settings):
    environment = site.environment | settings
    with running_driver(site.environment) as run, forked_server(environment, folder) as server:
        session = run(LOG_IN.format(make=f'create_superuser("mara", password="{RIGHT}")'))
        yield RunningSite(server, session, run(MAKE_SITE))


@pytest.fixture
def disk(tmp_path):
    with small_disk(tmp_path / "disk", 24) as disk:
        yield disk


@pytest.fixture(scope="module")
def shared_disk(tmp_path_factory):
    with small_disk(tmp_path_factory.mktemp("shared") / "disk", 24) as disk:
        yield disk


@pytest.fixture(scope="module")
def on_disk(shared_disk, migrated_data, tmp_path_factory):
    """A running site whose database, on SQLite, and data are on a small disk. Tests leave room on it."""
    site = TemporarySite(shared_disk.folder, "", None)
    del site.environment["DATABASE_URL"]
    shutil.copytree(migrated_data, shared_disk.folder / "data")
    with running_site(site, tmp_path_factory.mktemp("server")) as running:
        yield running


def is_said(answer, words):
    """Whether a response states in the admin's layout why nothing is stored, with status 503."""
    status, headers, page = answer
    return (
        (status, headers["retry-after"], headers["cache-control"].partition(",")[0])
        == (503, "60", "max-age=0")
        and words in page
        and "Back button" in page
        and 'id="site-name"' in page
    )


class TestFullDisk:
    def test_readers_notice_nothing_and_editors_are_told(self, shared_disk, on_disk):
        shared_disk.fill()

        for path, kind in ((on_disk.card, "image/jpeg"), (on_disk.image, "image/avif")):
            for _ in range(2):
                status, headers, body = on_disk.server.ask(path)
                assert (status, headers["content-type"]) == (200, kind)
                assert len(body) > 100
        assert on_disk.server.ask("/articles/tides/")[0] == 200
        assert is_said(on_disk.save("Nobody may read this. " * 50_000), "disk is full")
        assert is_said(on_disk.log_in(), "disk is full")
        status, _, body = on_disk.server.ask(UPLOAD, "POST", *image_form(on_disk.session, noise()))
        assert status == 503
        assert b"disk is full" in body

        shared_disk.make_room()

        assert on_disk.save("Read this.")[0] == 302
        assert on_disk.log_in()[0] == 302
        assert b"Read this." in on_disk.server.ask("/articles/tides/")[2]
        half_written = [path for path in shared_disk.folder.rglob(".*") if path.is_file()]
        assert half_written == []


class TestUploads:
    """Of a disk of 24 MB, 2.4 MB stay free."""

    def send(self, on_disk, path, data, kind="application/x-www-form-urlencoded"):
        headers = on_disk.cookies | {"Content-Type": kind, "X-CSRFToken": TOKEN}
        status, headers, body = on_disk.server.ask(path, "POST", headers, data, timeout=60)
        return status, json.loads(body) if "json" in headers["content-type"] else headers

    def announce(self, on_disk, number):
        asked = {"who": "file", "manifest": json.dumps([[f"{number}.zip", 3 * MEGABYTE]])}
        return self.send(on_disk, "/admin/import/", urlencode(asked))

    def discard(self, on_disk, answer):
        return self.send(on_disk, answer["page"], urlencode({"_discard": "1"}))[0]

    def test_many_at_once_leave_room_for_the_database(self, shared_disk, on_disk):
        with ThreadPoolExecutor(8) as threads:
            answers = list(threads.map(lambda number: self.announce(on_disk, number), range(8)))
            accepted = [answer for status, answer in answers if status == 201]
            data = b"PK\x03\x04".ljust(3 * MEGABYTE, b"a")
            parts = list(
                threads.map(
                    lambda answer: self.send(
                        on_disk, f"{answer['part']}?offset=0", data, "application/octet-stream"
                    ),
                    accepted,
                )
            )

        assert 2 <= len(accepted) < 8
        assert parts == [(200, {"received": 3 * MEGABYTE})] * len(accepted)
        assert shutil.disk_usage(shared_disk.folder).free > 2 * MEGABYTE
        assert on_disk.save("Read this.")[0] == 302
        for answer in accepted:
            self.discard(on_disk, answer)

    def test_they_can_be_thrown_away_on_a_full_disk(self, shared_disk, on_disk):
        _status, answer = self.announce(on_disk, 1)
        data = b"PK\x03\x04".ljust(3 * MEGABYTE, b"a")
        self.send(on_disk, f"{answer['part']}?offset=0", data, "application/octet-stream")
        shared_disk.fill()

        assert self.discard(on_disk, answer) == 302
        shared_disk.make_room()
        assert not any((shared_disk.folder / "data" / "imports").iterdir())


@pytest.mark.django_db
class TestReadOnlyDisk:
    @pytest.mark.parametrize("kind", ["cards", "pictures"])
    def test_cards_and_images_are_made_each_time(self, disk, settings, client, kind):
        settings.CARD_ROOT, settings.RENDITION_ROOT = disk.folder / "cards", disk.folder / "pictures"
        image = store_image(image_bytes(size=(500, 400)))
        article = create_article(hero_image=image)
        addresses = {
            "cards": urlsplit(article_image(article).address).path,
            "pictures": f"/pictures/{image.file.name.rpartition('/')[2]}/400.avif",
        }
        disk.make_read_only()

        answers = [client.get(addresses[kind]) for _ in range(2)]

        assert [answer.status_code for answer in answers] == [200, 200]
        assert answers[0].content == answers[1].content != b""

    def test_an_upload_is_refused_with_the_reason(self, disk, settings, admin_client):
        settings.MEDIA_ROOT = disk.folder / "media"
        disk.make_read_only()

        answer = admin_client.post(UPLOAD, {"image": io.BytesIO(noise())})

        assert answer.status_code == 503
        assert "is read-only at the moment" in answer.json()["image"][0]

    def test_an_image_in_the_admin_too(self, disk, settings, admin_client):
        settings.MEDIA_ROOT = disk.folder / "media"
        disk.make_read_only()
        admin_client.raise_request_exception = False
        upload = io.BytesIO(noise())
        upload.name = "a.png"

        answer = admin_client.post("/admin/blog/image/add/", {"upload": upload, "focal_x": 50, "focal_y": 50})

        assert answer.status_code == 503
        assert "is read-only at the moment" in answer.content.decode()


class TestStart:
    def test_on_a_read_only_disk_names_the_folder_and_what_to_do(self, disk, migrated_data):
        site = TemporarySite(disk.folder, "", None)
        del site.environment["DATABASE_URL"]
        shutil.copytree(migrated_data, disk.folder / "data")
        disk.make_read_only()

        process = site.start("migrate", stderr=subprocess.PIPE, text=True)
        _, said = process.communicate(timeout=60)

        assert process.returncode not in {0, None}
        assert said.startswith("manage.py: GALLEY_DATA: ")
        assert f"{disk.folder}/data cannot be written: its disk is mounted read-only" in said
        assert "Traceback" not in said
        assert len(said.splitlines()) == 1

    def test_of_a_command_that_meets_a_full_disk_is_one_line(self, tmp_path):
        site = TemporarySite(tmp_path, f"sqlite:///{tmp_path}/db.sqlite3", None)
        full = f"raise OSError({errno.ENOSPC}, 'full')"

        status, words = forking.errors_of(site.environment, ["shell", "--no-imports", "--command", full])

        assert status == 1
        assert words.startswith("manage.py: The server's disk is full.")

    def test_of_the_server_too(self, disk):
        disk.make_read_only()
        environment = os.environ | {"GALLEY_DATA": str(disk.folder / "data"), "PORT": "0"}
        command = [".venv/bin/python", "-m", "site_config.supervisor"]

        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)  # noqa: S603 -- our own command

        assert done.returncode != 0
        assert str(disk.folder / "data") in done.stderr
        assert "Traceback" not in done.stderr

    def test_on_a_full_disk_names_the_file(self, disk):
        disk.fill()
        site = TemporarySite(disk.folder, "", None)
        del site.environment["DATABASE_URL"]

        process = site.start("migrate", stderr=subprocess.PIPE, text=True)
        _, said = process.communicate(timeout=60)

        assert process.returncode not in {0, None}
        assert "secret_key" in said
        assert "Make room" in said
        assert "Traceback" not in said


class TestLockedSqlite:
    def test_is_called_locked(self, migrated_data, tmp_path):
        site = TemporarySite(tmp_path, "", None)
        del site.environment["DATABASE_URL"]
        site.environment["DJANGO_SETTINGS_MODULE"] = "tests.support.short_lock_wait_settings"
        shutil.copytree(migrated_data, tmp_path / "data")
        (tmp_path / "a.md").write_text('---\ntitle: "A"\n---\n\nText.\n')
        database = tmp_path / "data" / "db.sqlite3"
        with running_site(site, tmp_path) as running, locked(database):
            assert is_said(running.save("Nobody may read this."), "The database is locked")
            assert is_said(running.log_in(), "The database is locked")
            for command in (["import_articles", tmp_path / "a.md"], ["migrate"]):
                status, words = forking.errors_of(site.environment, command)
                assert "JSON" not in words
                assert "Traceback" not in words
                if status:
                    assert "locked" in words
            assert running.server.ask("/articles/tides/")[0] == 200


@contextmanager
def locked(file):
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield


@contextmanager
def read_only_transaction():
    sqlite = connection.vendor == "sqlite"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("PRAGMA query_only=ON" if sqlite else "SET TRANSACTION READ ONLY")
        try:
            yield
        finally:
            if sqlite:
                cursor.execute("PRAGMA query_only=OFF")


class TestReadOnlyDatabase:
    @pytest.mark.both_databases
    def test_its_error_is_recognised(self, db):
        with pytest.raises(DatabaseError) as refusal, read_only_transaction():
            create_category()
        assert "is read-only at the moment" in storage_reason(refusal.value)

    def test_a_site_can_be_prepared(self, settings, db, monkeypatch):
        settings.READ_ONLY = True
        monkeypatch.setattr("blog.management.commands.prepare.are_collected", lambda: True)

        with read_only_transaction():
            call_command("prepare")

    @pytest.mark.both_databases(only_long=True)
    def test_readers_notice_nothing_and_editors_are_told(self, new_site, tmp_path):
        with new_site(tmp_path) as site, running_site(site, tmp_path, GALLEY_READ_ONLY="yes") as running:
            assert running.server.ask("/articles/tides/")[0] == 200
            assert running.server.ask("/admin/login/")[0] == 200
            assert is_said(running.save("Nobody may read this."), "is read-only at the moment")
            assert is_said(running.log_in(), "is read-only at the moment")


class TestReason:
    @pytest.mark.parametrize(
        ("error", "words"),
        [
            (OSError(errno.ENOSPC, "No space left on device"), "full"),
            (OSError(errno.EDQUOT, "Disk quota exceeded"), "full"),
            (OSError(errno.EROFS, "Read-only file system"), "read-only"),
            (PermissionError(errno.EACCES, "Permission denied"), "read-only"),
            (FileNotFoundError(errno.ENOENT, "No such file"), None),
            (ValueError("x"), None),
            (OperationalError("no such table: x"), None),
            (None, None),
        ],
    )
    def test_message_follows_the_exception(self, error, words):
        reason = storage_reason(error)
        assert (words in reason) if words else reason is None

    def test_cause_of_a_django_exception_is_found(self):
        """Django treats a session that cannot be stored as deleted: 400."""
        try:
            try:
                raise OSError(errno.ENOSPC, "No space left on device")
            except OSError:
                raise SessionInterrupted("The session was deleted.")  # noqa: B904 -- as Django does
        except SessionInterrupted as error:
            answer = errors.bad_request(RequestFactory().post("/x/"), error)
        assert answer.status_code == 503

    def test_another_bad_request_stays_one(self):
        assert errors.bad_request(RequestFactory().get("/x/"), BadRequest()).status_code == 400

    def test_is_said_without_a_database_too(self, client, monkeypatch, rf):
        """The layout of the admin's pages queries the database."""
        answer = errors.unavailable(rf.post("/admin/"), "The server's disk is full.")
        assert answer.status_code == 503
        assert "disk is full." in answer.content.decode()

    def test_while_the_database_is_away_no_query_waits_for_it(
        self, rf, admin_user, django_assert_num_queries
    ):
        request = rf.post("/admin/")
        request.user = SimpleLazyObject(lambda: get_user_model().objects.get())

        with django_assert_num_queries(0):
            answer = errors.unavailable(request, AWAY)

        assert "Use your browser's Back button" in answer.content.decode()
