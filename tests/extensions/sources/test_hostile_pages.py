"""Hostile pages: nothing private is reached, no thread stops, and the memory stays within its limit.

GALLEY_TEST_LONG=1 opens ten thousand.
"""

import os
import socket
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from blog.documents.addresses import check_page_address
from blog.extensions.sources import opening, sandboxed
from blog.extensions.sources.models import State
from blog.extensions.sources.opening import Opener, Task
from blog.files.remote.fetcher import Fetcher, Limits, Rules
from tests.support.durations import HOSTILE_PAGES
from tests.support.hostile_pages import LOCALHOST, hostile_server
from tests.support.processes import children_of

SENTENCES = {
    1: "By 1944, 85 per cent of American households owned a refrigerator, said Ryan Day.",
    2: "“In 1944 … 85 %” is in § 5 of the Act, and a million people read it.",
}
SLOW_SECONDS = 1.5


@pytest.fixture
def private_server():
    """A server on this machine that must never be asked."""
    with socket.create_server((LOCALHOST, 0)) as server:
        server.setblocking(False)
        yield server


@pytest.fixture
def asked(monkeypatch):
    """The (IP address, port) of all connections of the fetcher."""
    connect, found = socket.create_connection, set()

    def create_connection(place, *arguments, **options):
        found.add(place)
        return connect(place, *arguments, **options)

    monkeypatch.setattr(socket, "create_connection", create_connection)
    return found


def changing_resolver():
    """A name server that answers with the allowed address or a private one, in turns for each host."""
    answers = Counter()

    def resolve(host, port):
        answers[host] += 1
        if host.startswith("dns") and answers[host] % 2 == 0:
            return ["10.0.0.1"]
        return ["192.168.0.7", LOCALHOST] if host.startswith("inner") else [LOCALHOST]

    return resolve


def largest_child() -> float:
    """Return the most memory that a running child of this process has used, in megabytes."""
    sizes = [0]
    for pid in children_of(os.getpid()):
        with suppress(OSError):
            lines = Path(f"/proc/{pid}/status").read_text().splitlines()
            sizes += [int(line.split()[1]) for line in lines if line.startswith("VmHWM")]
    return max(sizes) / 1024


def test_hostile_pages_are_opened_within_limits(private_server, asked, monkeypatch):
    with hostile_server(private_server.getsockname()[1]) as server:
        port = server.server_address[1]
        rules = Rules(http=True, check=check_page_address, test_hosts=frozenset({(LOCALHOST, port)}))
        limits = Limits(megabytes=opening.LIMITS.megabytes, seconds=SLOW_SECONDS)
        fetcher = Fetcher(rules, limits=limits, resolve=changing_resolver())
        monkeypatch.setattr(opening, "site_fetcher", lambda: fetcher)
        opener, most = Opener([]), []

        def open_one(task):
            state = opener.open(task).state
            most.append(largest_child())
            return state

        tasks = (
            Task(
                number,
                f"http://{'pages' if number % 7 else 'dns'}{number}.example:{port}/{number}",
                SENTENCES,
            )
            for number in range(HOSTILE_PAGES)
        )
        with ThreadPoolExecutor(4) as threads:
            states = Counter(threads.map(open_one, tasks))

    assert states.total() == HOSTILE_PAGES
    assert states.keys() <= set(State)
    assert len(states) > 3
    assert asked == {(LOCALHOST, port)}
    with pytest.raises(BlockingIOError):
        private_server.accept()
    assert 0 < max(most) < sandboxed.KIND.megabytes
    print(dict(states), f"{max(most):.0f} MB")  # noqa: T201
