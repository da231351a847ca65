"""Remote images that could not be fetched, and when to retry them."""

import hashlib
import itertools
from datetime import timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blog.base.queries import ROWS_AT_ONCE

FIRST_WAIT, LONGEST_WAIT = timedelta(hours=1), timedelta(days=7)  # times four after each attempt
LASTING_WAIT = timedelta(days=30)  # if a retry will hardly help: not found, not an image


class MirrorFailureQuerySet(models.QuerySet):
    def at(self, addresses) -> dict[str, "MirrorFailure"]:
        """Return {URL: failure} for these URLs."""
        found = {}
        for batch in itertools.batched(addresses, ROWS_AT_ONCE):
            rows = self.filter(address_digest__in=map(digest_of, batch))
            found |= {row.address: row for row in rows}
        return found

    def note(self, address: str, reason: str, *, is_passing: bool) -> None:
        """Record one more failure of a URL. is_passing: see MirrorFailure.fail()."""
        row = self.at([address]).get(address) or self.model(address=address)
        row.fail(reason, is_passing=is_passing)
        row.save()

    def forget(self, addresses) -> None:
        for batch in itertools.batched(addresses, ROWS_AT_ONCE):
            self.filter(address_digest__in=map(digest_of, batch)).delete()


class MirrorFailure(models.Model):
    """A remote image that could not be fetched or stored at the last attempt."""

    address = models.TextField(_("URL"))
    address_digest = models.CharField(max_length=64, unique=True, editable=False)
    reason = models.TextField(_("reason"))
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    tried_at = models.DateTimeField(_("last attempt"))
    try_again_at = models.DateTimeField(_("next attempt"))

    objects = MirrorFailureQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        verbose_name = _("image that could not be fetched")
        verbose_name_plural = _("images that could not be fetched")

    def __str__(self):
        return self.address

    def save(self, *args, **kwargs):
        self.address_digest = digest_of(self.address)
        super().save(*args, **kwargs)

    def fail(self, reason: str, *, is_passing: bool, now=None) -> None:
        """Count one more failure. is_passing: a later attempt may succeed, so retry soon."""
        self.reason, self.tried_at = reason, now or timezone.now()
        wait = min(FIRST_WAIT * 4 ** min(self.attempts, 10), LONGEST_WAIT) if is_passing else LASTING_WAIT
        self.try_again_at = self.tried_at + wait
        self.attempts += 1


def digest_of(address: str) -> str:
    """Return the digest of a URL for the index, because URLs may be too long for an index."""
    return hashlib.sha256(address.encode("utf-8", "surrogatepass")).hexdigest()
