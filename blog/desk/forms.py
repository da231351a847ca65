"""Form fields that keep the stored value, byte for byte, if it comes back as the form showed it."""

from django import forms
from django.utils.translation import gettext_lazy as _

# Labels for editors, instead of the field names.
LABELS = {"slug": _("Address"), "meta_description": _("Search description")}
MESSAGES = {"slug": {"unique": _("%(model_name)s with this address already exists.")}}


class ExactField:
    """A mixin for text fields: a value counts as unchanged if it comes back as browsers had to show it.

    Browsers convert all line ends in a textarea to CRLF, and remove them from a one-line input.
    """

    def to_python(self, value):
        return super().to_python(_with_plain_line_ends(value))

    def has_changed(self, initial, data):
        return not self.disabled and self.as_shown(self.prepare_value(initial)) != self.as_shown(data)

    def as_shown(self, value):
        text = _with_plain_line_ends(value or "")
        return text if isinstance(self.widget, forms.Textarea) else text.replace("\n", "").strip()


def _with_plain_line_ends(value):
    return value.replace("\r\n", "\n").replace("\r", "\n") if isinstance(value, str) else value


class ExactText(ExactField, forms.CharField):
    """Several lines; leading and trailing spaces and blank lines are kept."""

    def __init__(self, **options):
        super().__init__(**{"widget": forms.Textarea, "strip": False, **options})


class ExactLine(ExactField, forms.CharField):
    """One line; spaces at its ends are removed when it is edited."""


class ExactAddress(ExactField, forms.URLField):
    """A URL, which stays as stored unless it is edited."""


class LinesField(ExactField, forms.CharField):
    """A list of texts, one per line, since an entry may contain commas."""

    def __init__(self, *, encoder=None, decoder=None, **options):
        options |= {"widget": forms.Textarea(attrs={"rows": 4}), "show_hidden_initial": False}
        super().__init__(**options)

    def prepare_value(self, value):
        return "\n".join(map(str, value)) if isinstance(value, list) else value

    def to_python(self, value):
        text = super().to_python(value)
        self.run_validators(text)  # later validation sees the list, in which NUL would be escaped
        return [word.strip() for word in text.split("\n") if word.strip()]


class ExactModelForm(forms.ModelForm):
    """A form that does not change fields that its user did not edit.

    This includes dates: a form shows no fractions of a second, and a time in the hour that is repeated at the
    end of summer time cannot be parsed.
    """

    def clean(self):
        super().clean()
        if self.instance.pk:
            for name, field in self.fields.items():
                exact = isinstance(field, ExactField | forms.SplitDateTimeField)
                if exact and name in self.initial and name not in self.changed_data:
                    self.cleaned_data[name] = self.initial[name]
                    self.errors.pop(name, None)
        return self.cleaned_data
