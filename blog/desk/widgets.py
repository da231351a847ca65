"""Widgets of the edit page."""

from django.forms import TextInput


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
