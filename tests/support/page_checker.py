"""A checker that finds scripts, foreign resources, styles and repeated ids in HTML pages."""

import json
import re
from collections import Counter
from html.parser import HTMLParser

VOID = frozenset(
    (
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
    )
)
FORBIDDEN = frozenset(
    (
        *("applet", "base", "embed", "frame", "frameset", "iframe", "marquee", "math", "noscript", "object"),
        *("plaintext", "portal", "style", "template", "xmp"),
    )
)
ADDRESSES = {"action", "background", "cite", "data", "formaction", "href", "poster", "src"}
FORBIDDEN_ATTRIBUTES = {"background", "formaction", "ping", "srcdoc", "srcset", "style", "xlink:href"}
# Ids of elements of the edit screen, and the URL of its preview button. Articles never contain these.
OUR_ELEMENTS = {"library-of-hero", "offline-words", "token-words", "without-script"}
OUR_PREVIEW = re.compile(r"/admin/blog/article/[0-9]+/preview/")
OUR_SCRIPTS = ("/static/", "/admin/jsi18n/")
DATA_SCRIPTS = {"application/json", "application/ld+json"}
RAW_FRONT_MATTER = re.compile(r"^(?:title|date|slug|excerpt|metaDescription): ", re.MULTILINE)


class PageChecker(HTMLParser):
    """Parses a page and collects its faults. Stricter rules apply within the article's body."""

    def __init__(self, html, *, is_fragment=False):
        super().__init__()
        self.faults, self.comments = [], []
        self.ids, self.tags = Counter(), Counter()
        self.text, self.prose = [], []
        self.open = []
        self.prose_depth = 0 if is_fragment else None  # number of open elements around the body
        self.script = None
        self.feed(html)
        self.close()
        if self.open:
            self.faults.append(f"never closed: {self.open}")
        self.faults += [f"id twice: {name}" for name, times in self.ids.items() if times > 1]

    @property
    def is_in_prose(self):
        return self.prose_depth is not None and len(self.open) >= self.prose_depth

    def handle_starttag(self, tag, attrs):
        attributes = {name: value or "" for name, value in attrs}
        self.tags[tag] += 1
        self.judge_element(tag, attributes)
        for name, value in attributes.items():
            self.judge_attribute(tag, name, value)
        if "id" in attributes:
            self.ids[attributes["id"]] += 1
        if tag not in VOID:
            self.open.append(tag)
        if tag == "div" and attributes.get("class") == "prose":
            self.prose_depth = len(self.open)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if "svg" in self.open and tag not in VOID:
            self.open.pop()  # "/>" ends an element only in SVG

    def judge_element(self, tag, attributes):
        is_ours = attributes.get("id") in OUR_ELEMENTS and not self.is_in_prose
        if (tag in FORBIDDEN and not is_ours) or (tag == "meta" and "http-equiv" in attributes):
            self.faults.append(f"element {tag}")
        if tag == "script" and attributes.get("type") in DATA_SCRIPTS:
            self.script = ""
        elif tag == "script" and not attributes.get("src", "").startswith(OUR_SCRIPTS):
            self.faults.append(f"script {attributes}")
        is_style = tag == "link" and attributes.get("rel") == "stylesheet"
        if is_style and not attributes["href"].startswith("/static/"):
            self.faults.append(f"foreign style {attributes['href']}")
        if tag == "form" and not re.match(r"$|\?|/(?!/)", attributes.get("action", "")):
            self.faults.append(f"form sends to {attributes['action']}")
        if self.is_in_prose:
            self.judge_in_prose(tag, attributes)

    def judge_in_prose(self, tag, attributes):
        if tag in {
            "script",
            "link",
            "meta",
            "form",
            "button",
            "select",
            "textarea",
            "svg",
            "h1",
            "main",
            "title",
        }:
            self.faults.append(f"element {tag} in the text")
        if "id" in attributes and not attributes["id"].startswith("s-"):
            self.faults.append(f"id {attributes['id']} in the text")
        if "name" in attributes:
            self.faults.append(f"name {attributes['name']} in the text")
        if tag == "input" and (attributes.get("type") != "checkbox" or "disabled" not in attributes):
            self.faults.append(f"input {attributes} in the text")

    def judge_attribute(self, tag, name, value):
        if name == "xlink:href" and tag == "use" and value.startswith("#") and not self.is_in_prose:
            return  # an icon in the same page
        if name == "formaction" and OUR_PREVIEW.fullmatch(value) and not self.is_in_prose:
            return
        if name.startswith("on") or name in FORBIDDEN_ATTRIBUTES:
            self.faults.append(f"attribute {name} on {tag}")
        if name in ADDRESSES and scheme(value) not in {"", "http", "https", "mailto"}:
            self.faults.append(f"{name}={value[:60]!r} on {tag}")

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        if tag == "script" and self.script is not None:
            json.loads(self.script)
            self.script = None
        if not self.open or self.open[-1] != tag:
            self.faults.append(f"stray end of {tag} in {self.open[-3:]}")
            return
        self.open.pop()
        if self.prose_depth and len(self.open) < self.prose_depth:
            self.prose_depth = None

    def handle_data(self, data):
        if self.script is not None:
            self.script += data
        elif not (self.open and self.open[-1] in {"script", "textarea"}):
            self.text.append(data)
            if self.is_in_prose:
                self.prose.append(data)

    def handle_comment(self, data):
        self.comments.append(data)

    def handle_pi(self, data):
        self.faults.append(f"processing instruction {data[:60]!r}")

    def unknown_decl(self, data):
        self.faults.append(f"declaration {data[:60]!r}")


def scheme(address: str) -> str:
    """Return the scheme of a URL as in browsers, which ignore tabs, line breaks and leading controls."""
    bare = re.sub(r"[\t\n\r]", "", address.lstrip("".join(map(chr, range(0x21)))))
    found = re.match(r"([a-z][a-z0-9+.-]*):", bare, re.IGNORECASE)
    return found[1].lower() if found else ""


def page_errors(html: str) -> list[str]:
    judge = PageChecker(html)
    # The admin's own templates contain comments. Articles never contain any.
    judge.faults += [
        f"comment {words[:60]!r}" for words in judge.comments if "<" in words or "Last." in words
    ]
    if judge.tags["h1"] != 1:
        judge.faults.append(f"{judge.tags['h1']} headings of the first level")
    if "Traceback (most recent call last)" in html:
        judge.faults.append("a traceback")
    if RAW_FRONT_MATTER.search("".join(judge.prose)):
        judge.faults.append("raw front matter")
    return judge.faults


def fragment_errors(html: str) -> list[str]:
    judge = PageChecker(html, is_fragment=True)
    return judge.faults + judge.comments


def text_of_page(html: str) -> str:
    return "".join(PageChecker(html).text)
