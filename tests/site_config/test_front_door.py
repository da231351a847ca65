"""The server as it is shipped: what slow, odd and greedy clients get, and what its comings and goings do."""

import http.client
import itertools
import os
import signal
import socket
import threading
import time
from contextlib import ExitStack, contextmanager, suppress

import pytest

from site_config import protocol, request_limits
from tests.support.crowds import crowd
from tests.support.durations import RELOADS
from tests.support.servers import (
    ask,
    basic_environment,
    forked_server,
    forked_server_on,
    listening_socket,
    running_server,
    wait_until,
    workers_of,
)

HOUSE = "GET / HTTP/1.1\r\nHost: {host}\r\n"
PATIENCE = 10
SHORT_LIFE = "tests.support.short_life_worker.ShortLifeWorker"
MEGABYTE = 1024 * 1024


@pytest.fixture(scope="module")
def hasty_server(folder):
    """The same with limits of a second or two, so that a test need not wait for the real ones."""
    options = ["--worker-class", "tests.support.short_patience_worker.ShortTimeoutWorker"]
    with forked_server(basic_environment(folder), folder, *options) as server:
        yield server


@contextmanager
def connected(server, sent=b""):
    with socket.create_connection(server.address, timeout=PATIENCE) as connection:
        connection.sendall(sent)
        yield connection


def received(connection, most=10_000_000) -> bytes:
    """Return all that comes until the server closes the connection."""
    parts = []
    try:
        while (part := connection.recv(65536)) and sum(map(len, parts)) < most:
            parts.append(part)
    except ConnectionResetError:
        pass
    return b"".join(parts)


def is_refused(connection, more: bytes, pause=0.0) -> bool:
    """Go on sending; return whether the server ends that."""
    try:
        for _ in range(2_000):
            connection.sendall(more)
            time.sleep(pause)
    except ConnectionError:
        return True
    return False


def is_closed(connection) -> bool:
    received(connection)
    return True  # else the socket's own time limit has raised


