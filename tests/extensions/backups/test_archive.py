"""An archive is read only if it is complete and unchanged."""

import io
import os
import random
import threading
import zipfile
from contextlib import closing

import pytest

from blog.extensions.backups.archive import BackupArchive, BackupError, writing

RANDOM = random.Random(20)  # noqa: S311 -- the same places in each run


def complete_archive() -> bytes:
    stream = io.BytesIO()
    with writing(stream) as archive:
        archive.write("rows/tides.jsonl", (b"[%d]\n" % number for number in range(2000)))
        archive.write("media/tide.png", [RANDOM.randbytes(3000)], compress=False)
        archive.write("manifest.json", [b'{"format": 1}'])
    return stream.getvalue()


CONTENT = complete_archive()
PLACES = [0, 1, 30, len(CONTENT) - 1, len(CONTENT) - 65, *(RANDOM.randrange(len(CONTENT)) for _ in range(20))]


def read(path, content):
    path.write_bytes(content)
    with closing(BackupArchive(path)) as archive:
        return archive.manifest


class TestArchive:
    def test_complete_one_is_read(self, tmp_path):
        assert read(tmp_path / "backup.zip", CONTENT) == {"format": 1}

    @pytest.mark.parametrize("place", PLACES)
    def test_cut_or_changed_one_is_refused_with_a_reason(self, place, tmp_path):
        changed = bytearray(CONTENT)
        changed[place] ^= 1 << RANDOM.randrange(8)

        for content in (CONTENT[:place], bytes(changed)):
            with pytest.raises(BackupError, match=r"incomplete or damaged|is empty|not a backup"):
                read(tmp_path / "backup.zip", content)

    def test_other_zip_files_are_refused(self, tmp_path):
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            archive.writestr("manifest.json", "{}")

        with pytest.raises(BackupError):
            read(tmp_path / "backup.zip", stream.getvalue())

    def test_other_programs_can_read_it(self):
        with zipfile.ZipFile(io.BytesIO(CONTENT)) as archive:
            assert archive.testzip() is None
            assert archive.read("rows/tides.jsonl").startswith(b"[0]\n[1]\n")

    def test_pipe_is_written_without_going_back(self):
        reading, target = os.pipe()
        parts = []

        def collect():
            with open(reading, "rb") as file:
                parts.append(file.read())

        thread = threading.Thread(target=collect)
        thread.start()
        with open(target, "wb") as pipe, writing(pipe) as archive:
            archive.write("manifest.json", [b"{}"])
        thread.join()

        assert zipfile.ZipFile(io.BytesIO(parts[0])).namelist() == ["manifest.json"]
