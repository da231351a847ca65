"""Inline formsets of the admin."""

from django import forms
from django.db.models import Max
from django.utils.translation import gettext_lazy as _


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


class LinkFormSet(NamedRowsFormSet):
    """The categories or authors of an article. New rows are appended.

    A row is saved only if this editor changed it, so that a concurrent change by somebody else stays: the
    form carries the values that it showed. Rows that somebody else removed are not added again.
    """

    def add_fields(self, form, index):
        super().add_fields(form, index)
        is_stored = index is not None and index < self.initial_form_count()
        for name in self.form.base_fields if is_stored else ():
            is_told = not form.is_bound or form.add_initial_prefix(name) in form.data
            form.fields[name].show_hidden_initial = is_told and not form.fields[name].widget.is_hidden

    def get_unique_error_message(self, unique_check):
        return self.model().unique_error_message(self.model, unique_check).message

    def _should_delete_form(self, form):
        is_gone = form.instance.pk is None and form in self.initial_forms
        return is_gone or super()._should_delete_form(form)

    def save_new(self, form, commit=True):
        last = self.model.objects.filter(article=self.instance).aggregate(last=Max("position"))["last"]
        form.instance.position = 0 if last is None else last + 1
        return super().save_new(form, commit=commit)
