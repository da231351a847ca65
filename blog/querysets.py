"""Which rows a page, a feed or a command sees.

Who may be seen is ArticleQuerySet.published(), and nothing else.
"""

import itertools
import operator
from functools import reduce
from urllib.parse import unquote

from django.conf import settings
from django.db import models, transaction
from django.db.models import Case, Count, F, Func, Max, OuterRef, Prefetch, Q, Subquery, Value, When
from django.db.models.functions import Coalesce, TruncMonth, TruncYear
from django.utils import timezone

from blog import pages, search
from blog.documents import RENDER_VERSION, fold_name

PATHS_AT_ONCE = 500  # in one query: databases limit its parameters


class ByCodePoint(Func):
    """Text in the order of its code points, on any database: PostgreSQL's own order depends on its locale."""

    arity = 1
    template = "%(expressions)s"

    def as_postgresql(self, compiler, connection, **context):
        return self.as_sql(compiler, connection, template='%(expressions)s COLLATE "C"', **context)


class ArticleQuerySet(models.QuerySet):
    """Articles. Without a call to published() every row is seen, also what readers must not see."""

    def published(self, now=None):
        """Return what readers may see: published, and its time has come (a later time is a schedule).

        What is in the trash is not published: a constraint holds it to that.
        """
        return self.filter(status=self.model.Status.PUBLISHED, published_at__lte=now or timezone.now())

    def searchable(self):
        """Return what the search index holds: published, be its time here or still to come."""
        return self.filter(status=self.model.Status.PUBLISHED)

    def in_use(self):
        return self.filter(trashed_at=None)

    def trashed(self):
        return self.exclude(trashed_at=None)

    def newest_first(self):
        """Order as lists, feeds and the archive do; the key breaks ties, so that pages never overlap."""
        return self.order_by("-published_at", "-pk")

    def with_list_relations(self):
        """Fetch what a card in a list shows, in a fixed number of queries; anything forgotten raises."""
        return (
            self.select_related("primary_category", "hero_image")
            .prefetch_related(self._with_rows("author_links", "author"))
            .defer("body", "body_html", "plain_text", "contents")
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

    def with_queue_relations(self):
        """Fetch what a row in the editor's list shows; anything forgotten raises."""
        return (
            self.select_related("primary_category", "hero_image", "source_file")
            .defer("body", "body_html", "plain_text", "contents")
            .defer("source_file__original", "source_file__extra", "source_file__imported_fields")
            .fetch_mode(models.FETCH_RAISE)
        )

    def with_file_relations(self):
        """Fetch what an article's file says."""
        return self.select_related("primary_category", "hero_image", "source_file").prefetch_related(
            "author_links__author", "category_links__category", "body_image_links__image"
        )

    def featured(self):
        return self.filter(is_featured=True)

    def trending(self):
        return self.filter(is_trending=True)

    def in_category(self, category):
        """Return the articles that hold the category at any level, once each."""
        return self.filter(pk__in=category.article_links.values("article"))

    def in_any_category(self, categories):
        """Return the articles that hold one of the categories at any level, once each."""
        links = self.model._meta.get_field("category_links").related_model.objects
        return self.filter(pk__in=links.filter(category__in=categories).values("article"))

    def in_years(self, years):
        """Return the articles that were published in one of the years."""
        return self.filter(reduce(operator.or_, (Q(published_at__year=year) for year in years)))

    def by_author(self, author):
        return self.filter(pk__in=author.article_links.values("article"))

    def neighbours_of(self, article):
        """Return the article before and the one after, in the order of the lists, each None at the end."""
        moment, place = article.published_at, (article.published_at, article.pk)
        # The outer condition is what the index can use.
        before = self.filter(published_at__lte=moment).exclude(published_at=moment, pk__gte=article.pk)
        after = self.filter(published_at__gte=moment).exclude(published_at=moment, pk__lte=article.pk)
        nearest = Q(pk__in=before.newest_first().values("pk")[:1]) | Q(
            pk__in=after.order_by("published_at", "pk").values("pk")[:1]
        )
        found = list(self.filter(nearest).only("title", "slug", "published_at"))
        earlier = next((other for other in found if (other.published_at, other.pk) < place), None)
        later = next((other for other in found if (other.published_at, other.pk) > place), None)
        return earlier, later

    def related_to(self, article, number=3):
        """Return those closest to this article: by the deepest topic in common, then by how many."""
        category_link = self.model._meta.get_field("category_links").related_model
        links = article.category_links.all()
        closeness = Case(
            *(When(category=link.category_id, then=Value(link.closeness)) for link in links),
            default=Value(0),
            output_field=models.IntegerField(),
        )
        shared = {
            "category__in": {link.category_id for link in links},
            "article__in": self.exclude(pk=article.pk),
        }
        ranked = (
            category_link.objects.filter(**shared)
            .order_by()
            .values("article")
            .annotate(closest=Max(closeness), shared=Count("category", distinct=True))
        )
        best = ranked.order_by("-closest", "-shared", "-article").values("article")[:number]
        closest = Subquery(ranked.filter(article=OuterRef("pk")).values("closest"))
        return (
            self.with_list_relations()
            .prefetch_related(None)  # their cards name no authors
            .filter(pk__in=best)
            .order_by(closest.desc(), "-published_at", "-pk")
        )

    def count_by_month(self):
        """Return a row for each month, newest first: month (its first moment) and count."""
        months = self.order_by().annotate(month=TruncMonth("published_at")).values("month")
        return months.annotate(count=Count("pk")).order_by("-month")

    def count_by_year(self):
        """Return a row for each year, newest first: year (its first moment) and count."""
        years = self.order_by().annotate(year=TruncYear("published_at")).values("year")
        return years.annotate(count=Count("pk")).order_by("-year")

    def bulk_create(self, objs, *args, **kwargs):
        """Insert the articles, and what is published among them into the search index."""
        with transaction.atomic():
            articles = super().bulk_create(objs, *args, **kwargs)
            published = [row.pk for row in articles if row.status == self.model.Status.PUBLISHED]
            if published:
                search.refresh(self.model.objects.filter(pk__in=published))
        return articles

    def delete(self):
        with transaction.atomic():
            search.remove(list(self.values_list("pk", flat=True)))
            return super().delete()

    delete.alters_data = True
    delete.queryset_only = True

    def publish(self, now=None) -> int:
        """Publish each article that is not, dated now where it has no date; return how many changed."""
        now = now or timezone.now()
        return (
            self.in_use()
            .exclude(status=self.model.Status.PUBLISHED)
            ._change(status=self.model.Status.PUBLISHED, published_at=Coalesce("published_at", Value(now)))
        )

    def unpublish(self) -> int:
        """Hide each published article from readers; return how many changed."""
        return self.filter(status=self.model.Status.PUBLISHED)._change(status=self.model.Status.NEW)

    def trash(self, now=None) -> int:
        """Move each article to the trash that is not there; return how many changed."""
        return self.in_use()._change(status=self.model.Status.NEW, trashed_at=now or timezone.now())

    def restore(self) -> int:
        """Take each article out of the trash as new, its address no longer gone; return how many changed."""
        redirects = self.model._meta.get_field("redirects").related_model.objects
        with transaction.atomic():
            redirects.forget_gone(self.trashed().only("slug"))
            return self.trashed()._change(trashed_at=None)

    def recategorise(self, categories, target) -> int:
        """Let the target be the primary category where one of these is; return how many articles changed.

        Every article that holds one of them counts as changed: an editor who has it open shall look again.
        """
        held = Q(primary_category__in=categories) | Q(category_links__category__in=categories)
        primary = Case(
            When(primary_category__in=categories, then=Value(target.pk)),
            default=F("primary_category"),
            output_field=models.BigIntegerField(),
        )
        return self.filter(pk__in=self.filter(held).order_by().values("pk"))._change(primary_category=primary)

    def feature(self, wanted=True) -> int:
        """Feature each article that is not, or stop featuring each that is; return how many changed."""
        return self.filter(is_featured=not wanted)._change(is_featured=wanted)

    def trend(self, wanted=True) -> int:
        """Mark each article as trending that is not, or the other way round; return how many changed."""
        return self.filter(is_trending=not wanted)._change(is_trending=wanted)

    def rendered_by_another_version(self):
        return self.exclude(render_version=RENDER_VERSION)

    def derive(self) -> int:
        """Make the derived fields of each article afresh, in transactions of 100; return how many.

        Readers may see other HTML afterwards, but nobody has edited anything: versions and dates stay.
        """
        count = 0
        for keys in itertools.batched(self.order_by("pk").values_list("pk", flat=True), 100):
            with transaction.atomic():
                articles = list(self.model.objects.select_for_update().filter(pk__in=keys))
                for article in articles:
                    article.derive()
                count += len(articles)
                self.model.objects.bulk_update(articles, self.model.DERIVED_FIELDS)
                search.refresh(self.model.objects.filter(pk__in=keys))
                transaction.on_commit(pages.changed)
        return count

    def _with_rows(self, links, row):
        """Prefetch links and the rows that they lead to by one query."""
        model = self.model._meta.get_field(links).related_model
        return Prefetch(links, model.objects.select_related(row))

    def _change(self, **values):
        """Change what readers see of each article; the one place that may do so by update()."""
        with transaction.atomic():
            if "status" in values:
                changed = self._change_status(**values)
            else:
                changed = self.update(version=F("version") + 1, **values)
            transaction.on_commit(pages.changed)
        return changed

    def _change_status(self, **values):
        """Change some rows at a time, and bring the search index in step with them."""
        changed = 0
        keys = list(self.order_by("pk").values_list("pk", flat=True))
        for some in itertools.batched(keys, PATHS_AT_ONCE):
            changed += self.filter(pk__in=some).update(version=F("version") + 1, **values)
            search.refresh(self.model.objects.filter(pk__in=some))
        return changed


class NamedQuerySet(models.QuerySet):
    """Rows that files call by name."""

    def named(self, name):
        """Return the rows, one or none, that are written like this, whatever the case and the punctuation."""
        return self.filter(folded_name=folded(name))

    def by_folded_name(self, names) -> dict:
        """Return the rows that these folded names stand for, by name."""
        return {row.folded_name: row for row in self.filter(folded_name__in=names)}

    def get_by_natural_key(self, folded_name):
        return self.get(folded_name=folded_name)


class CategoryQuerySet(NamedQuerySet):
    """Categories, counted over the articles that the caller gives: what readers may see, on public pages."""

    def named(self, name):
        """Return the category, if there is one, that is written like this or has this as another name."""
        aliases = self.model._meta.get_field("aliases").related_model.objects.filter(folded_name=folded(name))
        return self.filter(Q(folded_name=folded(name)) | Q(pk__in=aliases.values("category")))

    def by_folded_name(self, names) -> dict:
        aliases = self.model._meta.get_field("aliases").related_model.objects.filter(folded_name__in=names)
        others = {alias.folded_name: alias.category for alias in aliases.select_related("category")}
        return others | super().by_folded_name(names)

    def with_counts(self, articles, **link):
        """Add article_count: how many of the articles hold the category; leave out what none holds."""
        held = Q(article_links__article__in=articles.order_by().values("pk"))
        for name, value in link.items():
            held &= Q(**{f"article_links__{name}": value})
        return self.filter(held).annotate(article_count=Count("article_links__article", distinct=True))

    def most_used_first(self, count="article_count"):
        """Order by a count that the caller has added; names break ties."""
        return self.order_by(f"-{count}", ByCodePoint("folded_name"))

    def held_with(self, category, articles):
        """Return the other categories of the articles that hold this one.

        Adds shared (articles that hold both), deeper and shallower (of those, where the other one stands
        below or above this one in the trail).
        """
        steps = self.model.TRAIL_LEVELS
        together = Q(article_links__article__in=articles.order_by().values("pk"))
        own = Q(article_links__article__category_links__category=category)
        in_trail = Q(article_links__level__in=steps, article_links__article__category_links__level__in=steps)
        own_level = F("article_links__article__category_links__level")

        def count(condition=None):
            return Count("article_links__article", distinct=True, filter=condition)

        return (
            self.exclude(pk=category.pk)
            .filter(together & own)
            .annotate(
                shared=count(),
                deeper=count(in_trail & Q(article_links__level__gt=own_level)),
                shallower=count(in_trail & Q(article_links__level__lt=own_level)),
            )
        )


class ImageQuerySet(models.QuerySet):
    def stored_at(self, address):
        """Return the image whose file has this address, or None; an address not of ours costs no query."""
        if not address.startswith(settings.MEDIA_URL):
            return None
        return self.filter(file=address.removeprefix(settings.MEDIA_URL)).first()


class RedirectQuerySet(models.QuerySet):
    """Old addresses. Whoever changes them here calls pages.changed(), once for all that changes together."""

    def moved(self, before, now):
        """Let the address that an article or category had lead to where it is now."""
        self.filter(path__in={path_at(now), now.get_absolute_url()}).delete()
        self.put([self.model(path=path_at(before), **{now._meta.model_name: now})])

    def mark_gone(self, rows):
        """Let the addresses of articles or categories say that they are gone for good."""
        self.put(self.model(path=path_at(row), is_gone=True) for row in rows)

    def forget_gone(self, rows):
        """Let the addresses of articles or categories be theirs again."""
        for some in itertools.batched(map(path_at, rows), PATHS_AT_ONCE):
            self.filter(path__in=some, is_gone=True).delete()

    def put(self, redirects):
        """Store the redirects, each in the place of the one with its path."""
        fields = ("article", "category", "is_gone")
        for some in itertools.batched(redirects, PATHS_AT_ONCE):
            self.bulk_create(some, update_conflicts=True, unique_fields=["path"], update_fields=fields)


def path_at(row) -> str:
    """Return the path of an article or category as redirects hold it: unescaped, so that a long slug fits."""
    return unquote(row.get_absolute_url())


def folded(name: str) -> str:
    """Return what two spellings of one name have in common, as long as the column for it is."""
    return fold_name(name)[:200]
