"""Attributes of processes on Linux. The arbiter imports this module, so it imports nothing of blog."""

import ctypes
import os
import signal
from contextlib import suppress

PR_SET_PDEATHSIG, PR_SET_NAME, PR_SET_CHILD_SUBREAPER = 1, 15, 36  # from <sys/prctl.h>


def prctl(option: int, value) -> bool:
    """Set an attribute of this process. Return False if the system cannot."""
    with suppress(OSError, AttributeError):
        return ctypes.CDLL(None).prctl(option, value, 0, 0, 0) == 0
    return False


def end_with(parent: int) -> None:
    """Have TERM sent to this process when its parent ends, even if the parent is killed."""
    prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:  # it has ended before
        os._exit(1)
