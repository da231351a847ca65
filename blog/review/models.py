"""Proofs and what they find; decisions on marks, people and articles.

ArticleCheck, Finding, Person, Mention and Reference are derived from articles, and computed again with them.
MarkResolution, PersonDecision and Approval are decisions. They are append-only, and the newest row counts.

The approval in force is the newest one that no withdrawal of the same digest follows. The article holds its
digest (reviewed_digest) and is reviewed while that equals words_digest. So a changed word needs no update
of reviews, and lists need no other table.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from blog.base.models import AppendOnly
from blog.documents.findings.kinds import KIND_LENGTH

PRINT_LENGTH = 16  # characters of a fingerprint
KEY_LENGTH = 32  # characters of claim_key()
WORDS_LENGTH = 300
TARGET_LENGTH = 32


class ArticleCheck(models.Model):
    """What was found in an article's words, as they were when their digest was words_digest.

    claims has the claims in the order of the text, each as [kind, start, end, speaker, role, key]: offsets
    into the body, and the key by which settlements are found (claim_key() of blog.documents). The
    fingerprints are equal where two articles say the same; they are empty where there is too little text.

    What settling changes, and what more than half of a batch shares, is counted here too, so that a list can
    be filtered and ordered by it: `blog/review/` keeps these counts.
    """

    article = models.OneToOneField(
        "blog.Article", models.CASCADE, primary_key=True, related_name="proof", verbose_name=_("article")
    )
    rules_version = models.PositiveIntegerField(default=0)
    words_digest = models.CharField(max_length=64, blank=True)
    claims = models.JSONField(default=list)
    reading_time_in_file = models.PositiveIntegerField(null=True)  # in minutes, as the article's file has it
    title_print = models.CharField(max_length=PRINT_LENGTH, blank=True)
    excerpt_print = models.CharField(max_length=PRINT_LENGTH, blank=True)
    opening_print = models.CharField(max_length=PRINT_LENGTH, blank=True)
    body_print = models.CharField(max_length=PRINT_LENGTH, blank=True)
    # Open marks: quotations and persons, which block an approval; other claims; findings of its own.
    open_blocking = models.PositiveIntegerField(default=0)
    open_claims = models.PositiveIntegerField(default=0)
    serious_findings = models.PositiveIntegerField(default=0)
    minor_findings = models.PositiveIntegerField(default=0)
    # The worst open mark as [kind, words], which a list shows in an editor's words; [] if there is none. The
    # kind is "invented" if somebody is still quoted or named who was decided to be invented.
    worst = models.JSONField(default=list)
    # 0 for an article with nothing marked, more for what is worse: the order of the list of articles.
    risk = models.PositiveIntegerField(default=0)

    class Meta:
        default_permissions = ()
        verbose_name = _("proof")
        verbose_name_plural = _("proofs")
        indexes = [
            models.Index(fields=["risk", "article"], name="proof_risk"),
            models.Index(fields=["title_print"], name="proof_title", condition=~Q(title_print="")),
            models.Index(fields=["excerpt_print"], name="proof_excerpt", condition=~Q(excerpt_print="")),
            models.Index(fields=["opening_print"], name="proof_opening", condition=~Q(opening_print="")),
            models.Index(fields=["body_print"], name="proof_body", condition=~Q(body_print="")),
        ]

    def __str__(self):
        return f"{self.article_id}: {self.risk}"


class FindingQuerySet(models.QuerySet):
    def own(self):
        """Return the findings that a row of a list shows: not shared by most of its batch, not settled."""
        return self.filter(is_shared=False, is_settled=False)


class Finding(models.Model):
    """One finding in an article: a FindingKind, and the place in the body if it is about one.

    is_shared: more than half of the articles of its import have it, which the page of the import says once.
    is_settled: an editor has said that it may stay.
    """

    article = models.ForeignKey("blog.Article", models.CASCADE, related_name="findings", db_index=False)
    kind = models.CharField(_("kind"), max_length=KIND_LENGTH)
    start = models.IntegerField(null=True)
    end = models.IntegerField(null=True)
    words = models.CharField(max_length=WORDS_LENGTH, blank=True)
    key = models.CharField(max_length=KEY_LENGTH, blank=True)
    is_serious = models.BooleanField(default=False)
    is_shared = models.BooleanField(default=False)
    is_settled = models.BooleanField(default=False)

    objects = FindingQuerySet.as_manager()

    class Meta:
        ordering = ["article", "pk"]
        default_permissions = ()
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        indexes = [
            models.Index(fields=["article", "kind"], name="finding_of_article"),
            models.Index(fields=["kind", "article"], name="finding_of_kind"),
        ]

    def __str__(self):
        return f"{self.article_id}: {self.kind}"


class PersonQuerySet(models.QuerySet):
    def to_decide(self):
        """Return the people in articles on whom nobody has decided."""
        mentions = Mention.objects.filter(person=models.OuterRef("pk"), article__trashed_at=None)
        return self.filter(models.Exists(mentions), decision="")


class Person(models.Model):
    """Somebody named in articles. key is fold_person() of blog.documents; name is as most articles write it.

    decision is the newest PersonDecision's outcome, or empty: see there.
    """

    key = models.CharField(max_length=200, unique=True)
    name = models.CharField(_("name"), max_length=200)
    decision = models.CharField(_("decision"), max_length=10, blank=True)
    source = models.TextField(_("source"), blank=True)

    objects = PersonQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        default_permissions = ()
        verbose_name = _("person")
        verbose_name_plural = _("people")
        permissions = [("decide_person", "Can decide on people named in articles")]
        indexes = [models.Index(fields=["decision"], name="person_decision")]

    def __str__(self):
        return self.name


class Mention(models.Model):
    """A quotation of a person in an article, or a statement on them: a claim of the proof. Derived."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="mentions", db_index=False)
    article = models.ForeignKey("blog.Article", models.CASCADE, related_name="mentions")
    kind = models.CharField(max_length=KIND_LENGTH)
    key = models.CharField(max_length=KEY_LENGTH)
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    name = models.CharField(max_length=200)
    role = models.CharField(max_length=WORDS_LENGTH, blank=True)
    words = models.TextField()

    class Meta:
        ordering = ["person", "article", "start"]
        default_permissions = ()
        verbose_name = _("mention")
        verbose_name_plural = _("mentions")
        indexes = [models.Index(fields=["person", "article"], name="mention_of_person")]
        constraints = [models.CheckConstraint(name="mention_has_words", condition=Q(end__gt=F("start")))]

    def __str__(self):
        return f"{self.article_id}: {self.name}"


