"""Run manage.py in forks of a process that has loaded Django, which saves a second of CPU time each.

All sites with the same kind of database share such a process: each fork reads the settings again.
"""

import atexit
import contextlib
import gc
import importlib
import io
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import traceback
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Variable of a site whose sandbox processes are started as in production, as children of those that use them.
STARTED_SANDBOXES = "STARTED_SANDBOXES"
LARGEST_REQUEST = 100_000  # bytes; arguments may include a script
# Modules that servers and scripts import, of which none reads the settings before it is used.
USED_BY_MOST = [
    *("site_config.urls", "site_config.worker", "a2wsgi"),
    *("django.test", "gunicorn.app.wsgiapp", "tests.support.factories"),
]


PARENTS = {}  # {what the modules of a process depend on: ForkingParent}


def fork(environment, arguments, **options) -> "Fork":
    """Run manage.py with these arguments and this environment in a fork. See ForkingParent.fork()."""
    is_postgres = environment.get("DATABASE_URL", "").startswith("postgres:")
    key = (is_postgres, environment.get("PYTHONPATH"))
    if key not in PARENTS:
        PARENTS[key] = ForkingParent(environment)
    return PARENTS[key].fork(arguments, environment, **options)


def errors_of(environment, arguments) -> tuple[int, str]:
    """Run manage.py in a fork. Return its exit status, and what it wrote to its standard error."""
    with tempfile.TemporaryFile("w+") as said:
        with contextlib.closing(fork(environment, arguments, stderr=said)) as process:
            status = process.wait(120)
        said.seek(0)
        return status, said.read()


def end_parents():
    while PARENTS:
        PARENTS.popitem()[1].close()


class ForkingParent:
    """A process with the modules and settings of a site, which forks a process for each command.

    module: another one that calls forked() for the requests, and to which the arguments are of its own.
    """

    def __init__(self, environment, module="tests.support.forking"):
        self.socket, theirs = socket.socketpair(type=socket.SOCK_SEQPACKET)
        command = [sys.executable, "-m", module, str(theirs.fileno())]
        with theirs:
            self.process = subprocess.Popen(  # noqa: S603 -- our own command
                command, cwd=ROOT, env=environment, pass_fds=[theirs.fileno()]
            )
        self.forks = []

    def fork(
        self, arguments, environment, *, stdout=subprocess.DEVNULL, stderr=None, text=False, passed=None
    ) -> "Fork":
        """Run manage.py with these arguments in a fork. The options are those of subprocess.Popen.

        The fork has the umask of this process. A file that is passed has the number in the environment
        variable PASSED.
        """
        with contextlib.ExitStack() as files:
            output = None
            if stdout == subprocess.PIPE:
                reading, writing = os.pipe()
                files.callback(os.close, writing)
                output = open(reading, "rb")  # noqa: SIM115 -- closed by Fork
                output = io.TextIOWrapper(output) if text else output
            elif stdout == subprocess.DEVNULL:
                writing = files.enter_context(open(os.devnull, "wb")).fileno()
            else:
                writing = 1 if stdout is None else stdout.fileno()
            ours, theirs = socket.socketpair(type=socket.SOCK_SEQPACKET)
            files.enter_context(theirs)
            errors = 2 if stderr is None else stderr.fileno()
            os.umask(umask := os.umask(0))
            request = json.dumps([list(map(str, arguments)), environment, umask]).encode()
            numbers = [theirs.fileno(), writing, errors, *([passed.fileno()] if passed else [])]
            socket.send_fds(self.socket, [request], numbers)
        self.forks.append(Fork(ours, output))
        return self.forks[-1]

    def close(self):
        """End the process and all running forks."""
        for fork in self.forks:
            fork.kill()
            fork.close()
        self.socket.close()
        self.process.wait(60)


class Fork:
    """A forked process, with the part of the interface of subprocess.Popen that tests use."""

    def __init__(self, reports, output):
        self.reports = reports
        self.stdout = output
        self.returncode = None
        self.pid = self._report(seconds=60)

    def poll(self):
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.wait(0)
        return self.returncode

    def wait(self, timeout=None):
        if self.returncode is None:
            self.returncode = self._report(timeout)
        return self.returncode

    def communicate(self, timeout=None):
        said = self.stdout.read()
        self.wait(timeout)
        return said, None

    def send_signal(self, number):
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):  # it has ended, but the report is on its way
                os.kill(self.pid, number)

    def terminate(self):
        self.send_signal(signal.SIGTERM)

    def kill(self):
        self.send_signal(signal.SIGKILL)

    def close(self):
        self.reports.close()
        if self.stdout:
            self.stdout.close()

    def _report(self, seconds) -> int:
        self.reports.settimeout(seconds)
        try:
            return int(self.reports.recv(100))
        except (TimeoutError, BlockingIOError):
            raise subprocess.TimeoutExpired("fork", seconds) from None


