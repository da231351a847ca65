"""Static files of an earlier release are told from those of this one."""

from pathlib import Path

import pytest
from django.core.management import call_command

from blog.files.static import are_collected

REAL = {"BACKEND": "blog.files.static.StaticFilesStorage"}


@pytest.fixture
def sources(settings, tmp_path) -> Path:
    """A folder with one static file, which is all that is collected."""
    folder = tmp_path / "sources"
    folder.mkdir()
    (folder / "page.css").write_text("body { margin: 0 }")
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATICFILES_DIRS = [folder]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STORAGES = settings.STORAGES | {"staticfiles": REAL}
    return folder


def collect(**options):
    call_command("collectstatic", interactive=False, verbosity=0, **options)


class TestCollected:
    def test_files_are_current(self, sources):
        before = are_collected()
        collect()

        assert (before, are_collected()) == (False, True)

    def test_changed_files_are_not(self, sources):
        collect()
        (sources / "page.css").write_text("body { margin: 1px }")

        assert not are_collected()

    def test_files_with_another_time_are(self, sources):
        """As after a fresh checkout of the same release."""
        collect()
        (sources / "page.css").touch()

        assert are_collected()

    def test_a_new_file_is_not(self, sources):
        collect()
        (sources / "more.css").touch()

        assert not are_collected()

    def test_a_removed_folder_is_not(self, sources, settings):
        collect()
        (settings.STATIC_ROOT / "staticfiles.json").unlink()

        assert not are_collected()

    def test_a_dry_run_collects_nothing(self, sources):
        collect(dry_run=True)

        assert not are_collected()

    def test_with_debug_none_need_be(self, sources, settings):
        settings.DEBUG = True

        assert are_collected()

    def test_prepare_says_that_it_collects(self, sources, db, capsys):
        """Compressing takes half a minute at the first start."""
        call_command("prepare")
        first = capsys.readouterr().out
        call_command("prepare")

        assert are_collected()
        assert ("Collecting" in first, "Collecting" in capsys.readouterr().out) == (True, False)
