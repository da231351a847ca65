"""What readers see of many articles: the rows of a page, a list or a feed.

Who may be seen is PublishedQuerySet.published(), and nothing else.
"""

import itertools
import operator
from datetime import datetime, timedelta
from functools import reduce

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.models import Count, F, Prefetch, Q, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import TruncYear
from django.utils import timezone

from blog.documents import is_empty
from blog.models.choices import Status
from blog.models.compiled import CompiledQuery, first_rows
from blog.models.image import Image
from blog.models.links import ArticleAuthor, ArticleCategory
from blog.models.months import first_of_month, month_of
from blog.models.names import Author, Category
from blog.models.related import closest_by_categories, words_in_common

NEIGHBOUR_FIELDS = "id", "title", "slug", "language"
NAME_FIELDS = "id", "name", "slug"  # of categories and authors
CARD_IMAGE_FIELDS = "id", "file", "source", "width", "height"
IMAGE_FIELDS = (
    *("id", "file", "source", "alt", "caption", "credit_creator", "credit_url", "credit_source"),
    *("width", "height", "focal_x", "focal_y"),
)
LINKS = {"category": ArticleCategory, "author": ArticleAuthor}  # by what they lead to


class PublishedQuerySet(models.QuerySet):
    """Articles as readers come upon them."""

    CARD_FIELDS = (
        *("title", "slug", "excerpt", "language", "reading_time", "status", "published_at"),
        *("primary_category__name", "primary_category__slug"),
        *("hero_image__file", "hero_image__source", "hero_image__width", "hero_image__height"),
    )

    def published(self, now=None):
        """Return what readers may see: published, and its time has come (a later time is a schedule).

        What is in the trash is not published: a constraint holds it to that.
        """
        return self.filter(status=Status.PUBLISHED, published_at__lte=now or timezone.now())

    live = published  # at whose address readers find a page

    def searchable(self):
        """Return what the readers' search index holds: published, be its time here or still to come."""
        return self.filter(status=Status.PUBLISHED)

    def empty(self):
        """Return those of which readers would see nothing; what has a word is not looked at."""
        rows = self.filter(word_count=0).order_by().values_list("pk", "body_html")
        return self.filter(pk__in=[pk for pk, html in rows if is_empty(html)])

    def next_scheduled(self) -> datetime | None:
        """Return when the next of them appears by its own date; None if none waits for it."""
        waiting = self.searchable().filter(published_at__gt=timezone.now())
        return waiting.aggregate(first=models.Min("published_at"))["first"]

    def newest_first(self):
        """Order as lists, feeds and the archive do; the key breaks ties, so that pages never overlap."""
        return self.order_by("-published_at", "-pk")

    def with_list_relations(self):
        """Fetch what a card in a list shows, in a fixed number of queries; anything forgotten raises."""
        return (
            self.select_related("primary_category", "hero_image")
            .prefetch_related(self._with_rows("author_links", "author"))
            .only(*self.CARD_FIELDS)
            .fetch_mode(models.FETCH_RAISE)
        )

    def with_page_relations(self):
        """Fetch what an article's own page or feed entry shows; anything forgotten raises."""
        return (
            self.select_related("primary_category", "hero_image")
            .prefetch_related(
                self._with_rows("author_links", "author"), self._with_rows("category_links", "category")
            )
            .fetch_mode(models.FETCH_RAISE)
        )

    def with_hit_relations(self):
        """Fetch what a hit of the search shows; anything forgotten raises."""
        return (
            self.select_related("primary_category", "hero_image")
            .prefetch_related(self._with_rows("author_links", "author"))
            .defer("body", "body_html", "contents")
            .fetch_mode(models.FETCH_RAISE)
        )

    def featured(self):
        return self.filter(is_featured=True)

    def trending(self):
        return self.filter(is_trending=True)

    def in_month(self, year, month):
        number = year * 12 + month - 1
        return self.filter(
            published_at__gte=first_of_month(number), published_at__lt=first_of_month(number + 1)
        )

    def in_any_category(self, categories):
        """Return the articles that hold one of the categories at any level, once each."""
        links = ArticleCategory.objects
        return self.filter(pk__in=links.filter(category__in=categories).values("article"))

    def in_years(self, years):
        """Return the articles that were published in one of the years."""
        return self.filter(reduce(operator.or_, (Q(published_at__year=year) for year in years)))

    def shown(self, keys) -> list:
        """Return those of the articles with these keys that readers may see, in the order of the keys.

        Asked for by key alone: SQLite, asked for published ones with these keys, goes through all published.
        """
        return in_order(keys, self.filter(pk__in=keys))

    def cards(self, keys) -> list:
        """Return the articles with these keys that readers may see, as lists show them, in this order."""
        return self.with_list_relations().shown(keys) if keys else []

    def page(self, slug):
        """Return the published article with this slug and what its page shows beside it, or None."""
        rows = _PAGE.instances(self.model.objects.fetch_mode(models.FETCH_RAISE), slug, timezone.now())
        for article in rows:
            _take_related(article, "primary_category", Category, NAME_FIELDS)
            _take_related(article, "hero_image", Image, IMAGE_FIELDS)
            _take_links(article)
        return next(iter(rows), None)

    def neighbours_of(self, article, now=None):
        """Return the published articles before and after, in the order of the lists; None at the ends."""
        now = now or timezone.now()
        # One upper bound, not two: SQLite begins at the first that it is given, years of rows too early.
        latest = min(article.published_at, now)
        rows = _NEIGHBOURS.rows(self.model.objects, latest, article.published_at, now, article.pk)
        found = {place: self.model.from_db(self.db, NEIGHBOUR_FIELDS, row) for place, *row in rows}
        return found.get(0), found.get(1)

    def related_to(self, article, number=3, apart_from=()):
        """Return the closest to this article: by the deepest category in common, then categories and words.

        However many articles hold a category, only some are looked at. What stands on the page anyway
        (apart_from) comes last.
        """
        closeness = closest_by_categories(article)
        rows = self.model.objects.fetch_mode(models.FETCH_RAISE)
        candidates = in_order(closeness, _CANDIDATES.instances(rows, *closeness)) if closeness else []
        words = words_in_common(article, candidates)
        elsewhere = {other.pk for other in apart_from if other}

        def rank(other):
            closest, shared = closeness[other.pk]
            return other.pk not in elsewhere, closest, shared + words[other.pk]

        # Those as close as each other stay in their order.
        closest = sorted(candidates, key=rank, reverse=True)[:number]
        for other in closest:
            _take_related(other, "primary_category", Category, NAME_FIELDS)
            _take_related(other, "hero_image", Image, CARD_IMAGE_FIELDS)
        return closest

    def count_by_month(self) -> list[dict]:
        """Return a row for each month of published articles, newest first: its first moment, its count.

        The articles are those of a span of time, or all. Months are counted one by one, off the index: to
        group by them calls a function for every article, and needs a database that knows the time zone.
        """
        dates = self.order_by("published_at").values_list("published_at", flat=True)
        oldest, newest = dates.first(), dates.last()
        if oldest is None:
            return []
        firsts = [first_of_month(number) for number in range(month_of(oldest), month_of(newest) + 1)]
        # After the newest one may come some that are scheduled. No moment is both a column's bound and
        # a month's here: SQLite would look for but one of them in the index.
        moments = [oldest, *firsts[1:], newest + timedelta(microseconds=1)]
        counts = self._count_between(list(itertools.pairwise(moments)))
        months = zip(reversed(firsts), reversed(counts), strict=True)
        return [{"month": month, "count": count} for month, count in months if count]

    def count_by_year(self):
        """Return a row for each year of some articles, newest first: year (its first moment) and count."""
        years = self.order_by().annotate(year=TruncYear("published_at")).values("year")
        return years.annotate(count=Count("pk")).order_by("-year")

    def _count_between(self, spans) -> list[int]:
        """Return how many articles were published in each span, its end left out, in one query."""
        rows = self.model.objects.order_by().filter(
            status=Status.PUBLISHED,
            published_at__gte=RawSQL("span.first", ()),
            published_at__lt=RawSQL("span.next", ()),
        )
        sql, parameters = (
            rows.values(every=Value(1)).annotate(n=Count("pk")).values("n").query.sql_with_params()
        )
        adapt = connections[self.db].ops.adapt_datetimefield_value
        values = ", ".join(f"({number}, %s, %s)" for number in range(len(spans)))
        with connections[self.db].cursor() as cursor:
            cursor.execute(
                f"WITH span (number, first, next) AS (VALUES {values})"  # noqa: S608 -- numbers, and Django's SQL
                f" SELECT COALESCE(({sql}), 0) FROM span ORDER BY number",
                [*map(adapt, itertools.chain(*spans)), *parameters],
            )
            return [count for (count,) in cursor.fetchall()]

    def _with_rows(self, links, row):
        """Prefetch links and the rows that they lead to by one query."""
        return Prefetch(links, LINKS[row].objects.select_related(row))


