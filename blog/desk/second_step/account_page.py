"""The screen “Log-in and security”: a user's own passkeys, codes and sessions, and the first second step."""

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from blog.desk.base import require
from blog.desk.second_step import codes, factors, passkeys
from blog.desk.second_step.confirmation import confirmed
from blog.desk.second_step.encryption import decrypt, encrypt
from blog.desk.second_step.login import target_of
from blog.desk.second_step.models import NAME_LENGTH, CodeApp, RecoveryCodes, SecondStepRule
from blog.desk.second_step.sessions import browser_name, end_one, end_others, sessions_of
from blog.site.identity import site_identity

NEW_SECRET, SHOWN_CODES, TARGET = "new_secret", "recovery_codes", "after_setting_up"  # in the session


@never_cache
def security_page(request, site):
    """Show all parts. remove, rename or sign_out in the query string asks in the row."""
    if request.standing.must_set_up:
        return set_up_page(request, site)
    if SHOWN_CODES in request.session:
        return HttpResponseRedirect(reverse("admin:security_recovery"))
    user = request.user
    app = CodeApp.objects.filter(user=user).first()
    keys = list(user.passkeys.all())
    others = sessions_of(user, request.session.session_key)
    context = {
        "title": _("Log-in and security"),
        "passkeys": keys,
        "code_app": app,
        "recovery": RecoveryCodes.objects.filter(user=user).first(),
        "has_few_codes": factors.has_few_recovery_codes(user),
        "total": codes.RECOVERY_CODES,
        "can_make_passkeys": passkeys.are_possible(),
        "is_last": len(keys) + bool(app) == 1,
        "left": _what_is_left(request.GET.get("remove", ""), len(keys), app),
        "is_needed": SecondStepRule.objects.applying_to(user).exists(),
        "sessions": others,
        "other_sessions": len(others) - 1,
        "asked": {name: request.GET.get(name, "") for name in ("remove", "rename", "name", "sign_out")},
        "name_length": NAME_LENGTH,
    }
    return _page(request, site, "security", context)


def _what_is_left(removed, keys, app):
    """Return a sentence on the second steps that stay without the codes, or without one of the passkeys."""
    if removed == "codes":
        app = None
    else:
        keys -= 1
    if keys < 1:
        return _("You still have authenticator codes.") if app else _("Then your password alone logs in.")
    if app:
        said = ngettext(
            "You still have %(number)d passkey and authenticator codes.",
            "You still have %(number)d passkeys and authenticator codes.",
            keys,
        )
    else:
        said = ngettext("You still have %(number)d passkey.", "You still have %(number)d passkeys.", keys)
    return said % {"number": keys}


def _page(request, site, name, context):
    context = site.each_context(request) | context
    if request.standing.must_set_up:
        context |= {"has_permission": False, "is_setting_up": True}
    return TemplateResponse(request, f"admin/security/{name}.html", context)


def set_up_page(request, site):
    """Lead somebody who needs a second step to the first one."""
    if not request.standing.must_set_up:
        return HttpResponseRedirect(target_of(request))
    if "next" in request.GET:
        request.session[TARGET] = target_of(request)
    groups = ", ".join(request.user.groups.order_by("name").values_list("name", flat=True))
    context = {
        "title": _("Set up a second step"),
        "groups": groups,
        "can_make_passkeys": passkeys.are_possible(),
    }
    return _page(request, site, "set_up", context)


@require_POST
@confirmed
def add_passkey(request, site):
    """Show the page whose script has the browser make a passkey."""
    return _making_page(request, site)


def _making_page(request, site, *, has_failed=False):
    context = {
        "title": _("Log-in and security"),
        "passkey": passkeys.begin_making(request, request.user),
        "has_failed": has_failed,
    }
    return _page(request, site, "add_passkey", context)


@require_POST
def made_passkey(request, site):
    """Store the passkey that the browser has made, under a preset name."""
    name = browser_name(request.headers.get("user-agent", ""))[:NAME_LENGTH]
    try:
        passkey = passkeys.finish_making(request, request.user, name)
    except passkeys.PasskeyRefusedError:
        return _making_page(request, site, has_failed=True)
    return _added(request, _("A passkey was added."), f"?name={passkey.pk}")


