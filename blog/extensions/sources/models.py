"""Sources, where articles name them, and what was found on them.

A Source is one row for each address, shared by all articles. ArticleSource and Evidence are derived: they are
written again when an article or its check has changed (reading.py), and Evidence keeps its verdict while the
sentence is the same. PageText is kept for a day, in which the page is not opened again. Relations to articles
and users have no constraint in the database, so that these can be deleted while the extension is off.
"""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blog.base.compressed import CompressedTextField
from blog.base.models import NAME_LENGTH
from blog.extensions.sources.addresses import LONGEST_HOST, digest_of, host_of, normalise
from blog.extensions.sources.values import SECTION_LENGTH
from blog.review.models import KEY_LENGTH

PASSAGE_LENGTH = 300
TEXT_KEPT_FOR = timedelta(days=1)
LONGEST_OPENING = timedelta(minutes=1)  # then the process that opens a page was killed


class State(models.TextChoices):
    """What happened to the page of a source. The values are those of states.py."""

    NOT_OPENED = "not_opened", _("Not opened yet")
    OK = "ok", _("Opened")
    MOVED = "moved", _("Moved")
    GONE = "gone", _("Gone")
    SOFT_404 = "soft_404", _("Error page")
    CLOSED = "paywall_or_script", _("Needs a log-in or a script")
    NOT_TEXT = "not_text", _("Not text")
    UNREACHABLE = "unreachable", _("Not reachable")


READABLE = (State.OK, State.MOVED)
LEAD_NOWHERE = (State.GONE, State.UNREACHABLE, State.SOFT_404)
RETRIED = (State.GONE, State.UNREACHABLE)  # three times, before they count


def article_key(**options):
    return models.ForeignKey("blog.Article", models.CASCADE, db_constraint=False, **options)


def user_key():
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_constraint=False
    )


class SourceQuerySet(models.QuerySet):
    def at(self, address: str):
        """Return the source with this address in any spelling, or None."""
        return self.filter(digest=digest_of(normalise(address))).first()

    def not_ignored(self):
        return self.filter(ignored_at=None)

    def leading_nowhere(self):
        """Return the sources whose links are findings of their articles."""
        return self.not_ignored().filter(state__in=LEAD_NOWHERE)

    def rested(self):
        """Return the sources that may be requested: not ignored, and not tried within a day."""
        since = timezone.now() - TEXT_KEPT_FOR
        return self.not_ignored().filter(models.Q(tried_at=None) | models.Q(tried_at__lte=since))

    def used(self):
        """Return the sources that an article in use names."""
        links = ArticleSource.objects.filter(source=models.OuterRef("pk"), article__trashed_at=None)
        return self.filter(models.Exists(links))


