"""Querysets of articles and plain pages for editors, the importer and commands.

The queries of readers' pages are in reader_querysets.py.
"""

import dataclasses
import itertools
import uuid

from django.conf import settings
from django.db import models, transaction
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from blog import page_cache, search
from blog.articles.choices import Status
from blog.articles.keywords import ArticleKeyword
from blog.articles.links import ArticleAuthor, ArticleCategory
from blog.articles.provenance import Provenance, WrittenBy
from blog.articles.queue import QueueQuerySet, ReviewState
from blog.articles.reader_querysets import PublishedQuerySet
from blog.articles.submissions import Submission
from blog.base.queries import ROWS_AT_ONCE
from blog.images.links import BodyImage
from blog.site.querysets import DerivedQuerySet
from blog.site.redirects import Redirect

WORDS_AT_ONCE = 50  # articles with all their text in one statement


class ArticleQuerySet(PublishedQuerySet, QueueQuerySet, DerivedQuerySet):
    """Articles of any status. Whatever readers see must start from published()."""

    IMAGE_LINKS = BodyImage

    def in_use(self):
        return self.filter(trashed_at=None)

    def submitted(self):
        """Return the articles that wait for an Editor's answer."""
        return self.filter(pk__in=self._waiting_submissions().values("article"))

    def written_by_machines(self):
        """Return the articles with a machine_name."""
        return self.filter(is_by_machine=True)

    def written_by_people(self):
        return self.filter(provenance=Provenance.PEOPLE)

    def without_provenance(self):
        return self.filter(provenance=Provenance.FILE, is_by_machine=False)

    def reviewed(self):
        """Return the articles whose very words somebody has approved."""
        return self.filter(review_state=ReviewState.VALID)

    def trashed(self):
        return self.exclude(trashed_at=None)

    def with_queue_relations(self):
        """Fetch what a row of the admin's list shows; other fields raise on access."""
        waiting = self.held_updates().waiting().filter(article=OuterRef("pk"))
        return (
            self.select_related("primary_category", "hero_image", "source_file__batch", "proof")
            .defer("body", "body_html", "plain_text", "contents")
            .defer(
                "source_file__original", "source_file__extra", "source_file__imported_fields", "proof__claims"
            )
            .annotate(
                is_submitted=Exists(self._waiting_submissions().filter(article=OuterRef("pk"))),
                held_update=Subquery(waiting.order_by().values("pk")[:1]),
            )
            .fetch_mode(models.FETCH_RAISE)
        )

    def _lacking_review(self):
        """Return the condition for articles that lack a review: as Article.lacks_review."""
        if not settings.REQUIRE_REVIEW:
            return Q(pk=None)
        return Q(is_by_machine=True) & ~Q(review_state=ReviewState.VALID)

    def _waiting_submissions(self):
        return Submission.objects.waiting()

    def with_file_relations(self):
        """Fetch the relations that an article's exported file contains."""
        rows = self.select_related("primary_category", "series", "hero_image", "source_file")
        return rows.prefetch_related(
            *("author_links__author", "category_links__category", "body_image_links__image"),
            *("reviews", "corrections"),
        )

    def publish(self, now=None) -> int:
        """Publish the articles that are not published; return how many changed.

        Those without a date get now as date. Those whose text shows readers nothing, or lacks a review, stay
        new.
        """
        now = now or timezone.now()
        hidden = self.in_use().exclude(status=Status.PUBLISHED).exclude(self._lacking_review())
        return hidden.exclude(pk__in=hidden.empty().values_list("pk"))._change(
            status=Status.PUBLISHED, published_at=Coalesce("published_at", Value(now))
        )

    def unpublish(self) -> int:
        """Unpublish the published articles; return how many changed."""
        return self.filter(status=Status.PUBLISHED)._change(status=Status.NEW)

    def trash(self, now=None) -> int:
        """Move the articles to the trash; return how many changed.

        They share one new preview key, which is safe: a preview link's signature includes the article too.
        """
        values = {"trashed_at": now or timezone.now(), "preview_key": uuid.uuid4()}
        return self.in_use()._change(status=Status.NEW, **values)

    def restore(self) -> int:
        """Take the articles out of the trash with status new; return how many changed.

        Their addresses are no longer answered with 410 (gone).
        """
        with transaction.atomic():
            Redirect.objects.forget_gone(self.trashed().only("slug"))
            return self.trashed()._change(trashed_at=None)

    def recategorise(self, categories, target) -> int:
        """Replace the primary category by target where it is one of these; return how many articles changed.

        The version of every article with one of these categories counts up, so that an editor who has it open
        cannot overwrite the change.
        """
        held = Q(primary_category__in=categories) | Q(category_links__category__in=categories)
        primary = Case(
            When(primary_category__in=categories, then=Value(target.pk)),
            default=F("primary_category"),
            output_field=models.BigIntegerField(),
        )
        return self.filter(pk__in=self.filter(held).order_by().values("pk"))._change(primary_category=primary)

    def set_featured(self, wanted=True) -> int:
        """Set is_featured to `wanted`, by an editor; return how many changed."""
        values = {"is_featured": wanted, "featured_is_suggested": False}
        return self.exclude(**values)._change(**values)

    def set_trending(self, wanted=True) -> int:
        """Set is_trending to `wanted`, by an editor; return how many changed."""
        values = {"is_trending": wanted, "trending_is_suggested": False}
        return self.exclude(**values)._change(**values)

    def set_excerpt_is_template(self, keys, is_template=True) -> int:
        """Set whether many share the excerpts of the articles with these keys; return how many changed.

        Where they are, readers see the text's opening instead. Versions and dates stay, since nobody has
        edited anything.
        """
        changed = 0
        with transaction.atomic():
            for some in itertools.batched(keys, ROWS_AT_ONCE):
                rows = self.filter(pk__in=some, excerpt_is_template=not is_template)
                changed += rows.update(excerpt_is_template=is_template)
            if changed:
                page_cache.invalidate_on_commit()
        return changed

    def set_provenance(self, written_by: WrittenBy) -> int:
        """Set who wrote the articles; return how many there are."""
        return self._change(provenance=written_by.provenance, machine=written_by.machine)

    def set_publications(self, publications: dict) -> None:
        """Set status, date, flags and provenance of articles: {key: Publication}."""
        dated = {key: wanted.published_at for key, wanted in publications.items() if wanted.published_at}
        alike = {}
        for key, wanted in publications.items():
            alike.setdefault(dataclasses.replace(wanted, published_at=None), []).append(key)
        articles = self.model.objects
        with transaction.atomic():
            # Dates are set before the status and removed after it: a constraint wants one while published.
            rows = [self.model(pk=key, published_at=moment) for key, moment in dated.items()]
            articles.bulk_update(rows, ["published_at"], batch_size=ROWS_AT_ONCE)
            for wanted, keys in alike.items():
                articles.filter(pk__in=keys).update(
                    lock_version=F("lock_version") + 1,
                    status=wanted.status,
                    is_featured=wanted.is_featured,
                    is_trending=wanted.is_trending,
                    featured_is_suggested=wanted.featured_is_suggested,
                    trending_is_suggested=wanted.trending_is_suggested,
                    provenance=wanted.written_by.provenance,
                    machine=wanted.written_by.machine,
                )
            articles.filter(pk__in=publications.keys() - dated.keys()).update(published_at=None)
            self._follow_publications_of(list(publications))

    def store_words(self, articles, fields) -> None:
        """Store these fields of locked articles, whose derived fields are as they should be by now."""
        with transaction.atomic():
            for article in articles:
                article.lock_version += 1
            rendered = [article for article in articles if article.image_addresses is not None]
            derived = self.model.DERIVED_FIELDS if rendered else self.model.DIGESTS  # texts are large
            stored = [*fields, *derived, "updated_at", "lock_version"]
            self.model.objects.bulk_update(articles, stored, batch_size=WORDS_AT_ONCE)
            if "body" in fields:
                BodyImage.objects.synchronize(rendered)
            search.refresh(self.model.objects.filter(pk__in=[article.pk for article in articles]))
            page_cache.invalidate_on_commit()

    def update_listing(self, articles) -> None:
        """Update lists and counts from the status and date of the articles with these keys."""
        for links in (ArticleCategory, ArticleAuthor, ArticleKeyword):
            links.objects.update_listing(articles)

    def answer_submissions(self, articles) -> None:
        """Close the waiting submissions of the articles with these keys, which are published now."""
        Submission.objects.close_published(articles)

    def digest_words(self) -> None:
        """Compute words_digest anew, in transactions of 100 articles, as after a change of an image."""
        for keys in itertools.batched(self.order_by("pk").values_list("pk", flat=True), 100):
            with transaction.atomic():
                rows = list(self.model.objects.select_for_update().filter(pk__in=keys)._with_pictures())
                for article in rows:
                    article.digest_words()
                self.model.objects.bulk_update(rows, ["words_digest"])

    def _with_pictures(self):
        return self.fetch_mode(models.FETCH_PEERS).prefetch_related("body_image_links__image")

    def after_deriving(self, keys):
        search.refresh(self.model.objects.filter(pk__in=keys))

    def bulk_create(self, objs, *args, **kwargs):
        """Insert the articles and their keywords, index them, and delete redirects at their addresses."""
        with transaction.atomic():
            articles = super().bulk_create(objs, *args, **kwargs)
            ArticleKeyword.objects.add(articles)
            for some in itertools.batched([row.pk for row in articles], ROWS_AT_ONCE):
                search.refresh(self.model.objects.filter(pk__in=some))
            Redirect.objects.delete_at(row for row in articles if row.is_published)
        return articles

    def delete(self):
        keys = list(self.order_by().values_list("pk", flat=True))
        with ArticleCategory.objects.counted(keys), self.held_updates().images_dropped(keys):
            search.remove(keys)
            page_cache.invalidate_on_commit()
            return super().delete()

    delete.alters_data = True
    delete.queryset_only = True

    def _change(self, **values):
        """Update fields that readers see, and whatever depends on them; the only place that uses update()."""
        with transaction.atomic():
            # Read before the update, after which this queryset may match other articles.
            moved = list(self.order_by().values_list("pk", flat=True)) if "status" in values else []
            changed = self.update(lock_version=F("lock_version") + 1, **values)
            self._follow_publications_of(moved)
        return changed

    def _follow_publications_of(self, moved):
        """Update what depends on status and date: lists, counts, search index, redirects, submissions."""
        self.model.objects.update_listing(moved)
        for some in itertools.batched(moved, ROWS_AT_ONCE):
            articles = self.model.objects.filter(pk__in=some)
            search.refresh(articles)
            Redirect.objects.delete_at(articles.published().only("slug"))
            self.answer_submissions(articles.filter(status=Status.PUBLISHED).values("pk"))
        page_cache.invalidate_on_commit()
