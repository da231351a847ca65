"""Limits for failed log-ins per account and per IP address, and for other requests of strangers.

The numbers are in settings.py.

django-axes stores the failures. It has one limit for all parameters, so failures of an address are scaled to
the limit of an account. Unknown account names are counted and answered like known ones.

Each attempt is counted as a failure before its password is checked, and no longer counted if the password was
right. So no more simultaneous attempts than the limit are checked. Axes itself counts only afterwards.
"""

import hashlib
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

from blog.mail.limits import PERIOD, RequestCount, client_address
from blog.mail.messages import mail_is_configured

logger = logging.getLogger(__name__)


class LoginLimitBackend(AxesStandaloneBackend):
    """A backend that rejects locked-out clients. Log-ins without a request (tests, shell) are not limited."""

    def authenticate(self, request, username=None, password=None, **kwargs):
        return super().authenticate(request, username, password, **kwargs) if request is not None else None


class LoginLimitHandler(AxesDatabaseHandler):
    """Counts failures by account and by IP address, in the order of AXES_LOCKOUT_PARAMETERS."""

    def is_allowed(self, request, credentials=None):
        """Count the attempt unless the limit is reached; return whether the password may be checked.

        The transaction ends before the password is checked, so that no lock is held during slow hashing.
        """
        account, address = account_name(request, credentials), request.axes_ip_address
        with transaction.atomic():
            _take_turns("account", account)
            _take_turns("address", address or "")
            self._follow_clock(request, credentials)
            if self.is_locked(request, credentials):
                return False
            _count(request, account, address)
        return True

    def _follow_clock(self, request, credentials):
        """Have failures from before the clock was set back end after the cool-off time, like new ones."""
        now = timezone.now()
        for attempts in self.filter_user_attempts(request, credentials):
            attempts.filter(attempt_time__gt=now).update(attempt_time=now)

    def user_login_failed(self, sender, credentials, request=None, **kwargs):
        """Show the lockout page if this was the last allowed attempt, which is_allowed() has counted."""
        if request is None:
            return
        self.clean_expired_user_attempts(request, credentials)
        if not request.axes_locked_out and self.is_locked(request, credentials):
            logger.warning("Log-in is closed after failures, the last one from %s.", request.axes_ip_address)
            request.axes_locked_out = True
        request.axes_credentials = credentials

    def clean_expired_user_attempts(self, request=None, credentials=None):
        """Delete failures older than twice the cool-off time.

        A concurrent attempt may be about to restart the count of a row that has only just expired.
        """
        expired = get_cool_off_threshold(request) - get_cool_off(request)
        return AccessAttempt.objects.filter(attempt_time__lt=expired).delete()[0]

    def get_failures(self, request, credentials=None):
        account, address = (
            sum(attempts.values_list("failures_since_start", flat=True))
            for attempts in self.get_user_attempts(request, credentials)
        )
        return max(account, address * settings.AXES_FAILURE_LIMIT // settings.LOGIN_ADDRESS_LIMIT)

    def reset_user_attempts(self, request, credentials=None):
        """Delete the failures of the account that logged in. Others from the same IP address still count."""
        account, _address = self.filter_user_attempts(request, credentials)
        return account.delete()[0]

    def last_failure(self, request, credentials=None):
        """Return the time of the last failure of the account or the address."""
        attempts = self.get_user_attempts(request, credentials)
        times = [found.aggregate(last=Max("attempt_time"))["last"] for found in attempts]
        return max(filter(None, times), default=timezone.now())


def _take_turns(kind: str, name: str):
    """Wait until concurrent attempts of the same account or address (kind, name) are counted.

    Callers lock the account first, then the address, so that there is no deadlock. This is an advisory lock
    of PostgreSQL; on SQLite the transaction locks anyway.
    """
    if connection.vendor == "postgresql":
        digest = hashlib.blake2b(f"{kind}\0{name}".encode("utf-8", "replace"), digest_size=8).digest()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(digest, signed=True)])


def _count(request, account, address):
    """Count a failure of the account and the address. An expired row restarts at one."""
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
    """Return the account name under which failures are counted, normalised, whether it exists or not."""
    name = (credentials or request.POST).get("username") or ""
    return unicodedata.normalize("NFKC", name).strip().casefold()[:255]


def locked_out(request, credentials=None):
    """Return a 429 response that says when to try again."""
    handler = AxesProxyHandler.get_implementation()
    ends = handler.last_failure(request, credentials) + (get_cool_off(request) or timedelta())
    seconds = max(1, math.ceil((ends - timezone.now()).total_seconds()))
    context = {"minutes": math.ceil(seconds / 60), "offers_password_reset": mail_is_configured()}
    response = render(request, "admin/locked_out.html", context, status=429)
    response["Retry-After"] = str(seconds)
    response["Cache-Control"] = "no-store"
    return response


def too_many_attempts(request, action: str, name: str = ""):
    """Count the request. Return a 429 response if it exceeds a limit, otherwise None.

    name: for example the mail address that was typed, which has a limit of its own.
    """
    count = RequestCount.objects.count_request
    is_exceeded = count(action, client_address(request) or "") > settings.LOGIN_ADDRESS_LIMIT
    if name:
        is_exceeded |= count(f"{action} of", name.strip().casefold()) > settings.AXES_FAILURE_LIMIT
    if not is_exceeded:
        return None
    seconds = int(PERIOD.total_seconds())
    response = render(request, "admin/too_many_attempts.html", {"minutes": seconds // 60}, status=429)
    response["Retry-After"] = str(seconds)
    return response
