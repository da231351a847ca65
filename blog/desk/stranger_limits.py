"""Limits for what people without an account send to the admin, in addition to the log-in."""

from django.conf import settings
from django.shortcuts import render

from blog.mail.limits import PERIOD, RequestCount, client_address


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
