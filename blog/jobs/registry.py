"""The kinds of jobs: their functions, and the modules that register them."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from django.db import Error as DatabaseError

logger = logging.getLogger(__name__)

# The modules that register jobs. Web process and worker import them when they start.
MODULES: tuple[str, ...] = (
    "blog.imports.jobs",
    "blog.review.jobs",
    "blog.images.jobs",
)


@dataclass(frozen=True)
class JobKind:
    """A kind of job: its function, the group of which one job runs at a time, and its name for people."""

    name: str
    run: Callable
    group: str = ""
    title: str = ""
    is_beside: bool = False  # it runs in a thread beside other jobs of the worker


_kinds: dict[str, JobKind] = {}
_cleanings: list[Callable] = []


def job(name: str, *, title: str = "", group: str = "", is_beside: bool = False):
    """Register the function run(job: RunningJob, **arguments) -> dict | None as the jobs of this kind.

    It must be repeatable: a worker may be killed at any moment, and the function is then called again with
    the same arguments. Jobs of the same group run one after another. With is_beside, the job keeps no other
    group waiting, even in the same worker. The title, translated lazily, is what people call it.
    """

    def register(run):
        _kinds[name] = JobKind(name, run, group, title or _readable(name), is_beside)
        return run

    return register


def kind_of(name: str) -> JobKind:
    """Return a registered kind. Raises LookupError."""
    try:
        return _kinds[name]
    except KeyError:
        raise LookupError(
            f"No module registers jobs of the kind “{name}”: add it to MODULES in blog/jobs/registry.py."
        ) from None


def is_beside(name: str) -> bool:
    """Whether jobs of this kind run beside others."""
    return name in _kinds and _kinds[name].is_beside


def title_of(name: str) -> str:
    """Return what people call a kind, even one of an earlier release that no module registers any more."""
    return _kinds[name].title if name in _kinds else _readable(name)


def _readable(name):
    return name.replace("_", " ").capitalize()


def cleanup_hook(clean_up: Callable[[], None]):
    """Register a function that deletes what has become old. Each worker calls it once an hour."""
    _cleanings.append(clean_up)
    return clean_up


def clean_up() -> None:
    """Delete all that has become old. What one cannot delete keeps no other from deleting."""
    for cleaning in _cleanings:
        try:
            cleaning()
        except (DatabaseError, OSError) as error:  # it is busy, full or away: the next hour is soon enough
            logger.warning("%s could not delete what is old: %s", cleaning.__qualname__, error)
        except Exception:
            logger.exception("%s could not delete what is old.", cleaning.__qualname__)


def import_jobs() -> None:
    """Import all modules that register jobs."""
    for module in MODULES:
        import_module(module)
