"""Limits of attempts with passwords and codes, and of other requests of strangers.

The numbers are in settings.py. Failed log-ins are limited per account name and per address. Unknown names are
counted and answered like known ones. Codes, and passwords after the log-in, have a lower limit.

Each attempt is counted before the check, which takes long, and no longer counted if it was right. So no more
simultaneous attempts than the limit are checked.
"""

import hashlib
import math
import unicodedata
from collections.abc import Callable

from django.conf import settings
from django.shortcuts import render
from django.utils import timezone

from blog.desk.second_step.models import CLOSED_FOR, CodeAttempts
from blog.mail.limits import PERIOD, RequestCount, client_address
from blog.mail.messages import mail_is_configured

WRONG_CODES = 6


class ClosedError(Exception):
    """Raised if too many codes or passwords were wrong."""


def try_code(request, user, is_right: Callable[[], bool]) -> bool:
    """Whether a code or password is right. Raises ClosedError after too many wrong ones, without a check."""
    take(limits := _limits_of_codes(request, user))
    if not is_right():
        return False
    CodeAttempts.objects.give_back(*limits)
    return True


def take(limits: dict[str, int]) -> None:
    """Count an attempt under each key, {key: limit}. Raises ClosedError if one has reached its limit."""
    if not CodeAttempts.objects.take(limits):
        raise ClosedError


def closed_page(request, user):
    """Return a 429 response that says when to try again, or None if it is possible now."""
    until = CodeAttempts.objects.closed_until(_limits_of_codes(request, user))
    if until is None:
        return None
    # Not at the import: the admin site imports the views that try codes.
    from django.contrib import admin

    context = admin.site.each_context(request) | {"until": until}
    return _refusal(request, "admin/security/closed.html", context, CLOSED_FOR.total_seconds())


def _limits_of_codes(request, user):
    return dict.fromkeys((f"account {user.pk}", f"address {client_address(request)}"), WRONG_CODES)


def limits_of_log_ins(request, name: str) -> dict[str, int]:
    """Return {key: limit} of log-ins with an account name, whether it exists or not, and of its address."""
    folded = unicodedata.normalize("NFKC", name).strip().casefold()
    digest = hashlib.sha256(folded.encode("utf-8", "surrogatepass")).hexdigest()
    return {
        f"log-in {digest}": settings.LOGIN_FAILURE_LIMIT,
        f"log-in from {client_address(request)}": settings.LOGIN_ADDRESS_LIMIT,
    }


def locked_out(request, limits: dict[str, int]):
    """Return a 429 response that says when to try to log in again."""
    until = CodeAttempts.objects.closed_until(limits) or timezone.now()
    seconds = max(1, math.ceil((until - timezone.now()).total_seconds()))
    context = {"minutes": math.ceil(seconds / 60), "offers_password_reset": mail_is_configured()}
    return _refusal(request, "admin/locked_out.html", context, seconds)


def too_many_attempts(request, action: str, name: str = ""):
    """Count the request. Return a 429 response if it exceeds a limit, otherwise None.

    name: for example the mail address that was typed, which has a limit of its own.
    """
    count = RequestCount.objects.count_request
    is_exceeded = count(action, client_address(request) or "") > settings.LOGIN_ADDRESS_LIMIT
    if name:
        is_exceeded |= count(f"{action} of", name.strip().casefold()) > settings.LOGIN_FAILURE_LIMIT
    if not is_exceeded:
        return None
    seconds = PERIOD.total_seconds()
    return _refusal(request, "admin/too_many_attempts.html", {"minutes": int(seconds) // 60}, seconds)


def _refusal(request, template, context, seconds):
    response = render(request, template, context, status=429)
    response["Retry-After"] = str(int(seconds))
    return response
