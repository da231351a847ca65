"""Articles, categories and redirects: rules that apply to every save."""

import datetime as dt

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from blog.articles.models import StaleArticleError
from blog.documents.fields.values import LEVELS
from blog.models import Article, ArticleCategory, Category, Image, Redirect
from blog.site.slugs import free_slug
from tests.support.changes import publish, unpublish

pytestmark = pytest.mark.django_db


def create(**values):
    values = {"title": "Tides", "slug": "tides", "body": "Water comes and goes.\n"} | values
    return Article.objects.create(**values)


class TestPublished:
    @pytest.mark.both_databases
    def test_articles_are_published_from_their_date_on(self):
        now = timezone.now()
        create(slug="new")
        create(slug="past", status="published", published_at=now - dt.timedelta(minutes=1))
        create(slug="future", status="published", published_at=now + dt.timedelta(minutes=1))

        assert [article.slug for article in Article.objects.published()] == ["past"]
        assert Article.objects.published(now + dt.timedelta(minutes=2)).count() == 2


class TestPublish:
    def test_publishing_sets_only_a_missing_date(self):
        day = dt.datetime(2026, 1, 2, tzinfo=dt.UTC)
        undated, dated = create(slug="a"), create(slug="b", published_at=day)

        publish(undated)
        publish(dated)

        assert abs(Article.objects.get(slug="a").published_at - timezone.now()) < dt.timedelta(minutes=1)
        assert Article.objects.get(slug="b").published_at == day

    @pytest.mark.both_databases
    def test_queryset_publishes_like_the_method(self):
        day = dt.datetime(2026, 1, 2, tzinfo=dt.UTC)
        create(slug="a")
        create(slug="b", published_at=day)

        assert publish(Article.objects.all()) == 2
        assert publish(Article.objects.all()) == 0
        assert Article.objects.get(slug="b").published_at == day
        assert unpublish(Article.objects.all()) == 2
        assert not Article.objects.published().exists()

    def test_publishing_makes_older_instances_stale(self):
        article, copy = create(), Article.objects.get()

        publish(Article.objects.all())

        with pytest.raises(StaleArticleError):
            article.save()
        with pytest.raises(StaleArticleError):
            publish(copy)


class TestDerive:
    def test_saving_makes_all_derived_fields(self):
        article = create(body="## One\n\nWord word.\n\n## Two\n\nWord.\n")

        assert "<h2" in article.body_html
        assert [text for _, _, text in article.contents] == ["One", "Two"]
        assert article.word_count == 5
        assert article.reading_time == 1

    def test_updated_at_changes_only_with_the_text(self):
        article = create()
        before = article.updated_at

        article.is_featured = True
        article.save()
        publish(article)
        assert Article.objects.get().updated_at == before

        article.body = "Other words.\n"
        article.save()
        assert Article.objects.get().updated_at > before

    def test_deriving_again_is_not_an_edit(self):
        article = create()
        Article.objects.update(body_html="stale", render_version=0)

        call_command("derive_articles", verbosity=0)

        again = Article.objects.get()
        assert "Water comes and goes." in again.body_html
        assert (again.lock_version, again.updated_at) == (article.lock_version, article.updated_at)


class TestSlug:
    @pytest.mark.both_databases
    @pytest.mark.parametrize(
        ("changes", "paths"),
        [([], []), ([publish], ["/articles/tides/"]), ([publish, unpublish], ["/articles/tides/"])],
    )
    def test_a_changed_slug_leaves_a_redirect_where_readers_knew_it(self, changes, paths):
        article = create()
        for change in changes:
            change(article)

        article.slug = "the-tides"
        article.save()

        assert [(row.path, row.target) for row in Redirect.objects.all()] == [
            (path, article) for path in paths
        ]

    def test_there_and_back_leaves_no_redirect_to_itself(self):
        article = create(status="published", published_at=timezone.now())

        for slug in ("b", "c", "tides"):
            article.slug = slug
            article.save()

        assert set(Redirect.objects.values_list("path", flat=True)) == {"/articles/b/", "/articles/c/"}

    @pytest.mark.both_databases
    def test_the_first_free_number_is_taken(self):
        create(slug="a")
        create(slug="a-2")

        assert free_slug(Article.objects, "a") == "a-3"
        assert len(free_slug(Article.objects, "x" * 300)) == 255

    @pytest.mark.both_databases
    def test_a_free_slug_costs_two_queries_whatever_is_taken(self, django_assert_num_queries):
        for number in range(2, 40):
            create(slug=f"a-{number}")
        create(slug="a")
        create(slug="x" * 255)

        with django_assert_num_queries(2):
            assert free_slug(Article.objects, "a") == "a-40"
        with django_assert_num_queries(2):
            assert free_slug(Article.objects, "x" * 300) == "x" * 253 + "-2"


