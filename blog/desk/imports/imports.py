"""What is said of the files of an import: which source they come from, and who wrote them."""

from django import forms
from django.utils.translation import gettext_lazy as _

from blog.articles.provenance import MACHINE_LENGTH, Provenance, WrittenBy
from blog.imports.sources import is_source_name
from blog.imports.uploads.models import StagedImport


class ImportForm(forms.Form):
    source_name = forms.CharField(
        label=_("Source"),
        max_length=StagedImport._meta.get_field("source_name").max_length,
        required=False,
        help_text=_("Files of the same source and name update what they have brought before."),
    )
    who = forms.ChoiceField(
        label=_("Who wrote it?"), choices=Provenance, widget=forms.RadioSelect, initial=Provenance.FILE
    )
    machine = forms.CharField(
        label=_("Name of the machine"),
        max_length=MACHINE_LENGTH,
        required=False,
        help_text=_("Empty: as each file names it."),
    )

    mirrors = forms.BooleanField(
        label=_("Fetch pictures from other sites"),
        required=False,
        help_text=_("Pictures that the texts show from elsewhere are then shown from here."),
    )

    @classmethod
    def of(cls, staged: StagedImport) -> "ImportForm":
        """Return the form with what was chosen before."""
        said = WrittenBy.parse(staged.written_by)
        initial = {"source_name": staged.source_name, "who": said.provenance, "machine": said.machine}
        return cls(initial=initial | {"mirrors": staged.mirrors})

    def clean_source_name(self):
        name = self.cleaned_data["source_name"]
        if name and not is_source_name(name):
            raise forms.ValidationError(_("A source cannot be called this: leave out / and line breaks."))
        return name

    @property
    def written_by(self) -> str:
        """The choice, as ImportOptions takes it."""
        who = self.cleaned_data["who"]
        machine = self.cleaned_data["machine"] if who == Provenance.MACHINE else ""
        return str(WrittenBy(who, machine))
