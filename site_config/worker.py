"""The gunicorn worker class: uvicorn with uvloop, httptools and protocol.py."""

import asyncio
import ctypes
import gc
import importlib
import itertools
import logging
import os
import resource
import signal
from contextlib import suppress

from django.conf import settings
from uvicorn.server import Server
from uvicorn_worker import UvicornWorker

from site_config import request_limits
from site_config.protocol import CachingHttpProtocol

CHECK_SECONDS = 2
CHECKS_BETWEEN_TRIMS = 15
REPLACEMENT_SECONDS = 2  # until a new worker serves


class GracefulServer(Server):
    """uvicorn's server, which on shutdown closes connections through CachingHttpProtocol.shutdown()."""

    async def shutdown(self, sockets=None):
        CachingHttpProtocol.is_stopping = True
        await super().shutdown(sockets)


def allow_open_files():
    """Raise the limit on open files, usually 1,024, to OPEN_FILES, or as far as the hard limit allows."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = (
        request_limits.OPEN_FILES if hard == resource.RLIM_INFINITY else min(request_limits.OPEN_FILES, hard)
    )
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


class GalleyUvicornWorker(UvicornWorker):
    """Serves the application of asgi.py, or any other ASGI application without the page cache."""

    CONFIG_KWARGS = {
        "loop": "uvloop",
        "http": CachingHttpProtocol,
        "ws": "none",
        "server_header": False,
        # watch() counts requests itself: only those that reach Django, since cached pages leak nothing.
        "limit_max_requests": None,
    }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # uvicorn logs each malformed request, so that anybody could fill the log.
        logging.getLogger("uvicorn.error").setLevel(logging.ERROR)
        allow_open_files()

    async def _serve(self):
        self.config.app = self.wsgi
        CachingHttpProtocol.pages = getattr(self.wsgi, "pages", None)
        server = GracefulServer(self.config)
        self._install_sigquit_handler()
        watch = asyncio.create_task(self.watch(server))
        # Raw sockets: uvloop would close gunicorn's objects a second time and log "Bad file descriptor".
        await server.serve(sockets=[listener.sock for listener in self.sockets])
        watch.cancel()

    async def watch(self, server):
        """Close stalled connections, and have this worker replaced after max_requests requests to Django.

        Also return free memory to the system, if there were requests to Django.
        """
        behind = getattr(self.wsgi, "behind", None)
        metrics = self.metrics()
        loop = asyncio.get_running_loop()
        answered = 0
        for check in itertools.count(1):
            await asyncio.sleep(CHECK_SECONDS)
            for connection in list(server.server_state.connections):
                connection.check(loop.time())
            if metrics:
                await metrics.work()
            if behind is not None and behind.answered >= self.max_requests:
                await replace_oldest_worker(self.ppid)
            if behind is not None and check % CHECKS_BETWEEN_TRIMS == 0 and behind.answered != answered:
                answered = behind.answered
                await asyncio.to_thread(return_free_memory)

    def metrics(self):
        """Return the Metrics of this process, or None if they are off."""
        pages = getattr(self.wsgi, "pages", None)
        if pages is None or not settings.METRICS_ADDRESS:
            return None
        # It loads a library that is not needed otherwise.
        module = importlib.import_module("site_config.metrics")
        return module.Metrics(settings.METRICS_ADDRESS, pages)


async def replace_oldest_worker(arbiter: int) -> None:
    """Have gunicorn start a worker, and then end the oldest, which is usually this one."""
    os.kill(arbiter, signal.SIGTTIN)
    try:
        await asyncio.sleep(REPLACEMENT_SECONDS)
    finally:
        os.kill(arbiter, signal.SIGTTOU)


def return_free_memory() -> None:
    """Return free memory to the system, also that between used memory (glibc)."""
    gc.collect()  # some milliseconds, as the loaded application is frozen
    with suppress(AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
