"""Log-in: a passkey alone, or a password and then the second step."""

import logging
import time

from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth import get_user_model, login
from django.contrib.auth.views import LoginView
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from blog.base.models import PERMISSION_BACKEND, name_of
from blog.desk.second_step import factors, passkeys
from blog.desk.second_step.attempts import (
    ClosedError,
    closed_page,
    limits_of_log_ins,
    locked_out,
    take,
    try_code,
)
from blog.desk.second_step.encryption import UnreadableSecretError
from blog.desk.second_step.gate import LET_IN, standing_of
from blog.desk.second_step.models import CLOSED_FOR, CodeApp, CodeAttempts
from blog.mail.limits import client_address
from blog.mail.messages import mail_is_configured

logger = logging.getLogger(__name__)
User = get_user_model()
PENDING = "second_step_of"  # in the session of somebody whose password was right
PENDING_SECONDS = 600
CODES, PASSKEY, RECOVERY, LOST = "codes", "passkey", "recovery", "lost"


class LoginForm(AdminAuthenticationForm):
    """Django's form, with the same words for a wrong name and a wrong password, and the tries left.

    is_valid() raises ClosedError after too many failures.
    """

    error_messages = AdminAuthenticationForm.error_messages | {
        "invalid_login": gettext_lazy("The user name or the password is wrong."),
    }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)
        self.fields["username"].label = _("User name")
        self.fields["username"].widget.attrs["autocomplete"] = "username webauthn"

    def clean(self):
        self.limits = limits_of_log_ins(self.request, self.cleaned_data.get("username", ""))
        if self.cleaned_data.keys() >= {"username", "password"}:
            take(self.limits)
        return super().clean()

    def get_invalid_login_error(self):
        error, left = super().get_invalid_login_error(), CodeAttempts.objects.left(self.limits)
        if left < 1:
            logger.warning(
                "Log-in is closed after failures, the last one from %s.", client_address(self.request)
            )
            raise ClosedError
        error.message = " ".join([str(error.message), _tries(left)])
        return error


def _tries(left):
    minutes = int(CLOSED_FOR.total_seconds()) // 60
    tries = ngettext(
        "%(number)d more try, then there is a pause of %(minutes)d minutes.",
        "%(number)d more tries, then there is a pause of %(minutes)d minutes.",
        left,
    )
    return tries % {"number": left, "minutes": minutes}


class PasswordView(LoginView):
    authentication_form = LoginForm
    template_name = "admin/login.html"

    def post(self, request, *args, **kwargs):
        form = self.get_form()
        try:
            return self.form_valid(form) if form.is_valid() else self.form_invalid(form)
        except ClosedError:
            return locked_out(request, form.limits)

    def form_valid(self, form):
        """Log in the user whose password was right, or ask for the second step."""
        request, user, target = self.request, form.get_user(), target_of(self.request)
        CodeAttempts.objects.give_back(*form.limits)
        standing = standing_of(user, request.session.get(LET_IN, ""))
        if standing.is_admitted:
            login(request, user, backend=PERMISSION_BACKEND)
            return HttpResponseRedirect(target)
        if standing.must_set_up:
            return HttpResponseRedirect(reverse("admin:let_in_waits"))
        request.session.flush()
        request.session[PENDING] = {
            "user": user.pk,
            "password": user.get_session_auth_hash(),
            "at": int(time.time()),
            "target": target,
        }
        return HttpResponseRedirect(reverse("admin:second_step_login"))


def target_of(request) -> str:
    """Return the page of this site that was asked for before the log-in."""
    return LoginView().get_redirect_url(request) or reverse("admin:index")


@require_POST
def passkey_login(request, site):
    """Log in with a passkey alone, which has asked for a finger, a face or a PIN."""
    try:
        user = passkeys.check(request, passkeys.ONLY_STEP).user
    except passkeys.PasskeyRefusedError:
        user = None
    if user and user.is_active and user.is_staff:
        return _enter(request, user, target_of(request))
    context = _log_in_context(request, site) | {"form": LoginForm(request), "passkey_refused": True}
    return TemplateResponse(request, PasswordView.template_name, context, status=403)


