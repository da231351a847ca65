"""Storage in a bucket of a server with Amazon's S3 protocol, which several machines share.

Loaded only if GALLEY_STORAGE_URL is set. The bucket is private: readers get its files from Galley, at the
same URLs and with the same headers as files in a folder. An object appears when it is stored completely.

Errors are OSErrors, as those of a disk. After a request without an answer, all requests fail for
PAUSE_SECONDS, so that a server that is down does not occupy the threads that serve readers. Then the next
request tries again, and the others fail until it has an answer, for at most ATTEMPT_SECONDS.
"""

import errno
import functools
import io
import os
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager

import boto3
from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage
from storages.backends import s3

from blog.files.storage import StoredFile

PAUSE_SECONDS = 5
ATTEMPT_SECONDS = 30  # longer than the timeouts of a request together
HEALTH_SECONDS = 1
KEPT_SECONDS = 12 * 3600  # less than the day for which delete_unused() keeps files
NOT_FOUND = {"404", "NoSuchKey"}

_quiet_until: dict[str, float] = {}  # by URL of the server
_connecting = threading.Lock()


def _raising_os_error(method):
    """Return a method of django-storages that converts errors of the server to OSError."""

    @functools.wraps(method)
    def call(self, name, *arguments):
        with self._errors(name):
            return method(self, name, *arguments)

    return call


class S3Storage(s3.S3Storage):
    """Storage in one folder of the bucket, with the methods of FolderStorage."""

    def __init__(self, *, folder: str, prefix: str, addressing: str, **options):
        self._addressing = addressing
        self._urls = FileSystemStorage()
        super().__init__(
            **options,
            location=f"{prefix}{folder}",
            querystring_auth=False,
            transfer_config=TransferConfig(use_threads=False),
        )

    @property
    def connection(self):
        """The connections of this process, shared by all threads: each session of boto3 takes megabytes."""
        return self._connected()

    def _connected(self, **limits):
        options = (self.endpoint_url, self.region_name, self.access_key, self.secret_key, self._addressing)
        with _connecting:
            return _connection(os.getpid(), *options, **limits)

    @property
    def bucket(self):
        return self.connection.Bucket(self.bucket_name)

    @property
    def place(self) -> str:
        """Where the files are, for messages."""
        return f"s3://{self.bucket_name}/{self.location}"

    def url(self, name, parameters=None, expire=None, http_method=None):
        return self._urls.url(name)

    exists = _raising_os_error(s3.S3Storage.exists)
    size = _raising_os_error(s3.S3Storage.size)
    delete = _raising_os_error(s3.S3Storage.delete)
    get_modified_time = _raising_os_error(s3.S3Storage.get_modified_time)
    _save = _raising_os_error(s3.S3Storage._save)

    def _open(self, name, mode="rb"):
        with closing(self.stream(name)) as body:
            return File(io.BytesIO(body.read()), name)

    def keep(self, name: str, data: bytes) -> None:
        """Store a file unless it exists, and have delete_unused() keep it for now."""
        try:
            is_new = self.get_modified_time(name).timestamp() > time.time() - KEPT_SECONDS
        except FileNotFoundError:
            is_new = False
        if not is_new:
            self.save(name, ContentFile(data))  # an object that is stored again has a new date

    def stream(self, name: str, part: range | None = None):
        """Return a file, or these bytes of it, as a file object to be read once from beginning to end.

        Raises FileNotFoundError.
        """
        wanted = {"Range": f"bytes={part.start}-{part.stop - 1}"} if part else {}
        with self._errors(name):
            found = self.bucket.Object(self._normalize_name(name)).get(**wanted)
        return _Body(found["Body"], name, found["ContentLength"])

    def stream_with_size(self, name: str):
        """Return a file, as stream() does, and its size in bytes."""
        body = self.stream(name)
        return body, body.size

    def files(self, folder: str = "") -> Iterator[StoredFile]:
        """Yield all files, or those below a folder."""
        prefix = self._normalize_name(folder).rstrip("/") + "/"
        pages = self._pages(prefix)
        while page := self._next(pages, folder):
            for found in page.get("Contents", ()):
                name = found["Key"].removeprefix(f"{self.location}/")
                yield StoredFile(name, found["Size"], found["LastModified"].timestamp())

    def _pages(self, prefix):
        lists = self.connection.meta.client.get_paginator("list_objects_v2")
        yield from lists.paginate(Bucket=self.bucket_name, Prefix=prefix)

    def _next(self, pages, folder):
        with self._errors(folder):
            return next(pages, None)

    def missing(self, names: Iterable[str]) -> list[str]:
        """Return the names that do not exist. A list of a folder has 1,000 files per request."""
        names = list(names)
        folders = {name.partition("/")[0] for name in names}
        stored = {file.name for folder in folders for file in self.files(folder)}
        return [name for name in names if name not in stored]

    def is_writable(self) -> bool:
        """Whether the bucket exists, and its server answers within HEALTH_SECONDS."""
        if time.monotonic() < _quiet_until.get(self.endpoint_url, 0):
            return False
        try:
            connection = self._connected(read_timeout=HEALTH_SECONDS, attempts=1)
            connection.meta.client.head_bucket(Bucket=self.bucket_name)
        except (ClientError, BotoCoreError):  # no reason for a pause: a busy server takes longer, too
            return False
        return True

    @contextmanager
    def _errors(self, name):
        """Convert errors of the server to OSError, and note whether it answers."""
        now, until = time.monotonic(), _quiet_until.get(self.endpoint_url)
        if until is not None:
            if now < until:
                raise _unavailable(name, "it did not answer just now")
            _quiet_until[self.endpoint_url] = now + ATTEMPT_SECONDS  # for other requests than this one
        pause = 0
        try:
            yield
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in NOT_FOUND:
                raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), name) from error
            raise _unavailable(name, error) from error
        except (BotoCoreError, Boto3Error) as error:
            pause = PAUSE_SECONDS
            raise _unavailable(name, error) from error
        finally:
            if pause:
                _quiet_until[self.endpoint_url] = time.monotonic() + pause
            else:
                _quiet_until.pop(self.endpoint_url, None)


class _Body:
    """The body of a response as a file object, with the errors of a file.

    An error while it is read does not pause other requests: the server may have given up a slow reader.
    """

    def __init__(self, body, name, size):
        self._body = body
        self._name = name
        self.size = size

    def read(self, size: int = -1) -> bytes:
        try:
            return self._body.read(None if size < 0 else size)
        except BotoCoreError as error:
            raise _unavailable(self._name, error) from error

    def close(self) -> None:
        self._body.close()


def _unavailable(name, reason) -> OSError:
    return OSError(errno.EREMOTEIO, f"the bucket is not available ({reason})", name)


@functools.lru_cache(4)
def _connection(process, url, region, access_key, secret_key, addressing, read_timeout=10, attempts=2):
    config = Config(
        connect_timeout=min(2, read_timeout),
        read_timeout=read_timeout,
        retries={"mode": "standard", "total_max_attempts": attempts},
        max_pool_connections=32,
        s3={"addressing_style": addressing},
        # Servers other than Amazon's do not all support the checksums that boto3 sends by default.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
    session = _session(process, access_key, secret_key, region)
    return session.resource("s3", endpoint_url=url, config=config)


@functools.lru_cache(4)
def _session(_process, access_key, secret_key, region):
    return boto3.Session(access_key, secret_key, region_name=region)
