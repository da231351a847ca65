"""The program of a limited process: it does tasks until its parent closes the connection.

It speaks over the socket that is its standard input, and ends when that closes. It knows neither Django nor
the database, opens no file, and has limits on its memory and on the time of each task.
"""

import contextlib
import gc
import os
import resource
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection

from blog.sandbox.refusals import Refusal, RefusedError

OUT_OF_MEMORY = 12  # exit status
PATIENCE = 3  # times the seconds of a task may pass, however little of the processor it gets
OBJECTS_BETWEEN_COLLECTIONS = 10_000


@dataclass(frozen=True, slots=True)
class Task:
    function: str  # its name in the table of the process that is asked
    arguments: tuple
    seconds: (
        float  # the time limit: of the processor, so that a busy machine refuses nothing that is harmless
    )


def serve(functions: dict[str, Callable]) -> None:
    """Answer lists of tasks. The command line has two numbers: megabytes of memory, and seconds.

    After so many seconds without a task the process ends; 0: never. A refusal is an answer, too.
    """
    megabytes, idle_seconds = int(sys.argv[1]), float(sys.argv[2]) or None
    _limit_memory(megabytes * 1024 * 1024)
    for alarm in (signal.SIGPROF, signal.SIGALRM):
        signal.signal(alarm, signal.SIG_DFL)  # whoever started us may ignore it
    with Connection(os.dup(sys.stdin.fileno())) as connection, contextlib.suppress(EOFError, OSError):
        # What is there now stays, and a text's tokens hardly ever lie in cycles.
        gc.freeze()
        gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
        connection.send(None)  # ready
        _silence()
        while connection.poll(idle_seconds):
            for task in connection.recv():
                _set_alarm(task.seconds)
                answer = _answer(functions[task.function], task.arguments)
                _set_alarm(0)
                connection.send(answer)


def _answer(function, arguments):
    try:
        return function(*arguments)
    except RefusedError as refusal:
        return refusal.with_traceback(None)
    except MemoryError:
        os._exit(OUT_OF_MEMORY)  # a process that has run out of memory is replaced by a fresh one
    except Exception as error:  # whatever one task does, the others are done
        return RefusedError(Refusal.ERROR, {"cause": f"{type(error).__name__}: {error}"})


def _set_alarm(seconds):
    """End this process after so many seconds, even without a parent to kill it; 0: never."""
    signal.setitimer(signal.ITIMER_PROF, seconds)
    signal.setitimer(signal.ITIMER_REAL, PATIENCE * seconds)


def _limit_memory(limit):
    with contextlib.suppress(ValueError, OSError):  # not every system lets a process limit itself
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        limit = limit if hard == resource.RLIM_INFINITY else min(hard, limit)
        resource.setrlimit(resource.RLIMIT_AS, (limit, hard))


def _silence():
    """Discard what libraries print: it may contain parts of a hostile text, even terminal escapes."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    os.close(nowhere)
