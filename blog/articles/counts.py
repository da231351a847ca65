"""Stored counts of the articles in each category.

The counts are updated in the transaction of each change of a link or a status (links.py). A count is the sum
of its rows: two concurrent transactions write a row each, so that neither waits. Stored counts include
scheduled articles. Code that shows a count subtracts them.
"""

import itertools
from collections import Counter
from functools import cache

from django.db import models
from django.db.models import Sum

from blog.base.queries import ROWS_AT_ONCE, ByCodePoint, CompiledQuery


class CategoryCountQuerySet(models.QuerySet):
    """Stored counts. A category usually has one row, and more after concurrent writes."""

    def highest(self, name):
        """Return a queryset of primary keys of categories ordered by this count, highest first."""
        counted = self.exclude(**{name: 0}).order_by().values("category").annotate(rank=Sum(name))
        return counted.order_by("-rank", ByCodePoint("category__folded_name")).values("category")

    def names_of_highest(self, name, number) -> dict[int, str]:
        """Return {primary key: name} of the `number` categories with the highest count."""
        return dict(_names_of_highest(name, number).rows(self.model.objects))

    def add(self, difference: Counter) -> None:
        """Add a difference to the counts. Its keys are (category, name of the count).

        If another transaction has locked a category's row, a second row is inserted, and the next change
        merges the rows. So transactions neither wait for each other here nor deadlock.
        """
        changed = sorted({category for (category, _name), number in difference.items() if number})
        for batch in itertools.batched(changed, ROWS_AT_ONCE):
            rows = {category: self.model(category_id=category) for category in batch}
            replaced = list(self.select_for_update(skip_locked=True).filter(category__in=batch))
            for row in replaced:
                rows[row.category_id].add(row)
            for category, name in itertools.product(batch, self.model.NAMES):
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
    """Numbers of published and scheduled articles in a category; see the docstring of this module."""

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
