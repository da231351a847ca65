"""The generation's number in a cache server, for machines that share a database but no data folder.

Readers never wait for the cache server: it is read in the background, and updated when an editor or an import
has changed something. If it does not answer, each machine continues with its own changes, and pages expire at
their greatest age (expiry.py).
"""

import functools
import logging
import time

from django.conf import settings
from django.core.cache import caches

KEY = "galley-generation"
PAUSE_SECONDS = 5  # after a failure; until then, saves do not wait for the server again

logger = logging.getLogger(__name__)


def shared_number() -> "SharedNumber | None":
    """Return the number in the cache server of CACHE_URL, or None without a cache server."""
    return _shared_number() if settings.HAS_CACHE_SERVER else None


@functools.cache
def _shared_number():
    return SharedNumber()


class SharedNumber:
    """A number that only grows, even if the server restarts without its data."""

    def __init__(self):
        self.quiet_until = 0.0
        self.is_away = False  # so that each failure and each recovery is logged once

    def read(self) -> int | None:
        """Return the number, or None if the server does not answer."""
        return self._ask(self._read)

    def bump(self) -> int | None:
        """Bump the number and return it, or return None if the server does not answer."""
        if time.monotonic() < self.quiet_until:
            return None
        return self._ask(self._raise)

    def _read(self, cache):
        # If the server lacks the number, start from the time, which is above any number used before.
        return cache.get_or_set(KEY, time.time_ns, timeout=None)

    def _raise(self, cache):
        self._read(cache)
        return cache.incr(KEY)

    def _ask(self, operation):
        try:
            number = operation(caches["default"])
        except Exception as error:  # readers and editors continue without the server, whatever the error
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
