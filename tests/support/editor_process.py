"""A process that changes a site like editors and commands do: it runs the code in each line of its input.

After each change is stored, it prints a line of JSON with the error, if any, and the code's `value`.
"""

import json
import subprocess
import sys
from contextlib import contextmanager

from tests.support.servers import ROOT


@contextmanager
def running_driver(environment):
    """Yield a function that runs Python code in such a process and returns `value`."""
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
    exec("from tests.support.editor_process_names import *", names)  # noqa: S102 -- the tests' own code
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
