"""What editors decided on marks, on people, and on whole articles. Append-only: the newest row counts."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from blog.base.models import AppendOnly
from blog.documents.findings.kinds import KIND_LENGTH
from blog.review.models import KEY_LENGTH, Person


class Settlement(AppendOnly):
    """A decision on one mark of an article, a claim or a finding, known by the key of its words.

    So it holds while the words stay, wherever they stand, and for the same words after an import.
    """

    class Outcome(models.TextChoices):
        SOURCE = "source", _("Source")  # note: the source, which readers see
        REWRITTEN = "rewritten", _("Rewritten")
        TAKEN_OUT = "taken_out", _("Taken out")
        NO_CLAIM = "no_claim", _("No claim")  # note: the reason; of a finding: it may stay
        OPEN = "open", _("Open again")

    article = models.ForeignKey(
        "blog.Article", models.CASCADE, related_name="settlements", db_index=False, verbose_name=_("article")
    )
    key = models.CharField(max_length=KEY_LENGTH)
    kind = models.CharField(_("kind"), max_length=KIND_LENGTH)
    words = models.TextField(_("words"))
    speaker = models.CharField(max_length=200, blank=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        ordering = ["pk"]
        default_permissions = ()
        verbose_name = _("settled mark")
        verbose_name_plural = _("settled marks")
        permissions = [("settle_mark", "Can settle the marks in articles")]
        indexes = [models.Index(fields=["article", "key"], name="settlement_of_mark")]
        constraints = [
            models.CheckConstraint(
                name="settlement_outcome_known",
                condition=Q(outcome__in=["source", "rewritten", "taken_out", "no_claim", "open"]),
            ),
            models.CheckConstraint(
                name="settlement_source_said", condition=~Q(outcome="source") | ~Q(note="")
            ),
        ]

    def __str__(self):
        return f"{self.article_id}: {self.outcome}"


class PersonDecision(AppendOnly):
    """A decision on a person for all articles, those that are still to be imported too."""

    class Outcome(models.TextChoices):
        INVENTED = "invented", _("Invented")
        REAL = "real", _("Real")  # note: the source
        OPEN = "open", _("Open again")

    person = models.ForeignKey(Person, models.CASCADE, related_name="decisions", verbose_name=_("person"))
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        ordering = ["pk"]
        default_permissions = ()
        verbose_name = _("decision on a person")
        verbose_name_plural = _("decisions on people")
        constraints = [
            models.CheckConstraint(
                name="person_decision_known", condition=Q(outcome__in=["invented", "real", "open"])
            ),
            models.CheckConstraint(name="person_real_by_source", condition=~Q(outcome="real") | ~Q(note="")),
        ]

    def __str__(self):
        return f"{self.person_id}: {self.outcome}"


class Review(AppendOnly):
    """An approval of an article's words, or its withdrawal.

    digest is words_digest of the article as it was approved: the approval holds for these words only.
    sources: the sources that were settled by then, as [words, source]; readers see them.
    """

    class Kind(models.TextChoices):
        APPROVED = "approved", _("Approved")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    article = models.ForeignKey(
        "blog.Article", models.CASCADE, related_name="reviews", db_index=False, verbose_name=_("article")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.APPROVED)
    version = models.ForeignKey(
        "blog.Version", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("version")
    )
    digest = models.CharField(max_length=64)
    statement = models.TextField(_("what was checked"))
    sources = models.JSONField(_("sources"), default=list)
    note = models.TextField(_("note"), blank=True)
    is_own_text = models.BooleanField(_("of one's own text"), default=False)

    class Meta:
        ordering = ["pk"]
        default_permissions = ()
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        indexes = [models.Index(fields=["article", "-id"], name="review_of_article")]
        constraints = [
            models.CheckConstraint(name="review_kind_known", condition=Q(kind__in=["approved", "withdrawn"])),
        ]

    def __str__(self):
        return f"{self.article_id}: {self.kind}"
