"""Uploads: which files are accepted, and how they are received in parts and unpacked."""

import errno
import io
import shutil
import stat
from types import SimpleNamespace

import pytest

from blog.documents.limits import MEGABYTE, in_megabytes
from blog.files.upload_limits import MAX_IMPORT_BYTES, MAX_IMPORT_FILES
from blog.imports.uploads import reception
from blog.imports.uploads.reception import (
    AnnouncedFile,
    RefusedUploadError,
    WrongFilesError,
    WrongOffsetError,
    check_files,
    create_upload,
    proposed_source_name,
    receive,
    received_bytes,
    source_path,
    unpack,
)
from blog.imports.uploads.removal import discard_upload
from blog.models import StagedImport

ZIP = b"PK\x05\x06" + bytes(18)  # an empty archive


def announced(**sizes_by_path):
    return [AnnouncedFile(path, size) for path, size in sizes_by_path.items()]


def begin(*files) -> StagedImport:
    """Announce (path, bytes) of each file."""
    return create_upload([AnnouncedFile(path, len(data)) for path, data in files], source_name="posts")


class TestFiles:
    @pytest.mark.parametrize(
        "paths",
        [
            ["posts.zip"],
            ["POSTS.ZIP"],
            ["a.md"],
            ["a.md", "b.markdown", "img/cover.JPG", "data.csv", "film.MP4"],
            ["one/two/ä 👩‍🚀 (1).md"],
            ["...md"],
            ["harbour.WordPress.2026-05-01.xml"],
            ["the-sound.ghost.json"],
        ],
    )
    def test_zip_or_texts_with_images_are_accepted(self, paths):
        assert check_files([AnnouncedFile(path, 10) for path in paths]) is None

    @pytest.mark.parametrize(
        ("paths", "said"),
        [
            ([], "Choose a zip file"),
            (["empty.zip"], "is empty"),
            (["a.zip", "b.zip"], "one zip file at a time"),
            (["a.zip", "b.md"], "one zip file at a time"),
            (["a.md", "run.exe"], "“run.exe” is not a zip file"),
            (["a.md", "page.rst"], "“page.rst” is not a zip file"),
            (["cover.jpg"], "no Markdown or HTML file"),
            (["a.md", "a.md"], "same name"),
            (["a.md/b.md", "a.md"], "same name"),
            (["a.md"] * (MAX_IMPORT_FILES + 1), f"the limit is {MAX_IMPORT_FILES}"),
        ],
    )
    def test_other_files_are_rejected_with_a_reason(self, paths, said):
        with pytest.raises(RefusedUploadError) as refusal:
            check_files([AnnouncedFile(path, 0 if path == "empty.zip" else 10) for path in paths])

        assert said in str(refusal.value)

    @pytest.mark.parametrize(
        "path",
        [
            *(
                "../a.md",
                "a/../../b.md",
                "/etc/a.md",
                "a//b.md",
                "./a.md",
                "a/.",
                "",
                "/",
                "a\\b.md",
                "c:\\a.md",
            ),
            *("a\x00.md", "a\nb.md", "\ud800.md", f"{'x' * 300}.md", "/".join(["ordner"] * 400) + ".md"),
        ],
    )
    def test_unsafe_or_impossible_paths_are_rejected(self, path):
        with pytest.raises(RefusedUploadError, match="is not an accepted file name"):
            check_files([AnnouncedFile(path, 10)])

    def test_limits_are_enforced_and_named(self):
        check_files(announced(**{"a.zip": MAX_IMPORT_BYTES}))

        with pytest.raises(RefusedUploadError, match=f"larger than {in_megabytes(MAX_IMPORT_BYTES)} MB"):
            check_files(announced(**{"a.md": MAX_IMPORT_BYTES, "b.md": 1}))

    @pytest.mark.parametrize(
        ("path", "name"),
        [("Autumn science.zip", "Autumn science"), ("a.md", "uploads"), ("...zip", "uploads")],
    )
    def test_the_zip_names_the_source(self, path, name):
        assert proposed_source_name([AnnouncedFile(path, 1)]) == name


