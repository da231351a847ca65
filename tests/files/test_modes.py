"""Permissions of the files that Galley writes."""

import io
import os
import shutil
import sqlite3
import stat
import subprocess
import tempfile
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command

from blog.files import modes as file_modes
from blog.files.storage import FolderStorage
from blog.images.renditions import rendition_storage
from tests.support.databases import TemporarySite
from tests.support.editor_process import running_driver
from tests.support.nginx import running_nginx_proxy
from tests.support.programs import another_user, find_program
from tests.support.servers import ROOT, Server, forked_server

# Not the admin's: to compress its files takes ten times as long, and says no more.
COLLECT = ("collectstatic", "--no-input", "--verbosity", "0", "--ignore", "admin")
DATABASE = ("db.sqlite3", "db.sqlite3-wal", "db.sqlite3-shm")
MAKE_SITE = "create_article(title='Tides', slug='tides', body='Moonstruck. ' * 99)"
STORE_IMAGE = """
import io
from PIL import Image as Pillow
from blog.images.models import store_image
output = io.BytesIO()
Pillow.new("RGB", (900, 600), "teal").save(output, "JPEG")
value = store_image(output.getvalue()).url
"""


def mode(path) -> int:
    return stat.S_IMODE(os.stat(path).st_mode)


@pytest.fixture
def passable():
    """A folder that other users may enter, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="galley-modes-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def site(passable):
    """A site on SQLite in its usual place, whatever database the tests run on."""
    site = TemporarySite(passable, "", None)
    del site.environment["DATABASE_URL"]
    with closing(site):
        yield site


class TestDataFolder:
    @pytest.mark.parametrize("mask", [0o000, 0o077])
    def test_is_private_from_the_first_start_on(self, site, passable, mask):
        with umask(mask):
            assert site.fork("check").wait(120) == 0
        data = passable / "data"

        assert mode(data) == 0o711
        modes = {path.name: mode(path) for path in data.iterdir() if path.is_file()}
        assert modes == {"db.sqlite3": 0o600, "secret_key": 0o600}

    def test_stays_private_when_the_database_is_made(self, migrated_data):
        assert (migrated_data / "db.sqlite3").stat().st_size > 0
        assert mode(migrated_data) == 0o711
        assert {mode(path) for path in migrated_data.iterdir() if path.is_file()} == {0o600}

    def test_of_an_earlier_version_becomes_private_at_the_next_start(self, site, passable):
        data = passable / "data"
        for name in ("media/images/ab", "media/images/cd", "cards/ab", "pictures/ab", "originals/ab"):
            (data / name).mkdir(parents=True)
        for name in ("secret_key", *DATABASE[:1]):
            (data / name).touch()
        for path in (data, *data.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)

        assert site.fork("check").wait(60) == 0

        found = {str(path.relative_to(data)): mode(path) for path in (data, *data.rglob("*"))}
        assert found.pop(".") == 0o711
        assert {found.pop("secret_key"), found.pop("db.sqlite3")} == {0o600}
        assert {found.pop(name) for name in ("cards", "originals", "pictures")} == {0o700}
        assert {found.pop(name) for name in ("media", "media/images", "media/images/ab")} == {0o711}

    def test_the_files_beside_a_database_in_use_are_private_too(self, site, passable, migrated_data):
        database = shutil.copytree(migrated_data, passable / "data") / "db.sqlite3"
        for path in passable.joinpath("data").glob("db.sqlite3*"):
            path.chmod(0o644)
        with forked_server(site.environment, passable) as server:
            assert server.ask("/admin/login/")[0] == 200
            with closing(sqlite3.connect(database)) as connection:
                connection.execute("PRAGMA user_version = 1")
                assert {mode(path) for path in database.parent.glob("db.sqlite3*")} == {0o600}
                assert len(list(database.parent.glob("db.sqlite3*"))) == 3

    def test_stricter_modes_are_kept(self, tmp_path):
        tmp_path.chmod(0o700)
        file_modes.protect_data(tmp_path, tmp_path / "media", None)
        assert mode(tmp_path) == 0o700

    def test_a_folder_for_everybody_stays_one(self, tmp_path):
        tmp_path.chmod(0o1777)
        assert not file_modes.protect(tmp_path, file_modes.PASSAGE)
        assert mode(tmp_path) == 0o1777


class TestFolders:
    @pytest.mark.parametrize("mask", [0o000, 0o077])
    def test_have_their_mode_under_each_umask(self, tmp_path, mask):
        with umask(mask):
            file_modes.make_folder(tmp_path / "a" / "b", 0o711)
        assert {mode(tmp_path / "a"), mode(tmp_path / "a" / "b")} == {0o711}

    def test_are_not_made_of_files(self, tmp_path):
        (tmp_path / "a").touch()
        with pytest.raises(NotADirectoryError):
            file_modes.make_folder(tmp_path / "a")

    @pytest.mark.parametrize(
        ("storage", "folder_mode", "file_mode"),
        [(FolderStorage, 0o711, 0o644), (rendition_storage, 0o700, 0o600)],
    )
    def test_of_images_let_a_web_server_in_those_of_caches_nobody(self, storage, folder_mode, file_mode):
        store = storage()
        with umask(0o022):
            store.save("ab/x.png", ContentFile(b"x"))
        folder = Path(store.path("ab"))
        assert [mode(folder), mode(folder.parent), mode(folder / "x.png")] == [folder_mode] * 2 + [file_mode]


@pytest.mark.django_db
class TestWhatCommandsWrite:
    def test_reports_and_exports_are_for_their_owner(self, tmp_path):
        """They contain unpublished articles. An existing export folder keeps its mode."""
        folder = tmp_path / "posts"
        folder.mkdir()
        (folder / "a.md").write_text('---\ntitle: "A"\n---\n\nText.\n')
        (tmp_path / "there").mkdir(mode=0o755)
        with umask(0o022):
            call_command("import_articles", folder, quiet=True, report=tmp_path / "report")
            for name in ("out", "there"):
                call_command("export_articles", tmp_path / name, stdout=io.StringIO())

        assert [mode(tmp_path / name) for name in ("report", "out", "there")] == [0o600, 0o700, 0o755]


class TestWebServer:
    def test_reads_pages_images_and_static_files_and_nothing_else(self, passable, new_site):
        """Galley with the umask of its unit, and nginx as another user, as in docs/deploy."""
        unit = (ROOT / "docs" / "deploy" / "galley.service").read_text()
        assert "\nUMask=0077\n" in unit
        user, pages, data = another_user(), passable / "pages", passable / "data"
        with new_site(passable) as site:
            environment = site.environment | {
                "GALLEY_PAGES_DIR": str(pages),
                "DJANGO_SETTINGS_MODULE": "site_config.settings",
            }
            site.environment = environment
            with ExitStack() as running:
                with umask(0o077):
                    assert site.fork(*COLLECT).wait(120) == 0
                    change = running.enter_context(running_driver(environment))
                    server = running.enter_context(forked_server(environment, passable))
                change(MAKE_SITE)
                url = change(STORE_IMAGE)
                with running_nginx_proxy(server, pages, passable, user=user) as port:
                    look_through(server, Server(None, ("127.0.0.1", port), None), pages)
            static = [path for path in (data / "static").rglob("*") if path.is_file()]
            assert {".gz", ".br", ".css"} <= {path.suffix for path in static}

            assert failing("head -c 1", [*static, data / url.strip("/")], user) == []
            secrets = [data / "secret_key", data / "generation", *passable.rglob("*.sqlite3*")]
            assert failing("head -c 1", secrets, user) == secrets
            folders = [data, data / "media", data / "media" / "images", pages]
            assert failing("ls", folders, user) == folders


# Tools


def look_through(server, nginx, pages):
    """Cache a page, change its file, and check that nginx serves the file."""
    host = {"Host": f"127.0.0.1:{server.port}"}
    assert nginx.ask("/articles/tides/", headers=host)[0] == 200
    file = pages / "current" / "articles" / "tides" / "index.html"
    file.write_text("from the file")
    assert nginx.ask("/articles/tides/", headers=host)[2] == b"from the file"


def failing(test, paths, user) -> list[Path]:
    """Return the paths for which this command of the shell fails when another user calls it."""
    script = f'for path; do {test} "$path" >/dev/null 2>&1 || echo "$path"; done'
    command = [find_program("runuser"), "-u", user, "--", "sh", "-c", script, "sh", *map(str, paths)]
    done = subprocess.run(command, capture_output=True, cwd="/", text=True, check=True)  # noqa: S603 -- our own
    return list(map(Path, done.stdout.splitlines()))


@contextmanager
def umask(value):
    before = os.umask(value)
    try:
        yield
    finally:
        os.umask(before)
