"""Select and count articles by category, author, language and date, for lists and the filters of a search."""

import itertools
from collections import Counter
from datetime import UTC, timedelta

from django.conf import settings
from django.db import connections, models
from django.db.models import Count, Q, Value
from django.db.models.expressions import RawSQL
from django.utils import timezone

from blog.articles.choices import Status
from blog.articles.dates import first_of_month, month_of
from blog.articles.links import ArticleAuthor, ArticleCategory
from blog.base.queries import CompiledQuery, as_text, listed_in


class SelectionQuerySet(models.QuerySet):
    def in_month(self, year, month):
        number = year * 12 + month - 1
        return self.filter(
            published_at__gte=first_of_month(number), published_at__lt=first_of_month(number + 1)
        )

    def in_any_category(self, categories):
        """Return the articles with at least one of the categories, at any level, without duplicates."""
        links = ArticleCategory.objects
        return self.filter(pk__in=links.filter(category__in=categories).values("article"))

    def by_any_author(self, authors):
        """Return the articles by at least one of the authors, without duplicates."""
        return self.filter(pk__in=ArticleAuthor.objects.filter(author__in=authors).values("article"))

    def in_any_language(self, languages):
        """Return the articles in one of these languages. Articles without one are in the site's language."""
        own = Q(language="") if settings.LANGUAGE_CODE in languages else Q()
        return self.filter(Q(language__in=languages) | own)

    def count_by_language(self, keys) -> dict[str, int]:
        """Return {language: number of the articles with these keys}, most articles first."""
        counts = Counter()
        for language, number in _LANGUAGES.rows(self.model.objects, as_text(keys)):
            counts[language or settings.LANGUAGE_CODE] += number
        return dict(counts.most_common())

    def in_years_between(self, first: int | None, last: int | None):
        """Return the articles published from the first to the last of these years; None means any."""
        limits = {"published_at__year__gte": first, "published_at__year__lte": last}
        return self.filter(**{name: year for name, year in limits.items() if year})

    def count_by_month(self) -> list[dict]:
        """Return [{"month": start, "count": number of articles}] of months with articles, newest first.

        This queryset must be all published articles, or those of one period. Each month is counted with an
        index range: GROUP BY would compute the month of every article, and need the database's time zones.
        """
        dates = self.order_by("published_at").values_list("published_at", flat=True)
        oldest, newest = dates.first(), dates.last()
        if oldest is None:
            return []
        firsts = [first_of_month(number) for number in range(month_of(oldest), month_of(newest) + 1)]
        # The last span ends right after the newest article, because scheduled ones may follow. All bounds are
        # in the spans: with further ones in the query, SQLite would use only one of them for the index.
        moments = [oldest, *firsts[1:], newest + timedelta(microseconds=1)]
        counts = count_in_spans(self.model.objects.released(), list(itertools.pairwise(moments)))
        months = zip(reversed(firsts), reversed(counts), strict=True)
        return [{"month": month, "count": count} for month, count in months if count]

    def first_and_last_year(self, keys) -> tuple[int, int] | None:
        """Return the first and last year of the published articles with these keys; None without any."""
        moments = [row[0] for row in _MOMENTS.rows(self.model.objects, as_text(keys), timezone.now())]
        if not moments:
            return None
        first, last = (
            timezone.localtime(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
            for moment in (moments[0], moments[-1])
        )
        return first.year, last.year


def count_in_spans(articles, spans) -> list[int]:
    """Return the number of articles published or scheduled in each span (start, exclusive end). One query."""
    rows = articles.order_by().filter(
        status=Status.PUBLISHED,
        published_at__gte=RawSQL("span.first", ()),
        published_at__lt=RawSQL("span.next", ()),
    )
    counted = rows.values(every=Value(1)).annotate(n=Count("pk")).values("n")
    sql, parameters = counted.query.sql_with_params()
    connection = connections[articles.db]
    adapt = connection.ops.adapt_datetimefield_value
    values = ", ".join(f"({number}, %s, %s)" for number in range(len(spans)))
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH span (number, first, next) AS (VALUES {values})"  # noqa: S608 -- numbers, and Django's SQL
            f" SELECT COALESCE(({sql}), 0) FROM span ORDER BY number",
            [*map(adapt, itertools.chain(*spans)), *parameters],
        )
        return [count for (count,) in cursor.fetchall()]


def _counts(articles, keys):
    counted = articles.filter(pk__in=listed_in(keys)).order_by().values("language").annotate(n=Count("pk"))
    return counted.order_by("language").values_list("language", "n")


_LANGUAGES = CompiledQuery(_counts)


def _moments(articles, keys, now):
    listed = articles.published(now).filter(pk__in=listed_in(keys))
    return listed.order_by("published_at").values_list("published_at", flat=True)


_MOMENTS = CompiledQuery(_moments)
