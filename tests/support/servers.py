"""Galley's server, started like bin/serve, on a socket of the test.

running_server() starts site_config.supervisor with gunicorn, forked_server() only gunicorn, in less time.
"""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from tests.support import forking
from tests.support.processes import children_of

ROOT = Path(__file__).resolve().parents[2]
APPLICATION = "site_config.asgi:application"
# Passes a socket to a program as systemd does.
ACTIVATE = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1")
os.execv(sys.executable, [sys.executable, *sys.argv[2:]])
"""
THREADS = 3  # of a process that serves: the last one that it starts expires the page cache


class Server:
    """The main process of a server, with its (host, port) and its log."""

    def __init__(self, process, address, log, *, is_supervised=False):
        self.process = process
        self.is_supervised = is_supervised
        self.address = address
        self.log = log

    @property
    def port(self) -> int:
        return self.address[1]

    def reload(self):
        self.process.send_signal(signal.SIGHUP)

    def ask(self, path, method="GET", headers=(), body=None, timeout=30):
        """Send a request on a new connection. Return (status, {lower-case name: header}, body)."""
        with self.connection(timeout) as connection:
            return ask(connection, path, method, headers, body, host=f"127.0.0.1:{self.port}")

    @contextlib.contextmanager
    def connection(self, timeout=30):
        connection = http.client.HTTPConnection(*self.address, timeout=timeout)
        try:
            yield connection
        finally:
            connection.close()


def ask(connection, path, method="GET", headers=(), body=None, *, host):
    connection.request(method, path, body, {"Host": host} | dict(headers))
    response = connection.getresponse()
    found = {name.lower(): value for name, value in response.getheaders()}
    return response.status, found, response.read()


@contextlib.contextmanager
def running_server(environment, folder: Path, **start):
    """Yield a Server with these environment variables and a matching SITE_URL."""
    with listening_socket() as listener, server_on(listener, environment, folder, **start) as server:
        yield server


def listening_socket():
    """Return a listening socket that outlives the server, as with systemd's socket activation."""
    return socket.create_server(("127.0.0.1", 0), backlog=1024)


# In the process of a fork, whose modules are loaded already, and with the socket that was passed to it.
RUN = """
import os, sys
from gunicorn.app.wsgiapp import run
sys.argv = [word.replace("PASSED", os.environ["PASSED"]) for word in {command}]
run()
"""


@contextlib.contextmanager
def forked_server(environment, folder: Path, *options, **more):
    """Yield a Server of gunicorn only, which cannot be reloaded and runs no jobs."""
    with (
        listening_socket() as listener,
        forked_server_on(listener, environment, folder, *options, **more) as server,
    ):
        yield server


@contextlib.contextmanager
def forked_server_on(listener, environment, folder, *options, application=APPLICATION):
    environment = with_address(environment, listener)
    command = RUN.format(command=["gunicorn", *arguments("PASSED", options, application)])
    shell = ["shell", "--no-imports", "--command", command]
    with log_of(listener, folder).open("a") as file:
        process = forking.fork(environment, shell, stdout=file, stderr=file, passed=listener)
    with contextlib.closing(process), until_end_of(process, listener, folder) as server:
        yield server


@contextlib.contextmanager
def server_on(listener, environment, folder: Path, *, application=APPLICATION, options=()):
    """Yield a Server under the supervisor. Other applications do not report to it, so they run without."""
    is_supervised = application == APPLICATION
    command = [sys.executable, "-m", "gunicorn", *arguments(listener.fileno(), options, application)]
    if is_supervised:
        command = [sys.executable, "-c", ACTIVATE, str(listener.fileno()), "-m", "site_config.supervisor"]
        command += [*options, application]
    environment = with_address(environment, listener)
    with log_of(listener, folder).open("a") as file:
        process = subprocess.Popen(  # noqa: S603 -- our own command
            command, cwd=ROOT, env=environment, pass_fds=[listener.fileno()], stdout=file, stderr=file
        )
    with until_end_of(process, listener, folder, is_supervised=is_supervised) as server:
        yield server


def arguments(listener, options, application):
    return ["--config", "python:site_config.gunicorn", "--bind", f"fd://{listener}", *options, application]


def with_address(environment, listener):
    return {"SITE_URL": f"http://127.0.0.1:{listener.getsockname()[1]}"} | environment


def log_of(listener, folder) -> Path:
    return folder / f"server-{listener.getsockname()[1]}.log"


@contextlib.contextmanager
def until_end_of(process, listener, folder, **kind):
    """Yield the Server of this process when it answers, and end it."""
    server = Server(process, listener.getsockname(), log_of(listener, folder), **kind)
    try:
        wait_until(lambda: server.ask("/health/", timeout=60)[0] == 200)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(timeout=40)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_until(condition, seconds=60, pause=0.02):
    """Wait until condition() is true, and sleep between calls. Connection errors count as false."""
    deadline = time.monotonic() + seconds
    while True:
        with contextlib.suppress(ConnectionError):
            if condition():
                return
        assert time.monotonic() < deadline, "this did not come about in time"
        time.sleep(pause)


def workers_of(server) -> list[int]:
    """Return the pids of the workers of gunicorn, or of both during a reload."""
    return [worker for gunicorn in gunicorns_of(server) for worker in children_of(gunicorn)]


def gunicorns_of(server) -> list[int]:
    if not server.is_supervised:
        return [server.process.pid]
    return [pid for pid in children_of(server.process.pid) if b"gunicorn" in command_of(pid)]


def job_workers_of(server) -> list[int]:
    return [pid for pid in children_of(server.process.pid) if b"db_worker" in command_of(pid)]


def command_of(pid) -> bytes:
    with contextlib.suppress(OSError):  # ended meanwhile
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""


def serving_workers(server) -> int:
    """Return how many workers serve; others may still be starting."""
    return sum(threads_of(worker) >= THREADS for worker in workers_of(server))


def threads_of(pid) -> int:
    with contextlib.suppress(OSError):  # ended meanwhile
        return len(os.listdir(f"/proc/{pid}/task"))
    return 0


def migrate(environment):
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, timeout=600)  # noqa: S603 -- our own command


def basic_environment(folder: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "GALLEY_DATA": str(folder / "data"),
        "DJANGO_SETTINGS_MODULE": "tests.support.server_settings",
        "GALLEY_EXTENSIONS": os.environ.get("GALLEY_EXTENSIONS", "default"),
    }
