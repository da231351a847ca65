"""Readers who constantly request pages while a test does something to the server."""

import threading
import time
from collections import Counter
from contextlib import contextmanager

from tests.support.servers import ask


class Seconds(list):
    """The seconds that each response took."""

    @property
    def of_most(self) -> float:
        """The seconds within which 90 % of the responses arrived. A busy machine delays some of them."""
        return sorted(self)[len(self) * 9 // 10]


@contextmanager
def crowd(server, paths, readers=3, pause=0.05, seconds=None):
    """Request pages in threads, on persistent connections. Yield ({status: number}, list of failures).

    seconds: a list to which the time of each response is appended. pause: seconds before each request.
    """
    results, failures, done = Counter(), [], threading.Event()
    seconds = [] if seconds is None else seconds

    def read(number):
        with server.connection() as connection:
            while not done.is_set():
                path = paths[number % len(paths)]
                number += 1
                done.wait(pause)
                began = time.monotonic()
                try:
                    status, headers, _ = ask(connection, path, host=f"127.0.0.1:{server.port}")
                except Exception as error:  # reported by the test
                    failures.append(f"{path}: {error!r}")
                    connection.close()
                    continue
                seconds.append(time.monotonic() - began)
                results[status] += 1
                if status >= 500:
                    failures.append(f"{path}: {status}")
                if headers.get("connection") == "close":
                    connection.close()

    threads = [threading.Thread(target=read, args=[number]) for number in range(readers)]
    for thread in threads:
        thread.start()
    try:
        yield results, failures
    finally:
        done.set()
        for thread in threads:
            thread.join()
