"""Select and count articles by category, author, language and date, for lists and the filters of a search."""

import itertools
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import connections, models
from django.db.models import Count, Max, Min, Q, Value
from django.db.models.expressions import RawSQL
from django.utils import timezone

from blog.articles.choices import Status
from blog.articles.dates import first_of_month, month_of
from blog.articles.links import ArticleAuthor, ArticleCategory
from blog.articles.withholding import released
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

    def count_by_language(self, keys) -> dict[str, tuple[int, int, int]]:
        """Count the articles with these keys by language, most articles first.

        Return {language: (number of articles, first year, last year)}. All of them must be published.
        """
        counts = {}
        for language, number, *moments in _counts.rows(self.model.objects, as_text(keys)):
            name = language or settings.LANGUAGE_CODE
            years = map(_local_year, moments)
            others, *other_years = counts.get(name, (0,))
            found = [*years, *other_years]
            counts[name] = number + others, min(found), max(found)
        return dict(sorted(counts.items(), key=lambda item: -item[1][0]))

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
        counts = count_in_spans(self.model.objects.filter(released()), list(itertools.pairwise(moments)))
        months = zip(reversed(firsts), reversed(counts), strict=True)
        return [{"month": month, "count": count} for month, count in months if count]


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


@CompiledQuery
def _counts(articles, keys):
    rows = articles.filter(pk__in=listed_in(keys)).order_by().values("language")
    counted = rows.annotate(n=Count("pk"), first=Min("published_at"), last=Max("published_at"))
    return counted.order_by("language").values_list("language", "n", "first", "last")


def _local_year(moment: datetime | str) -> int:
    """Return the year of a moment, which may be SQLite's text of it."""
    moment = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return timezone.localtime(moment if moment.tzinfo else moment.replace(tzinfo=UTC)).year
