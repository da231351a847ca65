"""What a second step of a log-in is stored as.

Secrets of authenticator apps are encrypted, recovery codes are digests, and passkeys are public keys. So who
reads the database or a backup of it cannot log in.
"""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blog.jobs import cleanup_hook

NAME_LENGTH = 60
CLOSED_FOR = timedelta(minutes=15)  # after the last wrong code or password


class Passkey(models.Model):
    """A passkey or a security key, by its public key."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="passkeys")
    name = models.CharField(_("name"), max_length=NAME_LENGTH)
    credential_id = models.CharField(max_length=1400, unique=True)  # at most 1,023 bytes, in base64
    public_key = models.BinaryField()  # the id, the model and the key, as the device sent them
    uses = models.BigIntegerField(default=0)  # as the device counts them; many devices always send 0
    added_at = models.DateTimeField(default=timezone.now)
    used_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        default_permissions = ()
        verbose_name = _("passkey")
        verbose_name_plural = _("passkeys")

    def __str__(self):
        return self.name


class CodeApp(models.Model):
    """The authenticator app of a user. last_step: the time step of the last accepted code."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="code_app")
    secret = models.TextField()  # encrypted: encryption.py
    last_step = models.BigIntegerField(default=0)
    added_at = models.DateTimeField(default=timezone.now)
    used_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        verbose_name = _("authenticator app")
        verbose_name_plural = _("authenticator apps")

    def __str__(self):
        return str(self.user)


class RecoveryCodes(models.Model):
    """The recovery codes of a user that are left, as digests."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="recovery_codes")
    salt = models.CharField(max_length=32)
    digests = models.JSONField(default=list)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()
        verbose_name = _("recovery codes")
        verbose_name_plural = _("recovery codes")

    def __str__(self):
        return str(self.user)

    @property
    def left(self) -> int:
        return len(self.digests)


class SecondStepRuleQuerySet(models.QuerySet):
    def applying_to(self, user):
        applies = Q(groups__in=user.groups.all())
        return self.filter(applies | Q(for_superusers=True) if user.is_superuser else applies)


class SecondStepRule(models.Model):
    """Who needs a second step, and from when. There is at most one row."""

    for_superusers = models.BooleanField(default=False)
    groups = models.ManyToManyField(Group, related_name="+")
    starts_at = models.DateTimeField(default=timezone.now)

    objects = SecondStepRuleQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        verbose_name = _("rule for the second step")
        verbose_name_plural = _("rules for the second step")

    def __str__(self):
        return str(self.starts_at)


class LetIn(models.Model):
    """A link by mail with which a user without a second step sets up a new one.

    As long as the row exists, the password alone does not log in.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key = models.CharField(max_length=32)  # part of the newest link
    sent_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()
        verbose_name = _("link to a new second step")
        verbose_name_plural = _("links to a new second step")

    def __str__(self):
        return str(self.user)


class CodeAttemptsQuerySet(models.QuerySet):
    @transaction.atomic
    def take(self, limits: dict[str, int]) -> bool:
        """Count an attempt under each key, {key: limit}, unless one has none left.

        Return whether it may be checked.
        """
        now = timezone.now()
        self.bulk_create([self.model(key=key) for key in sorted(limits)], ignore_conflicts=True)
        rows = list(self.select_for_update().filter(key__in=limits).order_by("key"))
        self.filter(key__in=limits, last_at__gt=now).update(last_at=now)  # the clock was set back
        for row in rows:
            if row.last_at <= now - CLOSED_FOR:
                row.number = 0
        if any(row.number >= limits[row.key] for row in rows):
            return False
        for row in rows:
            row.number, row.last_at = row.number + 1, now
        self.bulk_update(rows, ["number", "last_at"])
        return True

    def give_back(self, account: str, address: str) -> None:
        """Forget the attempts of an account after a right one, and one of its address."""
        self.filter(key=account).update(number=0)
        self.filter(key=address, number__gt=0).update(number=models.F("number") - 1)

    def closed_until(self, limits: dict[str, int]):
        """Return when attempts are open again; None if they are."""
        rows = self.filter(key__in=limits, last_at__gt=timezone.now() - CLOSED_FOR)
        times = (row.last_at for row in rows if row.number >= limits[row.key])
        last = max(times, default=None)
        return last and last + CLOSED_FOR

    def left(self, limits: dict[str, int]) -> int:
        """Return how many attempts are left before they are closed. The keys have been counted."""
        return min(limits[row.key] - row.number for row in self.filter(key__in=limits))

    def forget_old(self) -> None:
        self.filter(last_at__lt=timezone.now() - CLOSED_FOR).delete()


class CodeAttempts(models.Model):
    """The number of wrong codes or passwords of an account or address (key), until a while after the last."""

    key = models.CharField(max_length=80, unique=True)
    number = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField(default=timezone.now)

    objects = CodeAttemptsQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    def __str__(self):
        return self.key


cleanup_hook(CodeAttempts.objects.forget_old)
