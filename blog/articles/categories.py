"""Categories and their aliases.

Names are compared without case and punctuation, and the first spelling wins. Merging and renaming keep the
old name as a CategoryAlias, so that files with the old name still find their category.

There is no tree. Each link to an article has a level: general > medium > specific > niche form the
breadcrumb trail; exact is not a step of it. The level belongs to the link, because files use the same
category at different levels. Broader and narrower categories are derived from these levels
(NearbyCategories in blog/reader/views/categories.py).
"""

from collections.abc import Callable
from functools import cache

from django.db import models
from django.db.models import Count, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blog import search
from blog.articles.choices import Level
from blog.articles.counts import CategoryCount
from blog.articles.links import ArticleCategory
from blog.articles.names import NAME, NamedModel, NamedQuerySet, folded
from blog.base.queries import CompiledQuery, as_text, listed_in
from blog.site.addresses import address_of


class CategoryAlias(models.Model):
    """An alternative name for a category, for use in files. Never equal to any category's own name."""

    category = models.ForeignKey("blog.Category", models.CASCADE, related_name="aliases")
    name = models.CharField(_("name"), max_length=200)
    folded_name = models.CharField(max_length=200, unique=True, editable=False)

    class Meta:
        ordering = ["name"]
        verbose_name = _("alias")
        verbose_name_plural = _("aliases that imported files may still use")

    def __str__(self):
        return self.name


class CategoryQuerySet(NamedQuerySet):
    """Categories, with counts of their published articles."""

    def named(self, name):
        """Return the category with this name or alias, as a queryset."""
        aliases = CategoryAlias.objects.filter(folded_name=folded(name))
        return self.filter(Q(folded_name=folded(name)) | Q(pk__in=aliases.values("category")))

    def by_folded_name(self, names) -> dict:
        aliases = CategoryAlias.objects.filter(folded_name__in=names)
        others = {alias.folded_name: alias.category for alias in aliases.select_related("category")}
        return others | super().by_folded_name(names)

    def of_articles(self, keys, is_wanted: Callable[[str], bool]) -> list:
        """Return the categories of articles, by primary keys, whose names are wanted, at any level.

        They have no descriptions.
        """
        rows = _categories_of.rows(self.model.objects, as_text(keys))
        return self._named_rows(row for row in rows if is_wanted(row[NAME]))

    def counts_for_articles(self, articles, number) -> list[tuple]:
        """Return (category, number of these articles with it), most frequent first.

        articles: a few hundred primary keys.
        """
        counts = dict(_held(2 * number + 20).rows(ArticleCategory.objects, as_text(articles)))
        rows = _named.rows(self.model.objects, as_text(counts)) if counts else []
        found = [(category, counts[category.pk]) for category in self._named_rows(rows)]
        return sorted(found, key=lambda pair: (-pair[1], pair[0].folded_name))[:number]

    def most_used(self, number=None, *, by="articles") -> list:
        """Return the categories with published articles, most used first, at most `number`.

        Each has article_count. by: the count of CategoryCount to order by.
        """
        return highest_ranked(self.counted(timezone.now(), number, by=by), number)

    def most_used_cached(self, number, *, by="articles") -> list:
        """Return most_used(number, by=by) without descriptions.

        The query is compiled once, because every page needs the result.
        """
        found = []
        for *row, count, rank in _brief(number, by).rows(self.model.objects, timezone.now()):
            category = self.model.from_db(self.db, self.NAME_FIELDS, row)
            category.article_count, category.rank = count, rank
            found.append(category)
        return highest_ranked(found, number)

    def counted(self, now, number=None, *, by="articles"):
        """Return categories with article_count and rank, unordered.

        With `number`, only enough of them to contain the `number` highest ranked; without it, all.
        """
        counts = CategoryCount.objects
        # Fetch more than needed: stored counts include scheduled articles, so ranks may still change.
        categories = self.filter(pk__in=counts.highest(by)[: 2 * number + 20]) if number else self
        counted = categories.annotate(article_count=count_of("pk", now)).order_by()
        return counted.annotate(rank=F("article_count") if by == "articles" else count_of("pk", now, by))


def count_of(category: str, now, name="articles"):
    """Return an expression for the number of published articles in a category.

    category: the name of the field with its primary key.
    """
    stored = CategoryCount.objects.filter(category=OuterRef(category)).order_by().values("category")
    waiting = ArticleCategory.objects.waiting(name, now).filter(category=OuterRef(category))
    return Coalesce(Subquery(stored.annotate(n=Sum(name)).values("n")), 0) - Coalesce(
        Subquery(waiting.values("n")), 0
    )


@cache
def _held(number):
    # Not ordered by name, for which a database would read a category for each link.
    def build(links, articles):
        held = links.filter(article__in=listed_in(articles)).order_by().values("category")
        counted = held.annotate(n=Count("article", distinct=True))
        return counted.order_by("-n", "category")[:number].values_list("category", "n")

    return CompiledQuery(build)


@CompiledQuery
def _named(categories, keys):
    return categories.filter(pk__in=listed_in(keys)).order_by().values_list(*CategoryQuerySet.NAME_FIELDS)


@cache
def _brief(number, by):
    def build(categories, now):
        counted = categories.counted(now, number, by=by)
        return counted.values_list(*CategoryQuerySet.NAME_FIELDS, "article_count", "rank")

    return CompiledQuery(build)


def highest_ranked(categories, number=None) -> list:
    """Return the counted() categories with published articles, highest rank first."""
    found = [category for category in categories if category.rank > 0]
    found.sort(key=lambda category: (-category.rank, category.folded_name))
    return found[:number]


@CompiledQuery
def _categories_of(categories, articles):
    primary = ArticleCategory._meta.get_field("article").related_model.objects.order_by()
    linked = ArticleCategory.objects.filter(article__in=listed_in(articles)).order_by().values("category")
    primaries = primary.filter(pk__in=listed_in(articles)).values("primary_category")
    found = categories.filter(pk__in=linked.union(primaries)).order_by()
    return found.values_list(*CategoryQuerySet.NAME_FIELDS)


class Category(NamedModel):
    """A category. There is no tree: its level is stored with each article."""

    Level = Level

    description = models.TextField(_("description"), blank=True)

    objects = CategoryQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("category")
        verbose_name_plural = _("categories")

    def follow_name(self, before):
        # A category's name takes precedence over the same name as an alias.
        CategoryAlias.objects.filter(folded_name=self.folded_name).delete()
        if before and before.folded_name != self.folded_name:
            self.add_alias(before)
        if before and before.name != self.name:
            articles = ArticleCategory._meta.get_field("article").related_model.objects
            linked = self.article_links.order_by().values("article")
            search.refresh(articles.filter(Q(primary_category=self) | Q(pk__in=linked)))

    def get_absolute_url(self):
        return address_of("category_detail", self.slug)

    def add_alias(self, former) -> None:
        """Add the name of a renamed or merged category as an alias, because files may still use it."""
        self.aliases.create(name=former.name, folded_name=former.folded_name)
