"""Run all measurements in turn, for bin/bench."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.benchmarks import pages, serving
from tests.benchmarks.chart import growth_chart
from tests.benchmarks.corpus import write_corpus
from tests.benchmarks.measuring import ROOT, Site

FOLDER = ROOT / "bench"
ENDURANCE = [
    "integration/test_concurrency.py",
    "integration/test_editors_at_once.py",
    "site_config/test_front_door.py",
    "page_cache/test_freshness.py",
    "imports/test_killed.py",
]


def imports(files) -> list[dict]:
    """Measure an import of `files` new files, and a second import of the same files."""
    with tempfile.TemporaryDirectory() as folder:
        posts = Path(folder, "posts")
        write_corpus(posts, files)
        site = Site(Path(folder, "data"))
        runs = {"import": site.run_import(posts), "import, nothing new": site.run_import(posts)}
    return [
        {
            "name": name,
            "files per second": files / run.seconds,
            "processor ms per file": run.processor_seconds / files * 1000,
            "MB": run.peak_pss / 1024**2,
        }
        for name, run in runs.items()
    ]


def endure() -> None:
    """Run the long form of the endurance tests. Raises CalledProcessError if a test fails."""
    command = [sys.executable, "-m", "pytest", "-q", *(f"tests/{name}" for name in ENDURANCE)]
    subprocess.run(command, cwd=ROOT, env=os.environ | {"GALLEY_TEST_LONG": "1"}, check=True)  # noqa: S603 -- our own command


def main(quick: bool):
    FOLDER.mkdir(exist_ok=True)
    sizes = [1000, 10_000] if quick else [1000, 10_000, 100_000]
    served = serving.measure(rounds=3 if quick else 9)
    print(serving.table(served), flush=True)
    memory = serving.memory()
    print(f"\n{memory['name']}: {memory['megabytes']:.0f} MB PSS\n", flush=True)
    imported = imports(2_000 if quick else 20_000)
    for run in imported:
        rate, processor = run["files per second"], run["processor ms per file"]
        print(f"{run['name']}: {rate:,.0f} files/s, {processor:.2f} ms of processor each, {run['MB']:.0f} MB")
    made = pages.measure(sizes)
    print(f"\n{pages.table(made)}")
    figures = {"served": served, "memory": memory, "imported": imported, "made": made}
    (FOLDER / "figures.json").write_text(json.dumps(figures, indent=1) + "\n")
    (FOLDER / "growth.svg").write_text(growth_chart(made))
    print(f"\nFigures: {FOLDER / 'figures.json'}; chart: {FOLDER / 'growth.svg'}", flush=True)
    if not quick:
        endure()


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_config.settings")
    main("--quick" in sys.argv[1:])
