"""The room is a library: it can be imported and used without Django and without settings."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
USE_ALONE = """
import doctest
import pkgutil
import sys
from importlib import import_module

import blog.documents

for module in pkgutil.walk_packages(blog.documents.__path__, "blog.documents."):
    import_module(module.name)
assert doctest.testfile("blog/documents/README.md", module_relative=False) == (0, 9), "README.md"
others = {name for name in sys.modules if name.startswith("blog.") and not name.startswith("blog.documents")}
assert not others, others
assert "django" not in sys.modules
"""


def test_it_is_used_without_django_and_without_other_rooms():
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    run = subprocess.run(  # noqa: S603 -- our own command
        [sys.executable, "-c", USE_ALONE],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert run.returncode == 0, run.stdout + run.stderr
