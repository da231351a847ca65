"""Measure imports: `python -m tests.benchmarks.measuring 2000` prints figures for 2,000 files.

With a folder instead of a number, its Markdown files are imported five times under different titles. If Hugo
is installed, it makes a site of the same files with a plain theme, for a ratio that is valid on any machine.
"""

import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.corpus import write_corpus
from tests.support.processes import children_of

NAMED = re.compile(r"""^(?P<start>(?:title|slug):.*?)(?P<end>["']?\s*)$""", re.MULTILINE)
ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True, slots=True)
class Run:
    seconds: float
    processor_seconds: float  # CPU time of all its processes, comparable even on a busy machine
    peak_pss: int  # bytes, sum of the process and its workers


class Site:
    """A separate site in an empty folder."""

    def __init__(self, folder: Path, **variables: str):
        self.environment = {"PATH": os.environ["PATH"], "GALLEY_DATA": str(folder)} | variables
        assert self._start("migrate", "--verbosity", "0").wait() == 0

    def run_import(self, folder: Path, *options: str) -> Run:
        started, used = time.monotonic(), _processor_seconds()
        process = self._start("import_articles", str(folder), "--quiet", *options)
        peak = []
        sampler = threading.Thread(target=_sample_memory, args=(process, peak))
        sampler.start()
        assert process.wait() == 0
        seconds = time.monotonic() - started
        sampler.join()
        return Run(seconds, _processor_seconds() - used, max(peak, default=0))

    def _start(self, *arguments):
        return subprocess.Popen(  # noqa: S603 -- our own command
            [sys.executable, "manage.py", *arguments], cwd=ROOT, env=self.environment
        )


def _processor_seconds():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _sample_memory(process, samples):
    while process.poll() is None:
        with suppress(OSError):  # one of the processes has just ended
            samples.append(sum(_pss(pid) for pid in (process.pid, *children_of(process.pid))))
        time.sleep(0.2)


def _pss(pid):
    with open(f"/proc/{pid}/smaps_rollup") as rollup:
        return sum(int(line.split()[1]) * 1024 for line in rollup if line.startswith("Pss:"))


THEME = {
    "hugo.toml": 'baseURL = "http://site.example/"\n[markup.goldmark.renderer]\nunsafe = true\n',
    "layouts/_default/single.html": "<!doctype html><title>{{ .Title }}</title>{{ .Content }}",
    "layouts/_default/list.html": '{{ range .Pages }}<a href="{{ .RelPermalink }}">{{ .Title }}</a>{{ end }}',
    "layouts/index.html": "{{ .Title }}",
}


def hugo_seconds(posts: Path, site: Path) -> float:
    """Return the median CPU time in which Hugo makes a site of these files."""
    for name, text in THEME.items():
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_text(text)
    samples = []
    for number in range(5):
        used = _processor_seconds()
        command = ["hugo", "--quiet", "--source", site, "--contentDir", posts, "--destination", str(number)]
        subprocess.run(command, check=True)  # noqa: S603 -- our own command
        samples.append(_processor_seconds() - used)
    return statistics.median(samples)


def write_copies(folder: Path, copies: Path, times: int = 5) -> int:
    """Write each Markdown file several times, with other names and titles. Return the number of copies."""
    written = 0
    for path in sorted(folder.rglob("*.md")):
        text = path.read_text()
        for number in range(times):
            copy = copies / str(number) / path.relative_to(folder)
            copy = copy.with_stem(f"{copy.stem}-{number}")
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text(NAMED.sub(rf"\g<start>-{number}\g<end>", text))
            written += 1
    return written


def main():
    source = sys.argv[1] if len(sys.argv) > 1 else "2000"
    with tempfile.TemporaryDirectory() as folder:
        posts, one = Path(folder, "posts"), Path(folder, "one")
        files = int(source) if source.isdigit() else write_copies(Path(source), posts)
        if source.isdigit():
            write_corpus(posts, files)
        write_corpus(one, 1, seed=2)
        site = Site(Path(folder, "data"))
        start = min(site.run_import(one).seconds for _ in range(3))
        print(f"start: {start:.2f} s")  # noqa: T201 -- figures are its output
        for name in ("first", "unchanged"):
            run = site.run_import(posts, *sys.argv[2:])
            print(  # noqa: T201 -- as above
                f"{name}: {files} files in {run.seconds:.2f} s, {files / run.seconds:.0f} files/s "
                f"({files / (run.seconds - start):.0f} without the start), "
                f"{run.processor_seconds / files * 1000:.2f} ms of processor each, "
                f"{run.peak_pss / 1024**2:.0f} MB"
            )
            if name == "first" and shutil.which("hugo"):
                ratio = run.processor_seconds / hugo_seconds(posts, Path(folder, "hugo"))
                print(f"{ratio:.1f} times the CPU time of Hugo")  # noqa: T201 -- as above


if __name__ == "__main__":
    main()
