"""The example of docs/extending.md works, from a folder outside of the repository."""

import os
import re
import subprocess
import sys

from django.conf import settings

BLOCK = re.compile(
    r"^```\w+\n(?:# |<!-- )(galley_webhook/\S+)(?: -->)?\n(.*?)^```$", re.MULTILINE | re.DOTALL
)


def test_the_tests_of_the_example_pass(tmp_path):
    page = (settings.BASE_DIR / "docs" / "extending.md").read_text()
    files = dict(BLOCK.findall(page)) | {"galley_webhook/__init__.py": ""}
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    environment = os.environ | {
        "GALLEY_CUSTOM_DIR": str(tmp_path),
        "GALLEY_EXTENSIONS": "default,galley_webhook",
        "GALLEY_DATA": str(tmp_path / "data"),
        "DATABASE_URL": "",
    }
    makes_migration = ["manage.py", "makemigrations", "galley_webhook"]
    runs_tests = ["-m", "pytest", "-q", "-c", "pyproject.toml", "-p", "no:cacheprovider"]
    runs_tests += ["--ds", "tests.support.extension_settings", str(tmp_path / "galley_webhook")]
    for command in (makes_migration, runs_tests):
        run = subprocess.run(  # noqa: S603 -- our own command
            [sys.executable, *command],
            cwd=settings.BASE_DIR,
            env=environment,
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert run.returncode == 0, run.stdout + run.stderr

    assert "3 passed" in run.stdout
