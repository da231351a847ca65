"""A worker with timeouts of less than a second, for tests."""

from site_config import buffering, protocol, worker

SECONDS = 1
protocol.HEAD_SECONDS = protocol.STALL_SECONDS = buffering.STALL_SECONDS = SECONDS
worker.CHECK_SECONDS = 0.2
buffering.LINGER_SECONDS = SECONDS


class ShortTimeoutWorker(worker.GalleyUvicornWorker):
    """The front door's worker, with those limits."""
