"""Kill a process of a site once it has done a part of its work."""

import random
import signal

from tests.support.processes import children_of, wait_until_gone
from tests.support.servers import wait_until


def moment_of(seed: int, last: int) -> int:
    """Return after how much of the work to kill, from 1 to less than `last`."""
    return random.Random(seed).randrange(1, last)  # noqa: S311 -- a moment, not a secret


def kill_at(site, process, question: str, number: int, with_signal=signal.SIGKILL) -> int:
    """Kill a process once the query returns this number; return its exit status. Its children end, too."""
    wait_until(lambda: site.value(question) >= number, 120, 0.005)
    helpers = children_of(process.pid)
    process.send_signal(with_signal)
    status = process.wait(timeout=60)
    assert wait_until_gone(helpers) == []
    return status
