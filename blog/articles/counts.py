"""Querysets of the links that lists are read from, and the stored counts of articles per category.

Each link to a category or author has a copy of its article's date, listed_at, while that is published. So
any page of a category's list is read from one index, whatever the number of articles. So has each keyword of
an article. The counts are updated in the transaction of each change.
Scheduled articles are included in the stored counts; whoever shows a count subtracts them.
"""

import itertools
from collections import Counter
from contextlib import contextmanager
from functools import cache

from django.db import models, transaction
from django.db.models import Avg, Count, F, OuterRef, Q, Subquery, Sum
from django.utils import timezone

from blog import search
from blog.articles.choices import TRAIL_LEVELS, Level, Status
from blog.base.parameters import ROWS_AT_ONCE
from blog.base.queries import ByCodePoint, CompiledQuery


class CategoryCountQuerySet(models.QuerySet):
    """Stored counts. A category's count is the sum of its rows: usually one, more after concurrent writes."""

    def highest(self, name):
        """Return a queryset of category keys ordered by this count, highest first."""
        counted = self.exclude(**{name: 0}).order_by().values("category").annotate(rank=Sum(name))
        return counted.order_by("-rank", ByCodePoint("category__folded_name")).values("category")

    def names_of_highest(self, name, number) -> dict[int, str]:
        """Return {key: name} of the `number` categories with the highest count."""
        return dict(_names_of_highest(name, number).rows(self.model.objects))

    def add(self, difference: Counter) -> None:
        """Add a difference to the counts; its keys are (category, name of the count).

        If another transaction has locked a category's row, a second row is inserted, and the next change
        merges them. So transactions neither wait for each other here nor deadlock.
        """
        changed = sorted({category for (category, _name), number in difference.items() if number})
        for some in itertools.batched(changed, ROWS_AT_ONCE):
            rows = {category: self.model(category_id=category) for category in some}
            replaced = list(self.select_for_update(skip_locked=True).filter(category__in=some))
            for row in replaced:
                rows[row.category_id].add(row)
            for category, name in itertools.product(some, self.model.NAMES):
                setattr(rows[category], name, getattr(rows[category], name) + difference[category, name])
            self.filter(pk__in=[row.pk for row in replaced]).delete()
            self.bulk_create(row for row in rows.values() if not row.is_empty)


@cache
def _names_of_highest(name, number):
    def build(counts):
        highest = counts.filter(category__in=counts.highest(name)[:number])
        return highest.order_by().values_list("category", "category__name")

    return CompiledQuery(build)


class CategoryCount(models.Model):
    """How many published articles, including scheduled ones, have a category. See this module's docstring."""

    NAMES = ("articles", "general", "broad")

    category = models.ForeignKey("blog.Category", models.CASCADE, related_name="counts")
    articles = models.IntegerField(default=0)
    general = models.IntegerField(default=0)  # articles with it at the general level
    broad = models.IntegerField(default=0)  # articles with it at the general level, or without a level

    objects = CategoryCountQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    def __str__(self):
        return f"{self.category_id}: {self.articles}"

    @property
    def is_empty(self) -> bool:
        return not any(getattr(self, name) for name in self.NAMES)

    def add(self, other) -> None:
        for name in self.NAMES:
            setattr(self, name, getattr(self, name) + getattr(other, name))


class ListedQuerySet(models.QuerySet):
    """Rows with a copy of their article's date, listed_at."""

    def published(self, now=None):
        """Return the rows of published articles: the rule of ArticleQuerySet.published(), on listed_at."""
        return self.filter(listed_at__lte=now or timezone.now())

    def update_listing(self, articles) -> None:
        """Update listed_at of the rows, and the counts, from the status and date of the articles (keys)."""
        articles = list(articles)
        with self.counted(articles):
            self.place(articles)

    def place(self, articles) -> None:
        """Do what update_listing() does, for callers that are within counted() already."""
        listed = self.model.objects.filter(pk=OuterRef("pk"), article__status=Status.PUBLISHED).order_by()
        moment = Subquery(listed.values("article__published_at"))
        for some in itertools.batched(articles, ROWS_AT_ONCE):
            models.QuerySet.update(self.filter(article__in=some), listed_at=moment)

    @contextmanager
    def counted(self, articles):
        """Context manager: update the counts for what happens in it to the links of the articles (keys)."""
        with transaction.atomic():
            yield


