"""The site starts, and the core passes its tests, without any of the extensions."""

import os
import re
import subprocess
import sys

import pytest
from django.conf import settings

from blog import extension_apps
from tests.support import parts

NAMES = [app.rpartition(".")[2] for app in extension_apps.bundled()]
CHOICES = ["", *(f"default,-{name}" for name in NAMES), *NAMES]
# What extensions add to: screens, permissions, jobs, mail and addresses.
ROOMS = (
    *("tests/desk/test_account.py", "tests/desk/test_admin_site.py", "tests/desk/test_permissions.py"),
    *("tests/jobs", "tests/mail", "tests/project/test_apps.py", "tests/site"),
)
KNOWS_ONE = re.compile(
    r"^ *(?:from|import) (?:blog|tests)\.extensions\b"
    rf"|\b(?:admin|blog):(?:{'|'.join(NAMES)})[:_]"
    rf"|\bblog\.extensions\.(?:{'|'.join(NAMES)})\b",
    re.MULTILINE,
)
START = """
import sys

import django
from django.conf import settings

django.setup()

from django.core.management import call_command
from django.urls import get_resolver

call_command("check")
get_resolver().url_patterns
loaded = {name.split(".")[2] for name in sys.modules if name.startswith("blog.extensions.")}
print(*sorted(loaded))
"""


@pytest.mark.parametrize("value", CHOICES)
def test_a_process_loads_only_the_extensions_that_are_on(value, tmp_path):
    environment = os.environ | {"GALLEY_EXTENSIONS": value, "GALLEY_DATA": str(tmp_path)}
    run = subprocess.run(  # noqa: S603 -- our own command
        [sys.executable, "-c", START],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )

    wanted = {app.rpartition(".")[2] for app in extension_apps.names_of(value)}
    assert set(run.stdout.splitlines()[-1].split()) == wanted


def test_the_core_passes_its_tests_while_all_are_off(tmp_path):
    environment = os.environ | {"GALLEY_EXTENSIONS": "", "GALLEY_DATA": str(tmp_path), "DATABASE_URL": ""}
    environment.pop(parts.SHARED, None)  # its database has the tables of all extensions
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-p", "no:playwright"]
    run = subprocess.run(  # noqa: S603 -- our own command
        [*command, *ROOMS],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        timeout=550,
    )

    assert run.returncode == 0, run.stdout + run.stderr


def test_only_their_own_tests_know_them():
    """Tests in a browser see whole sites."""
    tests = settings.BASE_DIR / "tests"
    others = [
        file
        for file in tests.rglob("*.py")
        if not {"extensions", "browser"} & set(file.relative_to(tests).parts)
    ]

    assert len(others) > 400
    assert not [str(file) for file in others if KNOWS_ONE.search(file.read_text())]
