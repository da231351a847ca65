"""Form data as sent by a browser: the shown values, with line ends normalised as in the HTML standard."""

from html.parser import HTMLParser


class _FormReader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.data = {}
        self.text_area = self.select = None

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        name, kind = attrs.get("name"), attrs.get("type", "text")
        if tag == "input" and name and kind not in {"submit", "file"}:
            if kind not in {"checkbox", "radio"}:
                self.data[name] = (attrs.get("value") or "").replace("\r", "").replace("\n", "")
            elif "checked" in attrs:
                self.data[name] = attrs.get("value") or "on"
        elif tag == "textarea" and name:
            self.text_area, self.data[name] = name, ""
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select and ("selected" in attrs or self.select not in self.data):
            self.data[self.select] = attrs.get("value", "")

    def handle_data(self, data):
        if self.text_area:
            self.data[self.text_area] += data

    def handle_endtag(self, tag):
        if tag == "textarea" and self.text_area:
            text = self.data[self.text_area].removeprefix("\n")  # the parser of a browser drops one
            lines = text.replace("\r\n", "\n").replace("\r", "\n")
            self.data[self.text_area], self.text_area = lines.replace("\n", "\r\n"), None
        elif tag == "select":
            self.select = None


def form_data(html: str) -> dict[str, str]:
    """Return the data of the page's unedited form."""
    reader = _FormReader()
    reader.feed(html)
    return {name: value for name, value in reader.data.items() if "__prefix__" not in name}
