"""Links from articles to categories and authors.

Lists stay fast at 100,000 articles: a page of a list reads its primary keys from an index, then its rows
with one query. For categories, authors and keywords that index is on the link: listed_at is the article's
published_at while the article is published, else null. A schedule is a condition in the query.

All changes of links must go through these querysets, which also update counts and the search index.
"""

import itertools
from collections import Counter
from contextlib import contextmanager

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Avg, Count, F, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blog import search
from blog.articles.choices import TRAIL_LEVELS, Level, Status
from blog.articles.counts import CategoryCount
from blog.articles.withholding import listed
from blog.base.queries import ROWS_AT_ONCE, ByCodePoint, insert_rows


class ListedQuerySet(models.QuerySet):
    """Rows with a copy of their article's date, listed_at."""

    def published(self, now=None):
        """Return the rows of published articles: the rule of PublishedQuerySet.published() on listed_at."""
        return self.filter(listed_at__lte=now or timezone.now())

    def update_listing(self, articles) -> None:
        """Update listed_at and the counts after a change of status or date. articles: primary keys."""
        articles = list(articles)
        with self.counted(articles):
            self.update_listing_uncounted(articles)

    def update_listing_uncounted(self, articles) -> None:
        """Like update_listing(), for callers that are already within counted()."""
        rows = self.model.objects.filter(listed("article__"), pk=OuterRef("pk")).order_by()
        moment = Subquery(rows.values("article__published_at"))
        for batch in itertools.batched(articles, ROWS_AT_ONCE):
            models.QuerySet.update(self.filter(article__in=batch), listed_at=moment)

    @contextmanager
    def counted(self, articles):
        """Run the block, then update the counts for links it changed. articles: primary keys."""
        with transaction.atomic():
            yield


class LinkQuerySet(ListedQuerySet):
    """Links of articles to categories or authors."""

    def newest_articles(self):
        """Return a queryset of the primary keys of the articles, newest first, without duplicates."""
        return self.order_by("-listed_at", "-article_id").values_list("article", flat=True)

    def replace_all(self, links: list) -> None:
        """Replace these links, all of one article, with new ones; write nothing if they are equal."""
        ignored = {"id", "listed_at"}
        fields = [field.attname for field in self.model._meta.concrete_fields if field.attname not in ignored]
        before = list(self.values_list(*fields))
        if before != [tuple(getattr(link, name) for name in fields) for link in links]:
            self.delete()
            self.bulk_create(links)

    @contextmanager
    def changed(self, articles):
        """Like counted(), and refresh the search index, which contains names of categories and authors."""
        articles = list(articles)
        with self.counted(articles):
            yield
            self._index(articles)

    def bulk_create(self, objs, *args, **kwargs):
        objs = list(objs)
        with transaction.atomic():
            created = super().bulk_create(objs, *args, **kwargs)
            self._follow(created)
        return created

    def insert(self, links) -> None:
        """Like bulk_create(), but faster, and without setting primary keys."""
        with transaction.atomic():
            insert_rows(self.model, links)
            self._follow(links)

    def _follow(self, created):
        articles = {link.article_id for link in created}  # set only after inserting new articles
        self.model.objects.update_listing(self._in_lists(articles))
        self._index(articles)

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
        search.refresh_keys(self.model._meta.get_field("article").related_model, articles)

    def _in_lists(self, articles):
        """Yield the primary keys of published and scheduled articles. Other articles are in no list."""
        published = self.model.objects.filter(article__status=Status.PUBLISHED).order_by()
        for batch in itertools.batched(articles, ROWS_AT_ONCE):
            yield from published.filter(article__in=batch).values_list("article", flat=True).distinct()