class Source(models.Model):
    """What a link leads to, or what an editor gives for a mark, by its normalised address.

    state: what counts. failing_state: gone or not reachable, as long as that is tried again (tries times
    so far) and does not count. tried_at: the last request; opened_at: the last time that the page was read.
    asked_at: when an editor last asked for it. next_opening_at: None if it is not opened by itself.
    is_reported: whether the findings of its articles agree with it.
    """

    address = models.TextField(_("URL"))
    digest = models.CharField(max_length=64, unique=True, editable=False)
    host = models.CharField(max_length=LONGEST_HOST)
    created_at = models.DateTimeField(default=timezone.now)

    state = models.CharField(_("state"), max_length=20, choices=State, default=State.NOT_OPENED)
    state_since = models.DateTimeField(null=True)
    failing_state = models.CharField(max_length=20, choices=State, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    status = models.PositiveSmallIntegerField(null=True)  # of the last answer
    reason = models.TextField(blank=True)  # why the page was not read, for people
    final_address = models.TextField(blank=True)  # after redirects; "" if there were none

    title = models.CharField(_("title"), max_length=500, blank=True)
    publisher = models.CharField(_("publisher"), max_length=300, blank=True)
    author = models.CharField(_("author"), max_length=300, blank=True)
    published = models.CharField(_("date"), max_length=100, blank=True)  # as the page shows it
    page_digest = models.CharField(max_length=64, blank=True)

    tried_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    next_opening_at = models.DateTimeField(null=True, default=timezone.now)
    asked_at = models.DateTimeField(null=True)
    is_reported = models.BooleanField(default=True)

    ignored_at = models.DateTimeField(null=True)
    ignored_reason = models.TextField(blank=True)
    ignored_by = user_key()
    ignored_by_name = models.CharField(max_length=NAME_LENGTH, blank=True)

    objects = SourceQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        indexes = [
            models.Index(fields=["state", "ignored_at"], name="source_state"),
            models.Index(fields=["next_opening_at"], name="source_next"),
            models.Index(
                fields=["asked_at"], name="source_asked", condition=models.Q(asked_at__isnull=False)
            ),
            models.Index(fields=["host", "tried_at"], name="source_host"),
            models.Index(fields=["id"], name="source_not_reported", condition=models.Q(is_reported=False)),
        ]

    def __str__(self):
        return self.address

    def save(self, *args, **kwargs):
        self.digest, self.host = digest_of(self.address), host_of(self.address)
        super().save(*args, **kwargs)

    @classmethod
    def of(cls, address: str) -> "Source":
        """Return a new source with this normalised address."""
        return cls(address=address, digest=digest_of(address), host=host_of(address))

    @property
    def is_ignored(self) -> bool:
        return self.ignored_at is not None

    @property
    def leads_nowhere(self) -> bool:
        return not self.is_ignored and self.state in LEAD_NOWHERE

    @property
    def is_awaited(self) -> bool:
        """Whether an editor has asked for the page, and the answer is not there yet."""
        if self.asked_at is None:
            return False
        is_requested = self.tried_at is not None and self.tried_at >= self.asked_at
        return not is_requested or self.tried_at > timezone.now() - LONGEST_OPENING


class PageText(models.Model):
    """The blocks of a page as JSON, until TEXT_KEPT_FOR has passed, to compare changed sentences."""

    source = models.OneToOneField(Source, models.CASCADE, primary_key=True, related_name="page_text")
    text = CompressedTextField()
    kept_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        default_permissions = ()

    def __str__(self):
        return str(self.source_id)


class ReadArticle(models.Model):
    """An article whose sources were read. digest, rules: those of its check then."""

    article = models.OneToOneField(
        "blog.Article", models.CASCADE, primary_key=True, related_name="+", db_constraint=False
    )
    digest = models.CharField(max_length=64)
    rules = models.PositiveIntegerField()

    class Meta:
        default_permissions = ()

    def __str__(self):
        return str(self.article_id)


class ArticleSource(models.Model):
    """A place where an article names a source, in their order. written: the address as it stands there.

    start and end: the words of the link in the body. key: of the mark that the source answers.
    """

    class Place(models.TextChoices):
        TEXT = "text", _("link in the text")
        FRONT_MATTER = "front_matter", _("in the front matter")
        ANSWER = "answer", _("source of a mark")

    article = article_key(related_name="source_links", db_index=False)
    source = models.ForeignKey(Source, models.CASCADE, related_name="links")
    place = models.CharField(max_length=12, choices=Place)
    number = models.PositiveIntegerField()
    written = models.TextField()
    words = models.TextField(blank=True)
    start = models.PositiveIntegerField(null=True)
    end = models.PositiveIntegerField(null=True)
    key = models.CharField(max_length=KEY_LENGTH, blank=True)

    class Meta:
        ordering = ["article", "number"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["article", "number"], name="article_source_once")]

    def __str__(self):
        return f"{self.article_id}: {self.written}"


