"""Checks of articles and their results; decisions on marks, people and articles.

ArticleCheck, Finding, Person, Mention and Reference are derived from articles, and derived again when those
change. MarkResolution, PersonDecision and Approval are decisions. They are append-only, and the newest row
counts.

A withdrawal ends the earlier approvals with the same digest. The newest remaining approval is in force. The
article stores the digest of this approval (reviewed_digest) and is reviewed while that equals words_digest.
So an edit needs no update of approvals, and lists need no other table.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from blog.articles.models import Article
from blog.base.models import UserDecision, name_of
from blog.documents.claims.values import ClaimKind
from blog.documents.findings.kinds import IMAGE_KINDS, KIND_LENGTH

PRINT_LENGTH = 16  # characters of a fingerprint
KEY_LENGTH = 32  # characters of claim_key()
WORDS_LENGTH = 300
TARGET_LENGTH = 32


class ArticleCheck(models.Model):
    """The results of checking an article's content. words_digest is the digest of that content.

    claims are in the order of the body, each as [kind, start, end, speaker, role, key]: offsets into the
    body, and the key that resolutions refer to (claim_key() of blog.documents). Fingerprints are equal for
    equal texts, and "" where there is too little text.

    The counts of open marks are stored here, so that lists can filter and order by them. update_mark_counts()
    keeps them in step with resolutions and shared findings.
    """

    article = models.OneToOneField(
        "blog.Article", models.CASCADE, primary_key=True, related_name="proof", verbose_name=_("article")
    )
    rules_version = models.PositiveIntegerField(default=0)
    words_digest = models.CharField(max_length=64, blank=True)
    claims = models.JSONField(default=list)
    reading_time_in_file = models.PositiveIntegerField(null=True)  # in minutes, from the article's file
    title_print = models.CharField(max_length=PRINT_LENGTH, blank=True)
    excerpt_print = models.CharField(max_length=PRINT_LENGTH, blank=True)
    description_print = models.CharField(max_length=PRINT_LENGTH, blank=True)
    opening_print = models.CharField(max_length=PRINT_LENGTH, blank=True)
    body_print = models.CharField(max_length=PRINT_LENGTH, blank=True)
    # Sentences with open marks, each counted once, by its worst mark: a quotation or a person, which block an
    # approval; a serious finding; another claim; a minor finding. Shared findings are not counted.
    open_blocking = models.PositiveIntegerField(default=0)
    open_claims = models.PositiveIntegerField(default=0)
    serious_findings = models.PositiveIntegerField(default=0)
    minor_findings = models.PositiveIntegerField(default=0)
    # The worst open mark as [kind, words], or []. The kind is "invented" if the article still quotes or names
    # a person who was decided to be invented.
    worst = models.JSONField(default=list)
    # The kinds of all open findings, sorted and separated by spaces. Lists count articles by this field.
    finding_kinds = models.TextField(blank=True)
    # 0 without open marks, higher for worse ones. The list of articles is ordered by this field.
    risk = models.PositiveIntegerField(default=0)

    class Meta:
        default_permissions = ()
        verbose_name = _("article check")
        verbose_name_plural = _("article checks")
        indexes = [
            models.Index(fields=["risk", "article"], name="proof_risk"),
            # The counts of a list of articles read only this index.
            models.Index(
                fields=["finding_kinds", "article", "open_blocking", "serious_findings", "minor_findings"],
                name="proof_counts",
            ),
            models.Index(fields=["title_print"], name="proof_title", condition=~Q(title_print="")),
            models.Index(fields=["excerpt_print"], name="proof_excerpt", condition=~Q(excerpt_print="")),
            models.Index(
                fields=["description_print"], name="proof_description", condition=~Q(description_print="")
            ),
            models.Index(fields=["opening_print"], name="proof_opening", condition=~Q(opening_print="")),
            models.Index(fields=["body_print"], name="proof_body", condition=~Q(body_print="")),
        ]

    def __str__(self):
        return f"{self.article_id}: {self.risk}"


class FindingQuerySet(models.QuerySet):
    def own(self):
        """Return the findings that rows of lists show: those to decide in the article itself.

        Findings that most of the import share, and those of images, are decided for all articles together.
        """
        return self.filter(is_shared=False, is_settled=False).exclude(kind__in=IMAGE_KINDS)

    def of_list(self, articles):
        """Return the open findings of articles (a queryset).

        Adding 0 keeps SQLite from looking up each article of a long list instead of reading an index in
        order.
        """
        rows = self.filter(is_settled=False).order_by().annotate(of=F("article_id") + 0)
        return rows.filter(of__in=articles.order_by().values("pk"))


class Finding(models.Model):
    """One finding in an article: a FindingKind, and the passage in the body if it is about one.

    is_shared: more than half of the articles of its import have it; the screen of the import shows it once.
    is_settled: an editor has accepted it.
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
            # Counts of findings read only these indexes.
            models.Index(fields=["article", "kind", "is_settled", "is_shared"], name="finding_of_article"),
            models.Index(fields=["kind", "article", "is_settled"], name="finding_of_kind"),
        ]

    def __str__(self):
        return f"{self.article_id}: {self.kind}"


