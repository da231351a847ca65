"""What happens during a soak: requests, acknowledged writes, faults, and what no fault explains."""

import threading
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

GRACE_SECONDS = 2  # after the database answers again
EVER = float("inf")


@dataclass
class Outage:
    """The time in which the database was stopped, in monotonic seconds."""

    began: float
    ended: float = EVER

    def overlaps(self, began, ended, grace=GRACE_SECONDS) -> bool:
        return began <= self.ended + grace and ended >= self.began


@dataclass(frozen=True)
class Answer:
    """An answer of 503 or a broken connection, with the time of the request."""

    connected: float  # when the connection was made
    began: float
    ended: float
    words: str


class Record:
    """Counts and events of all threads. Each event is also a line in a file, to follow the soak."""

    def __init__(self, file: Path):
        self.began = time.monotonic()
        self.visitors = []
        self.requests = Counter()  # {(kind of visitor, status): number}
        self.acts = Counter()  # {(kind of act, outcome): number}
        self.kills = Counter()
        self.killed_servers = []  # times of kills of web workers
        self.outages = []
        self.cache_restarts = 0
        self.unavailable = []  # answers of 503
        self.broken = []  # broken connections
        self.failures = []
        self.writes = {}  # {token: what was acknowledged}
        self.slowest = (0.0, "")
        self._file = file.open("a")
        self._lock = threading.Lock()

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.began

    def close(self) -> None:
        """Close the connections of all visitors, and the file."""
        for visitor in self.visitors:
            visitor.close()
        self._file.close()

    def note(self, words: str) -> None:
        with self._lock:
            self._file.write(f"{self.seconds:7.1f} {words}\n")
            self._file.flush()

    def fail(self, words: str) -> None:
        self.failures.append(f"{self.seconds:.0f} s: {words}")
        self.note(f"FAILURE {words}")

    def acknowledge(self, token: str, what: str) -> None:
        self.writes[token] = what

    def count_answer(self, kind, method, address, status, connected, began, words="") -> None:
        ended = time.monotonic()
        with self._lock:
            self.requests[kind, status] += 1
            self.slowest = max(self.slowest, (ended - began, f"{method} {address}"))
        if status == 503:
            self.unavailable.append(Answer(connected, began, ended, f"{method} {address}: {words}"))
        elif status >= 500 or status == 400:
            self.fail(f"{method} {address} was answered with {status}: {words}")

    def count_broken(self, kind, method, address, connected, began, error) -> None:
        with self._lock:
            self.requests[kind, "broken"] += 1
        answer = Answer(connected, began, time.monotonic(), f"{method} {address}: {error!r}")
        self.broken.append(answer)
        self.note(f"broken {answer.words}")

    def is_during_outage(self, began, ended, grace=GRACE_SECONDS) -> bool:
        return any(outage.overlaps(began, ended, grace) for outage in self.outages)

    def unexplained(self) -> list[str]:
        """Return the answers of 503 without an outage, and broken connections without a killed server."""
        found = [
            f"{each.began - self.began:.0f} s, took {each.ended - each.began:.1f} s: 503 {each.words}"
            for each in self.unavailable
            if not self.is_during_outage(each.began, each.ended)
        ]
        found += [
            f"{each.began - self.began:.0f} s: broken {each.words}"
            for each in self.broken
            if not any(each.connected <= killed <= each.ended for killed in self.killed_servers)
        ]
        return found
