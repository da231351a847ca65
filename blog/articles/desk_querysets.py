"""The queryset of articles for the admin, the importer and commands.

Queries for readers' pages are in reader_querysets.py.
"""

import itertools
from contextlib import contextmanager
from contextvars import ContextVar

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Subquery
from django.utils import timezone

from blog import page_cache, search
from blog.articles.assignments import Assignment
from blog.articles.choices import ReviewState, Status
from blog.articles.keywords import ArticleKeyword
from blog.articles.links import ArticleAuthor, ArticleCategory
from blog.articles.notes import Note
from blog.articles.provenance import Provenance
from blog.articles.queue import QueueQuerySet
from blog.articles.reader_querysets import PublishedQuerySet
from blog.articles.submissions import Submission
from blog.articles.withholding import (
    JUDGED_FIELDS,
    judge,
    judged_in_sql,
    lacking_review,
    scheduled,
)
from blog.base.queries import ROWS_AT_ONCE, insert_with_keys
from blog.base.registered import registered
from blog.images.links import BodyImage
from blog.site.querysets import DerivedQuerySet
from blog.site.redirects import Redirect


class ArticleQuerySet(PublishedQuerySet, QueueQuerySet, DerivedQuerySet):
    """Articles of any status. Queries for readers must start from published()."""

    IMAGE_LINKS = BodyImage

    def in_use(self):
        return self.filter(trashed_at=None)

    def scheduled(self, now):
        """Return the articles that are to appear later, reviewed or not."""
        return self.filter(scheduled(now), trashed_at=None)

    def publishable(self):
        """Return the articles that Verb.PUBLISH does not skip (blog/articles/actions/publication.py)."""
        rows = self.filter(trashed_at=None, status=Status.NEW).exclude(lacking_review())
        return rows.exclude(pk__in=rows.empty().values("pk"))

    def submitted(self):
        """Return the articles whose submission waits for an Editor."""
        return self.filter(pk__in=Submission.objects.waiting().values("article"))

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
        waiting = registered.held_updates().waiting().filter(article=OuterRef("pk"))
        return (
            self.select_related("primary_category", "hero_image", "source_file__batch", "proof")
            .defer("body", "body_html", "plain_text", "contents")
            .defer(
                "source_file__original", "source_file__extra", "source_file__imported_fields", "proof__claims"
            )
            .annotate(
                is_submitted=Exists(Submission.objects.waiting().filter(article=OuterRef("pk"))),
                held_update=Subquery(waiting.order_by().values("pk")[:1]),
                open_notes=Note.objects.count_open(),
                assigned_name=Assignment.objects.name_on_article(),
            )
            .fetch_mode(models.FETCH_RAISE)
        )

    def with_file_relations(self):
        """Fetch the relations that an article's exported file contains."""
        rows = self.select_related("primary_category", "series", "hero_image", "source_file")
        return rows.prefetch_related(
            *("author_links__author", "category_links__category", "body_image_links__image"),
            *("reviews", "corrections"),
        )

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

    def digest_words(self) -> None:
        """Recompute words_digest after a change of an image, in transactions of 100 articles."""
        for keys in itertools.batched(self.order_by("pk").values_list("pk", flat=True), 100):
            with transaction.atomic():
                rows = self.model.objects.locked(keys).fetch_mode(models.FETCH_PEERS)
                rows = list(rows.prefetch_related("body_image_links__image"))
                for article in rows:
                    article.digest_words()
                self.model.objects.bulk_update(rows, ["words_digest"])

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
            rows = self.model.objects.filter(pk__in=some)
            rows.update(is_withheld=True)
            rows.filter(appeared_at__gt=timezone.now()).update(appeared_at=None)
            self.update_dependents(some)

    def delete(self):
        keys = list(self.order_by().values_list("pk", flat=True))
        with ArticleCategory.objects.counted(keys), registered.held_updates().images_dropped(keys):
            search.remove(keys)
            page_cache.invalidate_on_commit()
            return super().delete()

    delete.alters_data = True
    delete.queryset_only = True

    def update_dependents(self, moved) -> None:
        """Update what depends on status and date: redirects, lists, counts, search index, submissions.

        moved: primary keys. Within dependents_deferred(), this is done once at its end.
        """
        deferred = _deferred.get()
        if deferred is not None:
            deferred.update(moved)
            return
        for links in (ArticleCategory, ArticleAuthor, ArticleKeyword):
            links.objects.update_listing(moved)
        for batch in itertools.batched(moved, ROWS_AT_ONCE):
            articles = self.model.objects.filter(pk__in=batch)
            search.refresh_keys(self.model, batch)
            Redirect.objects.delete_at(articles.published().only("slug"))
            Submission.objects.close_published(articles.filter(status=Status.PUBLISHED).values("pk"))
        page_cache.invalidate_on_commit()

    @contextmanager
    def dependents_deferred(self):
        """Run the block. At its end, call update_dependents() once for all articles that it has moved."""
        token = _deferred.set(moved := set())
        try:
            yield
        finally:
            _deferred.reset(token)
        if moved:
            self.update_dependents(sorted(moved))


_deferred: ContextVar[set[int] | None] = ContextVar("articles that have moved", default=None)
