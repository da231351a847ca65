"""The screen where superusers say who needs a second step, and let somebody in again."""

from datetime import timedelta
from functools import wraps

from django import forms
from django.contrib import messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django.views.decorators.http import require_POST

from blog.base.models import name_of
from blog.desk.base import require
from blog.desk.second_step.confirmation import confirmed
from blog.desk.second_step.factors import has_second_step
from blog.desk.second_step.let_in import let_in_again
from blog.desk.second_step.letters import tell
from blog.desk.second_step.models import CodeApp, LetIn, Passkey, SecondStepRule
from blog.site.addresses import absolute

User = get_user_model()
DAYS = (14, 0, 30)
SUPERUSERS = "superusers"
SAVED = "saved_rule"  # in the session, what the foot bar says next
STAFF = Q(is_active=True, is_staff=True)


class RuleForm(forms.Form):
    """Who needs a second step: superusers, and the groups with these primary keys."""

    needed_by = forms.MultipleChoiceField(required=False, label=gettext_lazy("Required for"))
    starts = forms.ChoiceField(label=pgettext_lazy("date", "From"))

    def __init__(self, *args, rule, user, **kwargs):
        self.rule, self.user = rule, user
        chosen = [str(pk) for pk in rule.groups.values_list("pk", flat=True)] if rule.pk else []
        chosen += [SUPERUSERS] if rule.for_superusers else []
        initial = {"needed_by": chosen, "starts": "kept" if chosen else "14"}
        super().__init__(*args, initial=initial, label_suffix="", **kwargs)
        groups = [(str(group.pk), group.name) for group in Group.objects.order_by("name")]
        self.fields["needed_by"].choices = [(SUPERUSERS, _("Superusers")), *groups]
        kept = [("kept", _date(rule.starts_at))] if chosen else []
        self.fields["starts"].choices = kept + [(str(days), _in_days(days)) for days in DAYS]

    def clean(self):
        needed_by = self.cleaned_data.get("needed_by", [])
        own = {str(pk) for pk in self.user.groups.values_list("pk", flat=True)}
        own |= {SUPERUSERS} if self.user.is_superuser else set()
        if own & set(needed_by) and not has_second_step(self.user):
            raise forms.ValidationError(
                _("Not saved. You would need a second step, and you have none."), code="self"
            )

    @transaction.atomic
    def save(self) -> int:
        """Store the rule, and tell those who now need a second step and have none. Return their number."""
        before = set(_lacking(self.rule))
        chosen, starts = self.cleaned_data["needed_by"], self.cleaned_data["starts"]
        self.rule.for_superusers = SUPERUSERS in chosen
        if starts != "kept":
            self.rule.starts_at = timezone.now() + timedelta(days=int(starts))
        self.rule.save()
        self.rule.groups.set(key for key in chosen if key != SUPERUSERS)
        LogEntry.objects.log_actions(self.user.pk, [self.user], CHANGE, _("Changed who needs a second step."))
        new = [user for user in _lacking(self.rule) if user not in before]
        return sum(_tell_needed(user, self.rule.starts_at) for user in new)


def _date(moment):
    return formats.date_format(timezone.localtime(moment), "DATE_FORMAT")


def _in_days(days):
    if not days:
        return _("now")
    date = _date(timezone.now() + timedelta(days=days))
    return _("in %(days)d days, %(date)s") % {"days": days, "date": date}


def _lacking(rule):
    """Return the accounts that need a second step by the rule and have none."""
    if not rule.pk:
        return []
    needed = Q(groups__in=rule.groups.all()) | (Q(is_superuser=True) if rule.for_superusers else Q(pk__in=[]))
    return _with_steps().filter(needed, has_step=False).distinct()


def _with_steps():
    """Return the active accounts of staff, with what they have."""
    has_app = Exists(CodeApp.objects.filter(user=OuterRef("pk")))
    has_passkey = Exists(Passkey.objects.filter(user=OuterRef("pk")))
    users = User.objects.filter(STAFF).annotate(
        has_app=has_app,
        has_step=has_app | has_passkey,
        is_let_in=Exists(LetIn.objects.filter(user=OuterRef("pk"))),
    )
    return users.annotate(keys=Count("passkeys", distinct=True)).order_by("username")


def _tell_needed(user, starts_at) -> bool:
    said = _("The account %(name)s needs a second step from %(date)s on: a passkey, or authenticator codes.")
    return tell(
        user,
        _("Your account needs a second step"),
        [said % {"name": user.get_username(), "date": _date(starts_at)}],
        _("Set up a second step"),
        absolute(reverse("admin:security")),
    )


def of_superusers(view):
    """Wrap a view for superusers, with “Is it you?” before its POST."""

    @wraps(view)
    def asked(request, *args, **kwargs):
        require(request.user.is_superuser)
        return confirmed(view)(request, *args, **kwargs)

    return asked


@of_superusers
def rule_page(request, site):
    """Show who needs a second step and who has one, or save the rule."""
    rule = SecondStepRule.objects.first() or SecondStepRule()
    form = RuleForm(request.POST if request.method == "POST" else None, rule=rule, user=request.user)
    if form.is_valid():
        told = form.save()
        said = ngettext(
            "Saved. %(number)d person has been told by e-mail.",
            "Saved. %(number)d people have been told by e-mail.",
            told,
        )
        request.session[SAVED] = said % {"number": told}
        return HttpResponseRedirect(reverse("admin:second_step"))
    accounts = _with_steps().prefetch_related("groups")
    context = {
        "title": _("Second step"),
        "form": form,
        "chosen": form["needed_by"].value() or [],
        "counts": _counts(accounts),
        "accounts": accounts,
        "asked": request.GET.get("let_in", ""),
        "saved": request.session.pop(SAVED, ""),
    }
    return TemplateResponse(request, "admin/security/rule.html", site.each_context(request) | context)


def _counts(accounts) -> list[tuple[str, str, str]]:
    """Return (value, name, how many have a second step) of superusers and each group."""
    members = {(SUPERUSERS, _("Superusers")): [one for one in accounts if one.is_superuser]}
    for group in Group.objects.order_by("name"):
        members[str(group.pk), group.name] = [one for one in accounts if group in one.groups.all()]
    return [
        (value, name, _has_one(sum(one.has_step for one in those), len(those)))
        for (value, name), those in members.items()
    ]


def _has_one(number, total):
    said = ngettext("%(number)d of %(total)d has one", "%(number)d of %(total)d have one", number)
    return said % {"number": number, "total": total}


@require_POST
@of_superusers
def let_in_account(request, site, key):
    """Remove the second step of an account, and send a link to a new one."""
    user = get_object_or_404(User.objects.filter(STAFF).exclude(pk=request.user.pk), pk=key)
    link = let_in_again(
        user, request.user, request.POST.get("reason", "").strip()[:200] or _("no reason given")
    )
    name = name_of(user)
    if link:
        said = _("%(name)s has no e-mail from this site. Give them this link, which works once: %(link)s")
    else:
        said = _("%(name)s has been sent a link by e-mail, which works once.")
    messages.success(request, said % {"name": name, "link": link})
    return HttpResponseRedirect(reverse("admin:second_step"))
