"""The processes of a site: their roles and their memory."""

import re
import statistics
import threading
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from tests.support.processes import children_of

SAMPLE_SECONDS = 30
PSS, RSS = 2, 3  # places in a sample
OLDEST = "oldest web worker"
# The median of the last quarter may be this much above that of the second sixth of the soak.
MOST_GROWTH, SLACK_MEGABYTES = 1.1, 2
SANDBOX = re.compile(rb"from blog[.]sandbox[.](\w+) import")


class Role(StrEnum):
    SUPERVISOR = "supervisor"
    ARBITER = "arbiter"
    SERVER = "web worker"
    JOBS = "job worker"
    RUNNING_JOBS = "running jobs"
    SANDBOX = "limited process"
    OTHER = "other"


@dataclass(frozen=True)
class Process:
    pid: int
    role: Role
    name: str
    started: int  # clock ticks since the start of the system

    def memory(self) -> tuple[float, float]:
        """Return PSS and RSS in megabytes."""
        text = Path(f"/proc/{self.pid}/smaps_rollup").read_text()
        sizes = dict(line.split()[:2] for line in text.splitlines()[1:])
        return int(sizes["Pss:"]) / 1024, int(sizes["Rss:"]) / 1024


def processes_of(supervisor: int) -> list[Process]:
    """Return the processes of a server, whose supervisor has this pid."""
    found = [Process(supervisor, Role.SUPERVISOR, Role.SUPERVISOR, _started(supervisor))]
    _add_children(found, found[0])
    return found


def _add_children(found, parent):
    with suppress(OSError):  # it has just ended
        for pid in children_of(parent.pid):
            with suppress(OSError):
                role, name = _role(pid, parent)
                found.append(Process(pid, role, name, _started(pid)))
                _add_children(found, found[-1])


def _role(pid, parent):
    command = Path(f"/proc/{pid}/cmdline").read_bytes()
    if match := SANDBOX.search(command):
        return Role.SANDBOX, f"limited process ({match[1].decode()})"
    if parent.role == Role.JOBS:
        return Role.RUNNING_JOBS, "running jobs"
    for word, of, role in (
        (b"db_worker", Role.SUPERVISOR, Role.JOBS),
        (b"gunicorn", Role.SUPERVISOR, Role.ARBITER),
        (b"gunicorn", Role.ARBITER, Role.SERVER),
    ):
        if word in command and parent.role == of:
            return role, str(role)
    return Role.OTHER, "other"


def _started(pid) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19])


class Memory:
    """Samples of the memory of each process, by role: {name: [(seconds, pid, PSS, RSS)]}.

    Growth is judged by RSS: the PSS of a process also rises when another that shares its pages is killed.
    Web workers that are killed are too young to be judged, so only the oldest is.
    """

    def __init__(self, record, site):
        self.record, self.site = record, site
        self.samples = defaultdict(list)
        self.ended = threading.Event()

    def run(self):
        while not self.ended.wait(SAMPLE_SECONDS):
            self.sample()

    def sample(self):
        seconds, line = self.record.seconds, []
        servers = []
        for process in processes_of(self.site.pid):
            with suppress(OSError):
                pss, rss = process.memory()
                if process.role != Role.OTHER:
                    self.samples[process.name].append((seconds, process.pid, pss, rss))
                    line.append(f"{process.name} {process.pid}: {pss:.1f}/{rss:.1f}")
                if process.role == Role.SERVER:
                    servers.append((process.started, seconds, process.pid, pss, rss))
        if servers:
            self.samples[OLDEST].append(min(servers)[1:])
        self.record.note(f"MB: {', '.join(line)}")

    def median(self, name, since, until, field=RSS) -> float | None:
        found = [sample[field] for sample in self.samples[name] if since <= sample[0] < until]
        return statistics.median(found) if found else None

    def table(self, seconds) -> list[str]:
        """Return two lines for each kind of process with its median in each sixth of the soak."""
        sixth = seconds / 6
        lines = []
        for name in sorted(self.samples):
            for kind, field in (("PSS", PSS), ("RSS", RSS)):
                times = [(number * sixth, (number + 1) * sixth) for number in range(6)]
                medians = [self.median(name, *each, field) for each in times]
                numbers = ", ".join("-" if each is None else f"{each:.1f}" for each in medians)
                lines.append(f"{name}, {kind}: {numbers}")
        return lines

    def grown(self, seconds) -> list[str]:
        """Return the kinds of processes that use more memory in the last quarter than in the second sixth."""
        found = []
        for name in self.samples.keys() - {Role.SERVER}:
            early = self.median(name, seconds / 6, seconds / 3)
            late = self.median(name, seconds * 3 / 4, seconds + SAMPLE_SECONDS)
            if early and late and late > early * MOST_GROWTH + SLACK_MEGABYTES:
                found.append(f"{name}: {early:.1f} MB, later {late:.1f} MB")
        return found
