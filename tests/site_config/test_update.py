"""An update that is not finished: new workers refuse to serve, and the old ones go on."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager

from tests.support import forking
from tests.support.crowds import Seconds, crowd
from tests.support.servers import (
    ROOT,
    basic_environment,
    running_server,
    serving_workers,
    wait_until,
    workers_of,
)

PAGES = ["/", "/archive/", "/admin/login/"]
MOST_SECONDS = 0.5
COLLECT = ("collectstatic", "--no-input", "--verbosity", "0")


@contextmanager
def missing_migration(folder):
    """Have the database lack a migration, as after new code came without `migrate`."""
    with closing(sqlite3.connect(folder / "data/db.sqlite3", timeout=20, isolation_level=None)) as database:
        database.execute(
            "UPDATE django_migrations SET app = 'kept' WHERE app = 'blog' AND name = '0001_initial'"
        )
        try:
            yield
        finally:
            database.execute("UPDATE django_migrations SET app = 'blog' WHERE app = 'kept'")


class TestMissingMigration:
    def test_leaves_the_old_workers_serving_after_a_reload(self, folder):
        seconds = Seconds()
        with running_server(basic_environment(folder), folder) as server:
            wait_until(lambda: serving_workers(server) == 1)  # one that still starts would refuse to serve
            old = set(workers_of(server))
            with crowd(server, PAGES, readers=2, seconds=seconds) as (results, failures):
                with missing_migration(folder):
                    server.reload()
                    wait_until(lambda: "The old one continues" in server.log.read_text())
                    wait_until(lambda: set(workers_of(server)) == old)
                    told = server.ask("/health/ready/")
                    before = results[200]
                    wait_until(lambda: results[200] > before + 20)
                    assert set(workers_of(server)) == old
                server.reload()
                wait_until(lambda: old.isdisjoint(workers_of(server)))
        assert failures == []
        assert set(results) == {200}
        assert told[0] == 200
        assert b"bin/galley migrate" in told[2]
        assert seconds.of_most < MOST_SECONDS

    def test_does_not_prevent_the_return_of_a_killed_worker(self, folder):
        """It is forked with the code that gunicorn has loaded, to which the database still belongs."""
        with running_server(basic_environment(folder), folder) as server, missing_migration(folder):
            [killed] = workers_of(server)
            os.kill(killed, signal.SIGKILL)
            wait_until(lambda: workers_of(server) not in ([], [killed]))
            assert server.ask("/")[0] == 200

    def test_refuses_the_first_start(self, folder):
        with missing_migration(folder):
            done = subprocess.run(
                [sys.executable, "-m", "site_config.supervisor"],
                cwd=ROOT,
                env=basic_environment(folder) | {"PORT": "0", "SITE_URL": "http://127.0.0.1"},
                capture_output=True,
                text=True,
                timeout=120,
                check=False,
            )

        assert done.returncode == 1
        assert "bin/galley migrate" in done.stderr


class TestUncollectedFiles:
    def test_leave_the_old_workers_serving_after_a_reload(self, migrated_data, tmp_path):
        folder = tmp_path
        shutil.copytree(migrated_data, folder / "data")
        settings = {"DJANGO_SETTINGS_MODULE": "tests.support.uncompressed_settings"}
        environment = basic_environment(folder) | settings
        assert forking.fork(environment, COLLECT).wait(120) == 0
        with running_server(environment, folder) as server:
            [old] = workers_of(server)
            (folder / "data/static.digest").write_text("of an earlier release")
            server.reload()
            wait_until(lambda: "The old one continues" in server.log.read_text())

            assert server.ask("/")[0] == 200
            assert b"collectstatic" in server.ask("/health/ready/")[2]
            assert "collectstatic" in forking.errors_of(environment, ["check", "--database", "default"])[1]

            assert forking.fork(environment, ["prepare"]).wait(120) == 0
            server.reload()
            wait_until(lambda: workers_of(server) not in ([old], []) and old not in workers_of(server))
            assert server.ask("/admin/login/")[0] == 200
