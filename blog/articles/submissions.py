"""Submissions: a Writer submits an article, an Editor returns or publishes it.

A submission waits until another row answers it. Both are append-only, and each submission has at most one
answer. Submitting or returning an article does not change its status.
"""

from contextlib import contextmanager

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blog.base.models import AppendOnly, AppendOnlyQuerySet

NOTE_LENGTH = 5000


class SubmissionError(Exception):
    """Raised when an article cannot be submitted, or has no waiting submission to return."""


class SubmissionQuerySet(AppendOnlyQuerySet):
    def waiting(self):
        """Return the unanswered submissions, at most one per article."""
        return self.filter(kind=self.model.Kind.SUBMITTED, answer=None)

    def latest_on(self, article):
        """Return the latest submission or answer of the article, or None."""
        return self.filter(article=article).select_related("by").order_by("pk").last()

    def submit(self, article, by, note="", entry=None):
        """Submit the article to the Editors; return the submission. Raises SubmissionError."""
        with self._locked(article) as waiting:
            if article.status != article.Status.NEW or article.trashed_at:
                raise SubmissionError(_("This article is no longer new."))
            if waiting:
                raise SubmissionError(_("This article has already been submitted."))
            kind = self.model.Kind.SUBMITTED
            return self.create(article=article, kind=kind, by=by, note=note, entry=entry)

    def return_to_writer(self, article, by, note, entry=None):
        """Return the article to its Writer with a note; return the answer row. Raises SubmissionError."""
        with self._locked(article) as waiting:
            if not waiting:
                raise SubmissionError(_("This article has not been submitted."))
            kind = self.model.Kind.RETURNED
            return self.create(article=article, kind=kind, by=by, note=note, entry=entry, answers=waiting)

    def close_published(self, articles) -> None:
        """Answer the waiting submissions of published articles. articles: primary keys."""
        for waiting in self.waiting().filter(article__in=articles):
            self.create(article_id=waiting.article_id, kind=self.model.Kind.PUBLISHED, answers=waiting)

    def ask_again(self, articles, since) -> None:
        """Submit the articles again whose publication since then was undone. articles: primary keys."""
        is_new = {"article__status": "new", "article__trashed_at": None}
        answers = self.filter(kind=self.model.Kind.PUBLISHED, article__in=articles, at__gte=since, **is_new)
        for answer in answers.exclude(article__in=self.waiting().values("article")).select_related("answers"):
            names = ("article_id", "kind", "by_id", "at", "note")
            self.create(**{name: getattr(answer.answers, name) for name in names})

    @contextmanager
    def _locked(self, article):
        """Lock the article for the transaction, and yield its waiting submission or None."""
        with transaction.atomic():
            rows = type(article).objects.select_for_update(no_key=True)
            article.refresh_from_db(fields=["status", "trashed_at"], from_queryset=rows)
            yield self.waiting().filter(article=article).first()


class Submission(AppendOnly):
    """One step of an article's review: submitted, returned or published.

    entry is the log entry of the same step in the admin.
    """

    class Kind(models.TextChoices):
        SUBMITTED = "submitted", _("Submitted")
        RETURNED = "returned", _("Returned")
        PUBLISHED = "published", _("Published")

    article = models.ForeignKey("blog.Article", models.CASCADE, related_name="submissions")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("when"), default=timezone.now)
    note = models.TextField(_("note"), max_length=NOTE_LENGTH, blank=True)
    answers = models.OneToOneField("self", models.CASCADE, null=True, related_name="answer")
    entry = models.OneToOneField("admin.LogEntry", models.SET_NULL, null=True, related_name="submission")

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        default_permissions = ()
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        constraints = [
            models.CheckConstraint(
                name="submission_kind_known", condition=Q(kind__in=["submitted", "returned", "published"])
            ),
            models.CheckConstraint(
                name="submission_or_answer",
                condition=Q(kind="submitted", answers__isnull=True)
                | (~Q(kind="submitted") & Q(answers__isnull=False)),
            ),
        ]

    def __str__(self):
        return f"{self.article_id}: {self.kind}"
