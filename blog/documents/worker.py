"""A process that reads and renders texts for another one, so that a text that takes too much can be killed.

It speaks over the socket that is its standard input, and ends when that closes. It knows neither Django nor
the database, opens no file, and has a limit on its memory.
"""

import contextlib
import gc
import os
import resource
import signal
import sys
import time
from dataclasses import dataclass
from datetime import tzinfo
from multiprocessing.connection import Connection

from blog.documents.emptiness import is_empty
from blog.documents.fields import ArticleFields, read_fields
from blog.documents.frontmatter import Document, DocumentError, parse_document
from blog.documents.rendering import Picture, Rendering, render_markdown

MEMORY_LIMIT = 512 * 1024 * 1024
OUT_OF_MEMORY = 12  # exit status
OBJECTS_BETWEEN_COLLECTIONS = 10_000


@dataclass(frozen=True, slots=True)
class Task:
    data: bytes
    path: str
    time_zone: tzinfo
    seconds: float  # the time limit


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text says, and how it looks if its pictures are where their addresses say."""

    fields: ArticleFields | None = None
    rendering: Rendering | None = None
    pictures: frozenset[str] = frozenset()
    problem: str = ""
    seconds: float = 0.0


def main() -> None:
    """Answer tasks until the other side is gone."""
    _limit_memory()
    signal.signal(signal.SIGALRM, signal.SIG_DFL)  # whoever started us may ignore it
    with Connection(os.dup(sys.stdin.fileno())) as connection, contextlib.suppress(EOFError, OSError):
        # What is there now stays, and a text's tokens hardly ever lie in cycles.
        gc.freeze()
        gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
        connection.send(None)  # ready
        _silence()
        while True:
            for task in connection.recv():
                # The alarm ends this process whatever it is doing, also when nobody is left to kill it.
                signal.setitimer(signal.ITIMER_REAL, task.seconds)
                reading = _answer(task)
                signal.setitimer(signal.ITIMER_REAL, 0)
                connection.send(reading)


def read_text(data: bytes, path: str, time_zone: tzinfo) -> Reading:
    """Read and render a file; a problem is part of the result."""
    started = time.monotonic()
    pictures = set()

    def resolve(address):
        pictures.add(address)
        return Picture(address)

    try:
        document = parse_document(data)
        fields = read_fields(document, path=path, time_zone=time_zone)
    except DocumentError as error:
        return Reading(problem=f"line {error.line}: {error}" if error.line else str(error))
    rendering = render_markdown(fields.body, title=fields.title, resolve_image=resolve)
    # A heading that repeats the title is not shown, but a file that holds one is a beginning, not a loss.
    if is_empty(rendering.html) and is_empty(render_markdown(fields.body, resolve_image=resolve).html):
        return Reading(problem=_what_is_empty(document), seconds=time.monotonic() - started)
    pictures.update(rendering.pictures)
    return Reading(fields, rendering, frozenset(pictures), seconds=time.monotonic() - started)


def _what_is_empty(document: Document) -> str:
    if document.body.strip():
        what = "nothing of the text would be shown: it holds but blanks, comments or the like."
    else:
        what = "there is no text below the front matter." if document.fields else "the file is empty."
    return f"{what} An article that came from it before stays as it is."


def _answer(task):
    try:
        return read_text(task.data, task.path, task.time_zone)
    except MemoryError:
        os._exit(OUT_OF_MEMORY)  # a fresh process is worth more than one that has run out of memory
    except Exception as error:  # whatever one file does, the others are imported
        return Reading(problem=f"cannot be read: {type(error).__name__}: {error}")


def _limit_memory():
    with contextlib.suppress(ValueError, OSError):  # not every system lets a process limit itself
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        limit = MEMORY_LIMIT if hard == resource.RLIM_INFINITY else min(hard, MEMORY_LIMIT)
        resource.setrlimit(resource.RLIMIT_AS, (limit, hard))


def _silence():
    """Say nothing from now on: what a library says of a text may hold anything, also for a terminal."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    os.close(nowhere)
