"""Write every public page of a site made from a folder to files, to compare two runs with diff -r.

    python -m tests.benchmarks.public_pages FOLDER OUT
    python -m tests.benchmarks.public_pages samples OUT --checkout ../older

FOLDER contains Markdown files. With samples instead of a folder, the site is the one of bin/demo.
With --checkout, the code of another checkout, with its own .venv, makes the site.
"""

import argparse
import subprocess
from pathlib import Path

from tests.benchmarks.databases import new_environment
from tests.benchmarks.measuring import ROOT

WRITER = Path(__file__).with_name("page_writer.py")
SITE = {"SITE_URL": "https://galley.example", "SECRET_KEY": "the same each time", "PYTHONHASHSEED": "0"}
OWN_PREFIX = "GALLEY_"  # of environment variables with settings


def write_pages(folder: str, out: Path, checkout: Path = ROOT) -> None:
    """Write the site that a checkout makes from a folder of Markdown files to the new folder `out`."""
    out.mkdir(parents=True)
    source = folder if folder == "samples" else str(Path(folder).resolve())
    with new_environment() as shell:
        given = {name: value for name, value in shell.items() if not name.startswith(OWN_PREFIX)}
        environment = {name: value for name, value in given.items() if name not in {"DEBUG", "ALLOWED_HOSTS"}}
        environment |= SITE | {"GALLEY_DATA": shell["GALLEY_DATA"], "PYTHONPATH": str(checkout)}
        # -P: modules next to the writer must not shadow modules of the checkout or of Python.
        command = [checkout / ".venv" / "bin" / "python", "-P", WRITER, source, out.resolve()]
        subprocess.run(command, cwd=checkout, env=environment, check=True)  # noqa: S603 -- our own command


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", metavar="FOLDER")
    parser.add_argument("out", metavar="OUT", type=Path, help="a folder that is not there yet")
    parser.add_argument("--checkout", metavar="DIR", type=Path, default=ROOT)
    options = parser.parse_args()
    write_pages(options.folder, options.out, options.checkout.resolve())


if __name__ == "__main__":
    main()
