"""Atomic writes."""

import errno
import os
import stat

import pytest

from blog.files.atomic import write_atomically


def failing_parts():
    yield b"half of "
    raise OSError(errno.ENOSPC, "No space left on device")


class TestWriteAtomically:
    def test_replaces_a_file_as_a_whole(self, tmp_path):
        path = tmp_path / "a"
        path.write_bytes(b"an older and longer text")

        write_atomically(path, [b"new ", b"text"], mode=0o644)

        assert path.read_bytes() == b"new text"
        assert os.listdir(tmp_path) == ["a"]

    @pytest.mark.parametrize("mode", [0o600, 0o644])
    def test_the_mode_is_the_one_asked_for_under_each_umask(self, tmp_path, mode):
        for mask in (0o000, 0o077):
            before = os.umask(mask)
            try:
                write_atomically(tmp_path / "a", [b"x"], mode=mode)
            finally:
                os.umask(before)

            assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == mode

    def test_has_its_mode_before_it_has_its_name(self, tmp_path, monkeypatch):
        modes = []
        replace = os.replace

        def spy(draft, path):
            modes.append(stat.S_IMODE(os.stat(draft).st_mode))
            replace(draft, path)

        monkeypatch.setattr("blog.files.atomic.os.replace", spy)
        write_atomically(tmp_path / "a", [b"x"], mode=0o644)

        assert modes == [0o644]

    @pytest.mark.parametrize(("durable", "syncs"), [(True, 1), (False, 0)])
    def test_syncs_to_disk_only_if_durable(self, tmp_path, monkeypatch, durable, syncs):
        synced = []
        monkeypatch.setattr("blog.files.atomic.os.fsync", synced.append)

        write_atomically(tmp_path / "a", [b"x"], mode=0o600, durable=durable)

        assert len(synced) == syncs

    def test_a_failure_keeps_the_old_file_and_leaves_nothing_behind(self, tmp_path):
        path = tmp_path / "a"
        path.write_bytes(b"old")

        with pytest.raises(OSError, match="No space left") as caught:
            write_atomically(path, failing_parts(), mode=0o600)

        assert path.read_bytes() == b"old"
        assert os.listdir(tmp_path) == ["a"]
        assert (caught.value.errno, caught.value.filename) == (errno.ENOSPC, str(path))

    def test_a_missing_folder_is_named_with_the_file(self, tmp_path):
        path = tmp_path / "none" / "a"

        with pytest.raises(FileNotFoundError) as caught:
            write_atomically(path, [b"x"], mode=0o600)

        assert caught.value.filename == str(path)

    def test_other_exceptions_leave_no_temporary_file(self, tmp_path):
        with pytest.raises(ZeroDivisionError):
            write_atomically(tmp_path / "a", (1 // 0 for _ in "x"), mode=0o600)

        assert os.listdir(tmp_path) == []

    def test_without_replacement_the_first_file_stays(self, tmp_path):
        for text in (b"first", b"second"):
            write_atomically(tmp_path / "key", [text], mode=0o600, replace=False)

        assert (tmp_path / "key").read_bytes() == b"first"
        assert os.listdir(tmp_path) == ["key"]

    def test_the_time_is_the_one_that_is_given(self, tmp_path):
        write_atomically(tmp_path / "a", [b"x"], mode=0o644, modified=1_000_000_000)

        assert (tmp_path / "a").stat().st_mtime == 1_000_000_000