class CategoryLinkQuerySet(LinkQuerySet):
    """Links of articles to categories. Every change updates the counts of the categories."""

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
        """Return rows (category, n): the number of scheduled articles that this stored count includes."""
        waiting = self.filter(listed_at__gt=now, level__in=self.model.COUNTED_LEVELS[name])
        return waiting.order_by().values("category").annotate(n=Count("article", distinct=True))

    def cooccurring_categories(self, category, articles):
        """Return the other categories of the articles that have this category. articles: primary keys.

        Each row has category, shared (number of articles with both), deeper and shallower (numbers of
        articles in which the row's category is below or above this one in the trail), and step (its average
        level). Most frequent first.
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

    def narrower_of_general(self, articles):
        """Return the pairs of a general and a lower category in these articles. articles: primary keys.

        Each row has general, category and shared (number of articles with both). Most frequent first.
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
        """Return the number of these articles for each (category, name of the count)."""
        listed = self.model.objects.filter(listed_at__isnull=False).order_by()
        uses = set()
        for batch in itertools.batched(articles, ROWS_AT_ONCE):
            rows = listed.filter(article__in=batch).values_list("article", "category", "level")
            for article, category, level in rows:
                names = (name for name, levels in self.model.COUNTED_LEVELS.items() if level in levels)
                uses.update((category, name, article) for name in names)
        return Counter((category, name) for category, name, _article in uses)


# Weight of a shared category for related articles, by its level in one of them.
CLOSENESS = {
    Level.EXACT: 5,
    Level.NICHE: 4,
    Level.SPECIFIC: 3,
    Level.MEDIUM: 2,
    Level.GENERAL: 1,
    Level.PLAIN: 2,
}
MIN_ARTICLES_FOR_LINK = 3  # published articles; shorter lists are not worth a link


class ListedLink(models.Model):
    """A link of an article to a category or author, whose page lists the article."""

    listed_at = models.DateTimeField(null=True, editable=False)  # Article.listing_date

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        links = type(self).objects
        with links.changed([self.article_id]):
            super().save(*args, **kwargs)
            links.update_listing_uncounted([self.article_id])

    def delete(self, *args, **kwargs):
        with type(self).objects.changed([self.article_id]):
            return super().delete(*args, **kwargs)


class ArticleCategory(ListedLink):
    """A category of an article, with its level there."""

    article = models.ForeignKey("blog.Article", models.CASCADE, related_name="category_links")
    category = models.ForeignKey(
        "blog.Category", models.PROTECT, related_name="article_links", verbose_name=_("category")
    )
    level = models.PositiveSmallIntegerField(_("level"), choices=Level, default=Level.PLAIN)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    # {count of CategoryCount: levels at which a category of an article counts}
    COUNTED_LEVELS = {
        "articles": tuple(Level),
        "general": (Level.GENERAL,),
        # Categories without a level count as broad: many blogs have no levels.
        "broad": (Level.GENERAL, Level.PLAIN),
    }

    objects = CategoryLinkQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("article category")
        verbose_name_plural = _("article categories")
        constraints = [
            models.UniqueConstraint(
                fields=["article", "category", "level"], name="article_category_once_a_level"
            ),
            models.CheckConstraint(
                name="article_category_level_known", condition=Q(level__in=[0, 1, 2, 3, 4, 9])
            ),
        ]
        indexes = [
            models.Index(fields=["category", "level", "article"], name="category_articles"),
            models.Index(
                fields=["category", "-listed_at", "-article"],
                name="category_newest",
                condition=Q(listed_at__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.category} ({self.get_level_display()})"

    def unique_error_message(self, model_class, unique_check):
        return ValidationError(_("The article already has this category at this level."))

    @property
    def closeness(self) -> int:
        """The weight of this category for related articles."""
        return CLOSENESS[self.level]


class ArticleAuthor(ListedLink):
    """An author in an article's byline."""

    article = models.ForeignKey("blog.Article", models.CASCADE, related_name="author_links")
    author = models.ForeignKey(
        "blog.Author", models.PROTECT, related_name="article_links", verbose_name=_("author")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = LinkQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("article author")
        verbose_name_plural = _("article authors")
        constraints = [models.UniqueConstraint(fields=["article", "author"], name="article_author_once")]
        indexes = [
            models.Index(
                fields=["author", "-listed_at", "-article"],
                name="author_newest",
                condition=Q(listed_at__isnull=False),
            )
        ]

    def __str__(self):
        return self.author.name

    def unique_error_message(self, model_class, unique_check):
        return ValidationError(_("The article already has this author."))
