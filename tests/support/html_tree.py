"""Rendered Markdown as a tree of elements, for tests."""

from html.parser import HTMLParser

from blog.documents.rendering.markdown import render_markdown
from blog.documents.rendering.values import ResolvedImage

VOID = {"br", "col", "hr", "img", "input", "wbr"}
IMAGE = "https://example.org/tide.png"


class Element:
    def __init__(self, tag, attributes, parent=None):
        self.tag, self.attributes, self.parent, self.children = tag, attributes, parent, []

    def __getitem__(self, name):
        return self.attributes[name]

    @property
    def classes(self):
        return self.attributes.get("class", "").split()

    @property
    def text(self):
        return "".join(child if isinstance(child, str) else child.text for child in self.children)

    @property
    def elements(self):
        return [child for child in self.children if isinstance(child, Element)]

    def all(self, tag=None, css_class=None):
        found = []
        for child in self.elements:
            if tag in (None, child.tag) and (not css_class or css_class in child.classes):
                found.append(child)
            found += child.all(tag, css_class)
        return found

    def one(self, tag=None, css_class=None):
        [found] = self.all(tag, css_class)
        return found

    def tags(self):
        """Return the tags of the children, without the link that follows each heading."""
        return [child.tag for child in self.elements if child.classes != ["anchor"]]


class Parser(HTMLParser):
    """Parses HTML to a tree. Raises AssertionError if an end tag does not match the open element."""

    def __init__(self, html):
        super().__init__()
        self.root = self.current = Element("root", {})
        self.feed(html)
        self.close()
        assert self.current is self.root

    def handle_starttag(self, tag, attrs):
        element = Element(tag, dict(attrs), self.current)
        self.current.children.append(element)
        if tag not in VOID:
            self.current = element

    def handle_endtag(self, tag):
        assert tag == self.current.tag
        self.current = self.current.parent

    def handle_data(self, data):
        self.current.children.append(data)


def parse(html):
    return Parser(html).root


def shown(text, **options):
    return parse(render_markdown(text, **options).html)


def local_image(address):
    return ResolvedImage(f"/media/{address}", 1600, 900)
