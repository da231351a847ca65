"""Machines that start at once with the same database do not migrate it at once."""

import subprocess
from contextlib import closing

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from tests.support.servers import wait_until

HOLD = """
import pathlib, time
from blog.jobs import locks
with locks.hold("migrate"):
    print("held", flush=True)
    while not pathlib.Path({released!r}).exists():
        time.sleep(0.05)
"""


@pytest.fixture
def site(new_site, tmp_path):
    """A site that lacks a migration. It is one of Django's, which adds a table that nothing refers to."""
    with new_site(tmp_path) as site:
        with closing(site.database.cursor()) as cursor:
            cursor.execute("DROP TABLE django_session")
            cursor.execute("DELETE FROM django_migrations WHERE app = 'sessions'")
        yield site


@pytest.mark.both_databases
class TestTwoMachines:
    def test_one_migrates_and_the_other_waits(self, site, tmp_path):
        released, logs = tmp_path / "released", [tmp_path / "here", tmp_path / "there"]
        holder = site.start_script(HOLD.format(released=str(released)), stdout=subprocess.PIPE, text=True)
        assert holder.stdout.readline() == "held\n"

        both = []
        for log in logs:
            with log.open("w") as file:
                both.append(site.fork("migrate", stdout=file, stderr=file))
        wait_until(lambda: all("Waiting for it to finish" in log.read_text() for log in logs))
        released.touch()

        assert [process.wait(120) for process in (holder, *both)] == [0, 0, 0]
        assert sorted(log.read_text().count("Applying sessions.0001") for log in logs) == [0, 1]
        assert site.value("SELECT count(*) FROM django_session") == 0


@pytest.mark.django_db
def test_database_of_before_the_replaced_migrations_is_refused():
    """Django would apply nothing, and report no error."""
    for name in ("0001_initial", "0084_index_keys_of_queue_and_labels"):
        MigrationRecorder(connection).record_unapplied("blog", name)

    with pytest.raises(CommandError, match=r"lacks blog\.0084.*Update to 0\.1\.0 first"):
        call_command("migrate")
