"""The system checks of GALLEY_EXPORT_DIR."""

import pytest

from blog.extensions.git_export import checks


def found(check):
    return [message.id for message in check(None)]


class TestExport:
    def test_a_folder_of_its_own_and_git_are_right(self, settings, tmp_path):
        settings.EXPORT_DIR = tmp_path / "export"

        assert found(checks.check_export) == []

    def test_missing_git_is_found(self, settings, tmp_path, monkeypatch):
        settings.EXPORT_DIR = tmp_path / "export"
        monkeypatch.setenv("PATH", "/nowhere")

        assert found(checks.check_export) == ["galley.E007"]

    @pytest.mark.parametrize("folder", ["media", "media/export", "."])
    def test_a_served_folder_is_found(self, settings, tmp_path, folder):
        settings.MEDIA_ROOT, settings.EXPORT_DIR = tmp_path / "media", tmp_path / folder

        assert found(checks.check_export) == ["galley.E008"]
