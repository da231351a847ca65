"""Lists, counts of categories and rows of keywords are correct after every change of articles."""

from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from blog.articles.actions.category_merge import merge_categories
from blog.articles.counts import CategoryCountQuerySet
from blog.models import Article, ArticleAuthor, ArticleCategory, ArticleKeyword, Category, CategoryCount
from tests.support.changes import publish, restore, set_flag, trash, unpublish
from tests.support.durations import STEPS_OF_COUNTS
from tests.support.factories import create_article, create_articles, create_author, create_category

Level = Category.Level

# Nine articles about the same two categories.
SET_UP = """
from blog.models import Article, ArticleCategory, Category
topics = [Category.objects.create(name=name) for name in ("Tides", "Moon")]
for number in range(9):
    article = Article.objects.create(title="Tides", slug=f"tides-{number}", body="Words.")
    for topic in topics[:: 1 if number % 2 else -1]:
        ArticleCategory.objects.create(article=article, category=topic)
"""

# Publishes every third of them and hides them again, and ends with all of those published.
PUBLISH = """
from blog.models import Article
from tests.support.changes import publish, unpublish
articles = list(Article.objects.order_by("pk"))[PLACE::3]
for turn in range(3):
    for article in articles:
        unpublish(article) if turn % 2 else publish(article)
"""


def told() -> dict[str, int]:
    """Return the counts of categories as pages show them."""
    return {category.name: category.article_count for category in Category.objects.most_used()}


def true() -> dict[str, int]:
    """Return the counts of categories by counting articles."""
    links = ArticleCategory.objects.filter(article__in=Article.objects.published())
    return dict(Counter(name for name, _ in set(links.values_list("category__name", "article"))))


def keywords_kept() -> list[tuple]:
    return sorted(ArticleKeyword.objects.values_list("article", "keyword", "listed_at"), key=str)


def keywords_told() -> list[tuple]:
    return sorted(
        (
            (row.pk, keyword.casefold(), row.published_at if row.status == "published" else None)
            for row in Article.objects.all()
            for keyword in set(row.keywords)
        ),
        key=str,
    )


def told_by(name) -> dict[str, int]:
    return {category.name: category.rank for category in Category.objects.most_used(by=name)}


def listed(category) -> list[int]:
    return list(category.article_links.published().newest_articles())


@pytest.mark.both_databases
class TestCounts(TestCase):
    """After any sequence of changes, stored counts equal counted ones."""

    STEPS = {
        "create": lambda row, category, level: create_article(categories={category: level}),
        "create new": lambda row, category, level: create_article(categories={category: level}, status="new"),
        "publish": lambda row, category, level: row.trashed_at or publish(row),
        "unpublish": lambda row, category, level: unpublish(row),
        "publish all": lambda row, category, level: publish(Article.objects),
        "unpublish most": lambda row, category, level: unpublish(Article.objects.exclude(pk=row.pk)),
        "trash": lambda row, category, level: trash(Article.objects.filter(pk=row.pk)),
        "restore": lambda row, category, level: restore(Article.objects),
        "delete": lambda row, category, level: row.delete(),
        "delete some": lambda row, category, level: Article.objects.filter(pk__lte=row.pk).delete(),
        "hold": lambda row, category, level: row.category_links.get_or_create(category=category, level=level),
        "hold many": lambda row, category, level: ArticleCategory.objects.bulk_create(
            ArticleCategory(article=other, category=category, level=level)
            for other in Article.objects.exclude(category_links__category=category)
        ),
        "let go": lambda row, category, level: row.category_links.all().delete(),
        "let one go": lambda row, category, level: (
            row.category_links.first() and row.category_links.first().delete()
        ),
        "merge": lambda row, category, level: merge_categories(list(Category.objects.all()[:2]), category),
        "schedule": lambda row, category, level: schedule(row, timedelta(days=1)),
        "date back": lambda row, category, level: schedule(row, timedelta(days=-1)),
        "name a keyword": lambda row, category, level: row.keywords.append(level.name) or row.save(),
        "name another": lambda row, category, level: (setattr(row, "keywords", [level.name]), row.save()),
        "create with it": lambda row, category, level: create_article(keywords=[level.name]),
    }

    # Each of the steps, where it changes something.
    EVERY_STEP = [
        *("create", "create with it", "create new", "hold", "hold many", "publish all", "name a keyword"),
        *("name another", "let one go", "schedule", "date back", "unpublish", "publish", "unpublish most"),
        *("publish all", "trash", "restore", "publish all", "merge", "let go", "hold many", "delete"),
        "delete some",
    ]

    @settings(max_examples=STEPS_OF_COUNTS)
    @example([(name, number, Level(number % 5)) for number, name in enumerate(EVERY_STEP)])
    @given(
        st.lists(
            st.tuples(st.sampled_from(sorted(STEPS)), st.integers(0, 9), st.sampled_from(Level)), max_size=12
        )
    )
    def test_counts_are_right_after_every_change(self, steps):
        for name in ("Tides", "Moon", "Sea"):
            create_category(name)
        create_articles(2, categories=dict.fromkeys(Category.objects.all()[:2], Level.GENERAL))

        for name, number, level in steps:
            categories, rows = list(Category.objects.order_by("pk")), list(Article.objects.order_by("pk"))
            row = rows[number % len(rows)] if rows else create_article()
            self.STEPS[name](row, categories[number % len(categories)], level)

            assert told() == true(), name
            assert keywords_kept() == keywords_told(), name


