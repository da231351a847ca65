"""Password reset by mail: Django's screens in the admin, with limits, and the letter sent by a job.

The response and the work of the request are the same whether an account has the address or not: the job
looks for accounts.
"""

from datetime import timedelta

from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth import views
from django.contrib.auth.forms import PasswordResetForm
from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.urls import reverse, reverse_lazy
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from blog import jobs
from blog.desk.second_step.attempts import limits_of_log_ins, too_many_attempts
from blog.desk.second_step.letters import tell_of_password
from blog.desk.second_step.models import CodeAttempts
from blog.jobs import RunningJob, job
from blog.jobs.models import Job
from blog.mail.messages import queue_messages
from blog.mail.models import Message
from blog.site.addresses import absolute
from blog.site.identity import site_identity
from blog.site.letters import short_letter

LIMITED_AS = "password reset"


class AddressForm(PasswordResetForm):
    """Django's form. It starts a job instead of looking for accounts and sending mail."""

    def save(self, **options):
        jobs.start("password_reset", address=self.cleaned_data["email"])


class RequestView(views.PasswordResetView):
    form_class = AddressForm
    template_name = "admin/password_reset/form.html"
    success_url = reverse_lazy("admin:password_reset_done")
    title = gettext_lazy("Reset your password")

    def post(self, request, *args, **kwargs):
        limited = too_many_attempts(request, LIMITED_AS, request.POST.get("email", ""))
        return limited or super().post(request, *args, **kwargs)


class ConfirmView(views.PasswordResetConfirmView):
    template_name = "admin/password_reset/confirm.html"
    success_url = reverse_lazy("admin:password_reset_complete")
    title = gettext_lazy("Choose a new password")

    def post(self, request, *args, **kwargs):
        return too_many_attempts(request, "new password") or super().post(request, *args, **kwargs)

    @transaction.atomic
    def form_valid(self, form):
        response = super().form_valid(form)
        tell_of_password(self.user)
        LogEntry.objects.log_actions(self.user.pk, [self.user], CHANGE, _("Password reset by mail."))
        # Otherwise, failed log-ins would block the new password, too.
        CodeAttempts.objects.give_back(*limits_of_log_ins(self.request, self.user.get_username()))
        return response


@job("password_reset", title=gettext_lazy("Mail to reset a password"))
def send_reset_links(running: RunningJob, address: str = "") -> None:
    """Queue a letter for each account with this address, and delete the address from the job."""
    with transaction.atomic():
        queue_messages(map(_message, PasswordResetForm().get_users(address)))
        Job.objects.filter(pk=running.job.pk).update(arguments={})


def _message(user) -> Message:
    key = urlsafe_base64_encode(force_bytes(user.pk))
    token = default_token_generator.make_token(user)
    hours = settings.PASSWORD_RESET_TIMEOUT // 3600
    asked = _("Somebody, probably you, asked for a new password of the account %(name)s.")
    valid = ngettext(
        "The link is valid for %(hours)d hour and works once.",
        "The link is valid for %(hours)d hours and works once.",
        hours,
    )
    letter = short_letter(
        _("Reset your password for %(site)s") % {"site": site_identity().name},
        [asked % {"name": user.get_username()}, valid % {"hours": hours}],
        _("Choose a new password"),
        absolute(reverse("admin:password_reset_confirm", args=[key, token])),
    )
    reason = _("If it was not you, ignore this e-mail: the password stays the same.")
    return letter.message(user.email, reason, lifetime=timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT))
