"""Machines that start at once with the same database do not migrate it at once."""

import subprocess

import pytest

HOLD = """
import sys
from blog.jobs import locks
with locks.hold("migrate"):
    print("held", flush=True)
    sys.stdin.read()
"""
PIPES = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}


@pytest.fixture
def site(new_site, tmp_path):
    with new_site(tmp_path) as site:
        yield site


@pytest.mark.both_databases
class TestTwoMachines:
    def test_one_migrates_and_the_other_waits(self, site):
        assert site.start("migrate", "blog", "0037", "--verbosity", "0").wait(120) == 0
        holder = site.start("shell", "--no-imports", "--command", HOLD, stdin=subprocess.PIPE, **PIPES)
        assert holder.stdout.readline() == "held\n"

        both = [site.start("migrate", **PIPES) for _ in range(2)]
        waiting = [machine.stderr.readline() for machine in both]
        holder.communicate("", timeout=60)
        outputs = [machine.communicate(timeout=120)[0] for machine in both]

        assert ["waiting until it has" in line for line in waiting] == [True, True]
        assert [machine.returncode for machine in both] == [0, 0]
        assert sorted(output.count("Applying blog.0038") for output in outputs) == [0, 1]
