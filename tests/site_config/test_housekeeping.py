"""A server process returns its free memory to the system after requests to Django."""

import asyncio
from types import SimpleNamespace

from site_config import housekeeping


def test_free_memory_is_returned_once_after_requests(monkeypatch):
    behind = SimpleNamespace(answered=0)
    site = SimpleNamespace(behind=behind, pages=None)
    monkeypatch.setattr(housekeeping, "CHECK_SECONDS", 0.001)
    monkeypatch.setattr(housekeeping, "CHECKS_BETWEEN_TRIMS", 1)

    async def count_returns():
        returns, loop = asyncio.Semaphore(0), asyncio.get_running_loop()
        monkeypatch.setattr(
            housekeeping, "return_free_memory", lambda: loop.call_soon_threadsafe(returns.release)
        )
        working = asyncio.create_task(housekeeping.keep_house(site))
        await asyncio.sleep(0.02)
        before = returns.locked()
        behind.answered = 1
        await asyncio.wait_for(returns.acquire(), 10)
        await asyncio.sleep(0.02)
        working.cancel()
        return before, returns.locked()

    assert asyncio.run(count_returns()) == (True, True)
