"""After a failed save, the instance can be corrected and saved again."""

import pytest
from django.db import IntegrityError

from blog import page_cache
from blog.models import Article
from tests.support.factories import FIRST_DAY, create_article, create_page

ROWS = pytest.mark.parametrize("create", [create_article, create_page])


def fail(*args, **kwargs):
    raise RuntimeError("as if the disk were full")


@ROWS
class TestFailedSave:
    @pytest.mark.both_databases
    @pytest.mark.django_db
    def test_save_with_a_taken_slug_can_be_corrected(self, create):
        create(slug="taken")
        row = create(slug="free")
        row.slug = "taken"

        with pytest.raises(IntegrityError):
            row.save()
        row.slug = "other"
        row.save()

        row.refresh_from_db()
        assert (row.slug, row.lock_version) == ("other", 2)

    @pytest.mark.django_db(transaction=True)
    def test_error_after_the_commit_keeps_the_new_lock_version(self, create, monkeypatch):
        row = create(title="Before")
        row.title = "After"
        with monkeypatch.context() as patch:
            patch.setattr(page_cache, "invalidate", fail)
            row.save()

        stored = type(row).objects.get()
        assert (stored.title, stored.lock_version) == ("After", row.lock_version)
        row.save()
        assert type(row).objects.get().lock_version == 3


@pytest.mark.both_databases
class TestFailedSaveOfAnArticle:
    @pytest.mark.django_db(transaction=True)
    def test_error_at_the_commit_can_be_corrected(self):
        article = create_article()
        article.primary_category_id = 10**6  # a foreign key is checked when all is stored

        with pytest.raises(IntegrityError):
            article.save()
        article.primary_category = None
        article.save()

        assert Article.objects.get().lock_version == 2

    @pytest.mark.django_db
    def test_failed_save_of_a_new_article_can_be_repeated(self, monkeypatch):
        article = Article(title="Tides", slug="tides", status="published", published_at=FIRST_DAY)
        with monkeypatch.context() as patch:
            patch.setattr("blog.search.index_new", fail)
            with pytest.raises(RuntimeError):
                article.save()
        assert not Article.objects.exists()

        article.save()

        assert Article.objects.published().get() == article
