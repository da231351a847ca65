"""What editors, the importer and commands do with many articles or pages at once.

What readers see of them is asked in published.py.
"""

import itertools
import uuid
from collections.abc import Callable

from django.db import models, transaction
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from blog import page_cache, search
from blog.documents import RENDER_VERSION
from blog.models.choices import Status
from blog.models.links import ArticleAuthor, ArticleCategory, BodyImage, PageImage
from blog.models.parameters import ROWS_AT_ONCE
from blog.models.published import PublishedQuerySet
from blog.models.redirect import Redirect
from blog.models.submission import Submission
from blog.sandbox.refusals import RefusedError


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
                self.IMAGE_LINKS.objects.keep_in_step(rows)
                self.after_deriving(keys)
                page_cache.invalidate_on_commit()
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


class ArticleQuerySet(PublishedQuerySet, DerivedQuerySet):
    """Articles. Without a call to published() every row is seen, also what readers must not see."""

    IMAGE_LINKS = BodyImage

    def in_use(self):
        return self.filter(trashed_at=None)

    def submitted(self):
        """Return those that wait for an Editor's answer."""
        return self.filter(pk__in=self._waiting_submissions().values("article"))

    def trashed(self):
        return self.exclude(trashed_at=None)

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
        return Submission.objects.waiting()

    def with_file_relations(self):
        """Fetch what an article's file says."""
        return self.select_related("primary_category", "hero_image", "source_file").prefetch_related(
            "author_links__author", "category_links__category", "body_image_links__image"
        )

    def publish(self, now=None) -> int:
        """Publish each article that is not, dated now where it has no date; return how many changed.

        Those of which readers would see nothing stay new.
        """
        now = now or timezone.now()
        hidden = self.in_use().exclude(status=Status.PUBLISHED)
        return hidden.exclude(pk__in=hidden.empty().values_list("pk"))._change(
            status=Status.PUBLISHED, published_at=Coalesce("published_at", Value(now))
        )

    def unpublish(self) -> int:
        """Hide each published article from readers; return how many changed."""
        return self.filter(status=Status.PUBLISHED)._change(status=Status.NEW)

    def trash(self, now=None) -> int:
        """Move each article to the trash that is not there; return how many changed.

        They get one new preview key together: the signature of a link holds the article, too.
        """
        values = {"trashed_at": now or timezone.now(), "preview_key": uuid.uuid4()}
        return self.in_use()._change(status=Status.NEW, **values)

    def restore(self) -> int:
        """Take each article out of the trash as new, its address no longer gone; return how many changed."""
        with transaction.atomic():
            Redirect.objects.forget_gone(self.trashed().only("slug"))
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

    def put(self, publications: dict) -> None:
        """Give each article with one of these keys a Publication of its own, whatever it had."""
        dated = {key: wanted.published_at for key, wanted in publications.items() if wanted.published_at}
        alike = {}
        for key, wanted in publications.items():
            alike.setdefault((wanted.status, wanted.is_featured, wanted.is_trending), []).append(key)
        articles = self.model.objects
        with transaction.atomic():
            # Dates come before and go after: what is published has one at any moment.
            rows = [self.model(pk=key, published_at=moment) for key, moment in dated.items()]
            articles.bulk_update(rows, ["published_at"], batch_size=ROWS_AT_ONCE)
            for (status, is_featured, is_trending), keys in alike.items():
                values = {"status": status, "is_featured": is_featured, "is_trending": is_trending}
                articles.filter(pk__in=keys).update(version=F("version") + 1, **values)
            articles.filter(pk__in=publications.keys() - dated.keys()).update(published_at=None)
            self._follow_publications_of(list(publications))

    def relist(self, articles) -> None:
        """Bring lists and counts in line with the state and the date of the articles with these keys."""
        for links in (ArticleCategory, ArticleAuthor):
            links.objects.relist(articles)

    def answer_submissions(self, articles) -> None:
        """Close what Writers have submitted of the articles with these keys, which are published now."""
        Submission.objects.close_published(articles)

    def after_deriving(self, keys):
        search.refresh(self.model.objects.filter(pk__in=keys))

    def bulk_create(self, objs, *args, **kwargs):
        """Insert the articles, into the search index too."""
        with transaction.atomic():
            articles = super().bulk_create(objs, *args, **kwargs)
            for some in itertools.batched([row.pk for row in articles], ROWS_AT_ONCE):
                search.refresh(self.model.objects.filter(pk__in=some))
            Redirect.objects.end_at(row for row in articles if row.is_published)
        return articles

    def delete(self):
        keys = list(self.order_by().values_list("pk", flat=True))
        with ArticleCategory.objects.counted(keys):
            search.remove(keys)
            page_cache.invalidate_on_commit()
            return super().delete()

    delete.alters_data = True
    delete.queryset_only = True

    def _change(self, **values):
        """Change what readers see of each article; the one place that may do so by update()."""
        with transaction.atomic():
            # Asked first: afterwards they may be others than those that this queryset is about.
            moved = list(self.order_by().values_list("pk", flat=True)) if "status" in values else []
            changed = self.update(version=F("version") + 1, **values)
            self._follow_publications_of(moved)
        return changed

    def _follow_publications_of(self, moved):
        """Bring in step what depends on the publications of the articles with these keys."""
        self.model.objects.relist(moved)
        for some in itertools.batched(moved, ROWS_AT_ONCE):
            articles = self.model.objects.filter(pk__in=some)
            search.refresh(articles)
            Redirect.objects.end_at(articles.published().only("slug"))
            self.answer_submissions(articles.filter(status=Status.PUBLISHED).values("pk"))
        page_cache.invalidate_on_commit()


class PageQuerySet(DerivedQuerySet):
    """Plain pages. Without a call to published() every row is seen, drafts too."""

    IMAGE_LINKS = PageImage

    def published(self):
        return self.filter(is_published=True)

    live = published  # at whose address readers find a page
