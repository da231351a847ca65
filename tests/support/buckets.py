"""A server with Amazon's S3 protocol (moto), in a thread of the tests, and buckets on it."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from site_config.variables import storages_in

KEYS = {"access_key": "access", "secret_key": "secret/+="}


@contextmanager
def running_s3() -> Iterator[str]:
    """Yield the URL of the server, which keeps all objects in memory."""
    from moto.server import ThreadedMotoServer  # takes a second

    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        yield f"http://{host}:{port}"
    finally:
        server.stop()


def new_bucket(server: str) -> dict:
    """Create a bucket, and return the options for it, as in settings.BUCKET."""
    import boto3  # takes a third of a second, in each part of the tests

    options = options_of(server, f"galley-{uuid.uuid4().hex}")
    keys = {"aws_access_key_id": KEYS["access_key"], "aws_secret_access_key": KEYS["secret_key"]}
    client = boto3.client("s3", endpoint_url=server, region_name="us-east-1", **keys)
    client.create_bucket(Bucket=options["bucket_name"])
    return options


def options_of(server: str, name: str) -> dict:
    place = {"endpoint_url": server, "bucket_name": name, "prefix": "blog/"}
    return place | KEYS | {"region_name": "us-east-1", "addressing": "path"}


def use_bucket(settings, options: dict) -> None:
    """Store files in a bucket, like a site with GALLEY_STORAGE_URL."""
    settings.BUCKET = options
    settings.STORAGES = settings.STORAGES | storages_in(options)
