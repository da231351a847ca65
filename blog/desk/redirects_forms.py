"""Forms of a redirect, and of uploading a list of them."""

from django import forms
from django.utils.translation import gettext_lazy as _

from blog.site.live_pages import RedirectError, clean_path, live_pages
from blog.site.redirects import Redirect


class RedirectForm(forms.ModelForm):
    class Meta:
        model = Redirect
        fields = ("path", *Redirect.TARGETS, "is_gone")

    def clean_path(self):
        """Return the path of the old address; refuse one that is a public page."""
        try:
            path = clean_path(self.cleaned_data["path"])
        except RedirectError as error:
            raise forms.ValidationError(str(error)) from None
        live = live_pages([path]).get(path)
        if live:
            raise forms.ValidationError(
                _("“%(live)s” stands at this address, so nobody would be led on. Change its address first."),
                params={"live": live},
            )
        return path


class RedirectListForm(forms.Form):
    """The upload of a CSV list of redirects."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV in UTF-8 with two columns: the old address, and the new one, or “gone”."),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )
    replace = forms.BooleanField(label=_("Change redirects that exist and lead elsewhere"), required=False)
    dry_run = forms.BooleanField(label=_("Only check the file, change nothing"), required=False)
