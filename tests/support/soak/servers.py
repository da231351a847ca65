"""A site as in production for a soak: bin/serve with PostgreSQL or SQLite, and Valkey."""

import contextlib
import os
import pwd
import re
import shutil
import subprocess
import threading
import time
from collections import Counter
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import pytest

from tests.support.programs import find_program, free_port
from tests.support.servers import ROOT

START_SECONDS = 300
WAIT = ("--wait", "--timeout", "120")
LOG_SECONDS = 0.5
LOG_GRACE_SECONDS = 30  # after an outage, for exceptions of the database
OF_DATABASE = re.compile(
    r"OperationalError|InterfaceError|AdminShutdown|PoolTimeout|CannotConnectNow|CrashShutdown|LockLostError"
)
BEGIN = "Traceback (most recent call last):"
CHAINED = ("During handling of the above", "The above exception was")


class Cache:
    """A Valkey that stores nothing on disk."""

    def __init__(self, folder):
        self.folder, self.port, self.process = folder, free_port(), None

    @property
    def url(self):
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self):
        program = find_program("valkey-server", "redis-server")
        command = [program, "--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.folder)]
        command += ["--save", "", "--appendonly", "no"]
        silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.process = subprocess.Popen(command, **silent)  # noqa: S603 -- our own command

    def stop(self):
        if self.process is not None:
            self.process.kill()
            self.process.wait()
        self.process = None


class Database:
    """A PostgreSQL cluster of its own, which can be stopped and started."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.programs = _postgres_programs()
        self.as_owner = []
        if os.getuid() == 0:  # PostgreSQL refuses to run as root
            owner = "postgres" if _has_user("postgres") else "nobody"
            self.as_owner = ["runuser", "-u", owner, "--"]
            shutil.chown(folder, owner)
        self._run("initdb", "--username", "galley", "--auth", "trust", "--encoding", "UTF8", "--no-sync")

    @property
    def url(self):
        return f"postgres://galley@{str(self.folder).replace('/', '%2F')}/postgres"

    def start(self):
        # Without fsync: only its processes are killed, not the machine. Commits must survive that.
        options = f"-k {self.folder} -c listen_addresses= -c fsync=off -c synchronous_commit=on"
        self._run("pg_ctl", "--log", "server.log", *WAIT, "start", "--options", options)

    def stop(self, mode="immediate"):
        self._run("pg_ctl", "--mode", mode, *WAIT, "stop")

    def _run(self, program, *arguments):
        command = [*self.as_owner, f"{self.programs}/{program}", "--pgdata", "data", *arguments]
        subprocess.run(command, cwd=self.folder, check=True, stdout=subprocess.DEVNULL, timeout=300)  # noqa: S603 -- our own command


def _has_user(name):
    try:
        return bool(pwd.getpwnam(name))
    except KeyError:
        return False


def _postgres_programs() -> Path:
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: -int(path.parent.name))
    for folder in folders:
        if (folder / "initdb").exists():
            return folder
    if found := shutil.which("initdb"):
        return Path(found).parent
    pytest.skip("PostgreSQL is not installed")


class Log:
    """The output of the server, with the time of each traceback."""

    def __init__(self, file: Path):
        self.file = file
        self.tracebacks = []  # (seconds, text)
        self.lines = Counter()  # {line of the log, without numbers: how often}
        self.ended = threading.Event()
        self._block = []
        self._began = 0.0
        self._entry = self._rest = ""

    def run(self):
        with self.file.open(errors="replace") as log:
            while True:
                is_last = self.ended.is_set()
                *lines, self._rest = (self._rest + log.read()).split("\n")
                for line in lines:
                    self._take(line)
                if is_last:
                    self._close()
                    return
                self.ended.wait(LOG_SECONDS)

    def _take(self, line):
        """Collect the lines of a traceback, with the entry before it, and of those it was raised from."""
        if not self._block and BEGIN in line:
            self._began = time.monotonic()
            self._block = [self._entry, line]
        elif self._block and (self._goes_on(line) or not self._is_complete()):
            self._block.append(line)
        else:
            self._close()
            self._entry = line
            if line:
                self.lines[re.sub(r"[0-9a-f]{32}|\d+", "N", line)[:200]] += 1

    def _goes_on(self, line):
        return line[:1] in {" ", "\t", ""} or line.startswith((BEGIN, *CHAINED))

    def _is_complete(self):
        """Whether the last line that is not empty is the exception."""
        last = next((line for line in reversed(self._block) if line), "")
        return last[:1] not in {" ", "\t"} and BEGIN not in last and not last.startswith(CHAINED)

    def _close(self):
        if self._block:
            self.tracebacks.append((self._began, "\n".join(self._block)))
            self._block = []

    def unexplained(self, record) -> list[str]:
        """Return the tracebacks that no outage of the database explains."""
        return [
            f"{moment - record.began:.0f} s: {text[-3000:]}"
            for moment, text in self.tracebacks
            if not (
                OF_DATABASE.search(text) and record.is_during_outage(moment, moment, grace=LOG_GRACE_SECONDS)
            )
        ]


class SoakSite:
    """The running site: its processes, its environment and its log."""

    def __init__(self, folder, environment, port, cache, database):
        self.folder, self.environment, self.port = folder, environment, port
        self.cache, self.database = cache, database
        self.log = Log(folder / "serve.log")
        self.process = None

    @property
    def pid(self):
        return self.process.pid

    def start(self):
        with self.log.file.open("a") as output:
            self.process = subprocess.Popen(  # noqa: S603 -- our own command
                [ROOT / "bin/serve"], cwd=ROOT, env=self.environment, stdout=output, stderr=output
            )

    def manage(self, *arguments) -> str:
        command = [ROOT / ".venv/bin/python", "manage.py", *arguments]
        options = {"cwd": ROOT, "env": self.environment, "stdout": subprocess.PIPE, "text": True}
        return subprocess.run(command, check=True, timeout=900, **options).stdout  # noqa: S603 -- our own command

    def is_ready(self) -> bool:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        with contextlib.closing(connection), contextlib.suppress(OSError, HTTPException):
            connection.request("GET", "/health/")
            return connection.getresponse().status == 200
        return False

    def stop(self) -> int | None:
        """End the server, and return its exit status; None if it had to be killed."""
        self.process.terminate()
        try:
            return self.process.wait(90)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            return None


@contextlib.contextmanager
def soak_site(folder: Path, *, with_postgres: bool):
    """Yield a SoakSite with a migrated database, whose server is not started yet."""
    with contextlib.ExitStack() as stack:
        cache = Cache(folder)
        stack.callback(cache.stop)
        cache.start()
        database = None
        if with_postgres:
            # A short path: that of a socket has at most 107 bytes.
            cluster = Path(f"/tmp/galley-soak.{os.getpid()}")  # noqa: S108 -- of this process only
            cluster.mkdir(mode=0o700)
            stack.callback(shutil.rmtree, cluster, ignore_errors=True)
            database = Database(cluster)
            database.start()
            stack.callback(_stop_quietly, database)
        port = free_port()
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "GALLEY_DATA": str(folder / "data"),
            "GALLEY_EXPORT_DIR": str(folder / "git"),
            "CACHE_URL": cache.url,
            "SECRET_KEY": "of the soak",
            "PORT": str(port),
            "SITE_URL": f"http://127.0.0.1:{port}",
            "WEB_CONCURRENCY": "2",
        }
        environment |= {"DATABASE_URL": database.url} if database else {}
        yield SoakSite(folder, environment, port, cache, database)


def _stop_quietly(database):
    with contextlib.suppress(subprocess.SubprocessError):
        database.stop()