@pytest.mark.django_db
class TestParts:
    def test_of_any_size_make_up_the_file(self):
        data = ZIP + bytes(range(256)) * 40
        staged = begin(("posts.zip", data))

        for start in range(0, len(data), 1000):
            receive(staged, start, [data[start : start + 700], data[start + 700 : start + 1000]])
        unpack(staged)

        assert staged.state == StagedImport.State.RECEIVED
        assert source_path(staged).read_bytes() == data
        assert [path.name for path in staged.folder.iterdir()] == ["archive.zip"]

    def test_repeated_part_is_stored_once_and_an_incomplete_upload_not_unpacked(self):
        staged = begin(("posts.zip", ZIP))
        receive(staged, 0, [ZIP[:10]])

        with pytest.raises(WrongOffsetError):
            receive(staged, 0, [ZIP[:10]])
        with pytest.raises(RefusedUploadError, match="upload is not complete"):
            unpack(staged)

        assert received_bytes(staged) == 10

    @pytest.mark.parametrize(
        ("data", "parts", "reason"),
        [(ZIP, [ZIP, b"x"], "More data arrived"), (b"Rar!" * 1000, [b"Rar!" * 10], "not a zip file")],
    )
    def test_other_data_than_announced_is_rejected_at_once(self, data, parts, reason):
        staged = begin(("posts.zip", data))

        with pytest.raises(WrongFilesError, match=reason):
            receive(staged, 0, parts)

    def test_bytes_before_a_lost_connection_are_kept(self):
        staged = begin(("posts.zip", ZIP))

        def broken():
            yield ZIP[:10]
            raise ConnectionResetError

        with pytest.raises(ConnectionResetError):
            receive(staged, 0, broken())

        assert received_bytes(staged) == 10
        receive(staged, 10, [ZIP[10:]])
        unpack(staged)
        assert source_path(staged).read_bytes() == ZIP

    def test_files_are_unpacked_to_their_paths(self):
        files = [("a.md", b"# A"), ("b/empty.md", b""), ("b/c.md", b"# C" * 50_000)]
        staged = begin(*files)

        receive(staged, 0, [b"".join(data for _path, data in files)])
        unpack(staged)

        assert {(path, (source_path(staged) / path).read_bytes()) for path, _data in files} == {*files}

    def test_unpacking_again_after_a_kill_changes_nothing(self, monkeypatch):
        """Killed while it copied, or once all was in its place and before that was stored."""
        staged = begin(("a.md", b"# A"), ("b.md", b"# B"))
        receive(staged, 0, [b"# A# B"])
        with monkeypatch.context() as patch:
            patch.setattr(reception.shutil, "copyfileobj", lambda *arguments: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                unpack(staged)
        unpack(staged)
        StagedImport.objects.update(state=StagedImport.State.RECEIVING)

        unpack(staged)

        assert staged.state == StagedImport.State.RECEIVED
        assert (source_path(staged) / "b.md").read_bytes() == b"# B"

    def test_are_readable_only_by_the_sites_user(self):
        staged = begin(("b/a.md", b"# A"))
        receive(staged, 0, [b"# A"])
        unpack(staged)

        found = [staged.folder.parent, staged.folder, *staged.folder.rglob("*")]
        assert {stat.S_IMODE(path.stat().st_mode) & 0o077 for path in found} == {0}


@pytest.mark.django_db
class TestDisk:
    @pytest.fixture
    def disk(self, monkeypatch):
        """A disk of 100 MB, of which a tenth stays free. Set its `free`, in MB."""
        disk = SimpleNamespace(free=100)
        usage = lambda folder: SimpleNamespace(total=100 * MEGABYTE, free=disk.free * MEGABYTE)  # noqa: E731 -- short
        monkeypatch.setattr(reception.shutil, "disk_usage", usage)
        return disk

    def create_upload(self, path, megabytes):
        return create_upload([AnnouncedFile(path, megabytes * MEGABYTE)])

    def test_without_room_nothing_is_taken_in(self, disk):
        disk.free = 50

        self.create_upload("a.zip", 40)
        with pytest.raises(RefusedUploadError, match="not enough disk space"):
            self.create_upload("b.zip", 1)

        assert StagedImport.objects.count() == 1

    def test_room_is_reserved_until_all_has_arrived(self, disk):
        first = self.create_upload("a.zip", 60)
        with pytest.raises(RefusedUploadError, match="not enough disk space"):
            self.create_upload("b.zip", 31)
        with open(first.folder / "received", "wb") as stream:
            stream.truncate(50 * MEGABYTE)
        disk.free = 50

        self.create_upload("b.zip", 30)

    def test_files_need_room_twice(self, disk):
        self.create_upload("a.md", 45)

        with pytest.raises(RefusedUploadError, match="not enough disk space"):
            self.create_upload("b.md", 1)

    def test_discarding_frees_the_reserved_room(self, disk):
        discard_upload(self.create_upload("a.zip", 60), StagedImport.State.DISCARDED)

        assert self.create_upload("b.zip", 60)

    def test_a_part_that_leaves_too_little_is_refused_and_can_come_again(self, disk):
        staged = begin(("a.zip", ZIP))
        disk.free = 10
        with pytest.raises(RefusedUploadError, match="not enough disk space"):
            receive(staged, 0, [ZIP])
        disk.free = 11

        assert receive(staged, 0, [ZIP]) == len(ZIP)

    def test_500_megabytes_of_a_large_disk_stay_free(self, monkeypatch):
        large = SimpleNamespace(total=10**13, free=600 * MEGABYTE)
        monkeypatch.setattr(reception.shutil, "disk_usage", lambda folder: large)

        self.create_upload("a.zip", 100)
        with pytest.raises(RefusedUploadError, match="not enough disk space"):
            self.create_upload("b.zip", 1)

    def test_each_user_has_a_share(self, django_user_model):
        first, second = (django_user_model.objects.create_user(name) for name in "ab")
        for number in range(2):
            create_upload([AnnouncedFile(f"{number}.zip", MAX_IMPORT_BYTES)], created_by=first)

        with pytest.raises(RefusedUploadError, match="would exceed 400 MB"):
            create_upload([AnnouncedFile("c.zip", 1)], created_by=first)
        create_upload([AnnouncedFile("c.zip", 1)], created_by=second)

    def test_part_of_a_discarded_upload_is_rejected(self):
        staged = begin(("a.zip", ZIP))
        shutil.rmtree(staged.folder)

        with pytest.raises(WrongFilesError, match="was discarded"):
            receive(staged, 0, [ZIP])

    def test_disk_filling_up_is_reported_and_bytes_are_kept(self, monkeypatch):
        staged = begin(("a.zip", ZIP))
        receive(staged, 0, [ZIP[:10]])

        class Full(io.BytesIO):
            def write(self, data):
                raise OSError(errno.ENOSPC, "No space left on device")

            def fileno(self):
                return 0

        full = Full(ZIP[:10])
        with monkeypatch.context() as patch:
            patch.setattr(reception, "lock", lambda file: True)
            patch.setattr("builtins.open", lambda *arguments, **options: full)
            with pytest.raises(RefusedUploadError, match="disk is full"):
                receive(staged, 10, [ZIP[10:]])

        assert received_bytes(staged) == 10
