"""Run the parts of bin/test, some at a time or in turn. Show their progress, then one summary.

Usage: python -m tests.support.parts --folder DIR [--postgres URL] [--in-turn] PART... -- [PYTEST ARGUMENT...]
"""

import argparse
import compileall
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import nullcontext, suppress
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# In the order in which they start: the longest first.
PARTS = {
    # On a busy machine, a page may exceed any limit: a test that timed out runs once more, and is named.
    "browser": ["--part", "browser", "--reruns=1", "--only-rerun=TimeoutError"],
    "sqlite": ["--part", "database"],
    "postgres": ["--part", "database"],
    "rest": ["--part", "rest"],
    "sites": ["--part", "sites"],
    "desk": ["--part", "desk"],
    "imports": ["--part", "imports"],
}
# A core that all parts take turns on does more work for the same tests: 8 % more with six parts on two cores
# than with three, and little time is won. One more than there are cores, as some of them wait.
AT_ONCE = (os.cpu_count() or 1) + 1
# Compiled before the parts start: in a fresh clone, each of them would otherwise compile all modules.
SHARED_CODE = ("blog", "site_config", "tests/support")
# Those that have all tests of a part.
FOLDERS = {"browser": "tests/browser", "desk": "tests/desk", "imports": "tests/imports"}
# Without arguments, each part collects only files in which it may have tests, since collecting all takes
# seconds. Some have only files with one of these words; others fail if such a test is elsewhere (conftest).
WORDS = {"sites": ("new_site", "own_databases"), "postgres": ("both_databases",)}
# Folders of which a part has no test.
LEFT_OUT = {"sqlite": ("browser", "desk", "imports"), "rest": ("browser",)}
# All tests of such a module use the database, so the part without one has none of them.
USES_DATABASE = re.compile(r"^pytestmark = .*\bdjango_db\b", re.MULTILINE)
SHARED = "GALLEY_TEST_SHARED"  # names the variable with a folder for what parts make once
PROGRESS_SECONDS = 20  # between lines of progress
PATIENCE_SECONDS = 30  # for an interrupted pytest to end processes that its tests started


class Part:
    """A process that runs tests and writes their outcomes to a file (tests/support/outcomes.py)."""

    def __init__(self, name, command, environment, outcomes, log=None):
        self.name = name
        self.log = log  # None to write to the terminal
        self.counts = Counter()
        self.collected = None
        self.failures = []
        self.seconds = None
        self._unread = ""
        outcomes.touch()
        self._outcomes = outcomes.open()
        self._started = time.monotonic()
        with log.open("wb") if log else nullcontext() as output:
            # In its own process group, to receive Ctrl+C once, and to be killed with all its children.
            self._process = subprocess.Popen(  # noqa: S603 -- our own command
                command,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                process_group=0,
            )

    def is_running(self) -> bool:
        """Whether the part is still running. Also reads its latest outcomes."""
        if self.seconds is not None:
            return False
        status = self._process.poll()
        self._read()
        if status is None:
            return True
        self.seconds = time.monotonic() - self._started
        self._outcomes.close()
        if status and not self.failures:
            self._count("failed", f"({self.name}: no test failed, but pytest ended with status {status})")
        return False

    def _read(self):
        *lines, self._unread = (self._unread + self._outcomes.read()).split("\n")
        for line in lines:
            outcome, _, subject = line.partition(" ")
            if outcome == "collected":
                self.collected = int(subject)
            else:
                self._count(outcome, subject)

    def _count(self, outcome, subject):
        self.counts[outcome] += 1
        if outcome == "failed":
            self.failures.append(subject)
            say(f"test: {self.name}: FAILED {subject}")
        if outcome == "rerun":
            say(f"test: {self.name}: timed out, running again {subject}")

    def signal(self, number):
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)

    def wait(self, seconds):
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(max(seconds, 0))

    @property
    def progress(self) -> str:
        if self.seconds is not None:
            return f"{self.name} done"
        if self.collected is None:
            return f"{self.name} starting"
        return f"{self.name} {self.counts.total()} of {self.collected}"


def run_parts(parts, waiting=(), at_once=AT_ONCE, interval=PROGRESS_SECONDS):
    """Wait until these started parts have ended, showing their progress.

    waiting: pairs of the name of a further part and a function that starts it. They are added to the list
    `parts` when less than `at_once` are running.
    """
    started = shown = time.monotonic()
    running, waiting = list(parts), list(waiting)
    while running or waiting:
        while waiting and len(running) < at_once:
            name, start_part = waiting.pop(0)
            say(f"test: {name}")
            parts.append(start_part())
            running.append(parts[-1])
        time.sleep(0.2)
        for part in [part for part in running if not part.is_running()]:
            running.remove(part)
            if part.log:
                say(f"test: {part.name} ended after {part.seconds:.0f} s: {totals([part])}")
        if running and running[0].log and time.monotonic() - shown >= interval:
            shown = time.monotonic()
            progress = [part.progress for part in parts] + [f"{name} waiting" for name, _ in waiting]
            say(f"test: {shown - started:.0f} s: {', '.join(progress)}")