class LinkQuerySet(ListedQuerySet):
    """Links of articles to categories or authors."""

    def newest_articles(self):
        """Return a queryset of the keys of the articles, newest first, without duplicates."""
        return self.order_by("-listed_at", "-article_id").values_list("article", flat=True)

    def replace_all(self, links: list) -> None:
        """Replace these links, all of one article, by the given new ones; write nothing if they are equal."""
        ours = {"id", "listed_at"}
        fields = [field.attname for field in self.model._meta.concrete_fields if field.attname not in ours]
        before = list(self.values_list(*fields))
        if before != [tuple(getattr(link, name) for name in fields) for link in links]:
            self.delete()
            self.bulk_create(links)

    @contextmanager
    def changed(self, articles):
        """Context manager: counted(), and the search index too, which holds the names of what is linked."""
        articles = list(articles)
        with self.counted(articles):
            yield
            self._index(articles)

    def bulk_create(self, objs, *args, **kwargs):
        objs = list(objs)
        with transaction.atomic():
            created = super().bulk_create(objs, *args, **kwargs)
            articles = {link.article_id for link in created}  # before, links of new articles know no key
            self.model.objects.update_listing(self._in_lists(articles))
            self._index(articles)
        return created

    def update(self, **values):
        with self.changed(self._articles()):
            return super().update(**values)

    update.alters_data = True

    def delete(self):
        with self.changed(self._articles()):
            return super().delete()

    delete.alters_data = True
    delete.queryset_only = True

    def _articles(self):
        return self.order_by().values_list("article", flat=True).distinct()

    def _index(self, articles):
        rows = self.model._meta.get_field("article").related_model.objects
        for some in itertools.batched(articles, ROWS_AT_ONCE):
            search.refresh(rows.filter(pk__in=some))

    def _in_lists(self, articles):
        """Yield those of the keys whose articles are published or scheduled; others are in no list."""
        published = self.model.objects.filter(article__status=Status.PUBLISHED).order_by()
        for some in itertools.batched(articles, ROWS_AT_ONCE):
            yield from published.filter(article__in=some).values_list("article", flat=True).distinct()


class CategoryLinkQuerySet(LinkQuerySet):
    """Links of articles to categories. Every way to change them updates the categories' counts."""

    def newest_articles(self):
        return super().newest_articles().distinct()  # an article may have a category at two levels

    @contextmanager
    def counted(self, articles):
        articles = list(articles)
        with transaction.atomic():
            before = self._uses(articles)
            yield
            difference = self._uses(articles)
            difference.subtract(before)
            CategoryCount.objects.add(difference)

    def waiting(self, name, now):
        """Return (category, n) rows: n scheduled articles are included in this count of the category."""
        waiting = self.filter(listed_at__gt=now, level__in=self.model.COUNTED_LEVELS[name])
        return waiting.order_by().values("category").annotate(n=Count("article", distinct=True))

    def held_with(self, category, articles):
        """Return the other categories of those of the articles (keys) that have this category.

        Rows, most frequent first: category; shared, the number of articles that have both; deeper and
        shallower, those in which it is below or above this one in the trail; step, its average level.
        """
        own_level = F("article__category_links__level")
        in_trail = Q(level__in=TRAIL_LEVELS, article__category_links__level__in=TRAIL_LEVELS)

        def count(condition=None):
            return Count("article", distinct=True, filter=condition)

        return (
            self.filter(article__in=articles, article__category_links__category=category)
            .exclude(category=category)
            .order_by()
            .values("category")
            .annotate(
                shared=count(),
                deeper=count(in_trail & Q(level__gt=own_level)),
                shallower=count(in_trail & Q(level__lt=own_level)),
                step=Avg("level", filter=Q(level__in=TRAIL_LEVELS)),
            )
            .order_by("-shared", ByCodePoint("category__folded_name"))
        )

    def below_general(self, articles):
        """Return which lower categories of the trail occur with which general ones in these articles (keys).

        Rows, most frequent first: general; category; shared, the number of articles that have both.
        """
        lower = (Level.MEDIUM, Level.SPECIFIC, Level.NICHE)
        return (
            self.filter(article__in=articles, level__in=lower, article__category_links__level=Level.GENERAL)
            .order_by()
            .values("category", general=F("article__category_links__category"))
            .annotate(shared=Count("article", distinct=True))
            .order_by("-shared", ByCodePoint("category__folded_name"))
        )

    def _uses(self, articles) -> Counter:
        """Return how many of the articles count for each (category, name of the count)."""
        listed = self.model.objects.filter(listed_at__isnull=False).order_by()
        uses = set()
        for some in itertools.batched(articles, ROWS_AT_ONCE):
            rows = listed.filter(article__in=some).values_list("article", "category", "level")
            for article, category, level in rows:
                names = (name for name, levels in self.model.COUNTED_LEVELS.items() if level in levels)
                uses.update((category, name, article) for name in names)
        return Counter((category, name) for category, name, _article in uses)
