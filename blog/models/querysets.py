"""Which rows a page, a feed or a command sees.

Who may be seen is ArticleQuerySet.published(), and nothing else.
"""

import itertools
import operator
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import reduce
from urllib.parse import unquote

from django.db import connections, models, transaction
from django.db.models import Case, Count, Exists, F, OuterRef, Prefetch, Q, Subquery, Sum, Value, When
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce, TruncYear
from django.utils import timezone

from blog import page_cache, search
from blog.documents import RENDER_VERSION, fold_name, is_empty
from blog.media.renditions import stored_name
from blog.models.months import first_of_month, month_of
from blog.models.related import closest_by_categories, words_in_common
from blog.prepared import PreparedQuery
from blog.sandbox.refusals import RefusedError

PATHS_AT_ONCE = 500  # in one query: databases limit its parameters


class DerivedQuerySet(models.QuerySet):
    """Rows that keep what their derive() makes of a text."""

    def rendered_by_another_version(self):
        return self.exclude(render_version=RENDER_VERSION)

    def derive(self, on_refusal: Callable[[models.Model, RefusedError], None] | None = None) -> int:
        """Make the derived fields of each row afresh, in transactions of 100; return how many.

        Readers may see other HTML afterwards, but nobody has edited anything: versions and dates stay. A row
        whose text takes too much to render is given to on_refusal() and keeps what it has; without that,
        RefusedError is raised.
        """
        count = 0
        for keys in itertools.batched(self.order_by("pk").values_list("pk", flat=True), 100):
            with transaction.atomic():
                rows = self.model.objects.select_for_update().filter(pk__in=keys)
                rows = [row for row in rows if self._is_derived(row, on_refusal)]
                count += len(rows)
                self.model.objects.bulk_update(rows, self.model.DERIVED_FIELDS)
                self.model._meta.get_field("body_image_links").related_model.objects.keep_in_step(rows)
                self.after_deriving(keys)
                transaction.on_commit(page_cache.invalidate)
        return count

    def _is_derived(self, row, on_refusal):
        try:
            row.derive()
        except RefusedError as error:
            if on_refusal is None:
                raise
            on_refusal(row, error)
            return False
        return True

    def after_deriving(self, keys):
        """Bring in step what is made of derived fields elsewhere, of the rows with these keys."""


