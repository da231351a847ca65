"""Series: ordered groups of articles.

An article has a foreign key to its series and the part number from its file or an editor (series_part). One
query finds its position among the published parts, and the parts to list at the end of the article. This
query replaces the one for neighbours by date. An article without a series costs no query. A renamed series
has no alias.
"""

from dataclasses import dataclass
from functools import cached_property

from django.db import DEFAULT_DB_ALIAS, models
from django.db.models import F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blog.articles.names import NamedModel, NamedQuerySet
from blog.base.queries import CompiledQuery
from blog.site.addresses import address_of

# Numbered parts first, then the others by date. The primary key breaks ties.
PART_ORDER = (F("series_part").asc(nulls_last=True), F("published_at").asc(nulls_last=True), "pk")
PART_FIELDS = "id", "title", "slug", "language", "reading_time"
MOST_PARTS = 7  # listed; if a series has more, only the nearest parts are
NEAREST_PARTS = 2  # before an article, and after it


class SeriesQuerySet(NamedQuerySet):
    def with_public_page(self):
        articles = self.model._meta.get_field("articles").related_model.objects.published()
        return self.filter(models.Exists(articles.filter(series=OuterRef("pk"))))


class Series(NamedModel):
    """A series. An article is part of at most one."""

    description = models.TextField(_("description"), blank=True)

    objects = SeriesQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("series")
        verbose_name_plural = _("series")

    def get_absolute_url(self):
        return address_of("series_detail", self.slug)

    def newest_articles(self):
        return self.articles.published().newest_first().values_list("pk", flat=True)


@dataclass(frozen=True, slots=True)
class SeriesPosition:
    """An article's position among the published parts of its series (1-based).

    parts: {number: article} of the parts to list, with PART_FIELDS. It includes the article itself.
    """

    series: Series
    number: int
    total: int
    parts: dict[int, models.Model]

    @property
    def previous(self) -> models.Model | None:
        return self.parts.get(self.number - 1)

    @property
    def next(self) -> models.Model | None:
        return self.parts.get(self.number + 1)


class SeriesPartModel(models.Model):
    """The series and part number of an article."""

    series = models.ForeignKey(
        Series,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="articles",
        verbose_name=_("series"),
        db_index=False,  # SERIES_INDEX begins with this column
    )
    series_part = models.PositiveSmallIntegerField(
        _("part"),
        null=True,
        blank=True,
        help_text=_("Leave blank to order by date, after the numbered parts."),
    )

    # All three columns: with the series only, SQLite scans the dates of all published articles.
    SERIES_INDEX = models.Index(
        fields=["series", "status", "published_at"],
        name="article_series",
        condition=Q(series__isnull=False),
    )

    class Meta:
        abstract = True

    def clear_part_without_series(self) -> None:
        if self.series_id is None:
            self.series_part = None

    @cached_property
    def series_position(self) -> SeriesPosition | None:
        """The position among the published parts, or None without a series. Costs one query.

        An unpublished article is counted as if it were published.
        """
        return _position(self) if self.series_id else None


def _position(article):
    rows = _parts.rows(type(article).objects, article.series_id, timezone.now(), article.pk)
    keys = [row[0] for row in rows]
    if article.pk not in keys:  # not saved yet, or removed from the series since it was read
        return None
    place = keys.index(article.pk)
    name, slug = rows[place][len(PART_FIELDS) :]
    series = Series(pk=article.series_id, name=name, slug=slug)
    first, end = 0, len(rows)
    if len(rows) > MOST_PARTS:
        first, end = max(place - NEAREST_PARTS, 0), place + NEAREST_PARTS + 1
    parts = {
        number: type(article).from_db(DEFAULT_DB_ALIAS, PART_FIELDS, row[: len(PART_FIELDS)])
        for number, row in enumerate(rows[first:end], first + 1)
    }
    return SeriesPosition(series, place + 1, len(rows), parts)


@CompiledQuery
def _parts(articles, series, now, key):
    seen = articles.published(now) | articles.filter(pk=key)
    parts = seen.filter(series=series).order_by(*PART_ORDER)
    return parts.values_list(*PART_FIELDS, "series__name", "series__slug")
