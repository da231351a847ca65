"""The limit of attempts with codes, and with passwords after the log-in: of an account, and of an address."""

from collections.abc import Callable

from django.shortcuts import render

from blog.desk.second_step.models import CLOSED_FOR, CodeAttempts
from blog.mail.limits import client_address


def try_code(request, user, is_right: Callable[[], bool]) -> bool:
    """Whether a code or password is right. Raises ClosedError after too many wrong ones, without a check."""
    account, address = keys = _keys(request, user)
    if not CodeAttempts.objects.take(keys):
        raise ClosedError
    if not is_right():
        return False
    CodeAttempts.objects.give_back(account, address)
    return True


class ClosedError(Exception):
    """Raised if too many codes or passwords were wrong."""


def closed_page(request, user):
    """Return a 429 response that says when to try again, or None if it is possible now."""
    until = CodeAttempts.objects.closed_until(_keys(request, user))
    if until is None:
        return None
    # Not at the import: the admin site imports the views that try codes.
    from django.contrib import admin

    context = admin.site.each_context(request) | {"until": until}
    response = render(request, "admin/security/closed.html", context, status=429)
    response["Retry-After"] = str(int(CLOSED_FOR.total_seconds()))
    return response


def _keys(request, user):
    return [f"account {user.pk}", f"address {client_address(request)}"]
