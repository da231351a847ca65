"""The settings: whether pages are opened, when they are opened again, and which never are."""

import re

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from blog.desk.base import TOAST, require
from blog.extensions.sources.acts import forget_passages
from blog.extensions.sources.choices import source_settings
from blog.extensions.sources.lists import site_sources
from blog.extensions.sources.models import Evidence, SourceSettings
from blog.extensions.sources.screens.list_views import desk_page, may_view

SECONDS_EACH = 5
MOST_SITES = 500
HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")
OPENING_HELP = {
    SourceSettings.Opening.YES: gettext_lazy(
        "When an article is imported or saved, and when an editor gives a source"
    ),
    SourceSettings.Opening.ASKED: gettext_lazy("Sources in the proof, and “Check again”"),
    SourceSettings.Opening.NO: gettext_lazy(
        "Nothing leaves this server. What was found earlier stays visible."
    ),
}


class SettingsForm(forms.ModelForm):
    never = forms.CharField(required=False, max_length=50_000, widget=forms.Textarea(attrs={"rows": 3}))
    not_before = forms.TypedChoiceField(coerce=int, choices=[(hour, f"{hour:02}:00") for hour in range(24)])

    class Meta:
        model = SourceSettings
        fields = ("opening", "round_days", "not_before", "never")
        widgets = {"opening": forms.RadioSelect}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["never"] = "\n".join(self.instance.never)

    def clean_never(self) -> list[str]:
        """Return the hosts. Raises ValidationError for another line."""
        sites = [line.strip().lower().rstrip(".") for line in self.cleaned_data["never"].splitlines()]
        sites = list(dict.fromkeys(filter(None, sites)))[:MOST_SITES]
        for site in sites:
            if not HOST.fullmatch(site):
                message = _(
                    "“%(site)s” is not the name of a site. Write it with its ending, such as example.org."
                )
                raise ValidationError(message % {"site": site[:100]})
        return sites


@require_http_methods(["GET", "HEAD", "POST"])
def change_settings(request):
    """Show the settings to all who may view articles, and save them for those who may change the site."""
    require(may_view(request))
    may_change = request.user.has_perm("blog.change_siteidentity")
    require(may_change or request.method != "POST")
    form = SettingsForm(request.POST if request.method == "POST" else None, instance=source_settings())
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("The settings were saved."), extra_tags=TOAST)
        return HttpResponseRedirect(reverse("admin:sources_settings"))
    if not may_change or not settings.OPEN_SOURCES:
        for field in form.fields.values():
            field.disabled = True
    number = site_sources().count()
    context = {
        "title": _("Opening sources"),
        "form": form,
        "may_change": may_change,
        "is_forbidden": not settings.OPEN_SOURCES,
        "opening_help": OPENING_HELP,
        "number": number,
        "minutes": max(1, round(number * SECONDS_EACH / 60)),
        "passages": Evidence.objects.exclude(passage="").count(),
    }
    return desk_page(request, "sources/settings.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def forget(request):
    """Ask whether all passages are to be forgotten, and forget them."""
    require(may_view(request) and request.user.has_perm("blog.change_siteidentity"))
    if request.method == "POST":
        number = forget_passages()
        message = ngettext("%d passage was forgotten.", "%d passages were forgotten.", number) % number
        messages.success(request, message, extra_tags=TOAST)
        return HttpResponseRedirect(reverse("admin:sources_settings"))
    number = Evidence.objects.exclude(passage="").count()
    return desk_page(request, "sources/forget.html", {"title": _("Forget all passages"), "number": number})