def _added(request, said, query=""):
    """Note a new second step. Show recovery codes after the first one, then the page that was asked for."""
    factors.note_added(request, said)
    if not RecoveryCodes.objects.filter(user=request.user).exists():
        _keep_to_show(request, factors.make_recovery_codes(request.user))
    return HttpResponseRedirect(reverse("admin:security") + query)


def _keep_to_show(request, made):
    request.session[SHOWN_CODES] = encrypt("\n".join(made))


@require_POST
@confirmed
def rename_passkey(request, site, key):
    passkey = _own_passkey(request, key)
    passkey.name = " ".join(request.POST.get("name", "").split())[:NAME_LENGTH] or passkey.name
    passkey.save(update_fields=["name"])
    return HttpResponseRedirect(reverse("admin:security"))


def _own_passkey(request, key):
    return get_object_or_404(request.user.passkeys, pk=key)


@require_POST
@confirmed
def remove_passkey(request, site, key):
    passkey = _own_passkey(request, key)
    _require_another(request)
    passkey.delete()
    return _removed(request, _("“%(name)s” is removed.") % {"name": passkey.name})


def _require_another(request):
    is_needed = SecondStepRule.objects.applying_to(request.user).exists()
    require(not is_needed or factors.count_steps(request.user) > 1)


def _removed(request, said):
    is_told = factors.note_removed(request, said)
    told = _("We have sent you an e-mail about it.") if is_told else ""
    messages.success(request, f"{said} {told}".strip())
    return HttpResponseRedirect(reverse("admin:security"))


@require_POST
@confirmed
def start_codes(request, site):
    """Make a new secret, and show its QR code."""
    request.session[NEW_SECRET] = encrypt(codes.new_secret())
    return HttpResponseRedirect(reverse("admin:security_codes"))


@never_cache
def codes_page(request, site):
    """Show the new secret, and store it after its first right code."""
    if NEW_SECRET not in request.session:
        return HttpResponseRedirect(reverse("admin:security"))
    secret, is_wrong = decrypt(request.session[NEW_SECRET]), False
    if request.method == "POST":
        step = codes.matching_step(secret, request.POST.get("code", ""))
        if step:
            del request.session[NEW_SECRET]
            factors.add_code_app(request.user, secret, step)
            return _added(request, _("Authenticator codes were switched on."))
        is_wrong = True
    width, path = codes.qr_path(codes.uri_of(secret, site_identity().name, request.user.get_username()))
    context = {
        "title": _("Log-in and security"),
        "secret": " ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
        "qr_width": width,
        "qr_path": path,
        "is_wrong": is_wrong,
    }
    return _page(request, site, "codes", context)


@require_POST
@confirmed
def remove_codes(request, site):
    _require_another(request)
    CodeApp.objects.filter(user=request.user).delete()
    return _removed(request, _("Authenticator codes are switched off."))


@never_cache
def recovery_page(request, site):
    """Show new recovery codes until they are kept."""
    shown = request.session.get(SHOWN_CODES)
    if not shown:
        return HttpResponseRedirect(reverse("admin:security"))
    if request.method == "POST" and request.POST.get("kept"):
        del request.session[SHOWN_CODES]
        return HttpResponseRedirect(request.session.pop(TARGET, reverse("admin:security")))
    context = {"title": _("Log-in and security"), "codes": decrypt(shown).split("\n")}
    return _page(request, site, "recovery", context)


@never_cache
def recovery_file(request, site):
    """Return the recovery codes as a text file, while they are shown."""
    if SHOWN_CODES not in request.session:
        raise Http404
    headers = {"Content-Disposition": 'attachment; filename="recovery-codes.txt"'}
    text = decrypt(request.session[SHOWN_CODES]) + "\n"
    return HttpResponse(text, content_type="text/plain; charset=utf-8", headers=headers)


@require_POST
@confirmed
def new_recovery_codes(request, site):
    require(factors.has_second_step(request.user))
    _keep_to_show(request, factors.replace_recovery_codes(request.user))
    end_others(request)
    return HttpResponseRedirect(reverse("admin:security_recovery"))


@require_POST
def sign_out(request, site):
    """End the session with the submitted name, or all others."""
    name = request.POST.get("session", "")
    number = end_one(request.user, name) if name else end_others(request)
    said = ngettext(
        "%(number)d other session is signed out.", "%(number)d other sessions are signed out.", number
    )
    messages.success(request, said % {"number": number})
    return HttpResponseRedirect(reverse("admin:security"))
