"""Files read and rendered in several processes at once, each file within its time, the results in order."""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import tzinfo
from multiprocessing.connection import Connection

from blog.documents.worker import MEMORY_LIMIT, OUT_OF_MEMORY, Reading, Task
from blog.importing.preparing import PreparedFile
from blog.importing.reports import ImportFailedError

MAX_WORKERS = 4  # by default; one process writes, and more would only wait for it
START_SECONDS = 60
SWITCH_SECONDS = 0.001
CHUNK_FILES = 10
CHUNK_BYTES = 256 * 1024
# What is read ahead: enough for the workers while a batch is written, and little enough for any memory.
WINDOW_CHUNKS = 20
WINDOW_BYTES = 8 * 1024 * 1024

COMMAND = "from blog.documents.worker import main; main()"


class WorkerLostError(Exception):
    """A worker did not give an answer; the message says why, as the reason to refuse the file."""


def time_limit(size: int) -> float:
    """Return how many seconds a file of so many bytes may take."""
    return 10 if size >= 1024 * 1024 else 5


class Workers:
    """A number of workers, started when there is something to do. To be used in a with statement."""

    def __init__(self, count: int | None, time_zone: tzinfo):
        self.count = count or min(MAX_WORKERS, _processors())
        self.time_zone = time_zone
        self._executor = ThreadPoolExecutor(self.count, thread_name_prefix="worker")
        self._lock = threading.Lock()
        self._idle = []
        self._all = set()

    def __enter__(self):
        # The thread that writes hardly ever waits; with the usual 5 ms each answer would wait for it.
        self._switch_interval = sys.getswitchinterval()
        sys.setswitchinterval(SWITCH_SECONDS)
        return self

    def __exit__(self, *exception):
        self._executor.shutdown(wait=False, cancel_futures=True)
        for worker in self._workers():
            worker.process.kill()  # it holds nothing that could be lost
        self._executor.shutdown()
        for worker in self._workers():
            self._end(worker)
        sys.setswitchinterval(self._switch_interval)

    def prepare(
        self, files: Iterable[PreparedFile], is_known: Callable[[PreparedFile], bool]
    ) -> Iterator[PreparedFile]:
        """Yield the files with what their texts say, in their order; known ones and problems as they are."""
        waiting = deque()
        held = 0
        for chunk in _chunks(files):
            unread = {
                place: file
                for place, file in enumerate(chunk)
                if not (file.problem or file.reason_to_skip or is_known(file))
            }
            readings = self._executor.submit(self._read, list(unread.values()))
            waiting.append((chunk, list(unread), readings))
            held += _size(chunk)
            while len(waiting) > WINDOW_CHUNKS or held > WINDOW_BYTES:
                held -= _size(waiting[0][0])
                yield from _results(*waiting.popleft())
        while waiting:
            yield from _results(*waiting.popleft())

    def _read(self, files):
        """Return what each file says; whoever breaks a worker off leaves the rest to another one."""
        tasks = [Task(file.data, file.path, self.time_zone, time_limit(len(file.data))) for file in files]
        readings = []
        while len(readings) < len(tasks):
            worker = self._take()
            try:
                for reading in worker.read(tasks[len(readings) :]):
                    readings.append(reading)  # noqa: PERF402 -- what has come so far is kept
            except WorkerLostError as error:
                self._end(worker)
                readings.append(Reading(problem=str(error)))
            else:
                with self._lock:
                    self._idle.append(worker)
        return readings

    def _take(self):
        with self._lock:
            if self._idle:
                return self._idle.pop()
            worker = Worker()
            self._all.add(worker)
        try:
            worker.wait_until_ready()
        except WorkerLostError:
            self._end(worker)
            raise ImportFailedError("The worker processes that read files do not start.") from None
        return worker

    def _end(self, worker):
        worker.end()
        with self._lock:
            self._all.discard(worker)

    def _workers(self):
        with self._lock:
            return list(self._all)


class Worker:
    """One process; it ends by itself when this one is gone, however that went."""

    def __init__(self):
        ours, theirs = socket.socketpair()
        with theirs:
            self.process = subprocess.Popen(  # noqa: S603 -- our own module
                [sys.executable, "-c", COMMAND],
                stdin=theirs,
                stdout=subprocess.DEVNULL,
                env={"PYTHONPATH": os.pathsep.join(sys.path)},  # no secret of this process
                process_group=0,  # Ctrl+C is for this process, which then ends the worker
            )
        self.connection = Connection(ours.detach())
        self.seconds = START_SECONDS

    def wait_until_ready(self) -> None:
        """Wait for the start. Raises WorkerLostError."""
        if not self.connection.poll(START_SECONDS):
            raise WorkerLostError("does not start.")
        self._receive()

    def read(self, tasks: list[Task]) -> Iterator[Reading]:
        """Yield what each file says. Raises WorkerLostError in the place of one that breaks the worker."""
        self.seconds = tasks[0].seconds
        try:
            self.connection.send(tasks)
        except OSError:
            raise WorkerLostError(self._cause_of_death()) from None
        for task in tasks:
            self.seconds = task.seconds
            yield self._receive()

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        self.connection.close()

    def _receive(self):
        try:
            return self.connection.recv()
        except (EOFError, OSError):
            raise WorkerLostError(self._cause_of_death()) from None

    def _cause_of_death(self):
        status = self.process.wait()
        if status == -signal.SIGALRM:
            return f"takes longer than {self.seconds:g} seconds to read and render."
        if status == OUT_OF_MEMORY:
            return f"takes more than {MEMORY_LIMIT // 1024**2} MB of memory to read and render."
        cause = signal.Signals(-status).name if status < 0 else f"exit status {status}"
        return f"cannot be read: the process that read it broke off ({cause})."


def _processors():
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _chunks(files):
    """Group files: one at a time would wake this process, which has much to write, for each."""
    chunk = []
    for file in files:
        chunk.append(file)
        if len(chunk) == CHUNK_FILES or _size(chunk) >= CHUNK_BYTES:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _size(files):
    return sum(len(file.data) for file in files)


def _results(chunk, unread, readings):
    found = dict(zip(unread, readings.result(), strict=True))
    return (_result(file, found.get(place)) for place, file in enumerate(chunk))


def _result(file, reading):
    if reading is None:
        return replace(file, data=b"")
    return replace(
        file,
        fields=reading.fields,
        rendering=reading.rendering,
        pictures=reading.pictures,
        problem=reading.problem,
        seconds=file.seconds + reading.seconds,
    )
