"""Letting somebody in again who has lost all devices: a link by mail, to a new second step."""

from django.core import signing
from django.db import transaction
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, get_random_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache

from blog.desk.second_step.factors import remove_all
from blog.desk.second_step.gate import LET_IN
from blog.desk.second_step.letters import tell
from blog.desk.second_step.models import LetIn
from blog.site.addresses import absolute
from blog.site.identity import site_identity

SALT = "blog.desk.second_step.let_in"
VALID_HOURS = 24


@transaction.atomic
def let_in_again(user, by, reason: str) -> str:
    """Remove the second steps of a user, and send a link to set up a new one.

    Return the link if it cannot be sent by mail, else "".
    """
    remove_all(user, _("Let in again: %(reason)s") % {"reason": reason}, by)
    row, _is_new = LetIn.objects.update_or_create(
        user=user, defaults={"key": get_random_string(32), "sent_at": timezone.now()}
    )
    link = absolute(reverse("admin:let_in", args=[signing.dumps([user.pk, row.key], salt=SALT)]))
    names = {"site": site_identity().name, "name": user.get_username()}
    valid = ngettext(
        "The link is valid for %(hours)d hour and works once.",
        "The link is valid for %(hours)d hours and works once.",
        VALID_HOURS,
    )
    told = [
        _(
            "A superuser has removed the second step of the account %(name)s. You are signed out everywhere. "
            "Open this link, log in with your password, and set up a new second step."
        )
        % names,
        valid % {"hours": VALID_HOURS},
        _("If you did not ask for this, tell a superuser at once."),
    ]
    subject = _("Set up a new second step for %(site)s") % names
    return "" if tell(user, subject, told, _("Set up a second step"), link) else link


@never_cache
def let_in_page(request, site, token: str):
    """Remember in this session that the link was opened, and ask for the password."""
    try:
        pk, key = signing.loads(token, salt=SALT, max_age=VALID_HOURS * 3600)
    except signing.BadSignature:
        pk, key = None, ""
    row = LetIn.objects.filter(user_id=pk).first()
    if row is None or not constant_time_compare(row.key, key):
        context = site.each_context(request) | {"title": _("This link is no longer valid")}
        return TemplateResponse(request, "admin/security/let_in_invalid.html", context, status=404)
    request.session.flush()
    request.session[LET_IN] = key
    return HttpResponseRedirect(reverse("admin:login"))


def let_in_waits(request, site):
    """Tell somebody whose password was right that the link is needed, too."""
    context = site.each_context(request) | {"title": _("Open the link in our e-mail")}
    return TemplateResponse(request, "admin/security/let_in_waits.html", context)
