"""A worker with timeouts of a second or less."""

from site_config import buffering, protocol, worker

SECONDS = 1
protocol.HEAD_SECONDS = protocol.STALL_SECONDS = buffering.STALL_SECONDS = SECONDS
protocol.CHECK_SECONDS = 0.2
buffering.LINGER_SECONDS = SECONDS


class ShortTimeoutWorker(worker.GalleyUvicornWorker):
    """The server's worker class, with these timeouts."""