class Evidence(models.Model):
    """What a source says of a claim. key: of its mark. verdict: "" until both were compared.

    how: where the claim names the source. sentence: in Markdown, as it is compared. passage: at most
    PASSAGE_LENGTH characters. section: the heading above it.
    """

    class How(models.TextChoices):
        SENTENCE = "sentence", _("link in this sentence")
        PARAGRAPH = "paragraph", _("link in this paragraph")
        ANSWER = "answer", _("source of this mark")

    class Verdict(models.TextChoices):
        """The values are those of evidence.py."""

        FOUND = "found", _("Found")
        PARTLY = "partly", _("Partly")
        NOT_FOUND = "not_found", _("Not on this page")

    article = article_key(related_name="evidence", db_index=False)
    key = models.CharField(max_length=KEY_LENGTH)
    source = models.ForeignKey(Source, models.CASCADE, related_name="evidence")
    how = models.CharField(max_length=10, choices=How)
    sentence = models.TextField()
    verdict = models.CharField(max_length=10, choices=Verdict, blank=True)
    found = models.JSONField(default=list)
    missing = models.JSONField(default=list)
    passage = models.CharField(max_length=PASSAGE_LENGTH, blank=True)
    section = models.CharField(max_length=SECTION_LENGTH, blank=True)
    compared_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["article", "pk"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["article", "key", "source"], name="evidence_once")]
        indexes = [models.Index(fields=["verdict", "article"], name="evidence_verdict")]

    def __str__(self):
        return f"{self.article_id}: {self.verdict}"


class SourceSettings(models.Model):
    """The choices of the screen “Opening sources”, in a single row."""

    class Opening(models.TextChoices):
        YES = "yes", _("Yes")
        ASKED = "asked", _("Only when an editor asks")
        NO = "no", _("No")

    class Round(models.IntegerChoices):
        WEEK = 7, _("every 7 days")
        MONTH = 30, _("every 30 days")
        QUARTER = 90, _("every 90 days")
        NEVER = 0, _("never")

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    opening = models.CharField(_("open pages"), max_length=5, choices=Opening, default=Opening.YES)
    round_days = models.PositiveSmallIntegerField(_("rounds"), choices=Round, default=Round.MONTH)
    not_before = models.PositiveSmallIntegerField(_("not before"), default=3)  # hour of the site's time zone
    never = models.JSONField(_("never open these sites"), default=list)  # host names, with those below them

    class Meta:
        default_permissions = ()
        constraints = [models.CheckConstraint(name="source_settings_once", condition=models.Q(id=1))]

    def __str__(self):
        return self.opening


class UsedAnyway(models.Model):
    """Why an editor gave a source for a mark although the claim was not found. The newest counts."""

    class Reason(models.TextChoices):
        READ = "read", _("It says so in other words")
        NO_TEXT = "no_text", _("It is in an image, a table or a file on that page")
        LOG_IN = "log_in", _("I read it there myself, after logging in")
        OTHER = "other", _("Another reason")

    article = article_key(related_name="+", db_index=False)
    key = models.CharField(max_length=KEY_LENGTH)
    source = models.ForeignKey(Source, models.CASCADE, null=True, related_name="+")
    reason = models.CharField(max_length=10, choices=Reason)
    words = models.TextField(blank=True)
    by = user_key()
    by_name = models.CharField(max_length=NAME_LENGTH, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["article", "key", "-id"], name="used_anyway_of_mark")]

    def __str__(self):
        return f"{self.article_id}: {self.reason}"


class LaterAnswer(models.Model):
    """A source that an editor saved before its page was read.

    is_resolved: the mark was resolved at once (“Save without waiting”), and is opened again if the claim is
    not there. Otherwise (“Save, and check later”) it stays open until the page was read.
    """

    article = article_key(related_name="+", db_index=False)
    key = models.CharField(max_length=KEY_LENGTH)
    source = models.ForeignKey(Source, models.CASCADE, related_name="later_answers")
    note = models.TextField()
    is_resolved = models.BooleanField()
    by = user_key()
    by_name = models.CharField(max_length=NAME_LENGTH, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["article", "key"], name="later_answer_once")]

    def __str__(self):
        return f"{self.article_id}: {self.note}"
