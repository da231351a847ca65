"""Long texts are compressed on SQLite, and read like others."""

import pytest
from django.core.exceptions import FieldError
from django.db import connection

from blog.base.compressed import MARK
from blog.models import Article, SourceFile
from tests.support.factories import create_article

pytestmark = pytest.mark.django_db

LONG = "Low water at noon, high water in the evening, ½ metre day.\n\n" * 40


def stored(column, table="blog_article"):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table}")  # noqa: S608 -- names of ours
        return cursor.fetchone()[0]


@pytest.mark.both_databases
class TestText:
    @pytest.mark.parametrize("body", ["", "Short.", LONG, "\0" + LONG])
    def test_is_read_as_written(self, body):
        body = body.replace("\0", "") if connection.vendor == "postgresql" else body
        article = create_article(body=body)
        Article.objects.filter(pk=article.pk).update(body=body + body)

        assert Article.objects.get().body == body + body
        assert list(Article.objects.values_list("body", flat=True)) == [body + body]

    def test_a_lookup_in_it_is_refused(self):
        with pytest.raises(FieldError):
            Article.objects.filter(body__contains="water").exists()


class TestOnSQLite:
    def test_a_long_text_takes_less_room(self):
        create_article(body=LONG)

        assert isinstance(stored("body"), bytes)
        assert len(stored("body")) < len(LONG) / 5
        assert isinstance(stored("body_html"), bytes)

    def test_a_text_of_an_earlier_release_is_read(self):
        article = create_article(body="x")
        with connection.cursor() as cursor:
            cursor.execute("UPDATE blog_article SET body = %s", [LONG])

        assert Article.objects.get(pk=article.pk).body == LONG

    @pytest.mark.parametrize("data", [b"", b"# Short", LONG.encode(), MARK, MARK + b"x" * 900])
    def test_bytes_are_read_as_written(self, data):
        file = SourceFile.objects.create(
            article=create_article(), source_name="a", path="a.md", original=data
        )

        assert bytes(SourceFile.objects.get(pk=file.pk).original) == data

    def test_bytes_of_an_earlier_release_are_read(self):
        SourceFile.objects.create(article=create_article(), source_name="a", path="a.md", original=b"")
        with connection.cursor() as cursor:
            cursor.execute("UPDATE blog_sourcefile SET original = %s", [LONG.encode()])

        assert bytes(SourceFile.objects.get().original) == LONG.encode()
