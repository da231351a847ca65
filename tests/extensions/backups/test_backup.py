"""A folder of backups keeps the newest, and no file is overwritten."""

import os

import pytest

from blog.extensions.backups.archive import BackupError
from blog.extensions.backups.backup import remove_older, write_file


def test_only_the_newest_and_other_files_are_kept(tmp_path):
    names = [f"galley-202603{day:02}T031500Z.zip" for day in range(1, 6)]
    for name in (*names, "before-20260301T031500Z.zip", ".galley-draft-new", ".galley-draft-old"):
        (tmp_path / name).touch()
    os.utime(tmp_path / ".galley-draft-old", (0, 0))

    assert [path.name for path in remove_older(tmp_path, 2)] == names[:3]

    kept = {*names[3:], "before-20260301T031500Z.zip", ".galley-draft-new"}
    assert {path.name for path in tmp_path.iterdir()} == kept


def test_existing_file_is_refused(tmp_path):
    (tmp_path / "backup.zip").write_text("earlier")

    with pytest.raises(BackupError, match="exists already"):
        write_file(tmp_path / "backup.zip")

    assert (tmp_path / "backup.zip").read_text() == "earlier"