def _neighbours(articles, latest, moment, now, key):
    before = articles.published(latest).exclude(published_at=moment, pk__gte=key).newest_first()
    after = articles.published(now).filter(published_at__gte=moment).exclude(published_at=moment, pk__lte=key)
    # A union, not "or": PostgreSQL reads all rows to find those that one of two lists has.
    earlier, later = (
        first_rows(nearest, 1).values_list(Value(place), *NEIGHBOUR_FIELDS)
        for place, nearest in enumerate((before, after.order_by("published_at", "pk")))
    )
    return earlier.union(later, all=True).order_by()


_NEIGHBOURS = CompiledQuery(_neighbours)


def in_order(keys, articles) -> list:
    """Return those of the articles that readers may see, in the order of the keys."""
    found = {article.pk: article for article in articles}
    return [found[key] for key in keys if key in found and found[key].is_published]


def _page(articles, slug, now):
    rows = articles.published(now).filter(slug=slug).order_by()
    return _with_related(rows, primary_category=NAME_FIELDS, hero_image=IMAGE_FIELDS)


_PAGE = CompiledQuery(_page)


def _candidates(articles, *keys):
    """Return what a card shows but its authors, and the words by which related articles are found."""
    own = (field for field in PublishedQuerySet.CARD_FIELDS if "__" not in field)
    rows = articles.filter(pk__in=keys).order_by().only(*own, "keywords")
    return _with_related(rows, primary_category=NAME_FIELDS, hero_image=CARD_IMAGE_FIELDS)


