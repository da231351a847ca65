"""Databases for processes that a test starts, of the same vendor as the test's own database."""

import os
import sqlite3
import subprocess
import sys
import uuid
from contextlib import ExitStack, closing, contextmanager
from functools import cache
from pathlib import Path
from unittest import mock
from urllib.parse import quote

from django.core import management
from django.db import connection
from django.db.backends.base.creation import TEST_DATABASE_PREFIX

from tests.support import forking

ROOT = Path(__file__).resolve().parents[2]


IN_BATCHES = """
from django.core.management import call_command
from blog.imports import run, undo
from blog.review import proofs
run.BATCH_SIZE = run.DRY_BATCH_SIZE = undo.ENTRIES_AT_ONCE = proofs.BATCH_SIZE = {size}
call_command(*{command})
"""


class TemporarySite:
    """A separate site: a data folder, an empty database, and manage.py for both."""

    def __init__(self, folder: Path, url: str, database):
        self.environment = {
            "PATH": os.environ["PATH"],
            "GALLEY_DATA": str(folder / "data"),
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "tests.support.server_settings",
            "GALLEY_EXTENSIONS": os.environ.get("GALLEY_EXTENSIONS", "default"),
        }
        self.database = database
        self.forks = []

    def start(self, *arguments, **options) -> subprocess.Popen:
        command = [sys.executable, "manage.py", *map(str, arguments)]
        options = {"stdout": subprocess.DEVNULL} | options
        return subprocess.Popen(command, cwd=ROOT, env=self.environment, **options)  # noqa: S603 -- our own command

    def migrate(self) -> int:
        """Apply migrations, and return the exit status."""
        return self.start("migrate", "--verbosity", "0").wait(600)

    def fork(self, *arguments, **options) -> forking.Fork:
        """Run a command like start(), but in a fork of a process that has loaded Django."""
        self.forks.append(forking.fork(self.environment, arguments, **options))
        return self.forks[-1]

    def fork_in_batches(self, size: int | None, *arguments) -> forking.Fork:
        """Run a command with transactions of this many files or articles; None: as many as a site has."""
        command = list(map(str, arguments))
        if size is None:
            return self.fork(*command)
        return self.start_script(IN_BATCHES.format(size=size, command=command))

    def start_script(self, script: str, **options) -> forking.Fork:
        return self.fork("shell", "--no-imports", "--command", script, **options)

    def close(self):
        """End all forks that are still running."""
        for fork in self.forks:
            fork.kill()
            fork.wait(60)
            fork.close()

    def value(self, query: str):
        """Return the first value of a query's result."""
        with closing(self.database.cursor()) as cursor:
            cursor.execute(query)
            return cursor.fetchone()[0]


@contextmanager
def site_maker(folder: Path, template=""):
    """Yield new_site(folder), a context manager of a TemporarySite with an empty, migrated database.

    The database is a copy of `template`, a URL, or of a database that is migrated for the first site. It is
    dropped afterwards.
    """
    with ExitStack() as templates:

        @cache
        def migrated() -> str:
            url, database = templates.enter_context(new_database(folder))
            database.close()  # PostgreSQL copies only databases without connections
            assert TemporarySite(folder, url, None).migrate() == 0
            return url

        @contextmanager
        def new_site(folder: Path):
            with (
                new_database(folder, template or migrated()) as (url, database),
                closing(TemporarySite(folder, url, database)) as site,
            ):
                yield site

        yield new_site


def start_with_copy(file: Path):
    """Have Django fill its next test database with a copy of this SQLite database, not migrate it."""

    def call_command(name, **options):
        if name != "migrate":  # Django has imported this function for its other commands, too
            return management.call_command(name, **options)
        patch.stop()
        connection.ensure_connection()
        with closing(sqlite3.connect(f"file:{file}?immutable=1", uri=True)) as original:
            original.backup(connection.connection)
        return None

    patch = mock.patch.object(management, "call_command", call_command)
    patch.start()


@contextmanager
def copy_of_test_database(folder: Path):
    """Yield the URL of a copy of Django's test database in its current state, or "" if there is none."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        if not connection.is_in_memory_db():
            yield ""
            return
        connection.ensure_connection()
        with new_database(folder) as (url, database):
            connection.connection.backup(database)
            yield url
    elif name.startswith(TEST_DATABASE_PREFIX):
        connection.close()
        connection.close_pool()
        with new_database(folder, f"/{name}") as (url, database):
            database.close()
            yield url
    else:
        yield ""


@contextmanager
def new_database(folder: Path, template=""):
    """Yield (DATABASE_URL, connection) of a new database: empty, or a copy of the template."""
    if connection.vendor == "sqlite":
        file = folder / "site.sqlite3"
        with closing(sqlite3.connect(file, isolation_level=None)) as database:
            if template:
                with closing(sqlite3.connect(template.removeprefix("sqlite:///"))) as original:
                    original.backup(database)
            yield f"sqlite:///{file}", database
        return
    import psycopg  # imported here: not needed for SQLite

    settings = connection.settings_dict
    server = {
        key: settings[key.upper()] for key in ("host", "port", "user", "password") if settings[key.upper()]
    }
    name = f"galley_{uuid.uuid4().hex}"
    copied = f"TEMPLATE {template.rpartition('/')[2]} STRATEGY FILE_COPY" if template else ""
    with psycopg.connect(**server, dbname=settings["NAME"], autocommit=True) as everywhere:
        everywhere.execute(f"CREATE DATABASE {name} {copied}")
        try:
            with psycopg.connect(**server, dbname=name, autocommit=True) as database:
                yield _url(settings, name), database
        finally:
            everywhere.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _url(settings, name):
    user, password, host = (quote(settings[key], safe="") for key in ("USER", "PASSWORD", "HOST"))
    port = f":{settings['PORT']}" if settings["PORT"] else ""
    return f"postgres://{user}{':' if password else ''}{password}@{host}{port}/{name}"
