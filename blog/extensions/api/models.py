"""Tokens, the imports that they send, and answers to repeated requests.

A token is stored as a digest. Constraints do not reach tables of the core, so that users, categories and
imports can be deleted while the extension is off.
"""

import ipaddress
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blog.articles.categories import Category
from blog.articles.provenance import Provenance, WrittenBy
from blog.imports.models import ImportRun

NAME_LENGTH = 100
KEPT_FOR = timedelta(days=90)  # a revoked token
WARNED_FOR = timedelta(days=14)  # before a token expires
PERIOD = timedelta(hours=1)
JOINED_FOR = timedelta(minutes=15)  # requests within this time of the one before belong to one import
ANSWERED_FOR = timedelta(days=1)  # how long the answer to an Idempotency-Key is kept
LOOKS = 10  # times as many dry runs and questions as articles an hour
REFUSALS_KEPT = 100  # per import; the others are only counted


class Right(models.TextChoices):
    DRY_RUN = "dry-run", _("Dry runs")
    CREATE = "create", _("Send new articles")
    UPDATE = "update", _("Send changed files")
    READ = "read", _("Ask for the state of its articles")


class TokenQuerySet(models.QuerySet):
    def valid(self):
        """Return the tokens that open something: not revoked, not expired, of an active user."""
        unexpired = Q(expires_at=None) | Q(expires_at__gt=timezone.now())
        return self.filter(unexpired, revoked_at=None, user__is_active=True).select_related(
            "user", "category"
        )

    def shown_to(self, user):
        return self if user.is_superuser else self.filter(user=user)

    def expiring(self):
        """Return the valid tokens that expire soon."""
        return self.valid().filter(expires_at__lt=timezone.now() + WARNED_FOR)

    def forget_old(self) -> None:
        self.filter(revoked_at__lt=timezone.now() - KEPT_FOR).delete()


class Token(models.Model):
    """A token. Its name is that of the source of its files.

    start: the first letters, by which people recognise it. rights: words of Right. category: of articles that
    name none; without one, these are rejected. addresses: IP addresses or networks, separated by commas.
    sent, asked: numbers of articles and of other requests since hour_began.
    """

    name = models.CharField(_("name"), max_length=NAME_LENGTH)
    start = models.CharField(max_length=16)
    digest = models.CharField(max_length=64, unique=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_constraint=False)
    rights = models.CharField(max_length=100, default=Right.DRY_RUN)
    written_by = models.CharField(max_length=WrittenBy.LENGTH, default=Provenance.FILE)
    category = models.ForeignKey(
        Category, models.SET_NULL, null=True, blank=True, related_name="+", db_constraint=False
    )
    hourly_limit = models.PositiveIntegerField(default=200)
    addresses = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True)
    last_used_from = models.GenericIPAddressField(null=True)
    warned_at = models.DateTimeField(null=True)  # when its maker got a letter that it expires soon
    revoked_at = models.DateTimeField(null=True)
    revoked_by_name = models.CharField(max_length=150, blank=True)
    hour_began = models.DateTimeField(null=True)
    sent = models.PositiveIntegerField(default=0)
    asked = models.PositiveIntegerField(default=0)

    objects = TokenQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("token")
        verbose_name_plural = _("tokens")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["name"], condition=Q(revoked_at=None), name="token_name")
        ]

    def __str__(self):
        return self.name

    def may(self, right: str) -> bool:
        return right in self.rights.split()

    @property
    def expires_in(self) -> int | None:
        """The number of days after which it expires, if these are few: 0 on the last day, -1 afterwards."""
        if self.revoked_at or not self.expires_at or self.expires_at > timezone.now() + WARNED_FOR:
            return None
        return (self.expires_at - timezone.now()).days

    def admits(self, address) -> bool:
        """Whether a request may come from this IP address, None if unknown."""
        networks = [ipaddress.ip_network(each, strict=False) for each in self.addresses.split(",") if each]
        return not networks or (address is not None and any(address in network for network in networks))

    def count(self, name: str, number: int = 1) -> bool:
        """Count requests as "sent" or "asked". Return False, and count none, if that exceeds the limit."""
        now, rows = timezone.now(), Token.objects.filter(pk=self.pk)
        rows.filter(Q(hour_began=None) | Q(hour_began__lt=now - PERIOD) | Q(hour_began__gt=now)).update(
            hour_began=now, sent=0, asked=0
        )
        limit = self.hourly_limit * (LOOKS if name == "asked" else 1)
        counted = {name: F(name) + number}
        return bool(rows.filter(**{f"{name}__lte": limit - number}).update(**counted))

    def seconds_left(self) -> int:
        """How long to wait until the next hour of the limit begins."""
        began = Token.objects.values_list("hour_began", flat=True).get(pk=self.pk) or timezone.now()
        return max(1, int((began + PERIOD - timezone.now()).total_seconds()) + 1)


class IntakeQuerySet(models.QuerySet):
    def open(self):
        """Return those that still receive files."""
        return self.filter(is_finished=False, last_request_at__gt=timezone.now() - JOINED_FOR)

    def to_finish(self):
        return self.filter(is_finished=False, last_request_at__lte=timezone.now() - JOINED_FOR)


class Intake(models.Model):
    """An import to which the requests of a token are joined. is_finished: no more can join.

    refused: requests that were refused before their file was read, such as by a limit.
    """

    run = models.OneToOneField(
        ImportRun, models.CASCADE, primary_key=True, related_name="+", db_constraint=False
    )
    token = models.ForeignKey(Token, models.SET_NULL, null=True, related_name="intakes")
    token_name = models.CharField(max_length=NAME_LENGTH)
    requests = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    last_request_at = models.DateTimeField(default=timezone.now)
    is_finished = models.BooleanField(default=False)

    objects = IntakeQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    def __str__(self):
        return f"{self.token_name}, {self.run_id}"


class Refusal(models.Model):
    """A request that was refused before its file was read."""

    intake = models.ForeignKey(Intake, models.CASCADE, related_name="refusals")
    at = models.DateTimeField(default=timezone.now)
    path = models.CharField(max_length=500, blank=True)
    status = models.PositiveSmallIntegerField()
    reason = models.TextField()

    class Meta:
        ordering = ["pk"]
        default_permissions = ()

    def __str__(self):
        return f"{self.status} {self.path}"


class Answer(models.Model):
    """The answer to a request with an Idempotency-Key. status: None while it is being processed."""

    token = models.ForeignKey(Token, models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    request_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    headers = models.JSONField(default=dict)
    body = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["token", "key"], name="answer_once")]

    def __str__(self):
        return self.key
