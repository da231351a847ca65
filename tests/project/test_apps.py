"""What the start refuses that settings.py cannot know yet, and what it registers."""

import subprocess
import sys

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from blog.apps import check_tasks_backend


class TestTasksBackend:
    @pytest.mark.parametrize(
        "path", ["nonsense", "no.such.Backend", "os.path.join", "django.tasks.base.Task"]
    )
    def test_nonsense_names_the_variable(self, settings, path):
        settings.TASKS = {"default": {"BACKEND": path}}

        with pytest.raises(ImproperlyConfigured, match="GALLEY_TASKS_BACKEND"):
            check_tasks_backend()

    def test_djangos_own_are_taken(self, settings):
        settings.TASKS = {"default": {"BACKEND": "django.tasks.backends.dummy.DummyBackend"}}

        check_tasks_backend()


PRINT_REGISTERED = """
import django

django.setup()

from blog.articles.actions.base import UNDO_HANDLERS

print(*sorted(UNDO_HANDLERS))
"""


def test_every_process_can_undo_each_kind_of_row():
    command = [sys.executable, "-c", PRINT_REGISTERED]
    run = subprocess.run(  # noqa: S603 -- our own command
        command, cwd=settings.BASE_DIR, capture_output=True, text=True, check=True, timeout=60
    )

    assert run.stdout.split() == ["Assignment", "Correction", "PersonDecision", "Review", "Settlement"]
