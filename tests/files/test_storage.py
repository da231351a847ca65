"""Folder and bucket: both store the same files, and are asked in the same way."""

import errno
import socket
from contextlib import closing
from datetime import timedelta

import pytest
from botocore.exceptions import IncompleteReadError
from botocore.response import StreamingBody
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from blog.files import s3
from blog.files.errors import BUCKET_AWAY, storage_reason
from blog.files.storage import delete_unused
from tests.support.buckets import options_of, use_bucket
from tests.support.programs import free_port

NAME, DATA = "files/ab/tide table.pdf", b"0123456789"
YESTERDAY = timedelta(days=-1)  # a retention that has passed for each file


@pytest.fixture(params=["folder", "bucket"])
def storage(request):
    """The media storage, which has one file."""
    if request.param == "bucket":
        request.getfixturevalue("bucket")
    default_storage.save(NAME, ContentFile(DATA))
    return default_storage


def streamed(storage, part=None):
    with closing(storage.stream(NAME, part)) as file:
        return file.read(3) + file.read()


def without(used, storage, retention=YESTERDAY):
    return list(delete_unused(storage, "files", lambda names: {*used}, retention))


class TestBoth:
    def test_a_stored_file_is_read_whole_and_in_parts(self, storage):
        with storage.open(NAME) as file:
            assert file.read() == DATA
        assert (streamed(storage), streamed(storage, range(2, 5))) == (DATA, b"234")
        assert (storage.exists(NAME), storage.size(NAME)) == (True, 10)
        assert storage.url(NAME) == "/media/files/ab/tide%20table.pdf"

    def test_a_name_is_stored_once(self, storage):
        assert storage.save(NAME, ContentFile(DATA)) == NAME
        assert [(file.name, file.size) for file in storage.files()] == [(NAME, 10)]

    def test_a_missing_file_is_an_error_of_files(self, storage):
        storage.delete(NAME)
        storage.delete(NAME)

        for ask in (storage.open, storage.stream, storage.size, storage.get_modified_time):
            with pytest.raises(FileNotFoundError):
                ask(NAME)
        assert not storage.exists(NAME)

    def test_files_are_listed_by_folder_and_missing_ones_found(self, storage):
        storage.save("images/a.png", ContentFile(b"1"))

        assert {file.name for file in storage.files()} == {NAME, "images/a.png"}
        assert [file.name for file in storage.files("images")] == ["images/a.png"]
        assert list(storage.files("held")) == []
        assert storage.missing([NAME, "images/b.png"]) == ["images/b.png"]

    def test_unused_files_are_deleted_once_they_are_old(self, storage):
        storage.save("files/cd/used.pdf", ContentFile(b"1"))

        assert without(["files/cd/used.pdf"], storage, timedelta(days=1)) == []
        assert without(["files/cd/used.pdf"], storage) == [NAME]
        assert [file.name for file in storage.files()] == ["files/cd/used.pdf"]

    def test_a_name_outside_is_refused(self, storage):
        with pytest.raises(Exception, match=r"Detected path traversal|denied"):
            storage.save("../secret_key", ContentFile(b""))

    def test_it_can_be_written(self, storage):
        assert storage.is_writable()


def test_a_file_that_is_needed_again_is_as_new(bucket, monkeypatch):
    default_storage.keep(NAME, DATA)
    saved = []
    monkeypatch.setattr(s3.S3Storage, "_save", lambda storage, name, content: saved.append(name) or name)

    default_storage.keep(NAME, DATA)
    assert saved == []

    monkeypatch.setattr(s3, "KEPT_SECONDS", -10)
    default_storage.keep(NAME, DATA)
    assert saved == [NAME]


class TestWithoutServer:
    @pytest.fixture
    def away(self, settings, monkeypatch):
        """A server that accepts no connection."""
        monkeypatch.setattr(s3, "_quiet_until", {})
        use_bucket(settings, options_of(f"http://127.0.0.1:{free_port()}", "galley"))

    @pytest.mark.parametrize("method", ["exists", "size", "stream", "open", "delete"])
    def test_each_request_fails_with_a_reason_for_people(self, away, method):
        with pytest.raises(OSError, match="is not available") as error:
            getattr(default_storage, method)(NAME)

        assert error.value.errno == errno.EREMOTEIO
        assert storage_reason(error.value) == BUCKET_AWAY

    def test_it_is_left_alone_for_some_seconds(self, away, monkeypatch):
        with pytest.raises(OSError, match="is not available"):
            default_storage.exists(NAME)
        monkeypatch.setattr(s3.S3Storage, "_connected", None)

        with pytest.raises(OSError, match="did not answer just now"):
            default_storage.exists(NAME)
        assert not default_storage.is_writable()

    def test_after_the_pause_one_request_at_a_time_tries_again(self, bucket, monkeypatch):
        monkeypatch.setattr(s3, "_quiet_until", {bucket["endpoint_url"]: 0})

        with default_storage._errors(NAME), pytest.raises(OSError, match="did not answer just now"):
            default_storage.exists(NAME)
        assert not default_storage.exists(NAME)
        assert s3._quiet_until == {}

    def test_health_does_not_wait_for_a_server_that_hangs(self, settings, monkeypatch):
        monkeypatch.setattr(s3, "_quiet_until", {})
        monkeypatch.setattr(s3, "HEALTH_SECONDS", 0.1)
        with socket.create_server(("127.0.0.1", 0)) as server:
            use_bucket(settings, options_of(f"http://127.0.0.1:{server.getsockname()[1]}", "galley"))

            assert not default_storage.is_writable()

            server.setblocking(False)
            server.accept()[0].close()
            with pytest.raises(BlockingIOError):  # it was asked once
                server.accept()
        assert s3._quiet_until == {}

    def test_a_body_that_ends_early_is_no_reason_for_a_pause(self, bucket, monkeypatch):
        monkeypatch.setattr(s3, "_quiet_until", {})
        default_storage.save(NAME, ContentFile(DATA))

        def fail(body, size=None):
            raise IncompleteReadError(actual_bytes=3, expected_bytes=10)

        monkeypatch.setattr(StreamingBody, "read", fail)
        with pytest.raises(OSError, match="is not available") as error:
            streamed(default_storage)

        assert storage_reason(error.value) == BUCKET_AWAY
        assert s3._quiet_until == {}

    def test_another_error_says_nothing_about_the_server(self, s3_server, settings, monkeypatch):
        monkeypatch.setattr(s3, "_quiet_until", {})
        use_bucket(settings, options_of(s3_server, "without-such-a-bucket"))

        with pytest.raises(OSError, match="NoSuchBucket"):
            default_storage.save(NAME, ContentFile(DATA))
        assert s3._quiet_until == {}
