"""Machines with a bucket continue, check and import the same uploads."""

import os
from datetime import timedelta

import pytest

from blog.files import s3
from blog.imports.jobs import digest_of
from blog.imports.uploads.reception import (
    AnnouncedFile,
    RefusedUploadError,
    create_upload,
    fetch_upload,
    receive,
    received_bytes,
    source_path,
    unpack,
    upload_storage,
)
from blog.imports.uploads.removal import discard_upload, forget_shared
from blog.models import StagedImport

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bucket")]

TEXT, MORE = b"---\ntitle: Tides\n---\nWater comes.\n", b"![](a.png)"


@pytest.fixture
def move(settings, tmp_path):
    """Return a function that goes to another machine: to its folder of uploads."""

    def move(name):
        settings.IMPORT_ROOT = tmp_path / name

    move("here")
    return move


def begin():
    files = [AnnouncedFile("a.md", len(TEXT)), AnnouncedFile("b/c.md", len(MORE))]
    return create_upload(files, source_name="posts")


def shared():
    return [file.name.partition("/")[2] for file in upload_storage().files()]


class TestParts:
    def test_go_to_any_machine(self, move):
        staged, data = begin(), TEXT + MORE
        receive(staged, 0, [data[:10], data[10:15]])

        move("there")
        assert received_bytes(staged) == 15
        receive(staged, 15, [data[15:40]])
        move("here")
        receive(staged, 40, [data[40:]])
        unpack(staged)

        assert (source_path(staged) / "a.md").read_bytes() == TEXT
        assert (source_path(staged) / "b/c.md").read_bytes() == MORE

    def test_go_to_a_machine_that_has_just_created_the_folder(self, move):
        staged = begin()
        receive(staged, 0, [TEXT])

        move("there")
        staged.folder.mkdir(parents=True)

        assert received_bytes(staged) == len(TEXT)
        staged.folder.joinpath("received").unlink()
        assert receive(staged, len(TEXT), [MORE]) == staged.size

    def test_those_that_the_bucket_lacks_are_sent_again(self, move, monkeypatch):
        staged = begin()
        receive(staged, 0, [TEXT])

        def fail(storage, name, content):
            raise s3._unavailable(name, "down")

        with monkeypatch.context() as patch:
            patch.setattr(s3.S3Storage, "_save", fail)
            with pytest.raises(RefusedUploadError, match="cannot be reached"):
                receive(staged, len(TEXT), [MORE])
        assert received_bytes(staged) == len(TEXT)

        with (staged.folder / "received").open("ab") as stream:
            stream.write(b"of a killed process")
        assert received_bytes(staged) == len(TEXT)


class TestUpload:
    @pytest.fixture
    def staged(self, move):
        staged = begin()
        receive(staged, 0, [TEXT + MORE])
        unpack(staged)
        return staged

    def test_is_the_same_on_each_machine(self, staged, move):
        digest = digest_of(staged)

        move("there")
        fetch_upload(staged)
        fetch_upload(staged)

        assert digest_of(staged) == digest

    def test_that_is_gone_is_missed(self, staged, move):
        for file in list(upload_storage().files()):
            upload_storage().delete(file.name)

        move("there")
        with pytest.raises(FileNotFoundError):
            fetch_upload(staged)

    def test_leaves_the_bucket_when_it_is_discarded(self, staged):
        assert shared()

        discard_upload(staged, StagedImport.State.DISCARDED)

        assert shared() == []

    def test_leaves_the_bucket_a_day_later_at_the_latest(self, staged, monkeypatch):
        other = begin()
        receive(other, 0, [TEXT])
        other.delete()
        forget_shared()
        assert len(shared()) == 2

        monkeypatch.setattr("blog.imports.uploads.removal.UPLOAD_RETENTION", timedelta(-1))
        forget_shared()

        assert len(shared()) == 1
        assert os.path.exists(staged.folder)
