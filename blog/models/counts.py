"""What lists are made from: the links of articles to categories and authors, and the categories' counts.

A link says since when its article stands in lists. So a page of a category is read off one index, however
deep it lies and however many articles there are. A category's count is kept with every change, in its
transaction.
Articles whose time has not come are in the count; whoever shows it takes them off.
"""

import itertools
from collections import Counter
from contextlib import contextmanager

from django.db import models, transaction
from django.db.models import Avg, Count, F, Func, OuterRef, Q, Subquery, Sum
from django.utils import timezone

from blog.models.choices import TRAIL_LEVELS, Level, Status
from blog.models.parameters import ROWS_AT_ONCE


class ByCodePoint(Func):
    """Text in the order of its code points, on any database: PostgreSQL's own order depends on its locale."""

    arity = 1
    template = "%(expressions)s"

    def as_postgresql(self, compiler, connection, **context):
        return self.as_sql(compiler, connection, template='%(expressions)s COLLATE "C"', **context)


class CategoryCountQuerySet(models.QuerySet):
    """Counts of categories. A count is the sum of its rows: mostly one, more where several counted."""

    def highest(self, name):
        """Return the keys of the categories in the order of this count, the highest first."""
        counted = self.exclude(**{name: 0}).order_by().values("category").annotate(rank=Sum(name))
        return counted.order_by("-rank", ByCodePoint("category__folded_name")).values("category")

    def names_of_highest(self, name, number) -> dict[int, str]:
        """Return the keys and names of so many categories, those with the highest count."""
        highest = self.filter(category__in=self.highest(name)[:number])
        return dict(highest.order_by().values_list("category", "category__name"))

    def add(self, difference: Counter) -> None:
        """Change counts, by category and name of the count.

        A row that another transaction holds is left to it, and a second one written, which the next change
        folds in. So nobody waits here for anybody, and no two can block each other.
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


class CategoryCount(models.Model):
    """How many published articles hold a category, also those whose time has not come (counts.py)."""

    NAMES = ("articles", "general", "broad")

    category = models.ForeignKey("blog.Category", models.CASCADE, related_name="counts")
    articles = models.IntegerField(default=0)
    general = models.IntegerField(default=0)  # those in which it is the general category
    broad = models.IntegerField(
        default=0
    )  # those in which it may be: the general category, or one without a level

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


class LinkQuerySet(models.QuerySet):
    """Links of articles to categories or authors."""

    def published(self, now=None):
        """Return the links of what readers may see: the rule of ArticleQuerySet, as the links have it."""
        return self.filter(listed_at__lte=now or timezone.now())

    def newest_articles(self):
        """Return the keys of the articles in the order of lists, once each."""
        return self.order_by("-listed_at", "-article_id").values_list("article", flat=True)

    def relist(self, articles) -> None:
        """Bring the links of the articles with these keys in line with the state and the date of each."""
        articles = list(articles)
        with self.counted(articles):
            self.place(articles)

    def place(self, articles) -> None:
        """Do what relist() does, within counted()."""
        listed = self.model.objects.filter(pk=OuterRef("pk"), article__status=Status.PUBLISHED).order_by()
        moment = Subquery(listed.values("article__published_at"))
        for some in itertools.batched(articles, ROWS_AT_ONCE):
            models.QuerySet.update(self.filter(article__in=some), listed_at=moment)

    @contextmanager
    def counted(self, articles):
        """Keep the counts right while something happens to the links of the articles with these keys."""
        with transaction.atomic():
            yield

    def bulk_create(self, objs, *args, **kwargs):
        objs = list(objs)
        with transaction.atomic():
            created = super().bulk_create(objs, *args, **kwargs)
            self.model.objects.relist(self._in_lists({link.article_id for link in objs}))
        return created

    def _in_lists(self, articles):
        """Return those of the keys whose articles stand in lists, or will: others have nothing to relist."""
        published = self.model.objects.filter(article__status=Status.PUBLISHED).order_by()
        for some in itertools.batched(articles, ROWS_AT_ONCE):
            yield from published.filter(article__in=some).values_list("article", flat=True).distinct()


class CategoryLinkQuerySet(LinkQuerySet):
    """Links of articles to categories. However they change, the categories' counts change with them."""

    def newest_articles(self):
        return super().newest_articles().distinct()  # one category may stand at two levels

    def update(self, **values):
        with self.counted(self._articles()):
            return super().update(**values)

    update.alters_data = True

    def delete(self):
        with self.counted(self._articles()):
            return super().delete()

    delete.alters_data = True
    delete.queryset_only = True

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
        """Return a row for each category with n: what is in this count although its time has not come."""
        waiting = self.filter(listed_at__gt=now, level__in=self.model.COUNTED_LEVELS[name])
        return waiting.order_by().values("category").annotate(n=Count("article", distinct=True))

    def held_with(self, category, articles):
        """Return the categories that stand beside this one in those of the articles (keys) that hold it.

        A row each, most often held first: category; shared, articles that hold both; deeper and shallower,
        those of them in which it stands below or above this one in the trail; step, its level on the whole.
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
        """Return which categories stand below which general ones in these articles (keys), most often first.

        A row each: general, category and shared, articles that hold both.
        """
        lower = (Level.MEDIUM, Level.SPECIFIC, Level.NICHE)
        return (
            self.filter(article__in=articles, level__in=lower, article__category_links__level=Level.GENERAL)
            .order_by()
            .values("category", general=F("article__category_links__category"))
            .annotate(shared=Count("article", distinct=True))
            .order_by("-shared", ByCodePoint("category__folded_name"))
        )

    def _articles(self):
        return self.order_by().values_list("article", flat=True).distinct()

    def _uses(self, articles) -> Counter:
        """Return how many of the articles count for each category, by category and name of the count."""
        listed = self.model.objects.filter(listed_at__isnull=False).order_by()
        uses = set()
        for some in itertools.batched(articles, ROWS_AT_ONCE):
            rows = listed.filter(article__in=some).values_list("article", "category", "level")
            for article, category, level in rows:
                names = (name for name, levels in self.model.COUNTED_LEVELS.items() if level in levels)
                uses.update((category, name, article) for name in names)
        return Counter((category, name) for category, name, _article in uses)
