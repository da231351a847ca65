"""Who wrote articles: the fields that say it, on the edit page and of many articles at once."""

from django import forms
from django.utils.translation import gettext_lazy as _

from blog.articles.provenance import MACHINE_LENGTH, Provenance, WrittenBy
from blog.desk.forms import ExactLine

REASON_LENGTH = 1000
NO_MACHINE = _("A machine's name is given, but a machine is not said to have written it.")


def reason_field(**options) -> forms.Field:
    return ExactLine(
        max_length=REASON_LENGTH, widget=forms.TextInput(attrs={"class": "vTextField"}), **options
    )


def choices_for(article) -> list[tuple[str, str]]:
    """Return the choices of who wrote an article, the first of which says what its file says."""
    return [(Provenance.FILE, _as_its_file_says(article)), *Provenance.choices[1:]]


def _as_its_file_says(article):
    if getattr(article, "source_file", None) is None:
        return _("Not said") if not article.generated_by else _said(_("As was said first"), article)
    return _said(Provenance.FILE.label, article) if article.generated_by else _("As the file says: nothing")


def _said(words, article):
    return f"{words}: {article.generated_by}"


class AttributionForm(forms.Form):
    """Who wrote several articles, and why that is said now."""

    provenance = forms.ChoiceField(
        label=_("Who wrote them?"),
        choices=[
            (Provenance.FILE, _("As each file says")),
            (Provenance.MACHINE, _("A machine: readers see a label")),
            (Provenance.PEOPLE, _("People: no label")),
        ],
        widget=forms.RadioSelect,
    )
    machine = forms.CharField(
        label=_("Name of the machine, if it was one"), max_length=MACHINE_LENGTH, required=False
    )
    reason = reason_field(label=_("Reason"), help_text=_("The history of each article keeps it."))

    def clean(self):
        super().clean()
        machine = self.cleaned_data.get("machine")
        if machine and self.cleaned_data.get("provenance") in (Provenance.FILE, Provenance.PEOPLE):
            self.add_error("machine", NO_MACHINE)
        return self.cleaned_data

    @property
    def written_by(self) -> WrittenBy:
        return WrittenBy(self.cleaned_data["provenance"], self.cleaned_data["machine"])