class ArticleQuerySet(DerivedQuerySet):
    """Articles. Without a call to published() every row is seen, also what readers must not see."""

    CARD_FIELDS = (
        *("title", "slug", "excerpt", "language", "reading_time", "status", "published_at"),
        *("primary_category__name", "primary_category__slug"),
        *("hero_image__file", "hero_image__source", "hero_image__width", "hero_image__height"),
    )
    NEIGHBOUR_FIELDS = "id", "title", "slug", "language"

    def published(self, now=None):
        """Return what readers may see: published, and its time has come (a later time is a schedule).

        What is in the trash is not published: a constraint holds it to that.
        """
        return self.filter(status=self.model.Status.PUBLISHED, published_at__lte=now or timezone.now())

    live = published  # at whose address readers find a page

    def searchable(self):
        """Return what the readers' search index holds: published, be its time here or still to come."""
        return self.filter(status=self.model.Status.PUBLISHED)

    def empty(self):
        """Return those of which readers would see nothing; what has a word is not looked at."""
        rows = self.filter(word_count=0).order_by().values_list("pk", "body_html")
        return self.filter(pk__in=[pk for pk, html in rows if is_empty(html)])

    def next_scheduled(self) -> datetime | None:
        """Return when the next of them appears by its own date; None if none waits for it."""
        waiting = self.searchable().filter(published_at__gt=timezone.now())
        return waiting.aggregate(first=models.Min("published_at"))["first"]

    def in_use(self):
        return self.filter(trashed_at=None)

    def submitted(self):
        """Return those that wait for an Editor's answer."""
        return self.filter(pk__in=self._waiting_submissions().values("article"))

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

    def with_queue_relations(self):
        """Fetch what a row in the editor's list shows; anything forgotten raises."""
        return (
            self.select_related("primary_category", "hero_image", "source_file")
            .defer("body", "body_html", "plain_text", "contents")
            .defer("source_file__original", "source_file__extra", "source_file__imported_fields")
            .annotate(is_submitted=Exists(self._waiting_submissions().filter(article=OuterRef("pk"))))
            .fetch_mode(models.FETCH_RAISE)
        )

    def _waiting_submissions(self):
        return self.model._meta.get_field("submissions").related_model.objects.waiting()

    def with_file_relations(self):
        """Fetch what an article's file says."""
        return self.select_related("primary_category", "hero_image", "source_file").prefetch_related(
            "author_links__author", "category_links__category", "body_image_links__image"
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
        links = self.model._meta.get_field("category_links").related_model.objects
        return self.filter(pk__in=links.filter(category__in=categories).values("article"))

    def in_years(self, years):
        """Return the articles that were published in one of the years."""
        return self.filter(reduce(operator.or_, (Q(published_at__year=year) for year in years)))

    def shown(self, keys) -> list:
        """Return those of the articles with these keys that readers may see, in the order of the keys.

        Asked for by key alone: SQLite, asked for published ones with these keys, goes through all published.
        """
        return in_order(keys, self.filter(pk__in=keys))

    def cards(self, keys, *, with_authors=True) -> list:
        """Return the articles with these keys that readers may see, as lists show them, in this order."""
        keys = list(keys)
        found = in_order(keys, _CARDS.objects(self.model.objects, *keys)) if keys else []
        if with_authors:
            models.prefetch_related_objects(found, self._with_rows("author_links", "author"))
        return found

    def page(self, slug):
        """Return the published article with this slug and what its page shows beside it, or None."""
        article = next(iter(_PAGE.objects(self.model.objects, slug, timezone.now())), None)
        if article:
            links = {name: self.model._meta.get_field(name).related_model for name in _LINKS}
            # Where Django, too, keeps what it has fetched ahead.
            article._prefetched_objects_cache = {
                name: query.objects(links[name].objects, article.pk) for name, query in _LINKS.items()
            }
        return article

    def neighbours_of(self, article, now=None):
        """Return the published articles before and after, in the order of the lists; None at the ends."""
        now = now or timezone.now()
        # One upper bound, not two: SQLite begins at the first that it is given, years of rows too early.
        latest = min(article.published_at, now)
        rows = _NEIGHBOURS.rows(self.model.objects, latest, article.published_at, now, article.pk)
        found = {place: self.model.from_db(self.db, self.NEIGHBOUR_FIELDS, row) for place, *row in rows}
        return found.get(0), found.get(1)

    def related_to(self, article, number=3, apart_from=()):
        """Return those closest to this article: by the deepest category in common, then by categories and words.

        However many articles hold a category, only some are looked at. What stands on the page anyway
        (apart_from) comes last.
        """
        closeness = closest_by_categories(article)
        candidates = _CANDIDATES.objects(self.model.objects, *closeness) if closeness else ()
        words = words_in_common(article, candidates)
        elsewhere = {other.pk for other in apart_from if other}

        def rank(key):
            closest, shared = closeness[key]
            return key not in elsewhere, closest, shared + words[key]

        # Those as close as each other stay in their order.
        closest = sorted((key for key in closeness if key in words), key=rank, reverse=True)
        return self.cards(closest[:number], with_authors=False)

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
            status=self.model.Status.PUBLISHED,
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

    def publish(self, now=None) -> int:
        """Publish each article that is not, dated now where it has no date; return how many changed.

        Those of which readers would see nothing stay new.
        """
        now = now or timezone.now()
        hidden = self.in_use().exclude(status=self.model.Status.PUBLISHED)
        return hidden.exclude(pk__in=hidden.empty().values_list("pk"))._change(
            status=self.model.Status.PUBLISHED, published_at=Coalesce("published_at", Value(now))
        )

    def unpublish(self) -> int:
        """Hide each published article from readers; return how many changed."""
        return self.filter(status=self.model.Status.PUBLISHED)._change(status=self.model.Status.NEW)

    def trash(self, now=None) -> int:
        """Move each article to the trash that is not there; return how many changed.

        They get one new preview key together: the signature of a link holds the article, too.
        """
        values = {"trashed_at": now or timezone.now(), "preview_key": uuid.uuid4()}
        return self.in_use()._change(status=self.model.Status.NEW, **values)

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

    def _with_rows(self, links, row):
        """Prefetch links and the rows that they lead to by one query."""
        model = self.model._meta.get_field(links).related_model
        return Prefetch(links, model.objects.select_related(row))

    def relist(self, articles) -> None:
        """Bring lists and counts in line with the state and the date of the articles with these keys."""
        for links in ("category_links", "author_links"):
            self.model._meta.get_field(links).related_model.objects.relist(articles)

    def answer_submissions(self, articles) -> None:
        """Close what Writers have submitted of the articles with these keys, which are published now."""
        self.model._meta.get_field("submissions").related_model.objects.close_published(articles)

    def after_deriving(self, keys):
        search.refresh(self.model.objects.filter(pk__in=keys))

    def bulk_create(self, objs, *args, **kwargs):
        """Insert the articles, into the search index too."""
        with transaction.atomic():
            articles = super().bulk_create(objs, *args, **kwargs)
            for some in itertools.batched([row.pk for row in articles], PATHS_AT_ONCE):
                search.refresh(self.model.objects.filter(pk__in=some))
            self._end_redirects_at(row for row in articles if row.is_published)
        return articles

    def delete(self):
        links = self.model._meta.get_field("category_links").related_model
        keys = list(self.order_by().values_list("pk", flat=True))
        with links.objects.counted(keys):
            search.remove(keys)
            transaction.on_commit(page_cache.invalidate)
            return super().delete()

    delete.alters_data = True
    delete.queryset_only = True

    def _end_redirects_at(self, articles):
        self.model._meta.get_field("redirects").related_model.objects.end_at(articles)

    def _change(self, **values):
        """Change what readers see of each article; the one place that may do so by update()."""
        with transaction.atomic():
            # Asked first: afterwards they may be others than those that this queryset is about.
            moved = list(self.order_by().values_list("pk", flat=True)) if "status" in values else []
            changed = self.update(version=F("version") + 1, **values)
            self.model.objects.relist(moved)
            for some in itertools.batched(moved, PATHS_AT_ONCE):
                articles = self.model.objects.filter(pk__in=some)
                search.refresh(articles)
                self._end_redirects_at(articles.published().only("slug"))
                if values.get("status") == self.model.Status.PUBLISHED:
                    self.answer_submissions(some)
            transaction.on_commit(page_cache.invalidate)
        return changed


class PageQuerySet(DerivedQuerySet):
    """Plain pages. Without a call to published() every row is seen, drafts too."""

    def published(self):
        return self.filter(is_published=True)

    live = published  # at whose address readers find a page


class NamedQuerySet(models.QuerySet):
    """Rows that files call by name."""

    def named(self, name):
        """Return the rows, one or none, that are written like this, whatever the case and the punctuation."""
        return self.filter(folded_name=folded(name))

    def live(self):
        """Return the rows at whose address readers find a page: those that a published article holds."""
        links = self.model._meta.get_field("article_links").related_model.objects.published()
        return self.filter(models.Exists(links.filter(**{self.model._meta.model_name: OuterRef("pk")})))

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

    def held_by(self, articles) -> list[tuple]:
        """Return the categories of the articles with these keys, a few hundred, and how many hold each."""
        links = self.model._meta.get_field("article_links").related_model.objects
        held = links.filter(article__in=articles).order_by().values("category")
        counts = dict(held.annotate(n=Count("article", distinct=True)).values_list("category", "n"))
        found = [(category, counts[pk]) for pk, category in self.in_bulk(counts).items()]
        return sorted(found, key=lambda row: (-row[1], row[0].folded_name))

    def most_used(self, number=None, *, by="articles") -> list:
        """Return the categories that readers may see articles of, the most used first; of all, so many.

        Each has article_count, and is ranked by one of its counts (CategoryCount).
        """
        return highest_ranked(self.counted(timezone.now(), number, by=by), number)

    def counted(self, now, number=None, *, by="articles"):
        """Return the categories with article_count and rank, in no order; some more than so many."""
        counts = self.model._meta.get_field("counts").related_model.objects
        # Some more than asked for: what is scheduled is in the counts, but gives nobody a rank yet.
        categories = self.filter(pk__in=counts.highest(by)[: 2 * number + 20]) if number else self
        links = self.model._meta.get_field("article_links").related_model.objects

        def seen(name):
            waiting = links.waiting(name, now).filter(category=OuterRef("pk"))
            counted = counts.filter(category=OuterRef("pk")).order_by().values("category")
            return Coalesce(Subquery(counted.annotate(n=Sum(name)).values("n")), 0) - Coalesce(
                Subquery(waiting.values("n")), 0
            )

        counted = categories.annotate(article_count=seen("articles")).order_by()
        return counted.annotate(rank=F("article_count") if by == "articles" else seen(by))


def highest_ranked(categories, number=None) -> list:
    """Return those of counted categories that readers may see articles of, the most used first."""
    found = [category for category in categories if category.rank > 0]
    found.sort(key=lambda category: (-category.rank, category.folded_name))
    return found[:number]


class ImageQuerySet(models.QuerySet):
    def stored_at(self, address):
        """Return the image whose file has this address, or None; an address not of ours costs no query."""
        return self.stored_at_each([address]).get(address)

    def stored_at_each(self, addresses) -> dict:
        """Return the images whose files have these addresses, by address. Of several, it is the oldest."""
        names = {address: name for address in set(addresses) if (name := stored_name(address))}
        images = {}
        for some in itertools.batched(set(names.values()), PATHS_AT_ONCE):
            images |= {image.file.name: image for image in self.filter(file__in=some).order_by("-pk")}
        return {address: images[name] for address, name in names.items() if name in images}


class RedirectQuerySet(models.QuerySet):
    """Old addresses. Whoever changes them calls page_cache.invalidate(), once for all that changes."""

    def moved(self, before, now):
        """Let the address that a stored article, category, author or page had lead to where it is now.

        A redirect is ended, or takes the place of another, only where readers find the row: what is not
        published may have any slug for a moment.
        """
        is_live = type(now).objects.live().filter(pk=now.pk).exists()
        was_live = before.is_published if hasattr(before, "is_published") else is_live
        if is_live:
            self.end_at([now])
        if now.get_absolute_url():
            self._place([self.model(path=path_at(before), **{now._meta.model_name: now})], anew=was_live)

    def end_at(self, rows):
        """End whatever leads on from the addresses of these rows, at which readers find them now.

        Without its slash, too, an address would lead elsewhere before it led to the row.
        """
        addresses = {address for row in rows for address in (path_at(row), row.get_absolute_url())} - {""}
        paths = addresses | {address.rstrip("/") for address in addresses}
        for some in itertools.batched(paths, PATHS_AT_ONCE):
            self.filter(path__in=some).delete()

    def mark_gone(self, articles):
        """Let the addresses of articles say that they are gone for good.

        One that was hidden already, from whose address readers are led elsewhere, does not end that.
        """
        by_state = {True: [], False: []}
        for article in articles:
            by_state[article.is_published].append(self.model(path=path_at(article), is_gone=True))
        for was_live, redirects in by_state.items():
            self._place(redirects, anew=was_live)

    def forget_gone(self, rows):
        """Let the addresses of articles or categories be theirs again."""
        for some in itertools.batched(map(path_at, rows), PATHS_AT_ONCE):
            self.filter(path__in=some, is_gone=True).delete()

    def _place(self, redirects, *, anew):
        """Store the redirects: anew, or each where there is none with its path."""
        if anew:
            self.put(redirects)
        else:
            with_path = filter(_has_path, redirects)
            self.bulk_create(with_path, ignore_conflicts=True, batch_size=PATHS_AT_ONCE)

    def put(self, redirects):
        """Store the redirects, each in the place of the one with its path; what had no address has none."""
        fields = (*self.model.TARGETS, "is_gone")
        for some in itertools.batched(filter(_has_path, redirects), PATHS_AT_ONCE):
            self.bulk_create(some, update_conflicts=True, unique_fields=["path"], update_fields=fields)


def _neighbours(articles, latest, moment, now, key):
    before = articles.published(latest).exclude(published_at=moment, pk__gte=key).newest_first()
    after = articles.published(now).filter(published_at__gte=moment).exclude(published_at=moment, pk__lte=key)
    # A union, not "or": PostgreSQL reads all rows to find those that one of two lists has.
    earlier, later = (
        articles.filter(pk__in=nearest.values("pk")[:1])
        .order_by()
        .values_list(Value(place), *ArticleQuerySet.NEIGHBOUR_FIELDS)
        for place, nearest in enumerate((before, after.order_by("published_at", "pk")))
    )
    return earlier.union(later).order_by()


_NEIGHBOURS = PreparedQuery(_neighbours)
_CARDS = PreparedQuery(
    lambda articles, *keys: articles.with_list_relations().prefetch_related(None).filter(pk__in=keys)
)
_CANDIDATES = PreparedQuery(
    lambda articles, *keys: articles.filter(pk__in=keys).values_list("pk", "title", "excerpt", "keywords")
)
_PAGE = PreparedQuery(
    lambda articles, slug, now: (
        articles.published(now).with_page_relations().prefetch_related(None).filter(slug=slug)
    )
)
_LINKS = {
    "author_links": PreparedQuery(lambda links, key: links.filter(article=key).select_related("author")),
    "category_links": PreparedQuery(lambda links, key: links.filter(article=key).select_related("category")),
}


def in_order(keys, articles) -> list:
    """Return those of the articles that readers may see, in the order of the keys."""
    found = {article.pk: article for article in articles}
    return [found[key] for key in keys if key in found and found[key].is_published]


def _has_path(redirect):
    return redirect.path


def path_at(row) -> str:
    """Return the path of a row as redirects hold it: unescaped, so that a long slug fits."""
    return unquote(row.get_absolute_url())


def folded(name: str) -> str:
    """Return what two spellings of one name have in common, as long as the column for it is."""
    return fold_name(name)[:200]
