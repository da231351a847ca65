"""Limits on what strangers can request, such as letters to an address.

Addresses are counted by a keyed digest. So the table does not show who has requested what.
"""

import ipaddress
from datetime import timedelta

from django.db import models, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from blog.jobs import cleanup_hook

PERIOD = timedelta(hours=1)


class RequestCountQuerySet(models.QuerySet):
    def count_request(self, kind: str, value: str = "") -> int:
        """Count a request of a kind. Return the number of such requests with this value within PERIOD.

        If the clock is set back, the count stays, and ends PERIOD after the next request.
        """
        digest = salted_hmac("blog.mail.limits", f"{kind}\0{value}", algorithm="sha256").hexdigest()
        now = timezone.now()
        with transaction.atomic():
            row, _is_new = self.select_for_update().get_or_create(
                digest=digest, defaults={"since": now, "number": 0}
            )
            if row.since < now - PERIOD:
                row.since, row.number = now, 0
            row.since = min(row.since, now)
            row.number += 1
            row.save()
        return row.number

    def forget_old(self) -> None:
        """Delete counts after PERIOD. Counts from before the clock was set back are deleted PERIOD later."""
        now = timezone.now()
        self.filter(since__gt=now).update(since=now)
        self.filter(since__lt=now - PERIOD).delete()


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


@cleanup_hook
def forget_old_counts() -> None:
    RequestCount.objects.forget_old()


def client_address(request) -> str | None:
    """Return the IP address under which requests of a client are counted.

    A proxy on this machine appends the client's address to X-Forwarded-For; the entries before it can be
    forged. An IPv6 client has a whole /64 network, which therefore counts as one address.
    """
    address = _parse(request.META.get("REMOTE_ADDR", ""))
    if address is None or address.is_loopback:  # None: a proxy on a Unix socket
        forwarded = request.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
        address = _parse(forwarded) or address
    if address and address.version == 6:
        address = address.ipv4_mapped or ipaddress.ip_network((address, 64), strict=False).network_address
    return str(address) if address else None


def _parse(text):
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None
