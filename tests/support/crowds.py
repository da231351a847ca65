"""Readers who ask for pages all the time, while a test does something to the server."""

import threading
import time
from collections import Counter
from contextlib import contextmanager

from tests.support.servers import ask


class Seconds(list):
    """How long each answer took."""

    @property
    def of_most(self) -> float:
        """The time within which nine of ten answers came: a machine with other work delays some."""
        return sorted(self)[len(self) * 9 // 10]


@contextmanager
def crowd(server, paths, readers=8, pause=0.0, seconds=None):
    """Have readers ask for pages, on connections that last; yield their statuses and what went wrong.

    seconds: a list to which the time of each answer is added. pause: seconds before each request.
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
                except Exception as error:  # told by the test
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
