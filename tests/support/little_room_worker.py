"""A worker with low limits, so that tests reach them with little data."""

from site_config import protocol, request_limits, worker

MEGABYTE = 1024 * 1024
request_limits.CONNECTIONS = 20
request_limits.SMALL_BODIES_BYTES = 4 * MEGABYTE
request_limits.UPLOADS_BYTES = 30 * MEGABYTE
request_limits.ANSWERS_BYTES = 8 * MEGABYTE
protocol.CHECK_SECONDS = 0.2


class LowLimitWorker(worker.GalleyUvicornWorker):
    """The server's worker class, with these limits."""
