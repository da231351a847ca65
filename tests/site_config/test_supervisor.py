"""bin/serve's main process: it starts, replaces and ends gunicorn and the job worker."""

import socket
import subprocess
import sys

import pytest

from site_config import supervisor
from site_config.supervisor import Child
from tests.support.processes import wait_until_gone
from tests.support.servers import (
    ROOT,
    basic_environment,
    wait_until,
)


class TestChild:
    def ended(self, child, *command):
        child.follow(subprocess.Popen(command))  # noqa: S603 -- our own commands
        child.process.wait()
        child.look()
        return child

    def test_is_due_at_once_after_it_ended_in_good_order(self):
        child = self.ended(Child("child"), "true")

        assert (child.is_due, child.is_needed) == (True, False)

    def test_is_due_after_a_pause_that_doubles_after_each_failure(self, monkeypatch):
        monkeypatch.setattr(supervisor, "FIRST_PAUSE", 0.1)
        child = self.ended(Child("child"), "false")
        assert (child.is_due, child.is_needed) == (False, True)
        assert child.pause == 0.2
        wait_until(lambda: child.is_due, seconds=5)

        assert self.ended(child, "false").pause == 0.4
        assert self.ended(child, "true").pause == 0.1

    def test_of_a_killed_parent_ends(self):
        script = "from site_config.supervisor import start; print(start(['sleep', '60']).pid); input()"
        command = [sys.executable, "-uc", script]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:  # noqa: S603 -- our own
            pid = int(parent.stdout.readline())

            parent.kill()

            assert wait_until_gone([pid]) == []


class TestStart:
    def refusal(self, folder, **environment) -> str:
        """Return the one line that a start with these variables prints before it fails."""
        command = [sys.executable, "-m", "site_config.supervisor"]
        done = subprocess.run(  # noqa: S603 -- our own command
            command,
            cwd=ROOT,
            env=basic_environment(folder) | environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        [line] = done.stderr.splitlines()
        assert done.returncode == 1
        return line

    def test_at_a_port_in_use_is_refused(self, folder):
        with socket.create_server(("127.0.0.1", 0)) as other:
            assert "Address already in use" in self.refusal(folder, PORT=str(other.getsockname()[1]))

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("WEB_CONCURRENCY", "zero"),
            ("WEB_CONCURRENCY", "0"),
            ("PORT", "eighty"),
            ("GALLEY_WORKER", "maybe"),
        ],
    )
    def test_with_an_invalid_variable_is_refused(self, folder, name, value):
        assert name in self.refusal(folder, **{name: value})
