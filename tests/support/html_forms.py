"""Form data as sent by a browser: the shown values, with line ends normalised as in the HTML standard."""

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Form:
    """An unedited form: where it is sent, its data, and its buttons as (name, value).

    action is "" for a form that is sent to the address of its page. Several values of a name are a list.
    """

    action: str = ""
    data: dict[str, str | list[str]] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    def add(self, name: str, value: str) -> None:
        before = self.data.get(name)
        several = [*before, value] if isinstance(before, list) else [before, value]
        self.data[name] = value if before is None else several


class _FormReader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.forms = [Form()]  # the first one has the fields outside of forms
        self.form = self.forms[0]
        self.by_id = {}
        self.text_area = self.select = self.owner = None

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        name, kind = attrs.get("name"), attrs.get("type", "text")
        form = self._form_of_id(attrs["form"]) if attrs.get("form") else self.form
        if tag == "form":
            self.form = self._form_of_id(attrs.get("id"))
            self.form.action = attrs.get("action") or ""
            self.forms.append(self.form)
        elif tag == "input" and name and kind not in {"submit", "file"}:
            if kind not in {"checkbox", "radio"}:
                form.add(name, (attrs.get("value") or "").replace("\r", "").replace("\n", ""))
            elif "checked" in attrs:
                form.add(name, attrs.get("value") or "on")
        elif tag == "button" and name and kind != "button":
            form.buttons.append((name, attrs.get("value") or ""))
        elif tag == "textarea" and name:
            self.text_area, self.owner, form.data[name] = name, form, ""
        elif tag == "select":
            self.select, self.owner = name, form
        elif tag == "option" and self.select and ("selected" in attrs or self.select not in self.owner.data):
            self.owner.data[self.select] = attrs.get("value", "")

    def _form_of_id(self, name) -> Form:
        """Return the form with this id, which may begin later in the page; a new one without an id."""
        return self.by_id.setdefault(name, Form()) if name else Form()

    def handle_data(self, data):
        if self.text_area:
            self.owner.data[self.text_area] += data

    def handle_endtag(self, tag):
        if tag == "form":
            self.form = self.forms[0]
        elif tag == "textarea" and self.text_area:
            text = self.owner.data[self.text_area].removeprefix("\n")  # the parser of a browser drops one
            lines = text.replace("\r\n", "\n").replace("\r", "\n")
            self.owner.data[self.text_area], self.text_area = lines.replace("\n", "\r\n"), None
        elif tag == "select":
            self.select = None


def read_forms(html: str) -> list[Form]:
    """Return the unedited forms of the page."""
    return _forms_and_rest(html)[1:]


def form_data(html: str) -> dict[str, str]:
    """Return the data of all unedited forms of the page, and of fields outside of them."""
    data = {}
    for form in _forms_and_rest(html):
        data |= form.data
    return data


def _forms_and_rest(html):
    """Return the forms of the page, after one with the fields outside of them."""
    reader = _FormReader()
    reader.feed(html)
    for form in reader.forms:
        form.data = {name: value for name, value in form.data.items() if "__prefix__" not in name}
    return reader.forms
