"""A sandbox process with misbehaving tasks."""

import os
import re
import signal
import sys
import time

from blog.sandbox.child import ask, serve


def spin():
    re.match("(?:a|a)*b", "a" * 40)


def stop():
    os.kill(os.getpid(), signal.SIGSTOP)


def fill():
    return bytearray(10**9)


def die():
    os.kill(os.getpid(), signal.SIGKILL)


def fail():
    return 1 / 0


def sleep(seconds):
    time.sleep(seconds)
    return os.getpid()


def leave(path):
    """End the process as after too long an idle time, but only on the first call."""
    if not os.path.exists(path):
        open(path, "w").close()
        sys.exit(0)
    return os.getpid()


def die_once(path):
    """Be killed, but only on the first call."""
    if not os.path.exists(path):
        open(path, "w").close()
        die()
    return os.getpid()


TASKS = (spin, stop, fill, die, fail, sleep, leave, die_once)


def main():
    serve(
        {
            "ask": ask,
            "pid": os.getpid,
            "echo": lambda given: given,
            **{function.__name__: function for function in TASKS},
        }
    )