class TestSlowClients:
    def test_half_sent_requests_keep_nobody_waiting(self, server):
        head = HOUSE.format(host="127.0.0.1").encode()
        parts = [b"", b"G", b"GET / HT", head, head + b"X-Half: "]
        with ExitStack() as connections:
            for number in range(100):
                connections.enter_context(connected(server, parts[number % len(parts)]))
            assert server.ask("/health/")[0] == 200
            assert {server.ask("/")[0] for _ in range(20)} == {200}

    def test_bodies_that_never_end_keep_nobody_waiting(self, server):
        """More of them than Django has threads: a request gets a thread when all of it is there."""
        head = b"POST /admin/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\nusername="
        with ExitStack() as connections:
            for _ in range(50):
                connections.enter_context(connected(server, head))
            assert server.ask("/admin/login/")[0] == 200

    def test_clients_that_do_not_read_keep_nobody_waiting(self, server, folder):
        path = image(folder, 3 * MEGABYTE)
        with ExitStack() as connections:
            for _ in range(40):
                connections.enter_context(connected(server, request(server, path)))
            assert server.ask("/admin/login/")[0] == 200

    def test_a_request_that_does_not_come_is_not_waited_for_for_ever(self, hasty_server):
        parts = (b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ")
        with ExitStack() as stack:
            connections = [stack.enter_context(connected(hasty_server, part)) for part in parts]
            assert [is_closed(connection) for connection in connections] == [True] * 3

    def test_blank_lines_keep_no_connection_open(self, hasty_server):
        sent = request(hasty_server, "/health/")
        with connected(hasty_server, sent) as connection:
            assert is_refused(connection, b"\r\n", pause=PATIENCE / 200)

    def test_a_body_that_stops_is_answered_408(self, hasty_server):
        head = b"POST /admin/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\nusername="
        with connected(hasty_server, head) as connection:
            assert received(connection).startswith(b"HTTP/1.1 408 ")

    def test_a_client_that_takes_nothing_is_left(self, hasty_server, folder):
        path = image(folder, 12 * MEGABYTE)
        with connected(hasty_server, request(hasty_server, path)) as connection:
            time.sleep(PATIENCE / 2)
            assert len(received(connection, most=20 * MEGABYTE)) < 12 * MEGABYTE


class TestLimits:
    def test_a_large_head_is_refused(self, server):
        head = f"{HOUSE}X-Large: {'a' * 2 * protocol.LARGEST_HEAD_BYTES}\r\n\r\n".format(host="127.0.0.1")
        with connected(server, head.encode()) as connection:
            assert received(connection).startswith(b"HTTP/1.1 431 ")

    def test_a_head_without_an_end_is_refused(self, server):
        with connected(server, HOUSE.format(host="127.0.0.1").encode()) as connection:
            assert is_refused(connection, b"X-More: " + b"a" * 1000 + b"\r\n")

    def test_many_requests_in_one_packet_are_all_answered(self, server):
        """They are larger than a head may be, but none of them is."""
        one = HOUSE.format(host=f"127.0.0.1:{server.port}").encode() + b"\r\n"
        last = one.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
        with connected(server) as connection:
            sender = threading.Thread(target=connection.sendall, args=[one * 2_000 + last])
            sender.start()
            answers = received(connection, most=10**9).count(b"HTTP/1.1 200 OK")
            sender.join()
        assert answers == 2_001

    def test_a_client_that_asks_and_does_not_read_fills_no_memory(self, server):
        one = HOUSE.format(host=f"127.0.0.1:{server.port}").encode() + b"\r\n"
        before = memory_of(server)
        with ExitStack() as connections:
            for _ in range(20):
                connection = connections.enter_context(connected(server))
                connection.settimeout(0.2)
                with suppress(TimeoutError):
                    connection.sendall(one * 20_000)
            assert server.ask("/health/")[0] == 200
            assert memory_of(server) - before < 60 * MEGABYTE

    def test_a_body_that_says_it_is_too_large_is_refused_unread(self, server):
        head = b"POST /admin/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: %d\r\n\r\n" % (
            request_limits.MAX_BODY_BYTES + 1
        )
        with connected(server, head) as connection:
            assert received(connection).startswith(b"HTTP/1.1 413 ")

    def test_a_body_that_turns_out_too_large_is_refused(self, server):
        head = b"POST /admin/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n"
        chunk = b"%x\r\n%b\r\n" % (MEGABYTE, b"a" * MEGABYTE)
        with connected(server, head) as connection:
            answer = []
            reader = threading.Thread(target=lambda: answer.append(received(connection)))
            reader.start()
            assert is_refused(connection, chunk)
            reader.join()
        assert server.ask("/health/")[0] == 200

    def test_a_large_answer_is_given_whole(self, server, folder):
        status, headers, body = server.ask(image(folder, 9 * MEGABYTE))
        assert (status, len(body)) == (200, 9 * MEGABYTE)
        assert headers["content-length"] == str(9 * MEGABYTE)

    def test_head_is_get_without_the_body(self, server, folder):
        for path in ("/", "/nothing/", "/admin/login/", "/health/", image(folder, MEGABYTE)):
            got, head = server.ask(path), server.ask(path, "HEAD")
            assert head[2] == b""
            assert head[0] == got[0]
            assert head[1].get("content-length") == got[1].get("content-length")


ODD = ["\x7f", "\xff\xfe", "é".encode().decode("latin-1"), "a\tb", "'\"<>", "\u00ad", "%00", "(" * 500]
HEADERS = [
    *(
        "Accept",
        "Accept-Encoding",
        "Accept-Language",
        "Authorization",
        "Cache-Control",
        "Cookie",
        "Forwarded",
    ),
    *("If-Match", "If-Modified-Since", "If-None-Match", "If-Range", "If-Unmodified-Since", "Origin", "Range"),
    *("Referer", "TE", "User-Agent", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Port"),
    *("X-Forwarded-Proto", "X-HTTP-Method-Override", "X-Original-URL", "X_Forwarded_For", "HTTP_HOST"),
]


class TestOddBytes:
    def test_in_any_header_break_nothing(self, server):
        with server.connection() as connection:
            paths = itertools.cycle(["/", "/health/", "/nothing/", "/admin/login/", "/search/"])
            faults = [
                (path, name, value)
                for (name, value), path in zip(itertools.product(HEADERS, ODD), paths, strict=False)
                if raw(connection, server, path, name, value) >= 500
            ]
        assert faults == []

    def test_in_a_query_break_nothing(self, server):
        line = b"GET %b?%b HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: close\r\n\r\n"
        faults = []
        for path in (b"/", b"/search/", b"/admin/login/"):
            for query in (b"\xff", b"page=\xe9", b"q=%ff", b"q=\xc3\xa9", b"a" * 8000):
                with connected(server, line % (path, query, server.port)) as connection:
                    if int(received(connection)[9:12]) >= 500:
                        faults.append((path, query))
        assert faults == []

    def test_a_name_with_an_underscore_passes_for_no_other(self, server):
        """CGI has one name for both spellings; a proxy that removes one of them leaves the other."""
        answer = server.ask("/nothing/", headers={"X_Forwarded_Proto": "https", "Host_": "evil.example"})
        assert answer[0] == 404


class TestVisitorsAddress:
    def test_a_proxy_on_this_machine_says_who_asks(self, server):
        """20 failures lock an address out: those of two visitors are not added up."""
        with server.connection() as connection:
            visitors = [f"192.0.2.{1 + number // 19}" for number in range(2 * 19)]
            statuses = [log_in(connection, server, visitor, n) for n, visitor in enumerate(visitors)]
            assert set(statuses) == {200}
            assert log_in(connection, server, visitors[0], 99) == 429

    def test_what_a_visitor_claims_of_himself_does_not_count(self, server):
        with server.connection() as connection:
            statuses = [log_in(connection, server, f"10.2.2.{n}, 192.0.2.77", 100 + n) for n in range(21)]
        assert statuses[-1] == 429


class TestComingAndGoing:
    def test_a_reload_loses_no_request(self, folder):
        with running_server(basic_environment(folder), folder) as server:
            workers = set(workers_of(server))
            with crowd(server, ["/", "/health/", "/archive/"], readers=4) as (results, failures):
                for _ in range(RELOADS):
                    before, answered = set(workers_of(server)), results[200]
                    server.reload()
                    wait_until(lambda before=before: before.isdisjoint(workers_of(server)))
                    wait_until(lambda answered=answered: results[200] > answered + 20)
            assert failures == []
            assert set(results) == {200}
            assert workers.isdisjoint(workers_of(server))

    def test_a_restart_behind_a_socket_that_stays_loses_no_request(self, folder):
        environment = basic_environment(folder)
        with listening_socket() as listener, ExitStack() as servers:
            first = servers.enter_context(forked_server_on(listener, environment, folder))
            with crowd(first, ["/", "/health/"]) as (results, failures):
                wait_until(lambda: results[200] > 20)
                first.process.terminate()
                assert first.process.wait(40) == 0
                assert "Bad file descriptor" not in first.log.read_text()  # no file is closed twice
                servers.enter_context(forked_server_on(listener, environment, folder))
                before = results[200]
                wait_until(lambda: results[200] > before + 20)
            assert failures == []
            assert set(results) == {200}

    def test_a_worker_ends_after_its_number_of_requests_and_loses_none(self, folder):
        options = ["--worker-class", SHORT_LIFE]
        with forked_server(basic_environment(folder), folder, *options) as server:
            [first] = workers_of(server)
            with crowd(server, ["/health/"]) as (results, failures):
                wait_until(lambda: first not in workers_of(server))
                before = results[200]
                wait_until(lambda: results[200] > before + 20)
            assert failures == []
            assert set(results) == {200}

    def test_pages_from_memory_do_not_wear_a_worker_out(self, folder):
        """Nor do idle connections keep it when it stops: a request might take an hour here."""
        options = ["--worker-class", SHORT_LIFE, "--graceful-timeout", "3600"]
        with forked_server(basic_environment(folder), folder, *options) as server:
            workers = workers_of(server)
            with server.connection() as connection:
                for path in ["/"] * 300 + ["/health/"] * 20:  # which give a worn out worker time to leave
                    assert ask(connection, path, host=f"127.0.0.1:{server.port}")[0] == 200
            assert workers_of(server) == workers
            with ExitStack() as connections:
                for sent in (b"", b"GET / HT", request(server, "/")):
                    connections.enter_context(connected(server, sent))
                server.process.terminate()
                assert server.process.wait(60) == 0

    def test_a_killed_worker_is_replaced(self, folder):
        with forked_server(basic_environment(folder), folder) as server:
            [worker] = workers_of(server)
            os.kill(worker, signal.SIGKILL)
            wait_until(lambda: workers_of(server) not in ([], [worker]))
            assert server.ask("/")[0] == 200

    def test_an_application_without_django_is_served(self, folder):
        page = folder / "page.json"
        page.write_text('{"headers": [], "body": "bare"}')
        with running_server(
            basic_environment(folder) | {"BARE_PAGE": str(page)},
            folder,
            application="tests.benchmarks.bare:wsgi",
            options=["--worker-class", "gthread", "--threads", "4"],
        ) as server:
            assert server.ask("/")[2] == b"bare"

    def test_the_plain_wsgi_entry_works(self, folder):
        options = ["--worker-class", "gthread", "--threads", "4"]
        environment = basic_environment(folder)
        with forked_server(environment, folder, *options, application="site_config.wsgi") as server:
            status, headers, _ = server.ask("/")
        assert status == 200
        assert headers["cache-control"].startswith("public")


# Tools


def image(folder, size) -> str:
    """Put a file of this size among the images; return its address."""
    digest = f"{size:040x}"
    file = folder / "data" / "media" / "images" / digest[:2] / f"{digest}.jpg"
    file.parent.mkdir(parents=True, exist_ok=True)
    if not file.exists():
        file.write_bytes(b"a" * size)
    return f"/media/images/{digest[:2]}/{digest}.jpg"


def request(server, path) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n\r\n".encode()


def raw(connection, server, path, name, value):
    """Send a header with bytes that http.client would not; return the status, or 0 without one."""
    connection.putrequest("GET", path, skip_host=True, skip_accept_encoding=True)
    connection.putheader("Host", f"127.0.0.1:{server.port}")
    connection._buffer.append(f"{name}: {value}".encode("latin-1"))
    try:
        connection.endheaders()
        response = connection.getresponse()
        response.read()
    except (http.client.BadStatusLine, ConnectionError):  # refused without a word
        connection.close()
        return 0
    if response.status == 400:
        connection.close()
    return response.status


def log_in(connection, server, forwarded_for, number):
    """Fail to log in, with a name of its own; return the status."""
    token = "x" * 32
    headers = {
        "Cookie": f"csrftoken={token}",
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Forwarded-For": forwarded_for,
    }
    body = f"username=nobody{number}&password=x&csrfmiddlewaretoken={token}"
    return ask(connection, "/admin/login/", "POST", headers, body, host=f"127.0.0.1:{server.port}")[0]


def memory_of(server) -> int:
    """Return the bytes that its workers hold, by themselves or with others (PSS)."""
    total = 0
    for worker in workers_of(server):
        with open(f"/proc/{worker}/smaps_rollup") as figures:
            total += sum(int(line.split()[1]) * 1024 for line in figures if line.startswith("Pss:"))
    return total