class PersonQuerySet(models.QuerySet):
    def to_decide(self):
        """Return the people who need a decision for at least one article in use."""
        mentions = Mention.objects.in_use().filter(person=models.OuterRef("pk"))
        later = mentions.filter(article__created_at__gt=models.OuterRef("applies_until"))
        return self.filter(models.Exists(mentions), Q(decision="") | models.Exists(later))


class Person(models.Model):
    """A person named in articles. key: fold_person() of blog.documents. name: the most frequent spelling.

    decision: outcome of the newest PersonDecision, or "" if there is none or the decision was reopened.
    source, supports and applies_until are those of the decision.
    """

    key = models.CharField(max_length=200, unique=True)
    name = models.CharField(_("name"), max_length=200)
    decision = models.CharField(_("decision"), max_length=10, blank=True)
    source = models.TextField(_("source"), blank=True)
    supports = models.JSONField(null=True, editable=False)
    applies_until = models.DateTimeField(null=True, editable=False)

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


class MentionQuerySet(models.QuerySet):
    def in_use(self):
        """Return the mentions in articles that are not in the trash."""
        return self.exclude(article__in=Article.objects.trashed().order_by().values("pk"))


class Mention(models.Model):
    """A quotation of a person in an article, or a statement about them. Derived from the check's claims."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="mentions", db_index=False)
    article = models.ForeignKey("blog.Article", models.CASCADE, related_name="mentions")
    kind = models.CharField(max_length=KIND_LENGTH)
    key = models.CharField(max_length=KEY_LENGTH)
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    name = models.CharField(max_length=200)
    role = models.CharField(max_length=WORDS_LENGTH, blank=True)
    words = models.TextField()

    objects = MentionQuerySet.as_manager()

    class Meta:
        ordering = ["person", "article", "start"]
        default_permissions = ()
        verbose_name = _("mention")
        verbose_name_plural = _("mentions")
        indexes = [models.Index(fields=["person", "article"], name="mention_of_person")]
        constraints = [models.CheckConstraint(name="mention_has_words", condition=Q(end__gt=F("start")))]

    def __str__(self):
        return f"{self.article_id}: {self.name}"

    @property
    def decision(self) -> str:
        """The decision on the person that applies to this mention, or "". See PersonDecision."""
        person = self.person
        if person.applies_until and self.article.created_at > person.applies_until:
            return ""
        if person.decision == PersonDecision.Outcome.REAL and not self._is_supported:
            return ""
        return person.decision

    @property
    def _is_supported(self):
        supports = self.person.supports
        if supports is None:
            return True
        if self.kind == ClaimKind.QUOTATION:
            return self.key in supports["quotations"]
        return self.role.casefold() in supports["roles"]


class Reference(models.Model):
    """An image in an article, or a link to a page of this site. Derived with the check.

    target: digest of the image or page, equal in all articles. words: the alt text or the path. start: null
    for the hero image. key: key of the finding that may result from the reference (an image with different
    alt texts, or a broken link); "" if none can.
    """

    class Kind(models.TextChoices):
        PICTURE = "picture", _("image")
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


class MarkResolution(UserDecision):
    """A decision on one mark (claim or finding) of an article, identified by the key of its words.

    It stays valid as long as the article has these words, even if they move or an import replaces the body.
    """

    stored_name = "Settlement"

    class Outcome(models.TextChoices):
        SOURCE = "source", _("Source")  # note: the source, shown to readers
        REWRITTEN = "rewritten", _("Rewritten")
        TAKEN_OUT = "taken_out", _("Removed")
        NO_CLAIM = "no_claim", _("Not a claim")  # note: the reason. For a finding: it is accepted
        OPEN = "open", _("Reopened")

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
        verbose_name = _("resolved mark")
        verbose_name_plural = _("resolved marks")
        permissions = [("settle_mark", "Can resolve marks in articles")]
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

        mark: a Mark, Finding, Mention or MarkResolution, for its key, kind and words.
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
            by_name=name_of(by),
        )


class PersonDecision(UserDecision):
    """A decision on a person for all articles, including later imports.

    supports: the mentions of a real person that the source supports, as {"roles": [descriptions in folded
    case, "" for mentions without one], "quotations": [keys of claims]}. None: all of them.
    applies_until: if set, the decision does not apply to articles that were created later.
    """

    stored_name = "PersonDecision"

    class Outcome(models.TextChoices):
        INVENTED = "invented", _("Invented")
        REAL = "real", _("Real")  # note: the source
        NOT_PERSON = "not_person", _("Not a person")
        OPEN = "open", _("Reopened")

    person = models.ForeignKey(Person, models.CASCADE, related_name="decisions", verbose_name=_("person"))
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome)
    note = models.TextField(_("note"), blank=True)
    supports = models.JSONField(null=True, editable=False)
    applies_until = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["pk"]
        default_permissions = ()
        verbose_name = _("decision on a person")
        verbose_name_plural = _("decisions on people")
        constraints = [
            models.CheckConstraint(
                name="person_decision_known",
                condition=Q(outcome__in=["invented", "real", "not_person", "open"]),
            ),
            models.CheckConstraint(name="person_real_by_source", condition=~Q(outcome="real") | ~Q(note="")),
        ]

    def __str__(self):
        return f"{self.person_id}: {self.outcome}"


class Approval(UserDecision):
    """An approval of an article's content, or its withdrawal.

    digest: words_digest of the approved article. The approval is valid for this content only. checked,
    unchecked: Check values that the Editor ticked or did not tick, of those that apply to the article.
    is_unquoted: the check found no quotation. statement: a note to readers. sources: the sources of resolved
    marks as [words, source], shown to readers. is_own_text: the Editor has edited the article by hand.
    """

    stored_name = "Review"

    class Kind(models.TextChoices):
        APPROVED = "approved", _("Approved")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    class Check(models.TextChoices):
        READ = "read", _("Read to the end")
        PEOPLE = "people", _("People and quotations looked up")
        FIGURES = "figures", _("Figures looked up")
        IMAGES = "images", _("Images looked at")

    article = models.ForeignKey(
        "blog.Article", models.CASCADE, related_name="reviews", db_index=False, verbose_name=_("article")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.APPROVED)
    version = models.ForeignKey(
        "blog.Version", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("version")
    )
    digest = models.CharField(max_length=64)
    checked = models.JSONField(_("what was checked"), default=list)
    unchecked = models.JSONField(_("what was not checked"), default=list)
    is_unquoted = models.BooleanField(_("quotes nobody"), default=False)
    statement = models.TextField(_("note to readers"), blank=True)
    sources = models.JSONField(_("sources"), default=list)
    note = models.TextField(_("note"), blank=True)
    is_own_text = models.BooleanField(_("approved by its writer"), default=False)

    class Meta:
        ordering = ["pk"]
        default_permissions = ()
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")
        indexes = [models.Index(fields=["article", "-id"], name="review_of_article")]
        constraints = [
            models.CheckConstraint(name="review_kind_known", condition=Q(kind__in=["approved", "withdrawn"])),
        ]

    def __str__(self):
        return f"{self.article_id}: {self.kind}"

    @property
    def checked_labels(self) -> list[str]:
        return [str(self.Check(check).label) for check in self.checked]
