"""The site starts, and serves its pages and screens, without any of the extensions."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

from blog import extend

NAMES = [app.rpartition(".")[2] for app in extend.bundled()]
CHOICES = ["", *(f"default,-{name}" for name in NAMES), *NAMES]
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

    wanted = {app.rpartition(".")[2] for app in extend.names_of(value)}
    assert set(run.stdout.splitlines()[-1].split()) == wanted
