"""bin/serve installs nothing: it runs with the environment that bin/setup has made, or says what to do."""

import os
import shutil
import stat
import subprocess

import pytest
from django.conf import settings

# Stands for Python, pip and gunicorn: writes down what it is called with, and does next to nothing.
STAND_IN = """#!/bin/sh
echo "$(basename "$0") $*" >> "$CALLS"
case "$1 ${2:-}" in
    "-V " | "-VV ") echo "Python 3.13.5" ;;
    "-m venv") mkdir -p "$3/bin" && cp "$0" "$3/bin/python" && cp "$0" "$3/bin/gunicorn" ;;
esac
"""


class Checkout:
    """A copy of what bin/serve needs, with a Python that installs nothing."""

    def __init__(self, folder):
        self.folder = folder
        self.calls = folder / "calls"
        (folder / "bin").mkdir()
        (folder / "static").mkdir()
        for name in ("bin/serve", "bin/setup", "requirements.txt"):
            shutil.copy(settings.BASE_DIR / name, folder / name)
        self.python = folder / "python3.13"
        self.python.write_text(STAND_IN)
        self.python.chmod(stat.S_IRWXU)

    def run(self, name):
        self.calls.write_text("")
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHON": str(self.python),
            "CALLS": str(self.calls),
            "GALLEY_DATA": str(self.folder),
        }
        return subprocess.run(  # noqa: S603 -- our own command
            [self.folder / "bin" / name, *(["requirements.txt"] if name == "setup" else [])],
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )


@pytest.fixture
def checkout(tmp_path):
    return Checkout(tmp_path)


class TestServe:
    def test_without_an_environment_it_asks_for_setup(self, checkout):
        done = checkout.run("serve")

        assert done.returncode == 1
        assert "run bin/setup" in done.stderr
        assert not (checkout.folder / ".venv").exists()

    def test_with_other_requirements_than_installed_it_asks_for_setup(self, checkout):
        checkout.run("setup")
        with open(checkout.folder / "requirements.txt", "a") as requirements:
            requirements.write("# a later pin\n")

        done = checkout.run("serve")

        assert done.returncode == 1
        assert "run bin/setup" in done.stderr
        assert "pip" not in checkout.calls.read_text()

    def test_with_another_python_than_installed_for_it_asks_for_setup(self, checkout):
        checkout.run("setup")
        python = checkout.folder / ".venv/bin/python"
        python.write_text(STAND_IN.replace("3.13.5", "3.14.0"))

        done = checkout.run("serve")

        assert done.returncode == 1
        assert "run bin/setup" in done.stderr

    def test_after_setup_it_serves_without_pip(self, checkout):
        set_up = checkout.run("setup")
        pip_was_called = "-m pip install" in checkout.calls.read_text()

        done = checkout.run("serve")

        assert (set_up.returncode, done.returncode) == (0, 0), set_up.stderr + done.stderr
        assert pip_was_called
        assert "pip" not in checkout.calls.read_text()
        assert "python -m site_config.supervisor" in checkout.calls.read_text()

    def test_a_later_patch_of_the_same_python_serves(self, checkout):
        checkout.run("setup")
        python = checkout.folder / ".venv/bin/python"
        python.write_text(STAND_IN.replace("3.13.5", "3.13.6"))

        done = checkout.run("serve")

        assert done.returncode == 0, done.stderr
