"""Images whose address leads to a private machine: stored long ago, or past the form, and shown nowhere."""

import pytest
from django.urls import reverse

from blog.articles.previews import preview_link
from blog.models import Category, Image
from tests.support import factories
from tests.support.admin_pages import LIST, page_of
from tests.support.changes import unpublish

pytestmark = pytest.mark.django_db

HOST = "printer.internal"
SOURCE = f"https://{HOST}/tides.png"
SURFACES = (
    *("/", "/articles/tides/", "/articles/tides.md", "/categories/sea/", "/authors/ida-aas/"),
    *("/archive/", "/archive/2025/01/", "/search/?q=tides", "/feeds/rss.xml", "/feeds/atom.xml"),
    *("/feeds/feed.json", "/categories/sea/feeds/rss.xml", "/sitemap.xml"),
)


@pytest.fixture
def article():
    # A title that no typeface here can write: then the hero stands for the article elsewhere, too.
    return factories.create_article(
        title="潮汐 tides",
        slug="tides",
        hero_image=Image.objects.create(source=SOURCE, alt="A tide table", width=1600, height=900),
        categories={factories.create_category("Sea"): Category.Level.GENERAL},
        authors=[factories.create_author("Ida Aas")],
    )


class TestReaders:
    def test_are_led_to_no_private_machine_but_to_the_same_image_elsewhere(self, client, article):
        for path in SURFACES:
            page = client.get(path)

            assert page.status_code == 200, path
            assert HOST not in page.content.decode(), path

        Image.objects.update(source="https://pictures.example/tides.png")

        shown = [path for path in SURFACES if "pictures.example" in client.get(path).content.decode()]

        assert {"/", "/articles/tides/", "/articles/tides.md", "/feeds/feed.json"} <= set(shown)
        assert (
            'property="og:image" content="https://pictures.example'
            in client.get(SURFACES[1]).content.decode()
        )

    def test_see_none_by_a_preview_link(self, client, article):
        unpublish(article)

        page = client.get(preview_link(article).removeprefix("https://blog.example"))

        assert (page.status_code, HOST in page.content.decode()) == (200, False)


class TestAdmin:
    def test_fetches_nothing_from_there(self, admin_client, article):
        images = reverse("admin:blog_image_changelist")

        for url in (LIST, page_of(article), images, page_of(article.hero_image)):
            assert f'src="{SOURCE}' not in admin_client.get(url).content.decode()
