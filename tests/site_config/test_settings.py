"""Values that the settings derive from environment variables."""

from pathlib import Path

import pytest

from site_config.settings import database, sqlite_file


class TestSqliteFile:
    @pytest.mark.parametrize(
        ("url", "file"),
        [
            ("sqlite:////srv/galley/db.sqlite3", Path("/srv/galley/db.sqlite3")),
            ("sqlite://:memory:", None),
            ("postgres://galley@127.0.0.1/galley", None),
        ],
    )
    def test_is_the_path_of_a_database_in_a_file(self, url, file, monkeypatch):
        monkeypatch.setenv("DATABASE_URL", url)

        assert sqlite_file(database("")) == file
