"""“Is it you?”: acts that end a safeguard need the password or a passkey once in ten minutes."""

import time
from functools import wraps

from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from blog.desk.second_step import passkeys
from blog.desk.second_step.attempts import ClosedError, closed_page, try_code
from blog.desk.second_step.sessions import CONFIRMED

VALID_SECONDS = 600
CONFIRM = "confirm"  # the purpose of a passkey
OWN_FIELDS = frozenset(("csrfmiddlewaretoken", "confirm_password", "confirm_by", "challenge", "answer"))


def confirmed(view):
    """Wrap a view, so that before a POST its user is asked “Is it you?”. What was typed is kept."""

    @sensitive_post_parameters()
    @wraps(view)
    def asked(request, *args, **kwargs):
        return (request.method == "POST" and ask_again(request)) or view(request, *args, **kwargs)

    return asked


def ask_again(request):
    """Return a page with the question, or None if it was answered lately, or by this POST."""
    if time.time() - request.session.get(CONFIRMED, 0) < VALID_SECONDS:
        return None
    is_wrong = False
    try:
        if is_answered(request):
            request.session[CONFIRMED] = int(time.time())
            return None
    except ClosedError:
        return closed_page(request, request.user)
    except passkeys.PasskeyRefusedError:
        is_wrong = True
    return _question(request, is_wrong=is_wrong or "confirm_password" in request.POST)


def is_answered(request) -> bool:
    """Whether the POST has the right password or an answer of a passkey. Raises both kinds of refusal."""
    user, password = request.user, request.POST.get("confirm_password", "")
    if password:
        return try_code(request, user, lambda: user.check_password(password))
    if request.POST.get("confirm_by") == "passkey":
        return bool(passkeys.check(request, CONFIRM, user))
    return False


def _question(request, *, is_wrong):
    # Not at the import: the admin site imports the views that ask.
    from django.contrib import admin

    kept = [
        (name, value)
        for name in request.POST
        if name not in OWN_FIELDS
        for value in request.POST.getlist(name)
    ]
    has_passkey = passkeys.are_possible() and request.user.passkeys.exists()
    context = admin.site.each_context(request) | {
        "title": _("Log-in and security"),
        "kept": kept,
        "is_wrong": is_wrong,
        "passkey": passkeys.begin_using(request, CONFIRM, request.user) if has_passkey else None,
    }
    return TemplateResponse(request, "admin/security/confirm.html", context)
