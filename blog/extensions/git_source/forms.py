"""The form of the repository."""

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from blog.desk.forms import ExactModelForm
from blog.extensions.git_source import credentials
from blog.extensions.git_source.addresses import (
    RefusedAddressError,
    RepositoryPlace,
    address_of,
    check_branch,
    check_folder,
    sentence_of,
)
from blog.extensions.git_source.models import Repository

PLACE = ("url", "branch", "folder")


class RepositoryForm(ExactModelForm):
    """Without the permission to change it, and for a place in the variable, fields are disabled."""

    token = forms.CharField(
        label=_("Token"),
        required=False,
        max_length=500,
        help_text=_("For HTTPS, with the right to read. It is not shown again. Leave blank to keep it."),
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )

    class Meta:
        model = Repository
        fields = (*PLACE, "interval", "written_by", "on_delete")
        widgets = dict.fromkeys(PLACE, forms.TextInput) | {"on_delete": forms.RadioSelect}
        help_texts = {
            "url": _("SSH or HTTPS. Galley only reads it."),
            "folder": _("Leave blank for the whole repository"),
        }

    def __init__(self, *args, may_change: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.before = [getattr(self.instance, name) for name in PLACE]
        is_fixed = settings.IMPORT_REPOSITORY is not None
        for name, field in self.fields.items():
            field.disabled = not may_change or (is_fixed and name in (*PLACE, "token"))
            if field.help_text:
                field.widget.attrs["aria-describedby"] = f"help_{name}"

    def clean_url(self):
        _checked(_address, self.cleaned_data["url"])
        return self.cleaned_data["url"]

    def clean_branch(self):
        return _checked(check_branch, self.cleaned_data["branch"])

    def clean_folder(self):
        return _checked(check_folder, self.cleaned_data["folder"])

    @property
    def place(self) -> RepositoryPlace:
        """The place that was typed. Only for a valid form."""
        url, branch, folder = (self.cleaned_data[name] for name in PLACE)
        return RepositoryPlace(_address(url), branch, folder)

    def store_token(self) -> None:
        if token := self.cleaned_data["token"]:
            credentials.write(token=token)

    def save(self, commit=True):
        """Store the repository. After another place was entered, the next pull compares all files."""
        repository = self.instance
        place = [self.cleaned_data[name] for name in PLACE]
        if place != self.before:
            for name, value in zip(PLACE, self.before, strict=True):
                setattr(repository, name, value)
            repository.begin_again(*place)
        elif "interval" in self.changed_data:
            repository.plan_next()
        self.store_token()
        repository.save()
        return repository


def _address(url):
    return address_of(url, is_allowed=settings.IMPORT_REPOSITORY is not None)


def _checked(check, value):
    try:
        return check(value)
    except RefusedAddressError as error:
        raise ValidationError(sentence_of(error)) from None
