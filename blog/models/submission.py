"""What Writers and Editors say to each other about an article that is not published yet."""

from contextlib import contextmanager

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

NOTE_LENGTH = 5000


class SubmissionError(Exception):
    """The article waits already, or does not wait, so that there is nothing to submit or to return."""


class SubmissionQuerySet(models.QuerySet):
    def waiting(self):
        """Return the submissions that nobody has answered: one an article, at most."""
        return self.filter(kind=self.model.Kind.SUBMITTED, answer=None)

    def latest_on(self, article):
        """Return the last that was said about the article, or None."""
        return self.filter(article=article).select_related("by").order_by("pk").last()

    def submit(self, article, by, note="", entry=None):
        """Let the article wait for an Editor; return the submission. Raises SubmissionError."""
        with self._locked(article) as waiting:
            if article.status != article.Status.NEW or article.trashed_at:
                raise SubmissionError(_("This article is no new one any more."))
            if waiting:
                raise SubmissionError(_("This article is submitted already."))
            kind = self.model.Kind.SUBMITTED
            return self.create(article=article, kind=kind, by=by, note=note, entry=entry)

    def give_back(self, article, by, note, entry=None):
        """Answer what waits with what there is to do; return the answer. Raises SubmissionError."""
        with self._locked(article) as waiting:
            if not waiting:
                raise SubmissionError(_("This article does not wait for an answer."))
            kind = self.model.Kind.RETURNED
            return self.create(article=article, kind=kind, by=by, note=note, entry=entry, answers=waiting)

    def close_published(self, articles) -> None:
        """Answer what waits of the articles with these keys: they are published."""
        for waiting in self.waiting().filter(article__in=articles):
            self.create(article_id=waiting.article_id, kind=self.model.Kind.PUBLISHED, answers=waiting)

    def update(self, **values):
        raise TypeError("What was said stays as it was said: add another row.")

    update.alters_data = True

    def delete(self):
        raise TypeError("What was said stays, as long as its article does.")

    delete.alters_data = True
    delete.queryset_only = True

    @contextmanager
    def _locked(self, article):
        """Give what waits of the article, and let nobody else submit or answer it until the end."""
        with transaction.atomic():
            rows = type(article).objects.select_for_update()
            article.refresh_from_db(fields=["status", "trashed_at"], from_queryset=rows)
            yield self.waiting().filter(article=article).first()


class Submission(models.Model):
    """One thing that was said: submitted, returned, or published. Append-only.

    A submission waits until another row answers it; that row is the only answer it ever gets. entry is the
    line of the admin's log that says the same.
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

    def save(self, *args, **kwargs):
        if not self._state.adding:
            raise TypeError("What was said stays as it was said: add another row.")
        super().save(*args, **kwargs)
