"""Browsers get the part of a file that they ask for."""

import io

import pytest
from django.test import RequestFactory

from blog.files.storage import FilePart
from blog.reader.views.files import file_or_part

DATA, ETAG = b"0123456789", '"digest"'


def open_part(part):
    return FilePart(io.BytesIO(DATA), range(len(DATA)) if part is None else part)


def answer(wanted, *, method="get", **headers):
    request = getattr(RequestFactory(), method)("/", headers={"range": wanted} | headers)
    response = file_or_part(request, open_part, len(DATA), ETAG, content_type="video/mp4")
    content = b"".join(response) if response.streaming else response.content
    return response, content


@pytest.mark.parametrize(
    ("wanted", "content", "place"),
    [
        ("bytes=0-3", b"0123", "bytes 0-3/10"),
        ("bytes=9-9", b"9", "bytes 9-9/10"),
        ("bytes=4-", b"456789", "bytes 4-9/10"),
        ("bytes=4-999", b"456789", "bytes 4-9/10"),
        ("bytes=-2", b"89", "bytes 8-9/10"),
        ("bytes=-999", DATA, "bytes 0-9/10"),
        ("Bytes= 0-0", b"0", "bytes 0-0/10"),
    ],
)
def test_one_range_gets_these_bytes(wanted, content, place):
    response, sent = answer(wanted)

    assert (response.status_code, sent) == (206, content)
    assert response["Content-Range"] == place
    assert response["Content-Length"] == str(len(content))
    assert response["Content-Type"] == "video/mp4"


@pytest.mark.parametrize("wanted", ["bytes=10-", "bytes=10-12", "bytes=-0", "bytes=9999999999999999999-"])
def test_range_behind_the_end_gets_the_size(wanted):
    response, sent = answer(wanted)

    assert (response.status_code, sent, response["Content-Range"]) == (416, b"", "bytes */10")


@pytest.mark.parametrize(
    "wanted",
    [
        "",
        "bytes=",
        "bytes=-",
        "bytes=3-1",
        "bytes=a-b",
        "lines=0-1",
        "bytes=0-1,4-5",
        "bytes=٣-",
        f"bytes={'9' * 99}-",
    ],
)
def test_other_headers_get_the_whole_file(wanted):
    response, sent = answer(wanted)

    assert (response.status_code, sent, response["Accept-Ranges"]) == (200, DATA, "bytes")
    assert not response.has_header("Content-Range")


@pytest.mark.parametrize(
    ("version", "status"),
    [(ETAG, 206), ('"other"', 200), (f"W/{ETAG}", 200), ("Wed, 21 Oct 2026 07:28:00 GMT", 200)],
)
def test_if_range_gets_a_part_only_of_the_same_file(version, status):
    assert answer("bytes=0-3", **{"if-range": version})[0].status_code == status


def test_head_describes_the_whole_file():
    assert answer("bytes=0-3", method="head")[0].status_code == 200