_CANDIDATES = CompiledQuery(_candidates)


def _with_related(rows, **fields):
    """Read with each row these fields of rows that it leads to, for _take_related()."""
    columns = [column for relation, names in fields.items() for column in _columns(relation, names)]
    return rows.annotate(**{f"{column}_shown": F(column) for column in columns})


def _columns(relation, fields):
    return [f"{relation}__{field}" for field in fields]


def _take_related(article, relation, model, fields):
    """Let the article hold the row that was read with it; none where there is none."""
    values = [article.__dict__.pop(f"{column}_shown") for column in _columns(relation, fields)]
    setattr(article, relation, None if values[0] is None else _row(model, fields, values))


def _take_links(article):
    """Let the article hold its authors and categories, with what its page shows; anything else raises."""
    article.byline, article.filed_under = [], []
    rows = _LINKS.rows(ArticleCategory.objects, article.pk)
    for position, _key, level, *row in sorted(rows, key=operator.itemgetter(0, 1)):
        if level is None:
            article.byline.append(_row(Author, NAME_FIELDS, row))
        else:
            category = _row(Category, NAME_FIELDS, row)
            article.filed_under.append(ArticleCategory(level=level, position=position, category=category))


def _row(model, fields, values):
    return model.from_db(DEFAULT_DB_ALIAS, fields, values, fetch_mode=models.FETCH_RAISE)


def _links(categories, key):
    """Return the links to categories, and those to authors, without a level, in one query."""
    authors = ArticleAuthor.objects.filter(article=key).order_by()
    return (
        categories.filter(article=key)
        .order_by()
        .values_list("position", "pk", "level", *_columns("category", NAME_FIELDS))
        .union(
            authors.values_list(
                "position",
                "pk",
                Value(None, models.PositiveSmallIntegerField()),
                *_columns("author", NAME_FIELDS),
            ),
            all=True,
        )
    )


_LINKS = CompiledQuery(_links)
