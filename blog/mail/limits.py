"""Limits on what strangers can request, such as letters to an address.

Addresses are counted by a keyed digest. So the table does not show who has requested what. Rows with the
number 0 are not counts, but mark the moment of an event, such as the end of the letters to an address.
"""

import ipaddress
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import models, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from blog.jobs import cleanup_hook

PERIOD = timedelta(hours=1)
MARKED_FOR = timedelta(days=7)


class RequestCountQuerySet(models.QuerySet):
    def count_request(self, kind: str, value: str = "") -> int:
        """Count a request of a kind. Return the number of such requests with this value within PERIOD.

        If the clock is set back, the count stays, and ends PERIOD after the next request.
        """
        now = timezone.now()
        with transaction.atomic():
            row, _is_new = self.select_for_update().get_or_create(
                digest=_digest(kind, value), defaults={"since": now, "number": 0}
            )
            if row.since < now - PERIOD:
                row.since, row.number = now, 0
            row.since = min(row.since, now)
            row.number += 1
            row.save()
        return row.number

    def mark(self, kind: str, values: Iterable[str]) -> None:
        """Store for MARKED_FOR that an event of a kind happened now to each of these values, in one query."""
        now = timezone.now()
        rows = [
            self.model(digest=each, number=0, since=now)
            for each in sorted({_digest(kind, value) for value in values})
        ]
        self.bulk_create(rows, update_conflicts=True, unique_fields=["digest"], update_fields=["since"])

    def marked_at(self, kind: str, value: str) -> datetime | None:
        """Return when the last event of a kind happened to this value."""
        return self.filter(digest=_digest(kind, value)).values_list("since", flat=True).first()

    def forget_old(self) -> None:
        """Delete counts after PERIOD, marks after MARKED_FOR.

        Counts from before the clock was set back are deleted PERIOD later.
        """
        now = timezone.now()
        counts = self.filter(number__gt=0)
        counts.filter(since__gt=now).update(since=now)
        counts.filter(since__lt=now - PERIOD).delete()
        self.filter(since__lt=now - MARKED_FOR).delete()


def _digest(kind, value):
    return salted_hmac("blog.mail.limits", f"{kind}\0{value}", algorithm="sha256").hexdigest()


class RequestCount(models.Model):
    """The number of requests of a kind since a moment."""

    digest = models.CharField(max_length=64, unique=True)
    number = models.PositiveIntegerField()
    since = models.DateTimeField()

    objects = RequestCountQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    def __str__(self):
        return self.digest


cleanup_hook(RequestCount.objects.forget_old)


def client_address(request) -> str | None:
    """Return the IP address under which requests of a client are counted.

    A proxy on this machine appends the client's address to X-Forwarded-For; the entries before it can be
    forged. An IPv6 client has a whole /64 network, which therefore counts as one address.
    """
    address = client_ip(request)
    if address and address.version == 6:
        address = ipaddress.ip_network((address, 64), strict=False).network_address
    return str(address) if address else None


def client_ip(request) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Return the whole IP address of a client, None if it is not known."""
    address = _parse(request.META.get("REMOTE_ADDR", ""))
    if address is None or address.is_loopback:  # None: a proxy on a Unix socket
        forwarded = request.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
        address = _parse(forwarded) or address
    return getattr(address, "ipv4_mapped", None) or address


def _parse(text):
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None
