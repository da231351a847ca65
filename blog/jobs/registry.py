"""Registry of job kinds, cleanup and periodic functions, and the modules that register them."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from django.db import Error as DatabaseError

from blog import extension_apps

logger = logging.getLogger(__name__)

# The modules that register jobs. The web process and the worker import them when they start.
MODULES: tuple[str, ...] = (
    "blog.articles.jobs",
    "blog.imports.jobs",
    "blog.review.jobs",
    "blog.images.jobs",
    "blog.mail.jobs",
    "blog.site.jobs",
    "blog.desk.password_reset",
)


@dataclass(frozen=True)
class JobKind:
    """A kind of job. Jobs of the same group run one after another. title is shown in the UI."""

    name: str
    run: Callable
    group: str = ""
    title: str = ""
    runs_in_thread: bool = False  # in parallel with other jobs of the worker


_kinds: dict[str, JobKind] = {}
_cleanup_hooks: list[Callable] = []
_periodic_hooks: list[Callable] = []


def job(name: str, *, title: str = "", group: str = "", runs_in_thread: bool = False):
    """Register a function run(job: RunningJob, **arguments) -> dict | None for jobs of this kind.

    The function must be repeatable: a worker may be killed at any moment, and the function is then called
    again with the same arguments. Jobs of the same group run one after another. With runs_in_thread, the job
    runs in parallel with other jobs of the worker and does not delay them. title is lazily translated and
    shown to users. A name that another function has is a ValueError.
    """

    def register(run):
        other = _kinds.get(name)
        if other and (other.run.__module__, other.run.__name__) != (run.__module__, run.__name__):
            raise ValueError(f"“{name}” is a kind of jobs of {other.run.__module__}: choose another name.")
        _kinds[name] = JobKind(name, run, group, title or _readable(name), runs_in_thread)
        return run

    return register


def kind_of(name: str) -> JobKind:
    """Return a registered kind. Raises LookupError if no module registers it."""
    try:
        return _kinds[name]
    except KeyError:
        raise LookupError(
            f"No module registers jobs of the kind “{name}”: add one to MODULES in blog/jobs/registry.py."
        ) from None


def runs_in_thread(name: str) -> bool:
    """Whether jobs of this kind run in a thread, in parallel with others."""
    return name in _kinds and _kinds[name].runs_in_thread


def title_of(name: str) -> str:
    """Return the title of a kind, or a readable form of its name if only an earlier release had it."""
    return _kinds[name].title if name in _kinds else _readable(name)


def _readable(name):
    return name.replace("_", " ").capitalize()


def cleanup_hook(clean_up: Callable[[], None]):
    """Register a function that deletes expired data. Each worker calls it at its start and once an hour."""
    _cleanup_hooks.append(clean_up)
    return clean_up


def clean_up() -> None:
    """Call all cleanup functions. One that fails does not stop the others."""
    _call(_cleanup_hooks)


def periodic_hook(start_due: Callable[[], None]):
    """Register a function that starts jobs whose time has come. Each worker calls it once a minute.

    It must take a few fast queries only, and not start a job that another worker has started.
    """
    _periodic_hooks.append(start_due)
    return start_due


def start_due_jobs() -> None:
    """Call all periodic functions. One that fails does not stop the others."""
    _call(_periodic_hooks)


def _call(hooks):
    for hook in hooks:
        try:
            hook()
        except (DatabaseError, OSError) as error:  # temporary: the next call is soon enough
            logger.warning("%s could not finish: %s", hook.__qualname__, error)
        except Exception:
            logger.exception("%s could not finish.", hook.__qualname__)


def import_jobs() -> None:
    for module in MODULES:
        import_module(module)
    extension_apps.modules("jobs")  # importing them is enough