def main():
    """Fork for each request. Returns in the forks, with the arguments for manage.py in sys.argv."""
    import django
    from django.urls import get_resolver

    from tests.support import sandbox_forking

    django.setup()
    for name in USED_BY_MOST:
        importlib.import_module(name)
    get_resolver("site_config.urls")._populate()
    PARENTS["sandboxes"] = sandboxes = sandbox_forking.parent()
    gc.freeze()
    arguments, environment, passed = forked(socket.socket(fileno=int(sys.argv[1])))
    use_environment(environment | ({"PASSED": str(passed)} if passed else {}))
    if STARTED_SANDBOXES not in environment:
        sandbox_forking.fork_sandboxes(sandboxes)
    sys.argv = ["manage.py", *arguments]


def forked(requests):
    """Fork for each request. Returns in the forks, with the arguments, the environment and the passed file.

    Each fork's pid and, later, its exit status are reported to the socket that came with the request.
    """
    running = {}  # {file of a fork: (pid, socket for reports)}
    while requests or running:
        for ready in select.select([*([requests] if requests else []), *running], [], [])[0]:
            if ready in running:
                _report_end(ready, *running.pop(ready))
                continue
            request, files, *_ = socket.recv_fds(requests, LARGEST_REQUEST, 4)
            if not request:
                requests.close()
                requests = None
                break
            pid = os.fork()
            if pid == 0:
                requests.close()
                for file, (_pid, reports) in running.items():
                    os.close(file)
                    reports.close()
                return _begin(request, *files)
            reports = socket.socket(fileno=files[0])
            reports.send(str(pid).encode())
            running[os.pidfd_open(pid)] = pid, reports
            for file in files[1:]:
                os.close(file)
    end_parents()
    sys.exit()


def _begin(request, reports, output, errors, passed=None):
    """Begin a fork: with its output files, its umask, and the file that was passed to it."""
    os.close(reports)
    for file, number in ((output, 1), (errors, 2)):
        os.dup2(file, number)
        os.close(file)
    arguments, environment, umask = json.loads(request)
    os.umask(umask)
    return arguments, environment, passed


def _report_end(file, pid, reports):
    _pid, status = os.waitpid(pid, 0)
    with reports, contextlib.suppress(OSError):  # nobody may wait for it
        reports.send(str(os.waitstatus_to_exitcode(status)).encode())
    os.close(file)


def use_environment(environment):
    """Read the settings again, in this environment, and forget what Django made of the former ones."""
    from django.conf import settings
    from django.core.cache import caches
    from django.db import connections

    os.environ.clear()
    os.environ.update(environment)
    ours = ("site_config.settings", "tests.support.")
    former = dir(sys.modules[settings.SETTINGS_MODULE])
    for name in [name for name in sys.modules if name.startswith(ours) and name.endswith("settings")]:
        del sys.modules[name]
    settings.SETTINGS_MODULE = environment["DJANGO_SETTINGS_MODULE"]
    module = importlib.import_module(settings.SETTINGS_MODULE)
    for name in filter(str.isupper, {*former, *dir(module)}):
        setattr(settings, name, getattr(module, name)) if hasattr(module, name) else delattr(settings, name)
    for handler in (connections, caches):
        handler._settings = handler.settings = handler.configure_settings(None)  # as in django.test.signals
        for alias in handler:
            with contextlib.suppress(AttributeError):
                del handler[alias]


def run(command):
    """Run the command of a fork, and exit without freeing all objects, which copies the memory with them."""
    status = 1
    try:
        command()
        status = 0
    except SystemExit as ending:
        status = ending.code if isinstance(ending.code, int) else int(ending.code is not None)
        if isinstance(ending.code, str):
            sys.stderr.write(f"{ending.code}\n")
    except BaseException:
        traceback.print_exc()
    finally:
        threading._shutdown()  # as the interpreter does: wait for threads, then call what is registered
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


if __name__ == "__main__":
    import manage

    main()
    run(manage.main)
