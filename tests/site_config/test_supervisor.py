"""bin/serve's main process: it starts, replaces and ends gunicorn and the job worker."""

import os
import signal
import socket
import subprocess
import sys

import pytest

from site_config import supervisor
from site_config.supervisor import Child
from tests.support.processes import children_of, wait_until_gone
from tests.support.servers import (
    ROOT,
    basic_environment,
    gunicorns_of,
    job_workers_of,
    running_server,
    wait_until,
    workers_of,
)


class TestChild:
    def ended(self, child, *command):
        child.follow(subprocess.Popen(command))  # noqa: S603 -- our own commands
        child.process.wait()
        child.look()
        return child

    def test_is_due_at_once_after_it_ended_in_good_order(self):
        child = self.ended(Child("child"), "true")

        assert (child.is_due, child.is_needed) == (True, False)

    def test_is_due_after_a_pause_that_doubles_after_each_failure(self, monkeypatch):
        monkeypatch.setattr(supervisor, "FIRST_PAUSE", 0.1)
        child = self.ended(Child("child"), "false")
        assert (child.is_due, child.is_needed) == (False, True)
        assert child.pause == 0.2
        wait_until(lambda: child.is_due, seconds=5)

        assert self.ended(child, "false").pause == 0.4
        assert self.ended(child, "true").pause == 0.1

    def test_of_a_killed_parent_ends(self):
        script = "from site_config.supervisor import start; print(start(['sleep', '60']).pid); input()"
        command = [sys.executable, "-uc", script]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:  # noqa: S603 -- our own
            pid = int(parent.stdout.readline())

            parent.kill()

            assert wait_until_gone([pid]) == []


def number_of_workers(site) -> int:
    return site.value("SELECT count(*) FROM blog_worker")


class TestSite:
    def test_gets_back_what_is_killed_and_ends_all_at_term(self, new_site, tmp_path):
        with new_site(tmp_path) as site:
            environment = site.environment | {"GALLEY_WORKER": "yes"}
            with running_server(environment, tmp_path) as server:
                wait_until(lambda: number_of_workers(site) == 2)  # a web worker reports, too
                [job_worker], [gunicorn], [worker] = processes = processes_of(server)
                for pid in (job_worker, worker, gunicorn):
                    own = children_of(pid)
                    os.kill(pid, signal.SIGKILL)
                    wait_until(lambda pid=pid: [] not in processes_of(server) and pid not in all_of(server))
                    assert wait_until_gone(own) == []
                wait_until(lambda: server.ask("/health/")[0] == 200)
                wait_until(lambda: len(job_workers_of(server)) == 1)  # an earlier one may still end
                [idle] = job_workers_of(server)
                os.kill(idle, signal.SIGTERM)
                assert wait_until_gone([idle]) == []

                script = "from blog import jobs; jobs.start('send_mail')"
                assert site.start_script(script).wait(60) == 0
                ended = "SELECT count(*) FROM blog_job WHERE ended_at IS NOT NULL"
                wait_until(lambda: site.value(ended) == 1, pause=0.1)
                last = all_of(server)
                assert all(set(found).isdisjoint(last) for found in processes)
            assert wait_until_gone(last) == []
            assert server.process.returncode == 0

    def test_gets_a_new_job_worker_with_a_reload(self, new_site, tmp_path):
        with (
            new_site(tmp_path) as site,
            running_server(site.environment | {"GALLEY_WORKER": "yes"}, tmp_path) as server,
        ):
            wait_until(lambda: [] not in processes_of(server))
            before = set(all_of(server))

            server.reload()

            wait_until(lambda: [] not in processes_of(server) and before.isdisjoint(all_of(server)))

    def test_loads_again_after_a_reload_that_came_during_another(self, folder):
        with running_server(basic_environment(folder), folder) as server:
            server.reload()
            wait_until(lambda: len(gunicorns_of(server)) == 2)
            server.reload()
            wait_until(lambda: server.log.read_text().count("Starting gunicorn") == 3)
            wait_until(lambda: len(gunicorns_of(server)) == 1)


def processes_of(server) -> list[list[int]]:
    return [job_workers_of(server), gunicorns_of(server), workers_of(server)]


def all_of(server) -> list[int]:
    return [pid for found in processes_of(server) for pid in found]


class TestStart:
    def refusal(self, folder, **environment) -> str:
        """Return the one line that a start with these variables prints before it fails."""
        command = [sys.executable, "-m", "site_config.supervisor"]
        done = subprocess.run(  # noqa: S603 -- our own command
            command,
            cwd=ROOT,
            env=basic_environment(folder) | environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        [line] = done.stderr.splitlines()
        assert done.returncode == 1
        return line

    def test_at_a_port_in_use_is_refused(self, folder):
        with socket.create_server(("127.0.0.1", 0)) as other:
            assert "Address already in use" in self.refusal(folder, PORT=str(other.getsockname()[1]))

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("WEB_CONCURRENCY", "zero"),
            ("WEB_CONCURRENCY", "0"),
            ("PORT", "eighty"),
            ("GALLEY_WORKER", "maybe"),
        ],
    )
    def test_with_an_invalid_variable_is_refused(self, folder, name, value):
        assert name in self.refusal(folder, **{name: value})
