"""How often somebody may fail to log in, by account and by address: the numbers are in settings.py.

django-axes counts the failures. It knows one limit for everything it counts by, so failures of an address are
weighed here against those of an account. Known and unknown account names are counted, and answered, alike.

Each attempt is counted as a failure before its password is looked at, and taken back if that was right: of
forty at once no more than the limit are looked at. Axes itself counts afterwards, when all have been tried.
"""

import hashlib
import ipaddress
import logging
import math
import unicodedata
from datetime import timedelta

from axes.attempts import get_cool_off_threshold
from axes.backends import AxesStandaloneBackend
from axes.handlers.database import AxesDatabaseHandler
from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_cool_off
from axes.models import AccessAttempt
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Case, F, Max, When
from django.shortcuts import render
from django.utils import timezone

logger = logging.getLogger(__name__)


class LoginLimitBackend(AxesStandaloneBackend):
    """Refuses whoever is locked out. Without a request there is nobody to refuse: a test, a shell."""

    def authenticate(self, request, username=None, password=None, **kwargs):
        return super().authenticate(request, username, password, **kwargs) if request is not None else None


class LoginLimitHandler(AxesDatabaseHandler):
    """Counts by account and by address: AXES_LOCKOUT_PARAMETERS has them in this order."""

    def is_allowed(self, request, credentials=None):
        """Count the attempt, unless there were too many; return whether the password may be looked at.

        The transaction is over before that: a slow hash holds no lock.
        """
        account, address = account_name(request, credentials), request.axes_ip_address
        with transaction.atomic():
            _take_turns("account", account)
            _take_turns("address", address or "")
            if self.is_locked(request, credentials):
                return False
            _count(request, account, address)
        return True

    def user_login_failed(self, sender, credentials, request=None, **kwargs):
        """Close the log-in if this was the last attempt. It is in the count already."""
        if request is None:
            return
        self.clean_expired_user_attempts(request, credentials)
        if not request.axes_locked_out and self.is_locked(request, credentials):
            logger.warning("Log-in is closed after failures, the last one from %s.", request.axes_ip_address)
            request.axes_locked_out = True
        request.axes_credentials = credentials

    def clean_expired_user_attempts(self, request=None, credentials=None):
        """Remove what counts no more, but nothing that an attempt of this moment could begin anew."""
        expired = get_cool_off_threshold(request) - get_cool_off(request)
        return AccessAttempt.objects.filter(attempt_time__lt=expired).delete()[0]

    def get_failures(self, request, credentials=None):
        account, address = (
            sum(attempts.values_list("failures_since_start", flat=True))
            for attempts in self.get_user_attempts(request, credentials)
        )
        return max(account, address * settings.AXES_FAILURE_LIMIT // settings.LOGIN_ADDRESS_LIMIT)

    def reset_user_attempts(self, request, credentials=None):
        """Forget the failures of the account that got in; those of its address on other accounts stay."""
        account, _address = self.filter_user_attempts(request, credentials)
        return account.delete()[0]

    def last_failure(self, request, credentials=None):
        """Return when the last failure was counted, of the account or of the address."""
        attempts = self.get_user_attempts(request, credentials)
        times = [found.aggregate(last=Max("attempt_time"))["last"] for found in attempts]
        return max(filter(None, times), default=timezone.now())


def _take_turns(kind: str, name: str):
    """Wait for other attempts of the same name: until they are counted, not until they are decided.

    Account first, then address, so that no two wait for each other. On SQLite the transaction has the lock.
    """
    if connection.vendor == "postgresql":
        digest = hashlib.blake2b(f"{kind}\0{name}".encode("utf-8", "replace"), digest_size=8).digest()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(digest, signed=True)])


def _count(request, account, address):
    """Add one to the failures; those of a row that is too old to count are forgotten."""
    since, now = get_cool_off_threshold(request), request.axes_attempt_time
    attempt, is_new = AccessAttempt.objects.get_or_create(
        username=account,
        ip_address=address,
        user_agent=request.axes_user_agent,
        defaults={"failures_since_start": 1, "path_info": request.axes_path_info},
    )
    if not is_new:
        number = Case(When(attempt_time__gte=since, then=F("failures_since_start") + 1), default=1)
        AccessAttempt.objects.filter(pk=attempt.pk).update(failures_since_start=number, attempt_time=now)


def account_name(request, credentials=None) -> str:
    """Return the name that failures are counted under: one for all its spellings, known or not."""
    name = (credentials or request.POST).get("username") or ""
    return unicodedata.normalize("NFKC", name).strip().casefold()[:255]


def client_address(request) -> str | None:
    """Return the address that failures are counted under.

    A proxy on this machine adds the visitor's address as the last one of X-Forwarded-For; whatever stands
    before it is the visitor's own claim. An IPv6 visitor owns a whole /64, so that counts as one.
    """
    address = _parse(request.META.get("REMOTE_ADDR", ""))
    if address is None or address.is_loopback:  # None: the proxy comes through a socket in the file system.
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


def locked_out(request, credentials=None):
    """Answer 429 with a page that says when to try again."""
    handler = AxesProxyHandler.get_implementation()
    ends = handler.last_failure(request, credentials) + (get_cool_off(request) or timedelta())
    seconds = max(1, math.ceil((ends - timezone.now()).total_seconds()))
    response = render(request, "admin/locked_out.html", {"minutes": math.ceil(seconds / 60)}, status=429)
    response["Retry-After"] = str(seconds)
    response["Cache-Control"] = "no-store"
    return response