def end(parts, patience=PATIENCE_SECONDS):
    """End the parts that are still running, and all processes that their tests started."""
    running = [part for part in parts if part.is_running()]
    for part in running:
        part.signal(signal.SIGINT)
    deadline = time.monotonic() + patience
    for part in running:
        part.wait(deadline - time.monotonic())
        part.signal(signal.SIGKILL)


def summary(parts) -> str:
    """Return a table, the names of the failures, and the totals on the last line, which CI reads."""
    lines = ["", f"{'part':<9}{'passed':>8}{'failed':>8}{'skipped':>9}{'seconds':>9}"]
    for part in parts:
        passed, failed, skipped = (part.counts[name] for name in ("passed", "failed", "skipped"))
        lines.append(f"{part.name:<9}{passed:>8}{failed:>8}{skipped:>9}{part.seconds:>9.0f}")
    failures = [f"FAILED on {part.name}: {name}" for part in parts for name in part.failures]
    return "\n".join([*lines, "", *failures, *([""] if failures else []), totals(parts)])


def totals(parts) -> str:
    counts = sum((part.counts for part in parts), Counter())
    skipped = f", {counts['skipped']} skipped" if counts["skipped"] else ""
    return f"{counts['passed']} passed, {counts['failed']} failed{skipped}"


def show_logs(parts, are_all_wanted):
    """Show the logs of the failed parts, or of all parts."""
    for part in parts:
        if part.log and (part.failures or are_all_wanted):
            say(f"\ntest: log of {part.name}\n{part.log.read_text(errors='replace')}")


def say(text):
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def interrupted(number, _frame):
    for ignored in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ignored, signal.SIG_IGN)  # bin/test sends TERM after Ctrl+C
    sys.exit(128 + number)


def files_of(name) -> list[str]:
    """Return the files or folders in which all tests of a part are."""
    if name in FOLDERS:
        return [FOLDERS[name]]
    tests = ROOT / "tests"
    left_out = {tests / folder for folder in ("benchmarks", *LEFT_OUT.get(name, ()))}
    return [
        str(file.relative_to(ROOT))
        for file in sorted(tests.rglob("test_*.py"))
        if left_out.isdisjoint(file.parents) and may_have_tests_of(name, file.read_text())
    ]


def may_have_tests_of(name, text) -> bool:
    """Whether a file with this text may have tests of a part."""
    if name == "rest":
        return not USES_DATABASE.search(text)
    return name not in WORDS or any(word in text for word in WORDS[name])


def start(name, arguments, options):
    folder = options.folder / name
    folder.mkdir()
    outcomes = folder / "outcomes"
    # Joined by "=": pytest would treat a separate path as a test folder, and not find pyproject.toml.
    command = [sys.executable, "-m", "pytest", "-p", "tests.support.outcomes", f"--outcomes={outcomes}"]
    command += [] if name == "browser" else ["-p", "no:playwright"]  # it takes half a second to load
    command += [] if options.in_turn else PARTS[name]
    command += arguments or files_of(name)
    environment = os.environ | {"GALLEY_DATA": str(folder / "data"), SHARED: str(options.folder)}
    if name == "postgres":
        environment["DATABASE_URL"] = options.postgres
    return Part(name, command, environment, outcomes, None if options.is_live else folder / "log")


def main(given):
    parser = argparse.ArgumentParser(prog="bin/test", description=__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="an empty folder")
    parser.add_argument("--postgres", metavar="URL", help="the cluster for the part postgres")
    parser.add_argument(
        "--in-turn", action="store_true", help="all tests in each part, one part after another"
    )
    parser.add_argument("parts", nargs="+", choices=PARTS, metavar="part")
    split = given.index("--")
    options, arguments = parser.parse_args(given[:split]), given[split + 1 :]
    options.is_live = options.in_turn or len(options.parts) == 1
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, interrupted)

    for code in SHARED_CODE:
        compileall.compile_dir(ROOT / code, quiet=2)
    parts = []
    try:
        names = sorted(options.parts, key=list(PARTS).index)
        waiting = [(name, partial(start, name, arguments, options)) for name in names]
        run_parts(parts, waiting, at_once=1 if options.in_turn else AT_ONCE)
    finally:
        end(parts)
    show_logs(parts, any(argument.startswith("-") for argument in arguments))  # options may request output
    say(summary(parts))
    return any(part.failures for part in parts)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
