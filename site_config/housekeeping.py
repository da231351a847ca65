"""What a server process does every two seconds, for metrics and for its memory, and its replacement."""

import asyncio
import ctypes
import gc
import importlib
import itertools
import os
import random
import signal
from contextlib import suppress

from django.conf import settings

from site_config import request_limits

CHECK_SECONDS = 2
CHECKS_BETWEEN_TRIMS = 15


async def keep_house(site) -> None:
    """Work for the GalleyAsgiApp of this process until cancelled."""
    metrics = load_metrics(site.pages)
    most = request_limits.REQUESTS * random.uniform(1, 1.1)  # noqa: S311 -- so that not all are replaced at once
    answered = 0
    for check in itertools.count(1):
        await asyncio.sleep(CHECK_SECONDS)
        if metrics:
            await metrics.work()
        if site.behind.answered >= most and (arbiter := int(os.environ.get("ARBITER_PID", "0"))):
            await replace_oldest_worker(arbiter)
        if check % CHECKS_BETWEEN_TRIMS == 0 and site.behind.answered != answered:
            answered = site.behind.answered
            await asyncio.to_thread(return_free_memory)


def load_metrics(pages):
    """Return the Metrics of this process, or None if they are off."""
    if not settings.METRICS_ADDRESS:
        return None
    # It loads a library that is not needed otherwise.
    return importlib.import_module("site_config.metrics").Metrics(settings.METRICS_ADDRESS, pages)


async def replace_oldest_worker(arbiter: int) -> None:
    """Have gunicorn start a worker, and then end the oldest, which is usually this one."""
    os.kill(arbiter, signal.SIGTTIN)
    try:
        await asyncio.sleep(CHECK_SECONDS)
    finally:
        os.kill(arbiter, signal.SIGTTOU)


def return_free_memory() -> None:
    """Return free memory to the system, also that between used memory (glibc)."""
    gc.collect()  # some milliseconds, as the loaded application is frozen
    with suppress(AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
