"""A worker with low limits, so that tests reach them with little data."""

from site_config import limits, worker

MEGABYTE = 1024 * 1024
limits.CONNECTIONS = 20
limits.SMALL_BODIES_BYTES = 4 * MEGABYTE
limits.UPLOADS_BYTES = 30 * MEGABYTE
limits.ANSWERS_BYTES = 8 * MEGABYTE
worker.CHECK_SECONDS = 0.2


class NarrowWorker(worker.FrontDoorWorker):
    """The front door's worker, with those limits."""
