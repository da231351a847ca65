"""A worker that is replaced after 50 requests."""

from site_config import request_limits, worker

request_limits.REQUESTS = 50


class ShortLifeWorker(worker.GalleyUvicornWorker):
    """The server's worker class, with this limit."""
