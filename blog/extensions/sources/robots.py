"""What the robots.txt files of sites allow, each requested once in a job."""

import threading
from collections.abc import Callable
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

from blog.files.remote.fetcher import FetchError, RemoteAnswer

LARGEST = 100_000  # bytes that are read
FORBIDDEN = {401, 403}


class RobotsError(FetchError):
    """Raised for a page that the robots.txt of its site forbids."""


class Robots:
    """The rules of sites for a user agent. open: requests a URL. Thread-safe."""

    def __init__(self, open_: Callable[[str], RemoteAnswer], user_agent: str):
        self._open = open_
        self._agent = user_agent
        self._rules: dict[str, RobotFileParser] = {}
        self._locks: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()

    def check(self, address: str) -> None:
        """Raise RobotsError if a page is forbidden, and FetchError if its robots.txt cannot be read."""
        parts = urlsplit(address)
        site = f"{parts.scheme}://{parts.netloc}"
        with self._lock:
            lock = self._locks.setdefault(site, threading.Lock())
        with lock:
            if site not in self._rules:
                self._rules[site] = self._read(f"{site}/robots.txt")
        if not self._rules[site].can_fetch(self._agent, address):
            raise RobotsError("the robots.txt of the site forbids it.")

    def _read(self, address):
        answer = self._open(address)
        if answer.status >= 500:
            raise FetchError(f"the robots.txt of the site answers {answer.status}.", is_passing=True)
        rules = RobotFileParser()
        rules.modified()
        rules.disallow_all = answer.status in FORBIDDEN
        lines = answer.content[:LARGEST].decode("utf-8", "replace").splitlines()
        rules.parse(lines if answer.status == 200 else [])
        return rules
