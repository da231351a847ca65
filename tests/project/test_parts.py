"""The program that runs the parts of bin/test."""

import os
import signal
import subprocess
import sys

from tests.support import parts
from tests.support.parts import Part, end, run_parts, summary
from tests.support.processes import children_of, wait_until_gone
from tests.support.servers import ROOT, wait_until

# Stands for pytest: writes outcomes.
STAND_IN = (
    "import pathlib, sys; pathlib.Path(sys.argv[1]).write_text(sys.argv[2]); sys.exit(int(sys.argv[3]))"
)
# Writes its pid and that of a child, and heeds neither Ctrl+C nor TERM.
STUBBORN = 'trap "" INT TERM; sleep 300 & echo "passed $$" > "$0"; echo "passed $!" >> "$0"; sleep 300'

WITHOUT_PLUGINS = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}  # which take half a second to load


def part(folder, name, outcomes, status=0, log=None):
    file = folder / name
    command = [sys.executable, "-c", STAND_IN, str(file), outcomes, str(status)]
    return Part(name, command, os.environ, file, log)


def test_summary_has_each_part_the_failures_and_the_totals_alone_on_its_last_line(tmp_path, capsys):
    sqlite = part(tmp_path, "sqlite", "collected 3\npassed a\nfailed b::c[d e]\nskipped e\n", status=1)
    rest = part(tmp_path, "rest", "collected 2\npassed f\npassed g\n")

    run_parts([sqlite, rest])

    sqlite.seconds, rest.seconds = 83.7, 5
    assert summary([sqlite, rest]).splitlines() == [
        "",
        "part       passed  failed  skipped  seconds",
        "sqlite          1       1        1       84",
        "rest            2       0        0        5",
        "",
        "FAILED on sqlite: b::c[d e]",
        "",
        "3 passed, 1 failed, 1 skipped",
    ]
    assert "sqlite: FAILED b::c[d e]" in capsys.readouterr().out  # as soon as it fails


def test_a_part_that_fails_without_a_failed_test_counts_as_a_failure(tmp_path):
    crashed = part(tmp_path, "browser", "collected 9\npassed a\n", status=3)

    run_parts([crashed])

    assert summary([crashed]).splitlines()[-1] == "1 passed, 1 failed"
    assert "pytest ended with status 3" in summary([crashed])


def test_a_stubborn_part_is_killed_with_its_children(tmp_path):
    stubborn = Part("rest", ["sh", "-c", STUBBORN, str(tmp_path / "pids")], os.environ, tmp_path / "pids")
    wait_until(lambda: stubborn.is_running() and stubborn.counts["passed"] == 2)
    pids = [int(line.split()[1]) for line in (tmp_path / "pids").read_text().splitlines()]

    end([stubborn], patience=0.1)

    wait_until(lambda: not stubborn.is_running())
    assert wait_until_gone(pids) == []


def test_a_part_leaves_out_only_files_without_its_tests():
    of_module, of_class = "pytestmark = [pytest.mark.django_db]\n", "@pytest.mark.django_db\nclass TestA:\n"

    assert parts.may_have_tests_of("rest", of_class)
    assert not parts.may_have_tests_of("rest", of_module)
    assert parts.may_have_tests_of("sqlite", of_module)
    assert not parts.may_have_tests_of("postgres", of_module)
    assert parts.may_have_tests_of("postgres", f"{of_module}@pytest.mark.both_databases\n")
    assert any(file.startswith("tests/desk/") for file in parts.files_of("rest"))
    assert not any(file.startswith("tests/desk/") for file in parts.files_of("sqlite"))


def command_of_run(folder, test, *arguments):
    """Return the command for a run of one test module, by pytest itself."""
    (folder / "data").mkdir()
    (folder / "conftest.py").write_text("def pytest_addoption(parser):\n    parser.addoption('--part')\n")
    (folder / "test_it.py").write_text(test)
    command = [sys.executable, "-m", "tests.support.parts", "--folder", folder / "data", *arguments, "--"]
    return [*command, "-c", os.devnull, f"--rootdir={folder}", folder / "test_it.py"]


def test_a_run_shows_the_log_of_a_failed_part_before_the_summary(tmp_path):
    test = "def test_a():\n    assert 1 + 1 == 3\n\n\ndef test_b():\n    pass\n"
    command = command_of_run(tmp_path, test, "rest", "sites")

    done = subprocess.run(  # noqa: S603 -- our own
        command, cwd=ROOT, env=WITHOUT_PLUGINS, capture_output=True, text=True, timeout=60
    )

    assert done.returncode == 1, done.stderr
    logs, _, table = done.stdout.partition("part       passed")
    assert logs.count("E       assert (1 + 1) == 3") == 2
    assert table.splitlines()[-1] == "2 passed, 2 failed"


def test_term_ends_a_run(tmp_path):
    started = tmp_path / "started"
    test = f"import os, time\n\n\ndef test_a():\n    os.mknod({str(started)!r})\n    time.sleep(60)\n"
    command = command_of_run(tmp_path, test, "rest")
    with subprocess.Popen(command, cwd=ROOT, env=WITHOUT_PLUGINS) as process:  # noqa: S603 -- our own
        wait_until(started.exists)
        children = children_of(process.pid)

        process.terminate()

        assert process.wait(60) == 128 + signal.SIGTERM
    assert children
    assert wait_until_gone(children) == []