class Reference(models.Model):
    """A picture that an article describes, or a link to a page of this site. Derived, with the proof.

    target is a digest of what it shows or leads to, equal in all articles; words are the description, or the
    path; key is that of the finding that it may become: the same picture, described differently elsewhere, or
    a link that leads nowhere.
    """

    class Kind(models.TextChoices):
        PICTURE = "picture", _("picture")
        LINK = "link", _("link")

    article = models.ForeignKey("blog.Article", models.CASCADE, related_name="references")
    kind = models.CharField(max_length=10, choices=Kind)
    target = models.CharField(max_length=TARGET_LENGTH)
    words = models.CharField(max_length=WORDS_LENGTH)
    key = models.CharField(max_length=KEY_LENGTH)
    start = models.IntegerField(null=True)
    end = models.IntegerField(null=True)

    class Meta:
        ordering = ["article", "pk"]
        default_permissions = ()
        verbose_name = _("reference")
        verbose_name_plural = _("references")
        indexes = [models.Index(fields=["target", "words"], name="reference_target")]

    def __str__(self):
        return f"{self.article_id}: {self.words}"


class MarkResolution(AppendOnly):
    """A decision on one mark of an article, a claim or a finding, known by the key of its words.

    So it holds while the words stay, wherever they stand, and for the same words after an import.
    """

    stored_name = "Settlement"

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

    @classmethod
    def of_mark(cls, mark, *, article: int, outcome: str, by, note="", speaker="") -> "MarkResolution":
        """Return an unsaved resolution of a mark in the article with this primary key.

        mark: anything with the key, kind and words of one: a Mark, Finding, Mention or MarkResolution.
        """
        return cls(
            article_id=article,
            key=mark.key,
            kind=mark.kind,
            words=mark.words,
            speaker=speaker,
            outcome=outcome,
            note=note,
            by=by,
        )


class PersonDecision(AppendOnly):
    """A decision on a person for all articles, those that are still to be imported too."""

    stored_name = "PersonDecision"

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


class Approval(AppendOnly):
    """An approval of an article's words, or its withdrawal.

    digest is words_digest of the article as it was approved: the approval holds for these words only.
    sources: the sources that were settled by then, as [words, source]; readers see them.
    """

    stored_name = "Review"

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
