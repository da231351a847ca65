"""The series of articles: from their files, into versions and held updates, and back into files."""

import pytest

from blog.articles.actions.restore import restore
from blog.articles.file_fields import edited_fields
from blog.articles.versions.contents import article_contents, with_current_names
from blog.articles.versions.history import version_contents
from blog.articles.versions.merge import merge
from blog.exports.articles import export_article
from blog.imports.report import ConflictRule
from blog.imports.undo import undo_import
from blog.models import Article, ImportRun, Series, Version
from tests.support.changes import record_version
from tests.support.factories import create_article, create_series
from tests.support.import_files import run, write

pytestmark = pytest.mark.django_db


def place(article=None):
    stored = Article.objects.get(pk=article.pk) if article else Article.objects.get()
    return (stored.series and stored.series.name, stored.series_part)


def edit(**fields):
    article = Article.objects.get()
    for name, value in fields.items():
        setattr(article, name, value)
    article.save()
    record_version(article)


class TestImport:
    def test_files_with_the_same_series_name_share_a_series(self, folder):
        write(folder, "a.md", slug="a", series="Still Waters", part=1)
        write(folder, "b.md", slug="b", series=["still waters"], series_order="2")
        write(folder, "c.md", slug="c", series={"name": "Still-Waters"})

        run(folder)

        (series,) = Series.objects.all()
        assert (series.slug, series.created_by_import) == ("still-waters", ImportRun.objects.get())
        assert sorted(series.articles.values_list("slug", "series_part")) == [("a", 1), ("b", 2), ("c", None)]

    def test_slug_as_a_name_is_spelled_as_words(self, folder):
        write(folder, series="still-waters")

        run(folder)

        assert Series.objects.get().name == "Still waters"
        assert edited_fields(Article.objects.get()) == set()

    def test_undo_deletes_the_series(self, folder):
        create_article(series=create_series("Rivers"))
        write(folder, "a.md", slug="a", series="Waters")
        write(folder, "b.md", slug="b", series="Rivers")
        run(folder)

        undo_import(ImportRun.objects.get())

        assert [series.name for series in Series.objects.all()] == ["Rivers"]


class TestExport:
    def test_gives_the_same_bytes_and_after_an_edit_the_new_values(self, folder):
        path = write(folder, series="Waters", part=1)
        run(folder)
        assert export_article(Article.objects.get()) == path.read_bytes()

        edit(series=create_series("Rivers"), series_part=3)

        expected = path.read_bytes().replace(b'"Waters"', b'"Rivers"').replace(b"part: 1", b"part: 3")
        assert export_article(Article.objects.get()) == expected

    def test_of_an_article_without_a_file_includes_the_series(self):
        article = create_article(series=create_series("Waters"), series_part=2)

        assert b'series: "Waters"\nseriesPart: 2\n' in export_article(article)


class TestChangedOnBothSides:
    @pytest.mark.parametrize("by_editor", [{"series_part": 5}, {"title": "Other"}])
    def test_changes_of_one_side_are_kept(self, folder, by_editor):
        write(folder, series="Waters", part=1)
        run(folder)
        edit(**by_editor)
        write(folder, series="Rivers", part=1)

        run(folder, on_conflict=ConflictRule.MERGE)

        assert place() == ("Rivers", by_editor.get("series_part", 1))

    def test_different_series_are_a_conflict(self):
        base = article_contents(create_article(series=create_series("Waters"), series_part=1))
        ours, theirs = (base | {"series": {"id": None, "name": name}} for name in ("Rivers", "Lakes"))

        merged = merge(base, ours, theirs | {"series_part": 4})

        assert [decision.key for decision in merged.decisions] == ["series"]
        assert merged.contents["series_part"] == 4


class TestVersions:
    def test_are_restored_with_a_deleted_series(self):
        series = create_series("Waters")
        article = create_article(series=series, series_part=2)
        version = record_version(article)
        article.series = None
        article.save()
        series.delete()

        restore(Article.objects.get(), version)

        assert place() == ("Waters", 2)

    def test_without_a_series_have_the_earlier_format(self):
        article = create_article()

        version = record_version(article, action=Version.Action.FIRST)

        assert b"series" not in bytes(version.data)
        assert version_contents(version)["series"] is None

    def test_a_renamed_series_is_no_difference(self):
        series = create_series("Waters")
        article = create_article(series=series)
        before = article_contents(article)
        series.name = "Rivers"
        series.save()

        assert with_current_names(before) == [article_contents(Article.objects.get())]
