"""Find injected markup in a page: scripts, styles and unexpected elements."""

import re
from html.parser import HTMLParser

# Attempts to break out of element content, an attribute, a script or a comment, and to be run as a template.
# Tests recognise it by the names of element and handler.
HOSTILE = (
    "</title></textarea></script>--><evil-mark onclick=evil()>\"'><evil-mark style=x>{{ 7|add:7 }}{% debug %}"
)
ADDRESSES = {
    "href",
    "src",
    "action",
    "formaction",
    "data",
    "poster",
    "srcdoc",
    "xlink:href",
    "background",
    "srcset",
}
SCHEME = re.compile(r"[\x00-\x20]*([a-z][a-z0-9+.\-]*)[\x00-\x20]*:", re.IGNORECASE)
HARMLESS = {"http", "https", "mailto"}
DATA_TYPES = {"application/json", "application/ld+json"}
OUR_FRAMES = "/admin/appearance/preview/?"  # of the screen Appearance


class _Judge(HTMLParser):
    def __init__(self):
        super().__init__()
        self.faults, self.text = [], ""
        self.is_in_script = False

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        is_preview = tag == "iframe" and (attributes.get("src") or "").startswith(OUR_FRAMES)
        if "evil" in tag or (tag in {"style", "iframe", "object", "embed", "base"} and not is_preview):
            self.faults.append(f"<{tag}>")
        for name, value in attrs:
            if name.startswith("on") or name == "style" or "evil" in name:
                self.faults.append(f"<{tag} {name}>")
            scheme = SCHEME.match(value or "") if name in ADDRESSES else None
            if scheme and scheme[1].lower() not in HARMLESS:
                self.faults.append(f"<{tag} {name}={value}>")
        self.is_in_script = tag == "script" and attributes.get("type") not in DATA_TYPES

    def handle_endtag(self, tag):
        self.is_in_script = False

    def handle_data(self, data):
        if self.is_in_script and data.strip():
            self.faults.append(f"<script>{data[:80]}")
        self.text += data


def find_active_markup(html: str) -> list[str]:
    """Return markup that would run, load or restyle and is not Galley's. All inline code counts."""
    judge = _Judge()
    judge.feed(html)
    judge.close()
    return judge.faults


def shown_text(html: str) -> str:
    judge = _Judge()
    judge.feed(html)
    judge.close()
    return judge.text
