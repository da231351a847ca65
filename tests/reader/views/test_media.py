"""Images and linked files: readers get the same answers from a folder and from a bucket."""

import pytest
from django.core.files.storage import default_storage

from blog.articles.linked_files import store_linked_file
from blog.files import s3
from blog.images.files import store_file
from blog.models import LinkedFile
from tests.support.buckets import new_bucket, options_of, use_bucket
from tests.support.factories import create_article
from tests.support.images import image_bytes
from tests.support.programs import free_port

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7 a report"


def store(article):
    """Store an image and a file that an article links to, and return their URLs."""
    image = store_file(image_bytes(size=(801, 400))).name
    report = store_linked_file(PDF, "Report 2026.pdf")
    LinkedFile.objects.create(article=article, source="report.pdf", file=report)
    return default_storage.url(image), default_storage.url(report), f"/pictures/{image[10:]}/400.avif"


@pytest.fixture
def s3_requests(bucket):
    """The names of the requests to the server of the bucket."""
    names = []
    events = default_storage.connection.meta.client.meta.events
    events.register("before-call.s3", lambda model, **kwargs: names.append(model.name))
    return names


def answers(client, article):
    """Return (status, headers, body) of all kinds of requests."""
    image, report, rendition = store(article)
    etag = client.head(image)["ETag"]
    responses = [
        *(client.get(path) for path in (image, report, rendition)),
        *(client.head(path) for path in (image, report, rendition)),
        client.get(image, headers={"if-none-match": etag}),
        *(client.get(report, headers={"range": part}) for part in ("bytes=2-4", "bytes=-3", "bytes=99-")),
        *(client.get(path.replace("b", "c").replace("1", "2")) for path in (image, report, rendition)),
    ]
    return [(each.status_code, dict(each.headers), b"".join(each)) for each in responses]


def test_bucket_and_folder_answer_alike(client, settings, s3_server, tmp_path):
    article = create_article()
    in_folder = answers(client, article)
    use_bucket(settings, new_bucket(s3_server))
    settings.RENDITION_ROOT = tmp_path

    in_bucket = answers(client, article)

    assert in_bucket == in_folder
    assert [status for status, _, _ in in_folder] == [200] * 6 + [304, 206, 206, 416, 404, 404, 404]
    assert in_folder[1][2] == PDF


def test_an_image_takes_one_request_to_the_bucket(client, s3_requests):
    image, _report, _rendition = store(create_article())
    s3_requests.clear()

    assert b"".join(client.get(image))

    assert s3_requests == ["GetObject"]


def test_only_files_themselves_need_the_bucket(client, settings, monkeypatch):
    article = create_article()
    image, _report, _rendition = store(article)
    monkeypatch.setattr(s3, "_quiet_until", {})
    use_bucket(settings, options_of(f"http://127.0.0.1:{free_port()}", "galley"))
    client.raise_request_exception = False

    answer = client.get(image)

    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    assert "The storage of images and files cannot be reached." in answer.content.decode()
    assert client.get(article.get_absolute_url()).status_code == 200
    ready = client.get("/health/ready/")
    assert (ready.status_code, ready.json()["media"]) == (200, {"ok": False})