@pytest.mark.both_databases
class TestConstraints:
    @pytest.mark.parametrize(
        "values",
        [
            {"status": "draft"},
            {"status": "published", "published_at": None},
            {"title": ""},
            {"slug": ""},
        ],
    )
    def test_constraints_reject_invalid_articles(self, values):
        with pytest.raises(IntegrityError), transaction.atomic():
            create(**values)

    def test_slugs_are_unique(self):
        create()

        with pytest.raises(IntegrityError), transaction.atomic():
            create()

    def test_an_image_is_a_file_or_an_address(self):
        with pytest.raises(IntegrityError), transaction.atomic():
            Image.objects.create(alt="Nothing")

    def test_a_redirect_leads_to_exactly_one_thing(self):
        category = Category.objects.create(name="Sea")

        for values in (
            {},
            {"category": category, "article": create()},
            {"category": category, "is_gone": True},
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                Redirect.objects.create(path="/x/", **values)


@pytest.mark.both_databases
class TestNames:
    def test_characters_that_distinguish_names_are_kept(self):
        for name in ("C", "C++", "C#"):
            Category.objects.create(name=name)

        assert Category.objects.count() == 3
        assert len(set(Category.objects.values_list("slug", flat=True))) == 3

    def test_a_changed_slug_of_a_category_leaves_a_redirect(self):
        category = Category.objects.create(name="Sea")

        category.slug = "the-sea"
        category.save()

        assert Redirect.objects.get(path="/categories/sea/").target == category


class TestLevels:
    def test_levels_are_those_of_files_and_no_level(self):
        names = [level.name.lower() for level in Category.Level]

        assert names == [*LEVELS, "plain"]


@pytest.mark.both_databases
class TestTrail:
    def test_trail_runs_from_general_to_niche_without_the_exact_category(self):
        article = create()
        for level in (Category.Level.NICHE, Category.Level.EXACT, Category.Level.GENERAL):
            category = Category.objects.create(name=level.name.lower())
            article.category_links.create(category=category, level=level)

        assert [category.name for category in article.trail] == ["general", "niche"]

    def test_narrower_and_broader_follow_from_the_articles(self):
        general, niche = Category.objects.create(name="Sea"), Category.objects.create(name="Tides")
        for number in range(4):
            article = create(slug=f"a{number}", status="published", published_at=timezone.now())
            article.category_links.create(category=general, level=Category.Level.GENERAL)
            if number:
                article.category_links.create(category=niche, level=Category.Level.NICHE)

        keys = Article.objects.values("pk")
        below = ArticleCategory.objects.cooccurring_categories(general, keys).get()
        above = ArticleCategory.objects.cooccurring_categories(niche, keys).get()

        assert below == {"category": niche.pk, "shared": 3, "deeper": 3, "shallower": 0, "step": 4}
        assert above == {"category": general.pk, "shared": 3, "deeper": 0, "shallower": 3, "step": 1}


class TestHero:
    def test_alt_text_that_repeats_the_title_is_empty(self):
        image = Image.objects.create(source="https://images.example.com/x.jpg", alt="  tides ")

        assert create(hero_image=image).hero_alt == ""

    def test_missing_image_has_no_url(self):
        assert Image.objects.create(source="x.jpg").url == ""
