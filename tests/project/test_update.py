"""bin/update does its steps in order, ends at the first failure, and says how to go back."""

import os
import shutil
import stat
import subprocess

import pytest
from django.conf import settings

# Stands for bin/galley, bin/setup and the reload: writes down its arguments, and fails if told so.
STAND_IN = """#!/bin/sh
call="$(basename "$0") $*"
echo "$call" >> "$CALLS"
plan='1 migrations to apply:\\n  blog.0066_after\\nTo go back:\\n  bin/galley migrate blog 0065_before\\n'
case $call in *--plan*) printf "$plan" ;; esac
[ -z "${FAILS:-}" ] || case $call in *"$FAILS"*) exit 1 ;; esac
"""
STEPS = [
    "galley check --database default",
    "galley backup",
    "setup",
    "galley prepare --plan",
    "galley prepare",
    "reload",
    "galley verify --since",
]
RESTART = "restart the site if './reload' does not"
NOTHING, CODE, DATABASE = "Nothing was changed", "the database was not changed", "migrate blog 0065_before"


class Checkout:
    """A clone with bin/update and stand-ins, and one commit less than its origin."""

    def __init__(self, folder):
        self.folder, self.calls = folder / "app", folder / "calls"
        self.calls.touch()
        origin = folder / "origin"
        (origin / "bin").mkdir(parents=True)
        shutil.copy(settings.BASE_DIR / "bin/update", origin / "bin/update")
        for name in ("bin/galley", "bin/setup", "reload"):
            (origin / name).write_text(STAND_IN)
            (origin / name).chmod(stat.S_IRWXU)
        self.git(folder, "init", "--quiet", "--initial-branch=main", "origin")
        self.commit(origin)
        self.git(folder, "clone", "--quiet", "origin", "app")
        self.before = self.head()
        (origin / "new").touch()
        self.commit(origin)
        (folder / "backups").mkdir()

    def git(self, folder, *arguments):
        identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
        command = ["git", *identity, *arguments]
        return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout  # noqa: S603 -- Git

    def commit(self, folder):
        self.git(folder, "add", "--all")
        self.git(folder, "commit", "--quiet", "--message", "State")

    def head(self):
        return self.git(self.folder, "rev-parse", "HEAD").strip()

    def update(self, fails=""):
        """Run bin/update, and return its exit status and messages."""
        environment = {"PATH": os.environ["PATH"], "CALLS": str(self.calls), "FAILS": fails}
        command = [self.folder / "bin/update", "--reload", "./reload"]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 -- our own
        return done.returncode, done.stderr

    def steps(self):
        """Return the parts of STEPS that ran."""
        calls = self.calls.read_text().splitlines()
        return [max((step for step in STEPS if step in call), key=len) for call in calls]


@pytest.fixture
def checkout(tmp_path):
    return Checkout(tmp_path)


def test_all_steps_run_in_order(checkout):
    status, said = checkout.update()

    assert status == 0, said
    assert checkout.steps() == STEPS
    assert checkout.head() != checkout.before
    assert f"git checkout -B main {checkout.before}" in said
    assert said.count("0066_after") == 1  # the way back does not call it "to apply"
    assert said.count(DATABASE) == 2
    assert RESTART not in said


@pytest.mark.parametrize(("name", "needs_restart"), [("supervisor.py", True), ("gunicorn.py", False)])
def test_only_a_change_of_the_main_process_needs_a_restart(checkout, name, needs_restart):
    origin = checkout.folder.parent / "origin"
    (origin / "site_config").mkdir()
    (origin / "site_config" / name).touch()
    checkout.commit(origin)

    assert (RESTART in checkout.update()[1]) == needs_restart


@pytest.mark.parametrize(
    ("number", "way_back"), [(0, NOTHING), (1, NOTHING), (2, CODE), (3, CODE), (5, DATABASE), (6, DATABASE)]
)
def test_failure_ends_the_update_and_says_how_to_go_back(checkout, number, way_back):
    status, said = checkout.update(fails=STEPS[number])

    assert status == 1
    assert way_back in said
    assert checkout.steps() == STEPS[: number + 1]
    assert (checkout.head() == checkout.before) == (way_back == NOTHING)


def test_changed_files_are_kept(checkout):
    (checkout.folder / "reload").write_text("")

    status, said = checkout.update()

    assert (status, checkout.steps()) == (1, [])
    assert NOTHING in said


def test_failed_pull_changes_nothing(checkout):
    shutil.rmtree(checkout.folder.parent / "origin")

    status, said = checkout.update()

    assert (status, checkout.head()) == (1, checkout.before)
    assert NOTHING in said
