"""Processes, looked at from outside."""

import os
import time


def children_of(pid):
    """Return the processes that a process has started and that are there."""
    found = []
    for task in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{task}/children") as children:
            found += map(int, children.read().split())
    return found


def wait_until_gone(pids, seconds=20):
    """Return those of the processes that are still there at the end."""
    deadline = time.monotonic() + seconds
    while (left := [pid for pid in pids if os.path.exists(f"/proc/{pid}")]) and time.monotonic() < deadline:
        time.sleep(0.05)
    return left
