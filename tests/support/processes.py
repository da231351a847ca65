"""Inspect other processes."""

import os
import time
from contextlib import suppress


def children_of(pid):
    """Return the pids of the running children of a process, none if it has ended."""
    found = []
    with suppress(OSError):
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/children") as children:
                found += map(int, children.read().split())
    return found


def wait_until_gone(pids, seconds=20):
    """Wait until the processes have ended. Return the pids of those still running after `seconds`."""
    deadline = time.monotonic() + seconds
    while (left := [pid for pid in pids if os.path.exists(f"/proc/{pid}")]) and time.monotonic() < deadline:
        time.sleep(0.05)
    return left
