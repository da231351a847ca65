"""The two views of the Markdown editor's script."""

import io
import re

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.module_loading import import_string

from blog.models import Article, Image
from tests.images.test_files import png_of_size
from tests.support.factories import create_article
from tests.support.images import image_bytes
from tests.support.rolling_back import rolled_back

pytestmark = pytest.mark.django_db

TEXTS = [
    *("", "One.", "# Tides\n\nThe title is not counted.", "Two words\n\n- and\n- a list", "word " * 1001),
    *(
        "潮汐每天两次。",
        "潮の満ち引きは一日に二回あります。",
        "밀물과 썰물은 하루에 두 번 온다.",
        "น้ำขึ้นน้ำลง",
        "Tide 潮 tide 汐",
    ),
    *(
        "```\ncode = 1\n```",
        "| a | b |\n|---|---|\n| c | d |",
        "A note[^1].\n\n[^1]: Its words.",
        "![Alt](/a.png)",
    ),
    *(
        "<!-- unseen --> seen",
        "It's well-known: 3.5 %",
        "[a link](https://example.org)",
        "> “Quoted”, she said.",
    ),
    *("می‌خواهم بروم", "&amp; &lt;b&gt; **bo**ld", "$x^2$ and `code` and https://example.org/a-b"),
]
PREVIEW = reverse("markdownx_markdownify")
UPLOAD = reverse("markdownx_upload")


def upload(client, data, name="a.png", content_type="image/png"):
    file = io.BytesIO(data)
    file.name, file.content_type = name, content_type
    return client.post(UPLOAD, {"image": file})


def test_an_image_keeps_the_name_of_its_file(admin_client):
    upload(admin_client, image_bytes(), name="harbour.png")

    assert Image.objects.get().upload_name == "harbour.png"


class TestPreview:
    def test_matches_the_page(self, admin_client):
        text = "**Lead.**\n\n> **Pro Tip:** Wait.\n\n![a](https://example.org/a.jpg)\n*By [B](https://example.org)*\n"
        article = create_article(title="Tides", body=text)

        page = admin_client.post(PREVIEW, {"content": text}).content.decode()

        assert page.partition("<template>")[0] == article.body_html

    def test_counts_words_as_the_saved_article_does(self, admin_client):
        for text in TEXTS:
            article = Article(title="Tides", body=text)
            article.derive()  # as save() does

            page = admin_client.post(f"{PREVIEW}?title=Tides", {"content": text}).content.decode()

            length = {"words": article.word_count, "minutes": article.reading_time}
            saved = render_to_string("admin/blog/article/_length.html", length).strip()
            assert page.endswith(f"<template>{saved}</template>"), text

    def test_of_a_saved_article_has_the_length_on_its_page(self, admin_client):
        text = "A word. " * 300
        article = create_article(body=text)
        url = reverse("admin:blog_article_change", args=[article.pk])

        preview = admin_client.post(PREVIEW, {"content": text}).content.decode()

        saved = re.search(r"<span data-length>(.*?)\s*</span>", admin_client.get(url).content.decode())[1]
        assert preview.endswith(f"<template>{saved}</template>")

    def test_shows_stored_images_of_the_article(self, admin_client):
        admin_client.post(UPLOAD, {"image": io.BytesIO(image_bytes())})
        image = Image.objects.get()
        article = create_article()
        article.body_image_links.create(image=image, source="../img/a.png")

        page = admin_client.post(f"{PREVIEW}?article={article.pk}", {"content": "![](../img/a.png)"})

        assert image.url in page.content.decode()

    def test_page_sends_its_article(self, admin_client):
        article = create_article()

        page = admin_client.get(reverse("admin:blog_article_change", args=[article.pk])).content.decode()

        assert f'data-markdownx-urls-path="{PREVIEW}?article={article.pk}"' in page

    def test_unknown_article_is_ignored(self, admin_client, subtests):
        for pk in ["x", "", "9" * 40, "-1", "٣"]:
            with subtests.test(pk=pk):
                assert admin_client.post(f"{PREVIEW}?article={pk}", {"content": "x"}).status_code == 200

    def test_saves_nothing(self, admin_client):
        article = create_article(body="old")

        admin_client.post(f"{PREVIEW}?article={article.pk}", {"content": "new"})

        article.refresh_from_db()
        assert (article.body, article.lock_version) == ("old", 1)

    def test_text_is_required(self, admin_client):
        assert admin_client.post(PREVIEW).status_code == 400

    def test_limit_is_two_megabytes(self, admin_client):
        assert admin_client.post(PREVIEW, {"content": "é" * 1_048_577}).status_code == 413

    def test_error_is_html_for_the_widget(self, client):
        assert client.post(PREVIEW, {"content": "x"}).content.startswith(b'<p class="errornote">')

    def test_markdownify_setting_renders_the_same(self, admin_client):
        page = admin_client.post(PREVIEW, {"content": "*x*"})

        assert import_string(settings.MARKDOWNX_MARKDOWNIFY_FUNCTION)("*x*") == page.content.decode()


class TestUpload:
    def test_answers_with_the_markdown_of_a_stored_image(self, admin_client, subtests):
        for image_format in ["JPEG", "PNG", "GIF", "WEBP", "AVIF"]:
            with subtests.test(image_format=image_format), rolled_back():
                answer = upload(
                    admin_client, image_bytes(image_format), name="../../x.html", content_type="text/html"
                )

                image = Image.objects.get()
                assert answer.json() == {
                    "image_code": f"![]({image.url})",
                    "id": image.pk,
                    "url": image.url,
                    "alt": "",
                    "name": str(image),
                }
                assert (image.width, image.height) == (12, 8)
                assert ".html" not in image.url

    def test_same_image_is_stored_once(self, admin_client):
        answers = [upload(admin_client, image_bytes()).json() for _ in range(2)]

        assert answers[0] == answers[1]
        assert Image.objects.count() == 1

    def test_invalid_upload_is_rejected_with_a_reason(self, admin_client, subtests):
        for data in [
            b"<svg xmlns='http://www.w3.org/2000/svg' onload='a()'>",
            b"<script>a()</script>",
            b"",
            image_bytes("JPEG", size=(90, 90))[:400],
            png_of_size(13_000, 13_000),
        ]:
            with subtests.test(data=data), rolled_back():
                answer = upload(admin_client, data, content_type="image/gif")

                assert answer.status_code == 400
                assert answer.json()["image"][0]
                assert not Image.objects.exists()

    def test_file_is_required(self, admin_client):
        assert admin_client.post(UPLOAD, {"image": "text"}).status_code == 400
