"""Reads and renders files in several processes at once, with a time limit each; results keep their order."""

import os
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import tzinfo

from blog.documents import Rendering, ResolvedImage
from blog.documents.notices import Kind, Notice
from blog.importing.preparing import PreparedFile
from blog.importing.reports import ImportFailedError
from blog.sandbox import calls
from blog.sandbox.child import Task
from blog.sandbox.process import TEXTS, LostError, Process
from blog.sandbox.refusals import Refusal, RefusedError
from blog.sandbox.texts import Reading

MAX_WORKERS = 4  # by default; one process writes, and more would only wait for it
SWITCH_SECONDS = 0.001
CHUNK_FILES = 10
CHUNK_BYTES = 256 * 1024
# What is read ahead: enough for the workers while a batch is written, and little enough for any memory.
WINDOW_CHUNKS = 20
WINDOW_BYTES = 8 * 1024 * 1024

REASONS = {
    Refusal.TIME: "takes longer than %(seconds)g seconds to read and render.",
    Refusal.MEMORY: "takes more than %(megabytes)d MB of memory to read and render.",
    Refusal.CRASH: "cannot be read: the process that read it broke off (%(cause)s).",
    Refusal.ERROR: "cannot be read: %(cause)s",
    Refusal.BUSY: "cannot be rendered: the processes that render are all busy.",
    Refusal.NO_START: "cannot be rendered: the process that renders does not start.",
}
_LIMITS = frozenset((Refusal.TIME, Refusal.MEMORY))


def time_limit(size: int) -> float:
    """Return how many seconds a file of so many bytes may take."""
    return 10 if size >= 1024 * 1024 else 5


class Workers:
    """Worker processes, started when there is work. A context manager: they end with it."""

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
        """Yield the files in order, with fields and renderings; unchanged and unreadable ones as they are."""
        waiting = deque()
        held = 0
        for chunk in _chunks(files):
            unread = {place: file for place, file in enumerate(chunk) if not (file.notice or is_known(file))}
            readings = self._executor.submit(self._read, list(unread.values()))
            waiting.append((chunk, list(unread), readings))
            held += _size(chunk)
            while len(waiting) > WINDOW_CHUNKS or held > WINDOW_BYTES:
                held -= _size(waiting[0][0])
                yield from _results(*waiting.popleft())
        while waiting:
            yield from _results(*waiting.popleft())

    def _read(self, files):
        """Return a reading for each file; after one that ends its worker, another worker goes on."""
        tasks = [
            Task("read", (file.data, file.path, self.time_zone), time_limit(len(file.data))) for file in files
        ]
        readings = []
        while len(readings) < len(tasks):
            worker = self._take()
            try:
                for answer in worker.answers(tasks[len(readings) :]):
                    readings.append(_reading(answer))  # noqa: PERF401 -- what has come so far is kept
            except LostError as error:
                self._end(worker)
                readings.append(_reading(error))
            else:
                with self._lock:
                    self._idle.append(worker)
        return readings

    def _take(self):
        with self._lock:
            if self._idle:
                return self._idle.pop()
            worker = Process(TEXTS)
            self._all.add(worker)
        try:
            worker.wait_until_ready()
        except LostError:
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


def render_again(text: str, title: str, images: Mapping[str, ResolvedImage | None], size: int) -> Rendering:
    """Render a text of a file of so many bytes with images that only the writer knows.

    Raises ValueError, with the reason, should it take too much now.
    """
    try:
        return calls.render(text, title=title, images=images, seconds=time_limit(size))
    except RefusedError as error:
        raise ValueError(REASONS[error.code] % error.values) from None


def _reading(answer):
    """Return a worker's answer as a reading; if it was refused or lost, the reason is its refusal."""
    if isinstance(answer, RefusedError):
        kind = Kind.TOO_COSTLY if answer.code in _LIMITS else Kind.UNREADABLE
        return Reading(refusal=Notice(kind, REASONS[answer.code] % answer.values))
    return answer


def _processors():
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _chunks(files):
    """Group files, so that the writing process is not interrupted for each single one."""
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
        images=reading.images,
        notice=reading.refusal,
        seconds=file.seconds + reading.seconds,
    )
