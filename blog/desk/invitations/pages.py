"""The screen of invitations, their letter, and the screen where an invited person creates an account."""

from django import forms
from django.contrib import messages
from django.contrib.admin.models import ADDITION, LogEntry
from django.contrib.auth import get_user_model, login
from django.contrib.auth.decorators import permission_required
from django.contrib.auth.forms import UserCreationForm
from django.db import IntegrityError, transaction
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from blog.base.models import PERMISSION_BACKEND, name_of
from blog.desk.base import require
from blog.desk.invitations.models import VALID_FOR, Invitation, grantable_groups
from blog.desk.second_step.attempts import too_many_attempts
from blog.desk.second_step.confirmation import ask_again
from blog.jobs import cleanup_hook
from blog.mail.limits import RequestCount
from blog.mail.messages import queue_messages, requires_mail
from blog.mail.models import Message
from blog.site.addresses import absolute
from blog.site.identity import site_identity
from blog.site.letters import short_letter

LETTERS_AN_HOUR = 5  # to one address, so that an account cannot flood mailboxes


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


class InvitationForm(forms.ModelForm):
    """The address to invite, and the group if the user may choose between several."""

    class Meta:
        model = Invitation
        fields = ("email", "group")
        labels = {"email": gettext_lazy("E-mail address"), "group": gettext_lazy("Group")}

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        groups = grantable_groups(user)
        self.fields["group"].queryset = groups
        self.instance.invited_by = user
        if not user.is_superuser:
            del self.fields["group"]
            self.instance.group = groups.first()


@requires_mail
@permission_required("blog.add_invitation", raise_exception=True)
def invitations_page(request, site):
    """Show the pending invitations, and invite the submitted address. Superusers are asked “Is it you?”."""
    user = request.user
    if request.method == "POST" and user.is_superuser and (question := ask_again(request)):
        return question
    can_grant = grantable_groups(user).exists()
    form = InvitationForm(request.POST if request.method == "POST" else None, user=user)
    if can_grant and form.is_valid():
        try:
            with transaction.atomic():
                is_sent = _send(form.instance)
        except IntegrityError:  # another request has just invited the address
            form.add_error("email", _("This address is invited already. Send it again below."))
        else:
            return _back(request, is_sent, _("The invitation is on its way."))
    manageable = set(Invitation.objects.manageable_by(user).values_list("pk", flat=True))
    open_ones = set(Invitation.objects.open().values_list("pk", flat=True))
    pending = Invitation.objects.select_related("group", "invited_by")
    context = {
        "title": _("Invitations"),
        "form": form if can_grant else None,
        "pending": [(each, each.pk in open_ones, each.pk in manageable) for each in pending],
    }
    return TemplateResponse(request, "admin/invitations/list.html", site.each_context(request) | context)


@requires_mail
@require_POST
def resend_invitation(request, key):
    """Send a pending invitation again, in the name of this user."""
    with transaction.atomic():
        invitation = _locked(request, key)
        invitation.invited_by = request.user
        is_sent = _send(invitation)
    return _back(request, is_sent, _("The invitation was sent again. Only its new link works."))


@requires_mail
@require_POST
def withdraw_invitation(request, key):
    with transaction.atomic():
        _locked(request, key).delete()
    return _back(request, True, _("The invitation was withdrawn. Its link no longer works."))


def _locked(request, key):
    require(request.user.has_perm("blog.add_invitation"))
    rows = Invitation.objects.select_for_update(of=["self"]).select_related("group")
    invitation = get_object_or_404(rows, pk=key)
    require(grantable_groups(request.user).filter(pk=invitation.group_id).exists())
    return invitation


def _send(invitation) -> bool:
    """Send an invitation unless too many were sent to its address. Return whether it was sent."""
    number = RequestCount.objects.count_request("invitation", invitation.email.lower())
    if number <= LETTERS_AN_HOUR:
        send_invitation(invitation)
    return number <= LETTERS_AN_HOUR


def _back(request, is_done, message):
    if is_done:
        messages.success(request, message)
    else:
        messages.error(request, _("Too many e-mails were sent to this address. Try again in an hour."))
    return HttpResponseRedirect(reverse("admin:invitations"))


class AccountForm(UserCreationForm):
    """Name and password of a new account."""

    class Meta(UserCreationForm.Meta):
        model = get_user_model()
        fields = ("username", "first_name", "last_name")


@requires_mail
@sensitive_post_parameters()
def join_page(request, site, token: str):
    """Let an invited person create an account, and log in.

    Invalid links get a 404 that does not say why, unless the invitation has ended.
    """
    limited = too_many_attempts(request, "join") if request.method == "POST" else None
    if limited:
        return limited
    invitation = Invitation.objects.find(token)
    if invitation is None or invitation.has_ended:
        context = {"title": _("This invitation is no longer valid"), "has_ended": bool(invitation)}
        context |= site.each_context(request)
        return TemplateResponse(request, "admin/invitations/invalid.html", context, status=404)
    form = AccountForm(request.POST if request.method == "POST" else None)
    form.instance.email = invitation.email
    if form.is_valid() and (user := create_account(form, token)):
        login(request, user, backend=PERMISSION_BACKEND)
        return HttpResponseRedirect(reverse("admin:index"))
    if form.is_bound and form.is_valid():  # another request used the link, ended it or took the name
        return HttpResponseRedirect(request.path)
    context = {"title": _("Create your account"), "form": form, "invitation": invitation}
    return TemplateResponse(request, "admin/invitations/join.html", site.each_context(request) | context)


def create_account(form: AccountForm, token: str):
    """Save the account in the group of the invitation, which is deleted. Return the user.

    Return None if another request has used the link, ended the invitation or taken the user name in the
    meantime.
    """
    user = form.save(commit=False)  # hashes the password, before the transaction
    user.is_staff = True
    try:
        with transaction.atomic():
            invitation = Invitation.objects.select_for_update(of=["self"]).find(token)
            if invitation is None or invitation.has_ended:
                return None
            user.email = invitation.email
            user.save()
            user.groups.add(invitation.group)
            inviter = name_of(invitation.invited_by)
            said = _("Invited by %(person)s.") % {"person": inviter} if inviter else _("Invited.")
            LogEntry.objects.log_actions(user.pk, [user], ADDITION, said)
            invitation.delete()
    except IntegrityError:
        return None
    return user


@cleanup_hook
def forget_invitations() -> None:
    Invitation.objects.forget_old()
