"""Which kinds of jobs there are, and which function each runs."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

# The modules that register jobs. Web process and worker import them when they start.
MODULES: tuple[str, ...] = ("blog.importing.staged",)


@dataclass(frozen=True)
class Kind:
    """A kind of job: its function, and the group of which one job runs at a time."""

    name: str
    run: Callable
    group: str = ""


_kinds: dict[str, Kind] = {}


def job(name: str, *, group: str = ""):
    """Register the function run(job: RunningJob, **arguments) -> dict | None as the jobs of this kind.

    It must be repeatable: a worker may be killed at any moment, and the function is then called again with
    the same arguments. Jobs with the same group run one after another.
    """

    def register(run):
        _kinds[name] = Kind(name, run, group)
        return run

    return register


def kind_of(name: str) -> Kind:
    """Return a registered kind. Raises LookupError."""
    try:
        return _kinds[name]
    except KeyError:
        raise LookupError(
            f"No module registers jobs of the kind “{name}”: add it to MODULES in blog/jobs/registry.py."
        ) from None


def import_jobs() -> None:
    """Import all modules that register jobs."""
    for module in MODULES:
        import_module(module)
