"""Values that the settings derive from environment variables."""

from pathlib import Path

import pytest

from site_config.variables import BASE_DIR, database, ensure_folder, sqlite_file


class TestSqliteFile:
    @pytest.mark.parametrize(
        ("url", "file"),
        [
            ("sqlite:////srv/galley/db.sqlite3", Path("/srv/galley/db.sqlite3")),
            ("sqlite:///var/db.sqlite3", BASE_DIR / "var/db.sqlite3"),
            ("sqlite://:memory:", None),
            ("postgres://galley@127.0.0.1/galley", None),
        ],
    )
    def test_is_the_path_of_a_database_in_a_file(self, url, file, monkeypatch):
        monkeypatch.setenv("DATABASE_URL", url)

        assert sqlite_file(database("")) == file


class TestMadeFolder:
    def test_a_relative_one_is_that_of_the_checkout(self, monkeypatch, tmp_path):
        """A command may be run from any folder."""
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("GALLEY_DATA", "docs")

        assert ensure_folder("GALLEY_DATA") == BASE_DIR / "docs"
