"""A web worker returns its free memory to the system after requests to Django."""

import asyncio
from types import SimpleNamespace

from site_config import worker
from site_config.worker import GalleyUvicornWorker


def test_free_memory_is_returned_once_after_requests(monkeypatch):
    behind = SimpleNamespace(answered=0)
    wsgi = SimpleNamespace(behind=behind)
    watched = SimpleNamespace(wsgi=wsgi, max_requests=50, metrics=lambda: None)
    server = SimpleNamespace(server_state=SimpleNamespace(connections=()))
    monkeypatch.setattr(worker, "CHECK_SECONDS", 0.001)
    monkeypatch.setattr(worker, "CHECKS_BETWEEN_TRIMS", 1)

    async def count_returns():
        returns, loop = asyncio.Semaphore(0), asyncio.get_running_loop()
        monkeypatch.setattr(worker, "return_free_memory", lambda: loop.call_soon_threadsafe(returns.release))
        watching = asyncio.create_task(GalleyUvicornWorker.watch(watched, server))
        await asyncio.sleep(0.02)
        before = returns.locked()
        behind.answered = 1
        await asyncio.wait_for(returns.acquire(), 10)
        await asyncio.sleep(0.02)
        watching.cancel()
        return before, returns.locked()

    assert asyncio.run(count_returns()) == (True, True)
