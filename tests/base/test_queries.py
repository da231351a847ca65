"""A compiled query returns the rows of its queryset for any values, and is compiled once."""

from datetime import timedelta

import pytest
from django.core.exceptions import FieldFetchBlocked
from django.db import IntegrityError, transaction
from django.utils import timezone

from blog.base.queries import CompiledQuery, insert_rows, insert_with_keys, staged_rows
from blog.imports.models import ImportEntry, ImportRun
from blog.models import Article, Redirect
from tests.support.factories import (
    create_article,
    create_articles,
    create_author,
    create_category,
    create_image,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


class TestCompiledQuery:
    def test_values_replace_their_placeholders(self):
        query = CompiledQuery(
            lambda articles, slug, until, first, second: articles.filter(
                slug=slug, published_at__lte=until, pk__in=[first, second], lock_version__gte=1
            ).values_list("pk")
        )
        now = timezone.now()
        one, other = (create_article(slug=slug, published_at=now) for slug in ("one", "other"))

        def rows(*values):
            return query.rows(Article.objects, *values)

        assert rows("one", now, one.pk, other.pk) == [(one.pk,)]
        assert rows("other", now, one.pk, other.pk) == [(other.pk,)]
        assert rows("one", now, other.pk, 0) == []
        assert rows("one", now - timedelta(seconds=1), one.pk, other.pk) == []
        assert query.count(Article.objects, "one", now, one.pk, other.pk) == 1
        assert query.count(Article.objects, "one", now, other.pk, 0) == 0

    def test_compiled_once_per_number_of_values(self):
        made = []

        def build(articles, *keys):
            made.append(len(keys))
            return articles.filter(pk__in=keys).order_by("pk").values_list("pk", "title")

        query = CompiledQuery(build)
        articles = create_articles(3)

        for number in (2, 3, 2, 3):
            some = articles[:number]
            found = query.rows(Article.objects, *(article.pk for article in some))
            assert found == [(article.pk, article.title) for article in some]
        assert made == [2, 3]

    def test_numbers_of_any_size_are_values(self):
        query = CompiledQuery(lambda articles, key: articles.filter(pk=key).values_list("pk"))

        assert [query.rows(Article.objects, key) for key in (1, 70_000, 5_000_000_000)] == [[], [], []]


class TestPageOfAnArticle:
    """Article.objects.page() joins several rows; they equal separately fetched ones."""

    def test_page_has_the_values_of_its_rows(self, django_assert_num_queries):
        sea, ebb = create_category("Sea"), create_category("Ebb")
        tove, bo = create_author("Tove"), create_author("Bo")
        image = create_image(alt="A pier", credit_creator="Bo", width=1600, height=900)
        create_article(
            slug="tides",
            primary_category=sea,
            hero_image=image,
            keywords=["moon"],
            categories={ebb: 4, sea: 1},
            authors=[tove, bo],
        )
        stored = Article.objects.with_page_relations().get(slug="tides")

        with django_assert_num_queries(2):
            article = Article.objects.page("tides")

        columns = [field.attname for field in Article._meta.concrete_fields]
        assert [getattr(article, name) for name in columns] == [getattr(stored, name) for name in columns]
        assert (article.primary_category, article.primary_category.name) == (sea, "Sea")
        shown = ("url", "alt", "credit", "width", "height", "caption")
        assert [getattr(article.hero_image, name) for name in shown] == [
            getattr(image, name) for name in shown
        ]
        assert [author.slug for author in article.byline] == [author.slug for author in stored.byline]
        assert article.trail == stored.trail
        assert [(link.level, link.category, link.position) for link in article.shown_categories] == [
            (link.level, link.category, link.position) for link in stored.shown_categories
        ]

    def test_missing_article_is_none(self):
        create_article(slug="tides")

        article = Article.objects.page("tides")

        assert (article.primary_category, article.hero_image, article.byline) == (None, None, [])

    def test_readers_see_what_is_published_and_nothing_else(self):
        create_article(slug="later", published_at=timezone.now() + timedelta(hours=1))
        create_article(slug="draft", status="new")

        assert [Article.objects.page(slug) for slug in ("later", "draft", "nowhere")] == [None] * 3

    def test_unfetched_fields_raise(self):
        create_article(slug="tides", primary_category=create_category("Sea"))

        article = Article.objects.page("tides")

        with pytest.raises(FieldFetchBlocked):
            article.primary_category.description  # noqa: B018 -- reading it is the query


class TestInsertRows:
    def test_stores_defaults_dates_and_rows_saved_after_they_were_named(self):
        article = Article(title="Tides", slug="tides")
        batch = ImportRun.objects.create()
        entries = [
            ImportEntry(batch=batch, article=article, file=name, outcome="created")
            for name in ("a.md", "b.md")
        ]
        article.save()

        insert_rows(ImportEntry, iter(entries))

        assert all(entry.article is article for entry in entries)  # kept, not to be queried again
        stored = ImportEntry.objects.order_by("file").values_list("file", "article", "warnings")
        assert list(stored) == [("a.md", article.pk, []), ("b.md", article.pk, [])]

    def test_sets_the_keys_of_rows_in_order(self):
        articles = [
            Article(title=slug, slug=slug, body="Tides. " * 200, keywords=["moon"], updated_at=timezone.now())
            for slug in ("b", "a")
        ]

        insert_with_keys(Article, articles)

        stored = Article.objects.in_bulk([article.pk for article in articles])
        assert [stored[article.pk].slug for article in articles] == ["b", "a"]
        columns = [field.attname for field in Article._meta.concrete_fields if not field.generated]
        assert [getattr(articles[0], name) for name in columns] == [
            getattr(stored[articles[0].pk], name) for name in columns
        ]
        assert not articles[0]._state.adding


class TestStagedRows:
    @pytest.fixture
    def rows(self):
        Redirect.objects.create(path="/a/", address="/archive/")
        return [Redirect(path=path, address="/search/") for path in ("/a/", "/b/")]

    def stored(self):
        return [*Redirect.objects.order_by("path").values_list("path", "address")]

    def test_rows_are_inserted_or_updated_only_when_asked(self, rows):
        with staged_rows(Redirect, rows, key="path", updated=["address"]) as insert:
            before = self.stored()
            insert()

        assert before == [("/a/", "/archive/")]
        assert self.stored() == [("/a/", "/search/"), ("/b/", "/search/")]

    def test_rows_with_the_same_key_are_an_error_if_no_field_is_updated(self, rows):
        staged = staged_rows(Redirect, rows, key="path", updated=())
        with pytest.raises(IntegrityError), staged as insert, transaction.atomic():
            insert()

        assert self.stored() == [("/a/", "/archive/")]

    def test_two_sets_of_rows_are_staged_at_once(self, rows):
        with (
            staged_rows(Redirect, rows[:1], key="path", updated=["address"]) as update,
            staged_rows(Redirect, rows[1:], key="path", updated=()) as insert,
        ):
            update()
            insert()

        assert self.stored() == [("/a/", "/search/"), ("/b/", "/search/")]
