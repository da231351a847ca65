"""The error summary above forms of the admin, with a link to each field."""

from django import template
from django.core.exceptions import NON_FIELD_ERRORS
from django.forms import Form, MultiWidget, RadioSelect
from django.utils.text import capfirst
from django.utils.translation import gettext as _

register = template.Library()


@register.inclusion_tag("admin/_error_summary.html")
def error_summary(form, inlines=()):
    """Render all errors of a form and of the admin's inline formsets, if any."""
    errors = list(_form_errors(form))
    for inline in inlines or ():
        errors += _formset_errors(inline.formset)
    return {"errors": errors}


def _error(message, label="", anchor="") -> dict:
    """Return a message and, for an error of a field, its label and the id of the element to focus."""
    return {"message": message, "label": label, "anchor": anchor}


def _form_errors(form: Form, row: int | None = None):
    for name, messages in form.errors.items():
        is_of_field = name != NON_FIELD_ERRORS and name in form.fields
        field = next(iter(form.visible_fields() if row else ()), None)
        if is_of_field:
            field = form[name]
        if field is None or field.is_hidden:
            yield from map(_error, messages)
            continue
        label = capfirst(field.label)
        if row:
            label = _("%(label)s, row %(row)s") % {"label": label, "row": row}
        yield from (_error(message, label, _focusable_id(field)) for message in messages)


def _formset_errors(formset):
    for message in formset.non_form_errors():
        yield _error(message, capfirst(formset.model._meta.verbose_name_plural), f"{formset.prefix}-group")
    for number, form in enumerate(formset.forms, start=1):
        yield from _form_errors(form, number)


def _focusable_id(field):
    """Return the id of the field's input, or of the first one if it has several, such as date and time."""
    widget = getattr(field.field.widget, "widget", field.field.widget)  # unwrap RelatedFieldWidgetWrapper
    has_several_inputs = isinstance(widget, MultiWidget | RadioSelect)
    return f"{field.auto_id}_0" if has_several_inputs else field.id_for_label
