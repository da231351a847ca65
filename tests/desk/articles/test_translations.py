"""The field of the edit page that makes an article a translation of another one."""

import pytest

from blog.models import Version
from tests.support.admin_pages import create_article, page_of, shown_form, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def tides():
    return create_article(title="Tides", slug="tides", status="published")


@pytest.fixture
def gezeiten():
    return create_article(title="Gezeiten", slug="gezeiten", language="de")


def save(admin_client, article, wanted):
    """Save the article with this in the field, and return the response."""
    response = admin_client.post(
        page_of(article), shown_form(admin_client, page_of(article)) | {"translation_of": wanted}
    )
    article.refresh_from_db()
    return response


def in_one_group(*articles) -> bool:
    for article in articles:
        article.refresh_from_db()
    return len({article.translation_group or article.pk for article in articles}) == 1


@pytest.mark.parametrize(
    "wanted", ["tides", "/articles/tides/", "https://galley.example/articles/tides/?x#y"]
)
def test_links_the_articles_and_says_so_in_the_history(admin_client, tides, gezeiten, wanted):
    save(admin_client, gezeiten, wanted)

    assert in_one_group(tides, gezeiten)
    assert Version.objects.filter(article=gezeiten).latest("pk").note == "Translation of “Tides”."
    page = admin_client.get(page_of(gezeiten))
    assert "Now: English (tides)." in text_of(page)
    assert page.context["adminform"].form.initial["translation_of"] == "tides"


def test_is_refused_for_another_article_in_the_same_language(admin_client, tides, gezeiten):
    gezeiten.set_translation_group(tides)
    for slug, language, wanted in (("ebb", "", "tides"), ("ebbe", "de", "tides"), ("flut", "fr", "nothing")):
        response = save(admin_client, create_article(slug=slug, language=language), wanted)

        assert list(response.context["adminform"].form.errors) == ["translation_of"]


def test_ends_the_link_if_it_is_emptied(admin_client, tides, gezeiten):
    gezeiten.set_translation_group(tides)

    save(admin_client, gezeiten, "")

    assert gezeiten.translation_group
    assert not in_one_group(tides, gezeiten)


def test_unchanged_leaves_the_group(admin_client, tides, gezeiten):
    create_article(slug="second", language="de").set_translation_group(tides)
    gezeiten.set_translation_group(tides)

    assert save(admin_client, gezeiten, "tides").status_code == 302
    assert in_one_group(tides, gezeiten)
