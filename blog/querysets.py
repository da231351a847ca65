"""Which rows a page, a feed or a command sees.

Who may be seen is ArticleQuerySet.published(), and nothing else.
"""

import itertools
from urllib.parse import unquote

from django.conf import settings
from django.db import models, transaction
from django.db.models import Count, F, Func, Q, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from blog import pages
from blog.documents import RENDER_VERSION, fold_name


class ByCodePoint(Func):
    """Text in the order of its code points, on any database: PostgreSQL's own order depends on its locale."""

    arity = 1
    template = "%(expressions)s"

    def as_postgresql(self, compiler, connection, **context):
        return self.as_sql(compiler, connection, template='%(expressions)s COLLATE "C"', **context)


class ArticleQuerySet(models.QuerySet):
    """Articles. Without a call to published() every row is seen, also what readers must not see."""

    def published(self, now=None):
        """Return what readers may see: published, and its time has come (a later time is a schedule)."""
        return self.filter(status=self.model.Status.PUBLISHED, published_at__lte=now or timezone.now())

    def newest_first(self):
        """Order as lists, feeds and the archive do; the key breaks ties, so that pages never overlap."""
        return self.order_by("-published_at", "-pk")

    def with_list_relations(self):
        """Fetch what a card in a list shows, in a fixed number of queries; anything forgotten raises."""
        return (
            self.select_related("primary_category", "hero_image")
            .prefetch_related("author_links__author")
            .defer("body", "body_html", "plain_text", "contents")
            .fetch_mode(models.FETCH_RAISE)
        )

    def with_page_relations(self):
        """Fetch what an article's own page or feed entry shows; anything forgotten raises."""
        return (
            self.select_related("primary_category", "hero_image")
            .prefetch_related("author_links__author", "category_links__category")
            .defer("plain_text")
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

    def by_author(self, author):
        return self.filter(pk__in=author.article_links.values("article"))

    def publish(self, now=None) -> int:
        """Publish each article that is not, dated now where it has no date; return how many changed."""
        now = now or timezone.now()
        return self.exclude(status=self.model.Status.PUBLISHED)._change(
            status=self.model.Status.PUBLISHED, published_at=Coalesce("published_at", Value(now))
        )

    def unpublish(self) -> int:
        """Hide each published article from readers; return how many changed."""
        return self.filter(status=self.model.Status.PUBLISHED)._change(status=self.model.Status.NEW)

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
                transaction.on_commit(pages.changed)
        return count

    def _change(self, **values):
        """Change what readers see of each article; the one place that may do so by update()."""
        with transaction.atomic():
            changed = self.update(version=F("version") + 1, **values)
            transaction.on_commit(pages.changed)
        return changed


class NamedQuerySet(models.QuerySet):
    """Rows that files call by name."""

    def named(self, name):
        """Return the rows, one or none, that are written like this, whatever the case and the punctuation."""
        return self.filter(folded_name=folded(name))

    def get_by_natural_key(self, folded_name):
        return self.get(folded_name=folded_name)


class CategoryQuerySet(NamedQuerySet):
    """Categories, counted over the articles that the caller gives: what readers may see, on public pages."""

    def with_counts(self, articles, **link):
        """Add article_count: how many of the articles hold the category; leave out what none holds."""
        held = Q(article_links__article__in=articles.order_by().values("pk"))
        for name, value in link.items():
            held &= Q(**{f"article_links__{name}": value})
        return self.filter(held).annotate(article_count=Count("article_links__article", distinct=True))

    def most_used(self, articles, *, level, limit):
        """Return the categories that most of the articles hold at this level, most used first."""
        return self.with_counts(articles, level=level).most_used_first()[:limit]

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
    def moved(self, before, now):
        """Let the address that an article or category had lead to where it is now."""
        here = unquote(now.get_absolute_url())  # escaped, a long slug would not fit
        self.filter(path__in={here, now.get_absolute_url()}).delete()
        field = now._meta.model_name
        target = {"article": None, "category": None, "is_gone": False, field: now}
        self.update_or_create(path=unquote(before.get_absolute_url()), defaults=target)


def folded(name: str) -> str:
    """Return what two spellings of one name have in common, as long as the column for it is."""
    return fold_name(name)[:200]
