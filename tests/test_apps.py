"""What the start refuses that settings.py cannot know yet."""

import pytest
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
