"""A process that changes a site like editors and commands do: it runs the code in each line that it receives.

After each change is stored, it answers with a line of JSON with the error, if any, and the code's `value`.
"""

import contextlib
import json
import os
import socket
import traceback

from tests.support import forking

SERVE = ["shell", "--no-imports", "--command", "from tests.support.editor_process import serve; serve()"]


@contextlib.contextmanager
def running_driver(environment):
    """Yield a function that runs Python code in such a process and returns `value`."""
    ours, theirs = socket.socketpair()
    with theirs:
        process = forking.fork(environment, SERVE, passed=theirs)

    def run(code: str) -> str:
        lines.write(json.dumps(code) + "\n")
        lines.flush()
        said = json.loads(lines.readline())
        assert said["fault"] is None, said["fault"]
        return said["value"]

    with contextlib.closing(process), ours, ours.makefile("rw") as lines:
        try:
            yield run
        finally:
            ours.shutdown(socket.SHUT_RDWR)
            process.wait(30)


def serve():
    names = {}
    exec("from tests.support.editor_process_names import *", names)  # noqa: S102 -- the tests' own code
    with socket.socket(fileno=int(os.environ["PASSED"])) as connection, connection.makefile("rw") as lines:
        for line in lines:
            fault = value = None
            try:
                names["value"] = None
                exec(json.loads(line), names)  # noqa: S102 -- as above
                value = names["value"]
            except Exception:
                fault = traceback.format_exc()
            lines.write(json.dumps({"fault": fault, "value": value}) + "\n")
            lines.flush()
