"""Read and render files in parallel worker processes with time limits.

The workers are sandbox processes of the import. A file that crashes its worker is rejected with that reason,
and a new worker starts. A worker ends when its pipe closes, or at its time limit, so it never outlives the
import.

Results keep the order of the files, and at most 200 files or 8 MB are read ahead. So neither the outcome nor
memory use depends on the number of workers or files.
"""

import itertools
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import tzinfo
from functools import partial

from django.conf import settings

from blog.documents.fields.topics import DefaultCategory, Topics
from blog.documents.fields.values import ArticleFields
from blog.documents.generators.rules import AddressRules
from blog.documents.notices import Notice, NoticeKind
from blog.documents.rendering.values import Rendering, ResolvedImage
from blog.imports.images import ImageStore
from blog.imports.report import ImportFailedError
from blog.imports.sources import PreparedFile
from blog.sandbox import calls, workers
from blog.sandbox.child import Task
from blog.sandbox.refusals import Refusal, RefusedError
from blog.sandbox.results import Reading, image_at
from blog.sandbox.workers import NoWorkersError, wait_for

CHUNK_FILES = 10
CHUNK_BYTES = 256 * 1024
# Limits of reading ahead: enough work for the workers while a batch is written, and little memory.
WINDOW_CHUNKS = 20
WINDOW_BYTES = 8 * 1024 * 1024

REASONS = {
    Refusal.TIME: "takes longer than %(seconds)g seconds to read and render.",
    Refusal.MEMORY: "takes more than %(megabytes)d MB of memory to read and render.",
    Refusal.CRASH: "cannot be read: the process that read it ended unexpectedly (%(cause)s).",
    Refusal.ERROR: "cannot be read: %(cause)s.",
    Refusal.BUSY: "cannot be rendered: all rendering processes are busy.",
    Refusal.NO_START: "cannot be rendered: the rendering process does not start.",
}
_LIMITS = frozenset((Refusal.TIME, Refusal.MEMORY))


def time_limit(size: int) -> float:
    """Return the time limit in seconds for a file of this size in bytes."""
    return 10 if size >= 1024 * 1024 else 5


class FileWorkers(workers.Workers):
    """Worker processes that parse and render files."""

    def __init__(self, count: int | None, time_zone: tzinfo, *, examines: bool = False):
        super().__init__(count)
        self.time_zone = time_zone
        # Of the source whose files are read:
        self.rules: AddressRules | None = None
        self.topics: Topics | DefaultCategory | None = None
        self.stores_images_of: Callable[[PreparedFile], bool] = lambda file: False
        self.images: ImageStore | None = None
        self.on_wait: Callable[[], None] = lambda: None  # called now and then while files are read
        self.examines = examines  # whether it also finds claims and findings

    def prepare(
        self, files: Iterable[PreparedFile], is_known: Callable[[PreparedFile], bool]
    ) -> Iterator[PreparedFile]:
        """Yield the files in order, with fields and renderings unless they are known or unreadable."""
        waiting = deque()
        held = 0
        for chunk in _chunks(files):
            unread = {place: file for place, file in enumerate(chunk) if not (file.notice or is_known(file))}
            # To save memory, those that are not read further are without their bytes.
            chunk = [file if place in unread else replace(file, data=b"") for place, file in enumerate(chunk)]
            new = list(map(self.stores_images_of, unread.values()))
            tasks = list(map(self._reading_task, unread.values(), new))
            store_images = partial(self._store_hero_images, list(unread.values()), new)
            readings = self.submit(tasks, self._find_image, store_images) if tasks else None
            waiting.append((chunk, list(unread), readings))
            held += _size(chunk)
            while len(waiting) > WINDOW_CHUNKS or held > WINDOW_BYTES:
                held -= _size(waiting[0][0])
                yield from self._results(*waiting.popleft())
        while waiting:
            yield from self._results(*waiting.popleft())

    def _results(self, chunk, unread, readings):
        if readings is None:
            return chunk
        wait_for([readings], self.on_wait)
        found = dict(zip(unread, map(_reading, results_of(readings)), strict=True))
        return (_result(file, found[place]) if place in found else file for place, file in enumerate(chunk))

    def _reading_task(self, file, stores_images):
        task = self.task(file, "read")
        task = replace(task, arguments=(*task.arguments, self.rules, self.topics, stores_images))
        if not self.examines:
            return task
        # A file whose check exceeds the limit is imported without it.
        arguments = (*task.arguments, settings.SITE_URL)
        return replace(task, function="read_and_examine", arguments=arguments, fallback=task)

    def _find_image(self, task, address):
        """Answer what a task asks: store an image of its text, and say how to show it."""
        data, path, *_ = task.arguments
        return self.images.find_early(address, PreparedFile(path, data))

    def _store_hero_images(self, files, new, answers):
        """Begin to store the images that the texts do not show, so that their articles need not wait long."""
        for file, is_new, reading in zip(files, new, answers, strict=True):
            if is_new and isinstance(reading, Reading) and reading.fields:
                self.images.store_early(reading.fields.image, file)

    def task(self, file: PreparedFile, function: str) -> Task:
        return Task(function, (file.data, file.path, self.time_zone), time_limit(len(file.data)))


def read_fields_of(
    workers: FileWorkers, files: Sequence[PreparedFile]
) -> Iterator[tuple[PreparedFile, ArticleFields]]:
    """Yield (file, fields) for the files that can be parsed, without rendering them."""
    chunks = list(itertools.batched(files, CHUNK_FILES))
    readings = [workers.submit([workers.task(file, "fields") for file in chunk]) for chunk in chunks]
    for chunk, answers in zip(chunks, readings, strict=True):
        for file, reading in zip(chunk, map(_reading, answers.result()), strict=True):
            if reading.fields:
                yield file, reading.fields


def rendering_with(file: PreparedFile, images: Mapping[str, ResolvedImage | None]) -> Rendering:
    """Return the rendering of a file's text with these images: the worker's, if it had the same images.

    Raises ValueError with the reason if rendering exceeds a limit.
    """
    if all(image == image_at(images, address) for address, image in file.images.items()):
        return file.rendering
    return render_again(file.fields.body, file.fields.title, images, len(file.data))


def render_again(text: str, title: str, images: Mapping[str, ResolvedImage | None], size: int) -> Rendering:
    """Render the text of a file again, with images that only the writer knows. size: bytes of the file.

    Raises ValueError with the reason if rendering exceeds a limit.
    """
    try:
        return calls.render(text, title=title, images=images, seconds=time_limit(size))
    except RefusedError as error:
        raise ValueError(REASONS[error.code] % error.values) from None


def _reading(answer):
    """Return a worker's answer as a Reading, with the reason if the sandbox refused the file."""
    if isinstance(answer, RefusedError):
        kind = NoticeKind.TOO_COSTLY if answer.code in _LIMITS else NoticeKind.UNREADABLE
        return Reading(refusal=Notice(kind, REASONS[answer.code] % answer.values))
    return answer


def _chunks(files):
    """Group files into chunks, so that the writing process is not interrupted for each file."""
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


def results_of(readings):
    """Return the answers to submitted tasks. Raises ImportFailedError if no process starts."""
    try:
        return readings.result()
    except NoWorkersError:
        raise ImportFailedError("The worker processes that read files do not start.") from None


def _result(file, reading):
    return replace(
        file,
        fields=reading.fields,
        rendering=reading.rendering,
        images=reading.images,
        examined=reading.examined,
        notice=reading.refusal,
        seconds=file.seconds + reading.seconds,
    )
