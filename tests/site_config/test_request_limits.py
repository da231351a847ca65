"""How much a worker takes in, over real sockets: bodies, temporary files, connections."""

import json
import os
import re
import select
import socket
import time
from contextlib import ExitStack, contextmanager, suppress
from uuid import UUID

import pytest
from django.conf import settings
from django.urls import resolve, reverse

from blog.documents.limits import MAX_FILE_BYTES
from blog.files.upload_limits import (
    IMPORT_PART_BYTES,
    MAX_CSV_BYTES,
    MAX_IMAGE_BYTES,
    MAX_IMPORT_BYTES,
)
from site_config import request_limits
from tests.support.databases import ROOT
from tests.support.editor_process import running_driver
from tests.support.images import image_bytes
from tests.support.servers import forked_server, wait_until, workers_of
from tests.support.uploads import LOG_IN, TOKEN, UPLOAD, image_form, noise

MEGABYTE = 1024 * 1024
UPLOADED = UUID(int=7)


@pytest.fixture(scope="module")
def site(new_site, tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    with new_site(folder) as site, running_driver(site.environment) as run:
        site.folder = folder
        site.editor = run(LOG_IN.format(make='create_superuser("mara")'))
        site.reader = run(LOG_IN.format(make='create_user("reader")'))
        site.writer = run(LOG_IN.format(make='create_user("will", is_staff=True)'))
        yield site


@pytest.fixture(scope="module")
def server(site):
    with forked_server(site.environment, site.folder) as server:
        yield server


@pytest.fixture(scope="module")
def narrow_server(site):
    options = ["--worker-class", "tests.support.little_room_worker.LowLimitWorker"]
    with forked_server(site.environment, site.folder, *options) as server:
        yield server


@contextmanager
def connected(server, sent=b""):
    with socket.create_connection(server.address, timeout=15) as connection:
        connection.sendall(sent)
        yield connection


def head(path, length=None, session="", more="") -> bytes:
    """Return the head of a POST with a body of this length; without one, in chunks."""
    size = "Transfer-Encoding: chunked" if length is None else f"Content-Length: {length}"
    cookie = f"Cookie: sessionid={session}\r\n" if session else ""
    return f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{size}\r\n{cookie}{more}\r\n".encode()


def answer_of(connection) -> tuple[int, str]:
    """Return status and head of the first answer; whatever else comes is not waited for."""
    received = b""
    while b"\r\n\r\n" not in received and (part := connection.recv(65536)):
        received += part
    text = received.decode("latin-1")
    return int(text[9:12]), text


def status_of(server, sent) -> int:
    with connected(server, sent) as connection:
        return answer_of(connection)[0]


def send_all(connection, data) -> None:
    """Send as much as the server takes."""
    with suppress(OSError):
        connection.sendall(data)


def temporary_bytes(server) -> int:
    """Return what the temporary files of the workers hold on their disk: files that have no name."""
    total = 0
    for worker in workers_of(server):
        for descriptor in os.listdir(f"/proc/{worker}/fd"):
            try:
                found = os.stat(f"/proc/{worker}/fd/{descriptor}")
                name = os.readlink(f"/proc/{worker}/fd/{descriptor}")
            except FileNotFoundError:
                continue  # closed meanwhile
            if "wgunicorn-" in name:
                continue  # the heartbeat file of gunicorn
            if "(deleted)" in name and name.startswith("/tmp"):  # noqa: S108 -- where tempfile puts them
                total += found.st_blocks * 512
    return total


class TestAddresses:
    @pytest.mark.parametrize(
        ("name", "arguments", "limit"),
        [
            ("admin:blog_image_add", [], request_limits.LARGEST_IMAGE_BYTES),
            ("admin:blog_image_change", [7], request_limits.LARGEST_IMAGE_BYTES),
            ("admin:appearance", [], request_limits.LARGEST_IMAGE_BYTES),
            ("markdownx_upload", [], request_limits.LARGEST_IMAGE_BYTES),
            ("admin:blog_redirect_import", [], request_limits.LARGEST_CSV_BYTES),
            ("admin:blog_article_add", [], request_limits.LARGEST_TEXT_BYTES),
            ("admin:blog_article_change", [7], request_limits.LARGEST_TEXT_BYTES),
            ("admin:blog_article_preview", [7], request_limits.LARGEST_TEXT_BYTES),
            ("admin:blog_article_preview_new", [], request_limits.LARGEST_TEXT_BYTES),
            ("admin:import", [], request_limits.LARGEST_IMPORT_BYTES),
            ("admin:import_part", [UPLOADED], IMPORT_PART_BYTES),
            ("admin:import_page", [UPLOADED], request_limits.MAX_BODY_BYTES),
            ("admin:blog_page_add", [], request_limits.LARGEST_TEXT_BYTES),
            ("admin:blog_page_change", [7], request_limits.LARGEST_TEXT_BYTES),
            ("markdownx_markdownify", [], request_limits.LARGEST_TEXT_BYTES),
            ("admin:blog_article_changelist", [], request_limits.MAX_BODY_BYTES),
            ("admin:blog_category_change", [7], request_limits.MAX_BODY_BYTES),
            ("admin:login", [], request_limits.MAX_BODY_BYTES),
            ("blog:home", [], request_limits.MAX_BODY_BYTES),
        ],
    )
    def test_each_takes_what_its_form_needs(self, name, arguments, limit):
        path = reverse(name, args=arguments)
        assert resolve(path)
        assert request_limits.largest_body("POST", path) == limit
        assert request_limits.largest_body("PUT", path) == request_limits.MAX_BODY_BYTES

    def test_what_a_form_may_hold_fits(self):
        assert request_limits.LARGEST_IMAGE_BYTES > MAX_IMAGE_BYTES
        assert request_limits.LARGEST_CSV_BYTES > MAX_CSV_BYTES
        assert request_limits.UPLOADS_BYTES > request_limits.LARGEST_IMPORT_BYTES > MAX_IMPORT_BYTES
        assert request_limits.LARGEST_TEXT_BYTES == settings.DATA_UPLOAD_MAX_MEMORY_SIZE > 3 * MAX_FILE_BYTES

    def test_nginx_takes_as_much(self):
        text = (ROOT / "docs" / "deploy" / "nginx.conf").read_text()
        patterns = re.findall(r"location ~ (\S+) \{ # (?:uploads|imports)", text)
        pattern = "|".join(patterns)
        sizes = re.findall(r"client_max_body_size (\d+)m;", text)

        assert [int(size) * MEGABYTE for size in sizes] == [
            request_limits.MAX_BODY_BYTES,
            request_limits.LARGEST_IMAGE_BYTES,
            request_limits.LARGEST_IMPORT_BYTES,
        ]
        for upload, _limit in request_limits.UPLOADS:
            for part in ("add", "12/change"):
                path = re.sub(r"\(\?:add\|.*?\)", part, upload).replace("(?:article|page)", "page")
                path = path.replace("[0-9a-f-]{36}", str(UPLOADED))
                assert re.search(pattern, path), path
        for path in ("/", "/admin/", "/admin/login/", "/admin/blog/article/", "/articles/image/add/"):
            assert not re.search(pattern, path), path


class TestBodies:
    def test_more_than_a_megabyte_is_refused_unread(self, server, site):
        paths = ("/", "/admin/login/", "/admin/blog/category/add/", "/health/", "/none/")

        statuses = {
            (path, who): status_of(server, head(path, request_limits.MAX_BODY_BYTES + 1, session))
            for path in paths
            for who, session in (("nobody", ""), ("editor", site.editor))
        }

        assert statuses == dict.fromkeys(statuses, 413)

    @pytest.mark.parametrize("path", [UPLOAD, "/admin/blog/image/add/", "/admin/blog/article/add/"])
    def test_of_who_may_upload_nothing_no_upload_is_read(self, server, site, path):
        most = request_limits.LARGEST_TEXT_BYTES if path.endswith("article/add/") else 20 * MEGABYTE
        sessions = {"nobody": "", "stranger": "a" * 32, "reader": site.reader}

        answers = {}
        for who, session in sessions.items():
            for length in (most, 100_000, None):
                with connected(server, head(path, length, session)) as connection:
                    status, text = answer_of(connection)
                answers[who, length] = status, "connection: close" in text, "application/json" in text

        assert answers == dict.fromkeys(answers, (403, True, path == UPLOAD))

    @pytest.mark.parametrize("path", ["/admin/import/", f"/admin/import/{UPLOADED}/part/"])
    def test_of_who_may_not_import_nothing_is_read(self, server, site, path):
        sessions = {"nobody": "", "reader": site.reader, "writer": site.writer}

        statuses = {
            who: status_of(server, head(path, 4 * MEGABYTE, session)) for who, session in sessions.items()
        }

        assert statuses == dict.fromkeys(sessions, 403)
        assert status_of(server, head(path, 4 * MEGABYTE, site.editor, "Expect: 100-continue\r\n")) == 100

    def test_who_sends_all_the_same_may_read_why_not(self, server):
        with connected(server, head(UPLOAD, 20 * MEGABYTE)) as connection:
            send_all(connection, b"a" * 20 * MEGABYTE)
            assert answer_of(connection)[0] == 403

    def test_nobody_is_asked_to_go_on_first(self, server, site):
        """A client that waits for "100 Continue" sends no body that is refused."""
        wait = "Expect: 100-continue\r\n"
        with connected(server, head(UPLOAD, 20 * MEGABYTE, more=wait)) as connection:
            assert answer_of(connection)[0] == 403
        with connected(server, head(UPLOAD, 20 * MEGABYTE, site.editor, more=wait)) as connection:
            assert answer_of(connection)[0] == 100

    def test_an_editors_image_of_many_megabytes_is_stored(self, server, site):
        data = noise()
        assert len(data) > 5 * MEGABYTE
        status, _, body = server.ask(UPLOAD, "POST", *image_form(site.editor, data))
        assert status == 200
        assert "/media/images/" in json.loads(body)["image_code"]

    def test_eight_clients_with_64_megabytes_each_take_no_disk(self, server, site):
        """They held 477 MB. Half of them have a session, which changes nothing at these addresses."""
        paths = ["/", "/admin/login/", "/admin/blog/article/", "/search/"]
        with ExitStack() as connections:
            for number in range(8):
                session = site.editor if number % 2 else ""
                connection = connections.enter_context(connected(server))
                connection.settimeout(0.5)
                send_all(connection, head(paths[number % 4], None, session))
                send_all(connection, b"%x\r\n%b" % (64 * MEGABYTE, b"a" * 2 * MEGABYTE))
            assert temporary_bytes(server) <= 8 * request_limits.MAX_BODY_BYTES
        wait_until(lambda: temporary_bytes(server) == 0)


class TestRoom:
    def test_bodies_of_anybody_have_a_bound_and_leave_the_others_theirs(self, narrow_server, site):
        """Ten times 0.9 MB that never end; of 4 MB that there is room for."""
        with ExitStack() as connections:
            waiting = []
            for _ in range(10):
                connection = connections.enter_context(connected(narrow_server))
                connection.sendall(head("/admin/login/", 1_000_000) + b"a" * 900_000)
                waiting.append(connection)
            refused = refused_of(waiting, 5)
            assert {status for status, _ in refused} == {503}
            assert all("retry-after: 5" in text for _, text in refused)
            assert 0 < temporary_bytes(narrow_server) <= 4 * MEGABYTE + 10 * 4096
            assert log_in(narrow_server) == 200
            assert narrow_server.ask(UPLOAD, "POST", *image_form(site.editor, image_bytes()))[0] == 200
        wait_until(lambda: temporary_bytes(narrow_server) == 0)

    def test_uploads_have_a_bound(self, narrow_server, site):
        with ExitStack() as connections:
            waiting = []
            for _ in range(4):
                connection = connections.enter_context(connected(narrow_server))
                send_all(connection, head(UPLOAD, 20 * MEGABYTE, site.editor) + b"a" * 10 * MEGABYTE)
                waiting.append(connection)
            assert {status for status, _ in refused_of(waiting, 1)} == {503}
            assert temporary_bytes(narrow_server) <= 30 * MEGABYTE + 4 * 4096
        wait_until(lambda: temporary_bytes(narrow_server) == 0)
        assert narrow_server.ask(UPLOAD, "POST", *image_form(site.editor, image_bytes()))[0] == 200

    def test_answers_that_nobody_reads_have_a_bound(self, narrow_server, site):
        path = image(site, 3 * MEGABYTE)
        request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{narrow_server.port}\r\n\r\n".encode()
        with ExitStack() as connections:
            for _ in range(8):
                connections.enter_context(slow_reader(narrow_server, request))
            statuses = [narrow_server.ask(path)[0] for _ in range(2)]
            assert temporary_bytes(narrow_server) <= 8 * MEGABYTE + 10 * 4096
            assert statuses == [503, 503]
            assert narrow_server.ask("/")[0] == 200
        wait_until(lambda: temporary_bytes(narrow_server) == 0)
        assert len(narrow_server.ask(path)[2]) == 3 * MEGABYTE

    def test_a_temporary_file_is_its_owners(self, narrow_server):
        with connected(narrow_server, head("/admin/login/", 1_000_000) + b"a" * 900_000):
            wait_until(lambda: temporary_bytes(narrow_server) > 0)
            [worker] = workers_of(narrow_server)
            links = [f"/proc/{worker}/fd/{number}" for number in os.listdir(f"/proc/{worker}/fd")]
            deleted = [link for link in links if os.path.islink(link) and "(deleted)" in os.readlink(link)]
            assert deleted
            assert {os.stat(link).st_mode & 0o077 for link in deleted} == {0}


class TestConnections:
    def test_the_one_that_waited_longest_makes_room(self, narrow_server):
        with ExitStack() as connections:
            idle = [connections.enter_context(connected(narrow_server)) for _ in range(20)]
            time.sleep(1)  # until the worker has looked at them
            assert narrow_server.ask("/health/")[0] == 200
            idle[0].settimeout(0.5)
            closed = sum(is_closed(connection) for connection in idle)
            assert 1 <= closed < 20

    def test_with_all_in_work_the_next_one_is_told_when_to_come_again(self, narrow_server):
        with ExitStack() as connections:

            def connect():
                request = head("/admin/login/", 1000) + b"a"
                return connections.enter_context(connected(narrow_server, request))

            for _ in range(20):
                connect()
            # A busy server may not have read all of these yet, and then closes one of them for the next.
            others = (connect() for _ in range(20))
            refused = next(other for other in others if select.select([other], [], [], 1)[0])
            status, text = answer_of(refused)
            assert status == 503
            assert "retry-after: 5" in text
        wait_until(lambda: narrow_server.ask("/health/")[0] == 200)


# Tools


def refused_of(connections, number):
    """Wait until this many connections have an answer, and return them; the other bodies have no end yet."""
    answered = []
    wait_until(
        lambda: answered.extend(select.select(connections, [], [], 1)[0]) or len(set(answered)) >= number
    )
    return [answer_of(connection) for connection in set(answered)]


def is_closed(connection) -> bool:
    connection.settimeout(0.05)
    try:
        return connection.recv(1) == b""
    except TimeoutError:
        return False


@contextmanager
def slow_reader(server, request):
    """A client that asks and takes hardly anything."""
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.settimeout(15)
        connection.connect(server.address)
        connection.sendall(request)
        connection.recv(100)
        yield connection


def log_in(server) -> int:
    headers = {"Cookie": f"csrftoken={TOKEN}", "Content-Type": "application/x-www-form-urlencoded"}
    body = f"username=nobody&password=x&csrfmiddlewaretoken={TOKEN}"
    return server.ask("/admin/login/", "POST", headers, body)[0]


def image(site, size) -> str:
    digest = f"{size:040x}"
    file = site.folder / "data" / "media" / "images" / digest[:2] / f"{digest}.jpg"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"a" * size)
    return f"/media/images/{digest[:2]}/{digest}.jpg"
