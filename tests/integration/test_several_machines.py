"""Two machines serve one site: they share the database, a cache server and a bucket, but no folder."""

import io
import json
import re
import subprocess
import zipfile
from contextlib import ExitStack, closing, contextmanager
from urllib.parse import quote

import pytest
from django.db import connection

from tests.support import forking
from tests.support.buckets import KEYS, new_bucket
from tests.support.durations import IS_LONG
from tests.support.images import image_bytes
from tests.support.programs import free_port, running_valkey
from tests.support.servers import forked_server, wait_until
from tests.support.uploads import LOG_IN, TOKEN, UPLOAD, image_form

pytestmark = pytest.mark.both_databases

SITE = {"Host": "blog.example"}
TEXT = (
    b"---\ntitle: Tides\nslug: tides\nimage: sea.jpg\n---\nWater comes. ![Sea](sea.jpg) [All](report.pdf)\n"
)
PDF = b"%PDF-1.7 a report"
SEA = image_bytes("JPEG", size=(900, 600), comment=b"with metadata, so that the original is kept")


class Machine:
    """A server, and the variables of its commands."""

    def __init__(self, environment, folder, stack):
        self.environment = environment
        self.server = stack.enter_context(forked_server(environment, folder))

    def ask(self, path, method="GET", headers=(), body=None):
        return self.server.ask(path, method, SITE | dict(headers), body)

    def text(self, path) -> str:
        return self.ask(path)[2].decode()

    def manage(self, *arguments) -> str:
        with closing(forking.fork(self.environment, arguments, stdout=subprocess.PIPE, text=True)) as fork:
            said, _ = fork.communicate(120)
            assert fork.returncode == 0
        return said

    def run(self, script) -> str:
        script = f"from blog.models import *\n{script}"
        return self.manage("shell", "--no-imports", "--command", script).strip()

    @contextmanager
    def worker(self):
        with closing(forking.fork(self.environment, ["db_worker", "--interval", "0.1"])) as fork:
            yield
            fork.terminate()
            fork.wait(60)


@contextmanager
def two_machines(site, folder, s3_server):
    """Yield two machines, and the variables that they share."""
    with ExitStack() as stack:
        valkey = free_port()
        stack.enter_context(running_valkey(valkey, folder))
        bucket, key = new_bucket(s3_server), quote(KEYS["secret_key"], safe="")
        host = s3_server.removeprefix("http://")
        shared = site.environment | {
            "CACHE_URL": f"redis://127.0.0.1:{valkey}/0",
            "GALLEY_STORAGE_URL": f"s3://{KEYS['access_key']}:{key}@{host}/{bucket['bucket_name']}/blog?tls=no",
            "SECRET_KEY": "of both machines",
            "SITE_URL": "http://blog.example",
            "WEB_CONCURRENCY": "1",
        }
        folders = [{"GALLEY_DATA": str(folder / name)} for name in ("here", "there")]
        yield [Machine(shared | each, folder, stack) for each in folders], shared


def archive() -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as file:
        for name, content in {"tides.md": TEXT, "sea.jpg": SEA, "report.pdf": PDF}.items():
            file.writestr(name, content)
    return data.getvalue()


def import_form(data):
    """Return (headers, body) of the form that uploads a file to import, as sent without JavaScript."""
    parts = [b'name="who"\r\n\r\nfile', b'name="files"; filename="posts.zip"\r\n\r\n' + data]
    lines = [b"--bound\r\nContent-Disposition: form-data; " + part + b"\r\n" for part in parts]
    return {"Content-Type": "multipart/form-data; boundary=bound"}, b"".join(lines) + b"--bound--\r\n"


def test_they_serve_one_site(new_site, tmp_path, s3_server):
    if connection.vendor != "postgresql":
        pytest.skip("several machines need PostgreSQL")
    with new_site(tmp_path) as site, two_machines(site, tmp_path, s3_server) as ([here, there], shared):
        login = here.run(f"{LOG_IN.format(make='create_superuser("editor")')}\nprint(value)")
        editor = {"Cookie": f"sessionid={login}; csrftoken={TOKEN}", "X-CSRFToken": TOKEN}
        import_on_both(site, here, there, editor)
        images_are_the_same(here, there)
        changes_reach_both(here, there)
        shown = upload(here, there, editor)
        backup_is_complete(there, shown, tmp_path / "galley.zip")
        if IS_LONG:
            restored_site_is_the_same(new_site, tmp_path, shared, here)


def import_on_both(site, here, there, editor):
    """Upload here, check there, import here, and publish there."""
    headers, body = import_form(archive())
    status, answer, page = here.ask("/admin/import/", "POST", editor | headers, body)
    assert status == 302, page.decode()

    def state():
        return site.value("SELECT state FROM blog_stagedimport")

    with there.worker():
        wait_until(lambda: state() not in {"received", "checking"})
    assert state() == "checked"
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert there.ask(answer["location"], "POST", editor | form, b"_import=1")[0] == 302
    with here.worker():
        wait_until(lambda: state() not in {"checked", "importing"})
    assert state() == "imported"
    there.run("from tests.support.changes import publish\npublish(Article.objects.get(slug='tides'))")


def images_are_the_same(here, there):
    page = here.text("/articles/tides/")
    assert there.text("/articles/tides/") == page
    for path in set(re.findall(r'"(/(?:media|pictures)/[^" ]+)', page)):
        first, second = (machine.ask(path) for machine in (here, there))
        for _status, headers, _body in (first, second):
            del headers["date"], headers["x-request-id"]
        assert first == second
        assert first[0] == 200
        assert there.ask(path, "HEAD")[0] == 200
    [report] = re.findall(r'"(/media/files/[^"]+)', page)
    assert there.ask(report, headers={"Range": "bytes=0-3"})[::2] == (206, b"%PDF")


def changes_reach_both(here, there):
    here.run("a = Article.objects.get(slug='tides'); a.title = 'Ebb and flow'; a.save()")

    for machine in (here, there):
        for path in ("/", "/articles/tides/"):
            wait_until(lambda ask=machine.text, path=path: "Ebb and flow" in ask(path), seconds=10)
    assert there.text("/articles/tides/") == here.text("/articles/tides/")


def upload(here, there, editor) -> str:
    """Upload an image here, read it there, and return its URL."""
    headers, body = image_form("", image_bytes(colour=(0, 90, 160)))
    address = json.loads(here.ask(UPLOAD, "POST", headers | editor, body)[2])["url"]
    assert there.ask(address)[0] == 200
    assert there.ask("/admin/", headers=editor)[0] == 200
    return address


def backup_is_complete(machine, uploaded, file):
    machine.manage("backup", str(file))

    with zipfile.ZipFile(file) as backup:
        manifest = json.loads(backup.read("manifest.json"))
        names = manifest["files"]
        assert manifest["missing_files"] == []
        assert uploaded.lstrip("/") in names
        assert sorted(name.partition("/")[0] for name in names) == ["media"] * 3 + ["originals"]


def restored_site_is_the_same(new_site, folder, shared, here):
    """Restore the backup to another folder of the bucket, and to another database."""
    (folder / "other").mkdir()
    with new_site(folder / "other") as site, ExitStack() as stack:
        place = shared["GALLEY_STORAGE_URL"].replace("/blog?", "/restored?")
        environment = shared | site.environment | {"GALLEY_STORAGE_URL": place}
        restored = Machine(environment | {"GALLEY_DATA": str(folder / "restored")}, folder / "other", stack)
        restored.manage("restore", str(folder / "galley.zip"))
        assert restored.text("/articles/tides/") == here.text("/articles/tides/")
        images_are_the_same(here, restored)
