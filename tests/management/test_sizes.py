"""Sizes, growth, and what expires."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.utils import timezone

from blog.management.sizes import expired, folder_sizes, table_sizes
from blog.models import Article, Job
from tests.support.factories import create_article, create_articles


@pytest.mark.django_db
@pytest.mark.both_databases
class TestTables:
    def test_new_rows_are_counted_by_their_dates(self):
        create_articles(2)
        old = create_article(body="Long. " * 2000)
        Article.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=40))

        tables = {table.name: table for table in table_sizes()}

        articles = tables["blog_article"]
        assert (articles.number, articles.new) == (3, 2)
        assert articles.size > 4000
        assert articles.growth == articles.size * 2 // 3
        assert tables["blog_articlekeyword"].new is not None  # by their articles
        assert tables["blog_category"].new is None

    def test_every_table_is_listed_once(self, capsys):
        call_command("report_size", "--all")

        shown = capsys.readouterr().out
        assert shown.count("\nblog_version ") == 1
        assert "prune_versions" in shown


class TestFolders:
    def test_files_of_subfolders_count(self, settings, tmp_path):
        settings.DATA_DIR = tmp_path
        (tmp_path / "media/images").mkdir(parents=True)
        (tmp_path / "media/images/tide.png").write_bytes(b"12345")
        (tmp_path / "cards").mkdir()

        assert [(size.name, size.number, size.size) for size in folder_sizes()] == [
            (str(tmp_path / "media"), 1, 5),
            (str(tmp_path / "cards"), 0, 0),
        ]

    def test_those_of_a_bucket_are_listed_with_it(self, settings, tmp_path, bucket):
        settings.DATA_DIR = tmp_path
        default_storage.save("images/tide.png", ContentFile(b"12345"))

        sizes = {size.name: (size.number, size.size, size.new) for size in folder_sizes()}

        place = f"s3://{bucket['bucket_name']}/blog"
        nothing = (0, 0, 0)
        assert sizes == {
            f"{place}/media": (1, 5, 1),
            f"{place}/originals": nothing,
            f"{place}/imports": nothing,
        }


@pytest.mark.django_db
def test_expired_rows_are_those_that_the_worker_deletes():
    for days in (1, 31):
        Job.objects.create(
            kind="import", state=Job.State.DONE, ended_at=timezone.now() - timedelta(days=days)
        )

    assert expired()["jobs"] == 1
