"""The site starts, and the core passes its tests, without any of the extensions."""

import os
import re
import subprocess
import sys

import pytest
from django.apps import apps
from django.conf import settings

from blog import extension_apps
from tests.support import parts

NAMES = [app.rpartition(".")[2] for app in extension_apps.bundled()]
# What extensions add to: screens, addresses, mail and pages.
ROOMS = (
    *("tests/desk/test_account.py", "tests/desk/test_admin_site.py", "tests/mail"),
    *("tests/project/test_apps.py", "tests/site/test_identity.py", "tests/site/test_custom_templates.py"),
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


@pytest.mark.parametrize("value", ["", "default,-sources", "notices"])
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


def test_their_rows_point_to_none_of_another():
    """So each of them can be on alone. Imports between them are contracts of lint-imports."""
    foreign = {
        f"{model._meta.label}.{field.name}"
        for app in apps.get_app_configs()
        if app.name.startswith("blog.extensions.")
        for model in app.get_models()
        for field in model._meta.get_fields()
        if field.related_model
        and field.related_model._meta.app_config.name.startswith("blog.extensions.")
        and field.related_model._meta.app_config is not app
    }

    assert not foreign


def test_the_core_names_no_address_or_module_of_theirs():
    files = [
        file
        for folder in ("blog", "site_config", "templates")
        for file in (settings.BASE_DIR / folder).rglob("*.*")
        if file.suffix in {".py", ".html", ".txt"} and "extensions" not in file.parts
    ]

    assert len(files) > 400
    assert not [str(file) for file in files if KNOWS_ONE.search(file.read_text())]


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
