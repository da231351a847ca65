"""The comparison of two duplicates."""

import pytest
from django.urls import reverse

from tests.support.admin_pages import create_article, text_of
from tests.support.factories import create_image
from tests.support.injected_markup import HOSTILE, find_active_markup

pytestmark = pytest.mark.django_db

SAME = "Snow fell on the hill.\n\nNobody counted it.\n\nIt stayed until spring came."


def compared(client, one, other):
    return client.get(reverse("admin:blog_article_alike", args=[one.pk, other.pk]))


def test_shows_differences(admin_client):
    image = create_image(source="https://pictures.example/a.png")
    one = create_article(title="Snow on hills", body=SAME, hero_image=image)
    one.body_images.add(image)
    other = create_article(title="Snow on roofs", body=SAME.replace("hill", "roof"))

    page = compared(admin_client, one, other)

    assert "<del>hill</del>" in page.content.decode()
    assert "<ins>roof</ins>" in page.content.decode()
    assert "1 word only in the first. 1 word only in the second." in text_of(page)
    assert [row["label"] for row in page.context["rows"]] == ["Title", "Hero image", "Images in the text"]


def test_reports_identical_texts(admin_client):
    one, other = create_article(body=SAME), create_article(body=SAME)

    page = compared(admin_client, one, other)

    assert "The texts are identical." in text_of(page)


def test_deleted_article_is_not_found(admin_client):
    one = create_article()

    assert compared(admin_client, one, type(one)(pk=one.pk + 1)).status_code == 404


def test_hostile_texts_are_escaped(admin_client):
    one, other = create_article(title=HOSTILE, body=HOSTILE), create_article(title="Other", body="Words.")

    page = compared(admin_client, one, other).content.decode()

    assert find_active_markup(page) == []
