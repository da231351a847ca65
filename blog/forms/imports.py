"""What is said of the files of an import: which source they come from, and who wrote them."""

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from blog.importing.preparing import is_source_name
from blog.importing.reports import AS_FILE, MACHINE, MACHINE_LENGTH, PEOPLE, machine_of
from blog.models import StagedImport


class Who(models.TextChoices):
    FILE = "file", _("As each file says")
    MACHINE = "machine", _("A machine")
    PEOPLE = "people", _("People")


class ImportForm(forms.Form):
    source_name = forms.CharField(
        label=_("Source"),
        max_length=StagedImport._meta.get_field("source_name").max_length,
        required=False,
        help_text=_("Files of the same source and name update what they have brought before."),
    )
    who = forms.ChoiceField(label=_("Who wrote it?"), choices=Who, widget=forms.RadioSelect, initial=Who.FILE)
    machine = forms.CharField(
        label=_("Name of the machine"),
        max_length=MACHINE_LENGTH,
        required=False,
        help_text=_("For files that name none."),
    )

    @classmethod
    def of(cls, staged: StagedImport) -> "ImportForm":
        """Return the form with what was chosen before."""
        machine = machine_of(staged.written_by)
        who = Who.MACHINE if machine else staged.written_by
        return cls(initial={"source_name": staged.source_name, "who": who, "machine": machine})

    def clean_source_name(self):
        name = self.cleaned_data["source_name"]
        if name and not is_source_name(name):
            raise forms.ValidationError(_("A source cannot be called this: leave out / and line breaks."))
        return name

    def clean(self):
        if self.cleaned_data.get("who") == Who.MACHINE and not self.cleaned_data.get("machine"):
            self.add_error("machine", _("Name the machine, such as Gemini."))
        return self.cleaned_data

    @property
    def written_by(self) -> str:
        """The choice, as ImportOptions takes it."""
        machine = f"{MACHINE}{self.cleaned_data['machine']}"
        return {Who.FILE: AS_FILE, Who.MACHINE: machine, Who.PEOPLE: PEOPLE}[self.cleaned_data["who"]]
