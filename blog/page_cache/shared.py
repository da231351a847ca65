"""The generation's number in a cache server, for process groups that share a database but no folder.

Readers never wait for that server: it is asked in the background, and told when an editor or an import has
changed something. Without an answer each machine goes on with its own changes, and
pages expire by their greatest age (generation.py).
"""

import functools
import logging
import time

from django.conf import settings
from django.core.cache import caches

KEY = "galley-generation"
PAUSE_SECONDS = 5  # after a fault: no save waits for the server again until they are over

logger = logging.getLogger(__name__)


def shared_number() -> "SharedNumber | None":
    """Return the number in the server that CACHE_URL names; None without one."""
    backend = settings.CACHES["default"]["BACKEND"]
    if backend.endswith((".locmem.LocMemCache", ".dummy.DummyCache")):
        return None
    return _shared_number()


@functools.cache
def _shared_number():
    return SharedNumber()


class SharedNumber:
    """A number that only grows, even over a restart of the server without its data."""

    def __init__(self):
        self.quiet_until = 0.0
        self.is_away = False  # the log has one line when it goes away, and one when it is back

    def read(self) -> int | None:
        """Return the number; None if the server does not answer."""
        return self._ask(self._read)

    def bump(self) -> int | None:
        """Raise the number and return it; None if the server does not answer."""
        if time.monotonic() < self.quiet_until:
            return None
        return self._ask(self._raise)

    def _read(self, cache):
        # A server without it gets a number that was never in use: the time.
        return cache.get_or_set(KEY, time.time_ns, timeout=None)

    def _raise(self, cache):
        self._read(cache)
        return cache.incr(KEY)

    def _ask(self, operation):
        try:
            number = operation(caches["default"])
        except Exception as error:  # whatever is wrong with the server, readers and editors go on without it
            if not self.is_away:
                logger.warning("The cache server does not answer (%s): going on without it.", error)
            self.is_away = True
            self.quiet_until = time.monotonic() + PAUSE_SECONDS
            return None
        if self.is_away:
            logger.warning("The cache server answers again.")
        self.is_away = False
        self.quiet_until = 0.0
        return number
