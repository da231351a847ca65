"""A process that changes a site as editors and commands do, with one change per line of its input.

It prints "done" after each change, once everything is stored. Then a server may be asked for the result.
"""

import json
import subprocess
import sys
from contextlib import contextmanager

from tests.support.servers import ROOT


@contextmanager
def running_driver(environment):
    """Yield a function that runs Python code in another process of the site, with this environment."""
    command = [sys.executable, "-m", "tests.support.editor_process"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    process = subprocess.Popen(command, cwd=ROOT, env=environment, **pipes)  # noqa: S603 -- our own command

    def run(code: str) -> str:
        process.stdin.write(json.dumps(code) + "\n")
        process.stdin.flush()
        said = json.loads(process.stdout.readline())
        assert said["fault"] is None, said["fault"]
        return said["value"]

    try:
        yield run
    finally:
        process.stdin.close()
        process.stdout.close()
        process.wait(30)


def main():
    import traceback

    import django

    django.setup()
    names = {}
    exec("from tests.support.editor_process_names import *", names)  # noqa: S102 -- the tests' own words
    for line in sys.stdin:
        fault = value = None
        try:
            names["value"] = None
            exec(json.loads(line), names)  # noqa: S102 -- as above
            value = names["value"]
        except Exception:
            fault = traceback.format_exc()
        print(json.dumps({"fault": fault, "value": value}), flush=True)  # noqa: T201 -- read by the test


if __name__ == "__main__":
    main()
