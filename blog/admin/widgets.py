"""Fields that the edit page shows in a shape of their own."""

from django.forms import TextInput


class WrappedLine(TextInput):
    """One line of text in a box that wraps, for what is longer than the page is wide.

    Unlike a line, a box can hold line ends: they go, as a browser takes them from a line.
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
