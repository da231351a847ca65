"""Fields that give back what the browser was shown as it is stored, to the last byte."""

from django import forms
from django.utils.translation import gettext_lazy as _

# Editors read of an address and of what search engines show, not of the columns that hold them.
LABELS = {"slug": _("Address"), "meta_description": _("Search description")}
MESSAGES = {"slug": {"unique": _("%(model_name)s with this address already exists.")}}


class ExactField:
    """A field of text that is unchanged when it comes back as the browser had to show it.

    Browsers turn every line end of a text area into CRLF, and drop line ends from a field of one line.
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
    """Several lines, whose spaces and blank lines count."""

    def __init__(self, **options):
        super().__init__(**{"widget": forms.Textarea, "strip": False, **options})


class ExactLine(ExactField, forms.CharField):
    """One line; spaces at its ends go when somebody edits it."""


class ExactAddress(ExactField, forms.URLField):
    """The address of a page, left alone as long as nobody edits it."""


class LinesField(ExactField, forms.CharField):
    """A list of words, one a line: a comma may be part of a word."""

    def __init__(self, *, encoder=None, decoder=None, **options):
        options |= {"widget": forms.Textarea(attrs={"rows": 4}), "show_hidden_initial": False}
        super().__init__(**options)

    def prepare_value(self, value):
        return "\n".join(map(str, value)) if isinstance(value, list) else value

    def to_python(self, value):
        text = super().to_python(value)
        self.run_validators(text)  # what comes later looks at the list, where a NUL is written as an escape
        return [word.strip() for word in text.split("\n") if word.strip()]


class ExactModelForm(forms.ModelForm):
    """A form that leaves alone what its user left alone.

    That holds for dates too: a browser is shown no fractions of a second, and in the hour that the end of
    summer time repeats no date at all that could be read back.
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
