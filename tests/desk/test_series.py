"""Series in the admin: the order of their parts, and the series on an article's edit page."""

import re

import pytest
from django.urls import reverse

from blog.models import Article, Series
from tests.support.admin_pages import create_article, page_of, shown_form, text_of
from tests.support.changes import trash
from tests.support.factories import create_series

pytestmark = pytest.mark.django_db


class TestPage:
    def test_shows_the_parts_in_order_with_their_state(self, admin_client):
        series = create_series()
        create_article(title="Tides", series=series)
        create_article(title="Lakes", series=series, series_part=2, status="published")
        trash(create_article(title="Wells", series=series, series_part=1))

        text = text_of(admin_client.get(page_of(series)))

        assert "Part 2 Lakes Published by date Tides New" in text
        assert "Wells" not in text

    def test_list_links_to_the_articles(self, admin_client):
        series = create_series("Waters")
        create_article(title="Tides", series=series)
        create_article(title="Ink")

        page = admin_client.get(reverse("admin:blog_series_changelist"))
        (link,) = re.findall(r'href="(/admin/blog/article/\?[^"]+)">1<', page.content.decode())
        found = admin_client.get(link)

        assert "Tides" in text_of(found)
        assert "Ink" not in text_of(found)

    def test_existing_name_is_rejected(self, admin_client):
        create_series("Still waters")

        page = admin_client.post(reverse("admin:blog_series_add"), {"name": "Still Waters!", "slug": "other"})

        assert "is the same name" in text_of(page)
        assert Series.objects.count() == 1


class TestEditPage:
    def save(self, client, article, **changes):
        return client.post(page_of(article), shown_form(client, page_of(article)) | {"_save": "1"} | changes)

    def test_article_is_added_to_a_series_and_removed(self, admin_client):
        series, article = create_series(), create_article()

        self.save(admin_client, article, series=series.pk, series_part="3")
        stored = Article.objects.get()
        assert (stored.series, stored.series_part) == (series, 3)

        self.save(admin_client, article, series="")
        stored = Article.objects.get()
        assert (stored.series, stored.series_part) == (None, None)

    def test_the_proof_names_the_series(self, admin_client):
        article = create_article(series=create_series("Waters"), generated_by="Gemini")

        page = admin_client.get(reverse("admin:blog_article_proof", args=[article.pk]))

        assert 'href="/series/waters/"' in page.content.decode()

    def test_part_number_requires_a_series(self, admin_client):
        article = create_article()

        page = self.save(admin_client, article, series_part="3")

        assert "Choose the series this part belongs to." in text_of(page)
        assert Article.objects.get().lock_version == article.lock_version
