"""The program that runs in a sandbox process: it executes tasks until its parent closes the connection.

Its standard input is a socket to the parent. The process ends when the socket closes. It uses neither Django
nor the database, opens only the files that its tasks need, and limits its memory and the time of each task.
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
from typing import Any

from blog.sandbox.refusals import UNEXPECTED, Refusal, RefusedError

OUT_OF_MEMORY = 12  # exit status
WALL_TIME_FACTOR = 3  # limit of a task's elapsed time, as a multiple of its CPU time
OBJECTS_BETWEEN_COLLECTIONS = 200_000  # 10,000 take 8 % more time for a text of 10 KB


@dataclass(frozen=True, slots=True)
class Task:
    function: str  # a key of the functions given to serve()
    arguments: tuple
    seconds: float  # limit of CPU time, not elapsed time, so that harmless tasks succeed on a busy machine
    fallback: "Task | None" = None  # run by Workers if this one fails


@dataclass(frozen=True, slots=True)
class Together:
    """Tasks whose answers are sent in one message, which is faster than one message per task."""

    tasks: list[Task]


@dataclass(frozen=True, slots=True)
class Question:
    """What a task asks the parent. task: its place among the tasks of the message."""

    task: int
    arguments: tuple


class _Asking:
    """The connection to the parent, and the place of the current task."""

    connection: Connection
    task = 0


def ask(*arguments: Any) -> Any:
    """Ask the parent a question about the current task, and return the answer.

    Only for tasks whose parent expects questions. The wait does not count as time of the task.
    """
    seconds_left, _ = signal.setitimer(signal.ITIMER_REAL, 0)
    _Asking.connection.send(Question(_Asking.task, arguments))
    answer = _Asking.connection.recv()
    signal.setitimer(signal.ITIMER_REAL, seconds_left)
    return answer


def serve(functions: dict[str, Callable]) -> None:
    """Receive lists of tasks, or Together, and send the answers. A RefusedError is sent as an answer, too.

    Command-line arguments: the memory limit in megabytes, and the seconds without a task after which the
    process ends (0: never).
    """
    megabytes, idle_seconds = int(sys.argv[1]), float(sys.argv[2]) or None
    _limit_memory(megabytes * 1024 * 1024)
    for alarm in (signal.SIGPROF, signal.SIGALRM):
        signal.signal(alarm, signal.SIG_DFL)  # an ignored signal would be inherited
    with Connection(os.dup(sys.stdin.fileno())) as connection, contextlib.suppress(EOFError, OSError):
        # Less garbage collection: imported modules stay anyway, and tokens of a text rarely form cycles.
        gc.freeze()
        gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
        connection.send(None)  # ready
        _silence()
        _Asking.connection = connection
        while connection.poll(idle_seconds):
            received = connection.recv()
            if isinstance(received, Together):
                tasks = enumerate(received.tasks)
                connection.send([_answer(functions, task, place) for place, task in tasks])
                continue
            for place, task in enumerate(received):
                connection.send(_answer(functions, task, place))


def _answer(functions, task, place):
    _Asking.task = place
    _set_alarm(task.seconds)
    try:
        return functions[task.function](*task.arguments)
    except RefusedError as refusal:
        return refusal.with_traceback(None)
    except MemoryError:
        os._exit(OUT_OF_MEMORY)  # a process that has run out of memory is replaced by a fresh one
    except Exception as error:  # one failing task must not stop the others
        return RefusedError(Refusal.ERROR, {"cause": UNEXPECTED, "error": f"{type(error).__name__}: {error}"})
    finally:
        _set_alarm(0)


def _set_alarm(seconds):
    """Schedule signals that kill this process at a task's time limits, even if its parent is gone.

    seconds: the limit of CPU time. 0 cancels the signals.
    """
    signal.setitimer(signal.ITIMER_PROF, seconds)
    signal.setitimer(signal.ITIMER_REAL, WALL_TIME_FACTOR * seconds)


def _limit_memory(limit):
    with contextlib.suppress(ValueError, OSError):  # not supported on every system
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        limit = limit if hard == resource.RLIM_INFINITY else min(hard, limit)
        resource.setrlimit(resource.RLIMIT_AS, (limit, hard))


def _silence():
    """Discard what libraries print, which may contain parts of a hostile text, such as terminal escapes."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    os.close(nowhere)
