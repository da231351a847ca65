"""The queryset of articles for the admin, the importer and commands.

Queries for readers' pages are in reader_querysets.py.
"""

import dataclasses
import itertools
import uuid
from contextlib import contextmanager

from django.conf import settings
from django.db import models, transaction
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from blog import page_cache, search
from blog.articles.assignments import Assignment
from blog.articles.choices import Status
from blog.articles.keywords import ArticleKeyword
from blog.articles.links import ArticleAuthor, ArticleCategory
from blog.articles.notes import Note
from blog.articles.provenance import Provenance, WrittenBy
from blog.articles.queue import QueueQuerySet, ReviewState
from blog.articles.reader_querysets import PublishedQuerySet
from blog.articles.submissions import Submission
from blog.articles.withholding import (
    JUDGED_FIELDS,
    judge,
    judged_in_sql,
    lacking_review,
    needing_approval,
)
from blog.base.queries import ROWS_AT_ONCE, insert_with_keys
from blog.images.links import BodyImage
from blog.site.querysets import DerivedQuerySet
from blog.site.redirects import Redirect

WORDS_AT_ONCE = 50  # articles per statement that writes whole texts


class ArticleQuerySet(PublishedQuerySet, QueueQuerySet, DerivedQuerySet):
    """Articles of any status. Queries for readers must start from published()."""

    IMAGE_LINKS = BodyImage

    def in_use(self):
        return self.filter(trashed_at=None)

    def scheduled(self, now):
        """Return the articles that are to appear later, reviewed or not."""
        return self.filter(trashed_at=None, status=Status.PUBLISHED, published_at__gt=now)

    def submitted(self):
        """Return the articles whose submission waits for an Editor."""
        return self.filter(pk__in=self._waiting_submissions().values("article"))

    def assigned_to(self, user):
        """Return the articles assigned to this user. user: the user, or the primary key."""
        return self.filter(pk__in=Assignment.objects.current().filter(to=user).order_by().values("article"))

    def unassigned(self):
        return self.exclude(pk__in=Assignment.objects.current().order_by().values("article"))

    def with_open_notes(self):
        return self.filter(pk__in=Note.objects.open().order_by().values("article"))

    def written_by_machines(self):
        """Return the articles for which machine_name is not empty."""
        return self.filter(is_by_machine=True)

    def written_by_people(self):
        return self.filter(provenance=Provenance.PEOPLE)

    def without_provenance(self):
        return self.filter(provenance=Provenance.FILE, is_by_machine=False)

    def reviewed(self):
        """Return the articles whose current content is approved."""
        return self.filter(review_state=ReviewState.VALID)

    def trashed(self):
        return self.filter(trashed_at__isnull=False)  # SQLite reads no index for exclude(trashed_at=None)

    def with_queue_relations(self):
        """Fetch the fields that a row of the admin's list shows. Other fields raise on access."""
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
                open_notes=Note.objects.count_open(),
                assigned_name=Assignment.objects.name_on_article(),
            )
            .fetch_mode(models.FETCH_RAISE)
        )

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

        Articles without a date get `now`. Articles without visible text or image, and those that lack a
        required approval, stay new.
        """
        now = now or timezone.now()
        hidden = self.in_use().exclude(status=Status.PUBLISHED).exclude(lacking_review())
        return hidden.exclude(pk__in=hidden.empty().values_list("pk"))._change(
            status=Status.PUBLISHED, published_at=Coalesce("published_at", Value(now))
        )

    def unpublish(self) -> int:
        """Unpublish the published articles; return how many changed."""
        return self.filter(status=Status.PUBLISHED)._change(status=Status.NEW)

    def trash(self, now=None) -> int:
        """Move the articles to the trash; return how many changed.

        They share one new preview key. This is safe, because a preview link's signature also includes the
        article.
        """
        values = {"trashed_at": now or timezone.now(), "preview_key": uuid.uuid4()}
        return self.in_use()._change(status=Status.NEW, **values)

    def restore(self) -> int:
        """Restore the articles from the trash with status new; return how many changed.

        Their URLs no longer answer 410 Gone.
        """
        with transaction.atomic():
            Redirect.objects.forget_gone(self.trashed().only("slug"))
            return self.trashed()._change(trashed_at=None)

    def recategorise(self, categories, target) -> int:
        """Replace these categories with target as primary category; return how many articles changed.

        The lock version of every article with one of these categories counts up, so that an editor who has
        the article open cannot overwrite the change.
        """
        held = Q(primary_category__in=categories) | Q(category_links__category__in=categories)
        primary = Case(
            When(primary_category__in=categories, then=Value(target.pk)),
            default=F("primary_category"),
            output_field=models.BigIntegerField(),
        )
        return self.filter(pk__in=self.filter(held).order_by().values("pk"))._change(primary_category=primary)

    def set_featured(self, wanted=True) -> int:
        """Set is_featured as an editor's decision; return how many changed."""
        values = {"is_featured": wanted, "featured_is_suggested": False}
        return self.exclude(**values)._change(**values)

    def set_trending(self, wanted=True) -> int:
        """Set is_trending as an editor's decision; return how many changed."""
        values = {"is_trending": wanted, "trending_is_suggested": False}
        return self.exclude(**values)._change(**values)

    def set_excerpt_is_template(self, keys, is_template=True) -> int:
        """Set excerpt_is_template of the articles with these keys; return how many changed.

        Readers see the opening of the text instead of a template. Lock versions and dates do not change,
        because nobody has edited anything. Articles that another transaction has locked are skipped: waiting
        for them could deadlock (blog/base/locking.py), and they are checked again afterwards.
        """
        changed = 0
        with transaction.atomic():
            for batch in itertools.batched(keys, ROWS_AT_ONCE):
                rows = self.filter(pk__in=batch, excerpt_is_template=not is_template)
                rows = rows.select_for_update(skip_locked=True, no_key=True).order_by("pk")
                if free := list(rows.values_list("pk", flat=True)):
                    changed += self.model.objects.filter(pk__in=free).update(excerpt_is_template=is_template)
            if changed:
                page_cache.invalidate_on_commit()
        return changed

    def set_provenance(self, written_by: WrittenBy) -> int:
        """Set the provenance of the articles; return how many there are."""
        return self._change(provenance=written_by.provenance, machine=written_by.machine)

    def set_publications(self, publications: dict) -> None:
        """Set status, date, flags and provenance of articles: {key: Publication}.

        An article that was withheld when its Publication was stored, and still needs an approval, is withheld
        again.
        """
        dated = {key: wanted.published_at for key, wanted in publications.items() if wanted.published_at}
        alike = {}
        for key, wanted in publications.items():
            alike.setdefault(dataclasses.replace(wanted, published_at=None), []).append(key)
        articles = self.model.objects
        with transaction.atomic():
            # Set dates before the status and remove them after it: a published article must have one.
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
            self.update_dependents(list(publications))
            withheld = [key for key, wanted in publications.items() if wanted.is_withheld]
            released = articles.filter(needing_approval(), pk__in=withheld, is_withheld=False)
            self.set_withheld(list(released.values_list("pk", flat=True)))

    def store_words(self, articles, fields) -> None:
        """Store these fields of locked articles, whose derived fields must be up to date."""
        with transaction.atomic():
            for article in articles:
                article.lock_version += 1
            rendered = [article for article in articles if article.image_addresses is not None]
            derived = self.model.DERIVED_FIELDS if rendered else self.model.DIGESTS  # texts are large
            stored = [*fields, *derived, "updated_at", "lock_version"]
            self.model.objects.bulk_update(articles, stored, batch_size=WORDS_AT_ONCE)
            if "body" in fields:
                BodyImage.objects.synchronize(rendered)
            search.refresh_keys(self.model, [article.pk for article in articles])
            page_cache.invalidate_on_commit()

    def update_listing(self, articles) -> None:
        """Update lists and counts after a change of status or date. articles: primary keys."""
        for links in (ArticleCategory, ArticleAuthor, ArticleKeyword):
            links.objects.update_listing(articles)

    def answer_submissions(self, articles) -> None:
        """Close the waiting submissions of published articles. articles: primary keys."""
        Submission.objects.close_published(articles)

    def digest_words(self) -> None:
        """Recompute words_digest after a change of an image, in transactions of 100 articles."""
        for keys in itertools.batched(self.order_by("pk").values_list("pk", flat=True), 100):
            with transaction.atomic():
                rows = list(self.model.objects.locked(keys)._with_images())
                for article in rows:
                    article.digest_words()
                self.model.objects.bulk_update(rows, ["words_digest"])

    def _with_images(self):
        return self.fetch_mode(models.FETCH_PEERS).prefetch_related("body_image_links__image")

    def after_deriving(self, keys):
        search.refresh_keys(self.model, keys)

    def bulk_create(self, objs, *args, **kwargs):
        """Insert the articles and their keywords, index them, and delete redirects from their URLs."""
        objs = list(objs)
        with self._inserting(objs):
            return super().bulk_create(objs, *args, **kwargs)

    def insert(self, articles: list) -> None:
        """Insert new articles as bulk_create() does, but faster."""
        with self._inserting(articles):
            insert_with_keys(self.model, articles)

    @contextmanager
    def _inserting(self, articles):
        for article in articles:
            judge(article)
        with transaction.atomic():
            yield
            ArticleKeyword.objects.add(articles)
            search.refresh_keys(self.model, [row.pk for row in articles])
            Redirect.objects.delete_at(row for row in articles if row.is_published)

    def update(self, **values):
        """Update fields, and is_withheld if it depends on one of them. bulk_update() calls this, too.

        While approvals are required, articles that become withheld leave the lists, and released ones
        enter them.
        """
        if JUDGED_FIELDS.isdisjoint(values):
            return super().update(**values)
        values = judged_in_sql(values, self.model._meta.get_field) | values
        if not settings.REQUIRE_REVIEW:
            return super().update(**values)
        with transaction.atomic():
            before = dict(self.order_by().values_list("pk", "is_withheld"))
            changed = super().update(**values)
            self._follow_withholding(before)
        return changed

    update.alters_data = True

    def _follow_withholding(self, before):
        """Update what depends on is_withheld of published articles. before: {pk: is_withheld}."""
        rows = self.model.objects.filter(status=Status.PUBLISHED).order_by()
        moved = []
        for some in itertools.batched(before, ROWS_AT_ONCE):
            now = rows.filter(pk__in=some).values_list("pk", "is_withheld")
            moved += [key for key, is_withheld in now if is_withheld != before[key]]
        if moved:
            self.update_dependents(moved)

    def set_withheld(self, keys) -> None:
        """Withhold the articles with these pks, and update readers' lists."""
        for some in itertools.batched(keys, ROWS_AT_ONCE):
            self.model.objects.filter(pk__in=some).update(is_withheld=True)
            self.update_dependents(some)

    def delete(self):
        keys = list(self.order_by().values_list("pk", flat=True))
        with ArticleCategory.objects.counted(keys), self.held_updates().images_dropped(keys):
            search.remove(keys)
            page_cache.invalidate_on_commit()
            return super().delete()

    delete.alters_data = True
    delete.queryset_only = True

    def _change(self, **values):
        """Update fields that readers see, and what depends on status and date."""
        with transaction.atomic():
            # Read before the update, after which this queryset may match other articles.
            moved = list(self.order_by().values_list("pk", flat=True)) if "status" in values else []
            changed = self.update(lock_version=F("lock_version") + 1, **values)
            self.update_dependents(moved)
        return changed

    def update_dependents(self, moved):
        """Update what depends on status and date: lists, counts, search index, redirects, submissions."""
        self.model.objects.update_listing(moved)
        for batch in itertools.batched(moved, ROWS_AT_ONCE):
            articles = self.model.objects.filter(pk__in=batch)
            search.refresh_keys(self.model, batch)
            Redirect.objects.delete_at(articles.published().only("slug"))
            self.answer_submissions(articles.filter(status=Status.PUBLISHED).values("pk"))
        page_cache.invalidate_on_commit()
