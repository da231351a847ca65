"""The letter of an invitation."""

from django.contrib.auth import get_user_model
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from blog.base.models import name_of
from blog.desk.invitations.models import VALID_FOR, Invitation
from blog.mail.messages import queue_messages
from blog.mail.models import Message
from blog.site.addresses import absolute
from blog.site.identity import site_identity
from blog.site.letters import short_letter


@transaction.atomic
def send_invitation(invitation: Invitation) -> None:
    """Save the invitation with a new link, and queue its letter.

    Somebody who has an account with the address gets a reminder of that account instead of the link. The
    sender does not learn this.
    """
    token = invitation.renew()
    accounts = get_user_model().objects.filter(email__iexact=invitation.email, is_active=True)
    account = accounts.order_by("pk").first()
    queue_messages([_reminder(invitation, account) if account else _message(invitation, token)])


def _message(invitation, token) -> Message:
    days = VALID_FOR.days
    valid = ngettext(
        "The link is valid for %(days)d day and works once.",
        "The link is valid for %(days)d days and works once.",
        days,
    )
    letter = short_letter(
        _subject(),
        [_invited(invitation), valid % {"days": days}],
        _("Choose a user name and a password"),
        absolute(reverse("admin:join", args=[token])),
    )
    reason = _("If you did not expect this e-mail, ignore it: no account is created.")
    return letter.message(invitation.email, reason)


def _reminder(invitation, account) -> Message:
    known = _("You have an account with this address already: %(name)s.")
    paragraphs = _invited(invitation), known % {"name": account.get_username()}
    letter = short_letter(_subject(), paragraphs, _("Log in"), absolute(reverse("admin:login")))
    reason = _("You get this e-mail because of your account on this site.")
    return letter.message(invitation.email, reason)


def _subject():
    return _("You are invited to %(site)s") % {"site": site_identity().name}


def _invited(invitation):
    names = {
        "person": name_of(invitation.invited_by) or _("An administrator"),
        "site": site_identity().name,
        "group": invitation.group.name,
    }
    return _("%(person)s invites you to work on %(site)s. Your group will be: %(group)s.") % names
