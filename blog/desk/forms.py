"""Form fields, widgets and formsets that several screens use.

ExactField and its subclasses keep the stored value byte for byte unless the user has edited it.
"""

from django import forms
from django.db.models import Max
from django.forms import TextInput
from django.utils.translation import gettext_lazy as _

from blog.articles.authors import Author
from blog.articles.categories import Category
from blog.articles.names import NamedModel, folded
from blog.documents.limits import (
    LONGEST_KEYWORD,
    LONGEST_SUMMARY,
    MAX_FILE_BYTES,
    MOST_CATEGORIES,
    MOST_KEYWORDS,
)
from blog.documents.names import spell_author, spell_category
from blog.images.models import ADDRESS_LENGTH

LABELS = {"slug": _("Slug"), "meta_description": _("Meta description")}
MESSAGES = {"slug": {"unique": _("%(model_name)s with this slug already exists.")}}


class ExactField:
    """A mixin for text fields: line ends that browsers change do not count as a change.

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
    """Several lines, including leading and trailing whitespace and blank lines."""

    longest = LONGEST_SUMMARY

    def __init__(self, **options):
        options["max_length"] = options.get("max_length") or self.longest
        super().__init__(**{"widget": forms.Textarea, "strip": False, **options})


class BodyText(ExactText):
    """A Markdown text, which is rendered in a process with limits."""

    longest = MAX_FILE_BYTES


class ExactLine(ExactField, forms.CharField):
    """One line. Leading and trailing whitespace is removed when it is edited."""


class ExactAddress(ExactField, forms.URLField):
    """A URL, kept as stored unless it is edited."""


class LinesField(ExactField, forms.CharField):
    """A list of texts, one per line, since an entry may contain commas."""

    most_lines = MOST_KEYWORDS
    longest_line = ADDRESS_LENGTH

    def __init__(self, *, encoder=None, decoder=None, **options):
        options |= {"widget": forms.Textarea(attrs={"rows": 4}), "show_hidden_initial": False}
        super().__init__(**options)

    def prepare_value(self, value):
        return "\n".join(map(str, value)) if isinstance(value, list) else value

    def to_python(self, value):
        text = super().to_python(value)
        self.run_validators(text)  # later validation sees the list, in which NUL would be escaped
        words = [word.strip() for word in text.split("\n") if word.strip()]
        if len(words) > self.most_lines:
            raise forms.ValidationError(_("Write at most %(most)d lines."), params={"most": self.most_lines})
        if any(len(word) > self.longest_line for word in words):
            longest = {"longest": self.longest_line}
            raise forms.ValidationError(_("Write at most %(longest)d characters in a line."), params=longest)
        return words


class KeywordsField(LinesField):
    longest_line = LONGEST_KEYWORD


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


class WrappedLine(TextInput):
    """A one-line text in a <textarea>, so that long texts wrap.

    Line ends are removed, as browsers remove them from an <input>.
    """

    template_name = "django/forms/widgets/textarea.html"

    def __init__(self, attrs=None):
        super().__init__({"rows": 1, **(attrs or {})})

    def format_value(self, value):
        return _one_line(super().format_value(value))

    def value_from_datadict(self, data, files, name):
        return _one_line(super().value_from_datadict(data, files, name))


def _one_line(value):
    return value.replace("\r", "").replace("\n", "") if isinstance(value, str) else value


class NamedRowsFormSet(forms.BaseInlineFormSet):
    """A tabular inline whose fields have aria-labels with the number of their row."""

    def add_fields(self, form, index):
        super().add_fields(form, index)
        row = _("new") if index is None else index + 1
        for field in form.fields.values():
            if field.widget.is_hidden:
                continue
            widget = getattr(field.widget, "widget", field.widget)  # unwrap RelatedFieldWidgetWrapper
            widget.attrs["aria-label"] = _("%(label)s, row %(row)s") % {"label": field.label, "row": row}


MOST_ROWS = MOST_CATEGORIES  # of an article: categories, or authors
NEW = "new:"  # before the name of a category or author that saving the form creates
SPELL = {Category: spell_category, Author: spell_author}


def named_or_new(model, value: str):
    """Return the row with the name after NEW, or an unsaved one.

    As in an import: the name may be an alias, and a new row gets its usual spelling.
    """
    name = " ".join(value.removeprefix(NEW).split())
    return model.objects.named(name).first() or model(name=SPELL[model](name))


class NamedChoice(forms.ModelChoiceField):
    """A category or author: a primary key or, after NEW, a name.

    The value of a name that no row has is an unsaved row, if the user may create one (may_create).
    """

    may_create = False

    def to_python(self, value):
        if not (isinstance(value, str) and value.startswith(NEW)):
            return super().to_python(value)
        self.validate_no_null_characters(value)
        row = named_or_new(self.queryset.model, value)
        if not is_unsaved(row):
            return row
        if not self.may_create:
            sentence = _("You do not have permission to create “%(name)s”.")
            raise forms.ValidationError(sentence, params={"name": row.name})
        try:
            row.clean_fields()
        except forms.ValidationError as error:
            raise forms.ValidationError(error.messages) from None
        return row


class LinkForm(forms.ModelForm):
    """A row of LinkFormSet. Saving it creates its category or author, if that is new."""

    created = None

    def _get_validation_exclusions(self):
        new = [name for name, value in self.cleaned_data.items() if is_unsaved(value)]
        return super()._get_validation_exclusions() | {*new}

    def save(self, commit=True):
        for name, value in self.cleaned_data.items():
            if is_unsaved(value):
                stored, is_created = type(value).objects.get_or_create(
                    folded_name=folded(value.name), defaults={"name": value.name}
                )
                self.created = stored if is_created else None
                setattr(self.instance, name, stored)
        return super().save(commit)


def is_unsaved(value) -> bool:
    """Whether a value of a LinkForm is a category or author that saving it creates."""
    return isinstance(value, NamedModel) and value._state.adding


class LinkFormSet(NamedRowsFormSet):
    """The categories or authors of an article. New rows are appended.

    A row is saved only if this editor changed it, so that a concurrent change by somebody else stays: the
    form carries the values that it showed. Rows that somebody else removed are not added again.
    """

    def add_fields(self, form, index):
        super().add_fields(form, index)
        is_stored = index is not None and index < self.initial_form_count()
        for name in self.form.base_fields if is_stored else ():
            has_shown_values = not form.is_bound or form.add_initial_prefix(name) in form.data
            form.fields[name].show_hidden_initial = (
                has_shown_values and not form.fields[name].widget.is_hidden
            )

    def clean(self):
        """Reject new rows beyond the limit. Extra rows stored by an earlier release may stay."""
        super().clean()
        new = [form for form in self.extra_forms if form.has_changed() and not self._should_delete_form(form)]
        self._refuse_repeated_names(new)
        stored = [form for form in self.initial_forms if not self._should_delete_form(form)]
        if new and len(stored) + len(new) > MOST_ROWS:
            raise forms.ValidationError(
                _("An article has at most %(most)d of these."), params={"most": MOST_ROWS}
            )

    def _refuse_repeated_names(self, new):
        """Add an error to a second row of the same new name. Django compares only stored rows."""
        seen = set()
        for form in new:
            values = getattr(form, "cleaned_data", {})
            names = [folded(value.name) for value in values.values() if is_unsaved(value)]
            key = (*names, values.get("level"))
            if names and key in seen:
                form.add_error(None, self.get_unique_error_message(None))
            seen.add(key)

    @property
    def created(self) -> list:
        """The categories or authors that save() has created."""
        return [form.created for form in self.forms if form.created]

    def get_unique_error_message(self, unique_check):
        return self.model().unique_error_message(self.model, unique_check).message

    def _should_delete_form(self, form):
        is_gone = form.instance.pk is None and form in self.initial_forms
        return is_gone or super()._should_delete_form(form)

    def save_new(self, form, commit=True):
        last = self.model.objects.filter(article=self.instance).aggregate(last=Max("position"))["last"]
        form.instance.position = 0 if last is None else last + 1
        return super().save_new(form, commit=commit)
