"""Readers of a running server, whom the requests of others must not slow down."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

PAUSE_SECONDS = 0.04  # between pages
LONGEST_SECONDS = 0.5  # per page, even while editors work
ATTEMPTS = 3  # the machine may be busy with other tests
PATHS = ("/", "/search/?q=water+{}", "/articles/nothing-{}/", "/articles/tides-0/", "/health/")


@contextmanager
def readers(server):
    """Request pages in a thread, cached and uncached. Yield a growing list of the seconds that each takes."""
    seconds, done = [], threading.Event()

    def read():
        with server.connection() as connection:
            number = 0
            while not done.is_set():
                number += 1
                started = time.monotonic()
                connection.request("GET", PATHS[number % len(PATHS)].format(number))
                answer = connection.getresponse()
                answer.read()
                assert answer.status in {200, 404}
                seconds.append(time.monotonic() - started)
                time.sleep(PAUSE_SECONDS)

    with ThreadPoolExecutor(1) as threads:
        reading = threads.submit(read)
        try:
            yield seconds
        finally:
            done.set()
            reading.result(60)


def is_unnoticed(server, act) -> bool:
    """Whether readers get each page quickly while act() runs, in at least one of ATTEMPTS."""
    for _attempt in range(ATTEMPTS):
        with readers(server) as seconds:
            time.sleep(0.2)
            act()
            time.sleep(0.2)
        if max(seconds) < LONGEST_SECONDS:
            return True
    return False