def schedule(article, distance):
    article.published_at = timezone.now() + distance
    article.save()


@pytest.mark.django_db
@pytest.mark.both_databases
class TestLevels:
    def test_categories_are_ranked_by_level(self):
        general, niche, plain = (create_category(name) for name in ("General", "Niche", "Plain"))
        create_articles(2, categories={general: Level.GENERAL, niche: Level.NICHE})
        create_article(categories={plain: Level.PLAIN, general: Level.MEDIUM})

        assert told() == {"General": 3, "Niche": 2, "Plain": 1}
        assert told_by("general") == {"General": 2}
        assert told_by("broad") == {"General": 2, "Plain": 1}

    def test_a_category_at_two_levels_is_one_category(self):
        category = create_category("Tides")
        article = create_article(categories={category: Level.GENERAL})
        article.category_links.create(category=category, level=Level.EXACT)

        assert told() == {"Tides": 1}
        assert listed(category) == [article.pk]

    def test_scheduled_articles_do_not_count_for_the_rank(self):
        busy, quiet = create_category("Busy"), create_category("Quiet")
        create_articles(9, categories=[busy], published_at=timezone.now() + timedelta(days=1))
        create_articles(2, categories=[quiet])
        create_article(categories=[busy])

        best = Category.objects.most_used(1)

        assert [(category.name, category.article_count) for category in best] == [("Quiet", 2)]

    def test_a_scheduled_article_counts_when_its_time_has_come(self, monkeypatch):
        category, author = create_category("Tides"), create_author("Ida Aas")
        moment = timezone.now() + timedelta(hours=1)
        article = create_article(categories=[category], authors=[author], published_at=moment)
        assert (told(), listed(category), listed(author)) == ({}, [], [])

        monkeypatch.setattr(timezone, "now", lambda: moment)

        assert (told(), listed(category), listed(author)) == ({"Tides": 1}, [article.pk], [article.pk])


@pytest.mark.django_db
@pytest.mark.both_databases
class TestLists:
    def test_authors_links_follow_their_article(self):
        author = create_author("Ida Aas")
        first, second = create_articles(2, authors=[author])
        ArticleAuthor.objects.bulk_create([ArticleAuthor(article=create_article(), author=author)])
        assert len(listed(author)) == 3

        unpublish(first)
        trash(Article.objects.filter(pk=second.pk))

        assert len(listed(author)) == 1


@pytest.mark.django_db
@pytest.mark.both_databases
class TestHeldCounts:
    """Concurrent transactions write a row each; the next change merges the rows."""

    def test_a_count_is_the_sum_of_its_rows(self):
        category = create_category("Tides")
        create_article(categories=[category])
        CategoryCount.objects.create(category=category, articles=2)

        assert told() == {"Tides": 3}

        CategoryCount.objects.add(Counter({(category.pk, "articles"): -1}))

        assert CategoryCount.objects.get().articles == 2

    def test_concurrent_changes_are_all_counted(self, new_site, tmp_path):
        with new_site(tmp_path) as site:
            assert site.start_script(SET_UP).wait() == 0

            writers = [site.start_script(PUBLISH.replace("PLACE", str(place))) for place in range(3)]

            assert [writer.wait() for writer in writers] == [0, 0, 0]
            assert site.value("SELECT SUM(articles) FROM blog_categorycount") == 18
            assert site.value("SELECT COUNT(DISTINCT category_id) FROM blog_categorycount") == 2

    def test_nothing_is_written_without_a_difference(self, monkeypatch):
        article = create_article(categories=[create_category("Tides")])
        monkeypatch.setattr(CategoryCountQuerySet, "bulk_create", None)

        article.title = "Another"
        article.save()
        set_flag(Article.objects, "is_featured")

        assert told() == {"Tides": 1}
