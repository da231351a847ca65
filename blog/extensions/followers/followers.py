"""People who follow the site by e-mail, the links that they get, and reports of bounces and complaints.

Before somebody consents, only the signed link in the first letter has the address: nothing is stored except
that letter, until it is sent. The links in later letters contain the follower's key. It is random instead of
signed, so that the link to unsubscribe still works after a change of SECRET_KEY.

Once letters to an address have ended, earlier links to confirm it no longer work. For this, a keyed digest of
the address is kept until these links have expired.
"""

import secrets
from collections.abc import Iterable

from django.core import signing
from django.db import models, transaction
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from blog.mail.limits import MARKED_FOR, RequestCount

CONSENT_WITHIN = MARKED_FOR  # until then, the end of the letters to an address is known
ADDRESS_LENGTH = 254
KEY_BYTES = 18
MAX_REFUSALS = 3  # letters that the mail server refused, one after another
_SALT = "blog.extensions.followers.followers"
_ENDED = "letters ended"


class Frequency(models.TextChoices):
    EACH = "each", pgettext_lazy("letters", "Each article, as it appears")
    WEEKLY = "weekly", pgettext_lazy("letters", "Once a week, all articles in one letter")


class FollowerQuerySet(models.QuerySet):
    def at(self, *addresses: str):
        """Return the followers with these addresses, as a queryset. Case is ignored."""
        # As in the index of the constraint, which iexact would not use.
        return self.alias(lower=Lower("address")).filter(lower__in=[each.lower() for each in addresses])

    def follow(self, address: str, frequency: str):
        """Store the consent, and return the follower. An existing follower gets the new frequency."""
        follower, _is_new = self.at(address).update_or_create(
            defaults={"frequency": frequency},
            create_defaults={"address": address, "frequency": frequency},
        )
        return follower

    @transaction.atomic
    def delete(self):
        """Delete the followers. Links that were sent to confirm their addresses no longer work."""
        end_consent_links(self.values_list("address", flat=True))
        return super().delete()

    delete.alters_data = True
    delete.queryset_only = True

    def count_refusal(self) -> None:
        """Count a letter that the mail server refused permanently. Delete followers after MAX_REFUSALS.

        Not after the first: a server may also refuse letters because of their sender or their words.
        """
        self.update(refusals=models.F("refusals") + 1)
        self.filter(refusals__gte=MAX_REFUSALS).delete()

    def forget_refusals(self) -> None:
        """Start counting again after a letter was accepted."""
        self.filter(refusals__gt=0).update(refusals=0)


class Follower(models.Model):
    """A person who gets letters about new articles, and has confirmed the address."""

    Frequency = Frequency

    address = models.EmailField(_("e-mail address"), max_length=ADDRESS_LENGTH)
    frequency = models.CharField(_("letters"), max_length=10, choices=Frequency)
    key = models.CharField(max_length=40, unique=True, editable=False)
    confirmed_at = models.DateTimeField(_("confirmed at"), default=timezone.now, editable=False)
    refusals = models.PositiveSmallIntegerField(default=0, editable=False)

    objects = FollowerQuerySet.as_manager()

    class Meta:
        db_table = "blog_follower"
        default_permissions = ("view", "delete")
        ordering = ["-confirmed_at", "-pk"]
        verbose_name = _("follower")
        verbose_name_plural = _("followers")
        constraints = [models.UniqueConstraint(Lower("address"), name="follower_address_once")]
        indexes = [models.Index(fields=["frequency", "id"], name="follower_frequency")]

    def __str__(self):
        """Return a name without the address: the activity log keeps it after a deletion."""
        return _("follower %(number)s") % {"number": self.pk}

    def save(self, *args, **kwargs):
        self.key = self.key or secrets.token_urlsafe(KEY_BYTES)
        super().save(*args, **kwargs)

    def delete(self):
        return type(self).objects.filter(pk=self.pk).delete()


def consent_token(address: str, frequency: str) -> str:
    """Return the signed part of the link with which somebody confirms an address."""
    return signing.dumps([address, frequency, _last_end(address)], salt=_SALT)


def read_consent(token: str) -> tuple[str, str]:
    """Return (address, frequency) from a link.

    Raises signing.BadSignature if the link is forged, too old, or from before the letters have ended.
    """
    address, frequency, *known_end = signing.loads(token, salt=_SALT, max_age=CONSENT_WITHIN)
    end = _last_end(address)
    if end and known_end != [end]:
        raise signing.BadSignature("The letters to this address have ended since.")
    return address, frequency


def end_consent_links(addresses: Iterable[str]) -> None:
    """Have all links that were sent so far to confirm these addresses no longer work."""
    RequestCount.objects.mark(_ENDED, (address.lower() for address in addresses))


def _last_end(address) -> str:
    """Return when the letters to an address have ended, if links from before may still be valid."""
    end = RequestCount.objects.marked_at(_ENDED, address.lower())
    return end.isoformat() if end else ""


# Events after which nothing more is sent: permanent bounces and complaints, by the names of providers.
EVENTS = {"bounce", "complaint"}
POSTMARK = {"HardBounce", "BadEmailAddress", "SpamComplaint"}
SENDGRID = {"bounce", "spamreport"}
MAILGUN = {"failed", "complained"}


def addresses_to_delete(report) -> list[str]:
    """Return the addresses in a decoded JSON report of one event or several. Other events are ignored.

    Galley's own form is {"event": "bounce" or "complaint", "address": "…"}.
    """
    rows = report if isinstance(report, list) else [report]
    return list(filter(None, (_address(row) for row in rows if isinstance(row, dict))))


def _address(row) -> str:
    data = row.get("event-data")
    if "address" in row:
        return _text(row, "address") if _text(row, "event") in EVENTS else ""
    if "RecordType" in row:
        kind = _text(row, "Type") if row["RecordType"] == "Bounce" else _text(row, "RecordType")
        return _text(row, "Email") if kind in POSTMARK else ""
    if isinstance(data, dict):
        is_permanent = _text(data, "event") in MAILGUN and data.get("severity") != "temporary"
        return _text(data, "recipient") if is_permanent else ""
    is_permanent = _text(row, "event") in SENDGRID and row.get("type") != "blocked"
    return _text(row, "email") if is_permanent else ""


def _text(row, name) -> str:
    """Return a text of a report; "" instead of one that no address contains.

    Databases refuse to compare NUL, lone surrogates, and texts of many kilobytes.
    """
    value = row.get(name)
    is_possible = isinstance(value, str) and len(value) <= ADDRESS_LENGTH and value.isprintable()
    return value if is_possible else ""
