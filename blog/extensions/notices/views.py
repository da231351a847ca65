"""The screen where users switch their notices on and off."""

from django import forms
from django.contrib import admin, messages
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.desk.models import Preferences
from blog.extensions.notices.models import NoticeKind, may_get
from blog.mail.messages import requires_mail


class NoticesForm(forms.Form):
    """The kinds of notices that the user's permissions allow. Others keep their setting."""

    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Send me an e-mail when"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args, user, **kwargs):
        self.user = user
        preferences = Preferences.objects.filter(user=user).first()
        self.muted = set(preferences.muted_notices.split()) if preferences else set()
        self.allowed = [kind for kind in NoticeKind if may_get(user, kind)]
        initial = {"kinds": [kind for kind in self.allowed if kind not in self.muted]}
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["kinds"].choices = [(kind.value, kind.label) for kind in self.allowed]

    def save(self):
        off = {kind.value for kind in self.allowed} - set(self.cleaned_data["kinds"])
        muted = sorted(off | self.muted.difference(self.allowed))
        stored = f" {' '.join(muted)} " if muted else ""
        Preferences.objects.update_or_create(user=self.user, defaults={"muted_notices": stored})


@requires_mail
def choose(request):
    """Show the screen, or save the form."""
    form = NoticesForm(request.POST if request.method == "POST" else None, user=request.user)
    if form.is_valid():
        form.save()
        messages.success(request, _("Your notices were saved."))
        return HttpResponseRedirect(reverse("admin:notices_choose"))
    context = {"title": _("Your notices"), "form": form}
    return TemplateResponse(request, "notices/notices.html", admin.site.each_context(request) | context)