def log_in_page(request, site):
    """Show the form for name and password and the button for a passkey, or check the password."""
    return PasswordView.as_view(extra_context=_log_in_context(request, site))(request)


def _log_in_context(request, site):
    possible = passkeys.are_possible()
    return site.each_context(request) | {
        "title": _("Log in"),
        "subtitle": None,
        "username": request.user.get_username(),
        "next": target_of(request),
        "passkey": passkeys.begin_using(request, passkeys.ONLY_STEP) if possible else None,
        "offers_password_reset": mail_is_configured(),
    }


@never_cache
@sensitive_post_parameters()
def second_step_page(request, site):
    """Ask for the second step after the password."""
    user = _pending(request)
    if user is None:
        return HttpResponseRedirect(reverse("admin:login"))
    if closed := closed_page(request, user):
        return closed
    wrong = ""
    if request.method == "POST":
        try:
            wrong = _checked(request, user)
        except ClosedError:
            return closed_page(request, user)
        if not wrong:
            return _enter(request, user, request.session[PENDING]["target"])
    return _step_page(request, site, user, wrong)


def _step_page(request, site, user, wrong):
    has_codes = CodeApp.objects.filter(user=user).exists()
    has_passkeys = passkeys.are_possible() and user.passkeys.exists()
    way = request.POST.get("way") or request.GET.get("way", "")
    if way not in {CODES, PASSKEY, RECOVERY, LOST}:
        way = PASSKEY if has_passkeys and not has_codes else CODES if has_codes else RECOVERY
    context = site.each_context(request) | {
        "title": _("Recovery code")
        if way == RECOVERY
        else _("Lost your devices?")
        if way == LOST
        else _("One more step"),
        "account": user,
        "way": way,
        "has_codes": has_codes,
        "has_passkeys": has_passkeys,
        "passkey": passkeys.begin_using(request, passkeys.SECOND_STEP, user) if has_passkeys else None,
        "wrong": wrong,
        "superusers": [
            name_of(one)
            for one in User.objects.filter(is_superuser=True, is_active=True).exclude(pk=user.pk)[:3]
        ],
    }
    return TemplateResponse(request, "admin/security/second_step.html", context)


def _pending(request):
    """Return the user whose password was right in this session a short time ago, or None."""
    pending = request.session.get(PENDING) or {}
    user = User.objects.filter(pk=pending.get("user"), is_active=True).first()
    is_valid = (
        user
        and constant_time_compare(user.get_session_auth_hash(), pending["password"])
        and time.time() - pending["at"] < PENDING_SECONDS
    )
    return user if is_valid else None


def _checked(request, user) -> str:
    """Return what is wrong with a second step, or "". Raises ClosedError."""
    way, code = request.POST.get("way", ""), request.POST.get("code", "")
    try:
        if way == PASSKEY:
            passkeys.check(request, passkeys.SECOND_STEP, user)
            return ""
        if way == RECOVERY:
            is_right = try_code(request, user, lambda: factors.use_recovery_code(user, code))
            return "" if is_right else _("This is not one of your recovery codes, or it was used already.")
        is_right = try_code(request, user, lambda: factors.use_code(user, code))
    except passkeys.PasskeyRefusedError:
        return _("Not logged in. The passkey was not confirmed, or it is not known here.")
    except UnreadableSecretError:
        return _(
            "The secret key of this site has changed, so authenticator codes no longer work. Use another way."
        )
    if is_right:
        return ""
    return _("These digits are not valid. They change every 30 seconds: enter those shown now.")


def _enter(request, user, target):
    login(request, user, backend=PERMISSION_BACKEND)
    request.session.pop(PENDING, None)
    factors.mark(request)
    return HttpResponseRedirect(target)
