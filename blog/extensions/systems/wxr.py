"""Read WordPress's export format WXR as a stream: the values of the site, and one item after the other.

A document that defines entities is refused, and nothing outside of the document is read. Characters that XML
forbids, which WordPress exports as they are, are dropped.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from blog.documents.systems.export import ExportError

MAX_VALUE = 20 * 1024 * 1024  # characters of one element
MAX_VALUES = 100_000  # elements of one item, besides comments

_FORBIDDEN = bytes(sorted({*range(32)} - {9, 10, 13}))
# Without http: or https:. Exports declare either.
_NAMESPACES = {
    "//purl.org/rss/1.0/modules/content/": "content",
    "//purl.org/dc/elements/1.1/": "dc",
}
_WORDPRESS, _EXCERPT = "//wordpress.org/export/", "excerpt/"


@dataclass(slots=True)
class Element:
    """An element of a channel or item with its text, or with the texts of its children."""

    name: str
    attributes: dict[str, str]
    text: str = ""
    children: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Item:
    """An item. values: {name of an element: its text}. comments: their number. problem: why to refuse it."""

    values: dict[str, str] = field(default_factory=dict)
    meta: dict[str, list[str]] = field(default_factory=dict)
    terms: list[tuple[str, str, str]] = field(default_factory=list)  # taxonomy, slug, name
    comments: int = 0
    problem: str = ""

    def get(self, name: str) -> str:
        return self.values.get(name, "").strip()

    def meta_value(self, *names: str) -> str:
        return next(
            (value for name in names for value in self.meta.get(name, ()) if value.strip()), ""
        ).strip()


class _Reader:
    """Handlers of expat, and the elements that are complete."""

    def __init__(self):
        self.done: list[Element | Item] = []
        self.path: list[str] = []
        self.item: Item | None = None
        self.element: Element | None = None
        self.pieces: list[str] = []
        self.length = self.number = 0
        self.version = ""

    def start(self, name, attributes):
        name = _short(name)
        self.path.append(name)
        if len(self.path) == 3 and name == "item":
            self.item, self.number = Item(), 0
        elif self._depth == 1:
            self.element = Element(name, attributes)
        self.pieces, self.length = [], 0

    @property
    def _depth(self):
        """The depth below the channel or the item."""
        return len(self.path) - (3 if self.item else 2)

    def data(self, text):
        if self.element is None:
            return
        self.length += len(text)
        if self.length <= MAX_VALUE:
            self.pieces.append(text)
        elif self.item:
            self.item.problem = (
                f"an element has more than {MAX_VALUE // 1024**2} million characters: shorten it."
            )

    def end(self, _name):
        name, text = self.path[-1], "".join(self.pieces)
        if self._depth == 1 and self.element:
            self.element.text = text
            self._add(self.element)
            self.element = None
        elif self._depth == 2 and self.element:
            self.element.children[name] = text
        if len(self.path) == 3 and name == "item" and self.item:
            self.done.append(self.item)
            self.item = None
        self.path.pop()
        self.pieces = []

    def _add(self, element):
        if self.item is None:
            self.done.append(element)
            return
        self.number += element.name != "wp:comment"
        if self.number > MAX_VALUES:
            self.item.problem = f"it has more than {MAX_VALUES} elements: delete some of its fields."
            return
        match element.name:
            case "wp:postmeta":
                key = element.children.get("wp:meta_key", "").strip()
                self.item.meta.setdefault(key, []).append(element.children.get("wp:meta_value", ""))
            case "wp:comment":
                self.item.comments += 1
            case "category":
                term = (element.attributes.get("domain", "category"), element.attributes.get("nicename", ""))
                self.item.terms.append((*term, element.text.strip()))
            case name:
                self.item.values[name] = element.text

    def refuse_entities(self, *_):
        raise ExportError("it defines entities, which WordPress's exports never do: not read.")


def is_wxr(beginning: bytes) -> bool:
    """Whether a file that begins like this is an export of WordPress."""
    text = beginning.lstrip(b"\xef\xbb\xbf \t\r\n")
    return text.startswith(b"<") and b"<rss" in text and _WORDPRESS.encode() in text


def read_wxr(chunks: Iterable[bytes]) -> Iterator[Element | Item]:
    """Yield the elements of the channel and its items. Raises ExportError."""
    reader = _Reader()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = reader.start, reader.end
    parser.CharacterDataHandler = reader.data
    parser.EntityDeclHandler = reader.refuse_entities
    try:
        for chunk in chunks:
            parser.Parse(chunk.translate(None, _FORBIDDEN), False)
            yield from reader.done
            reader.done.clear()
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise ExportError(_reason(error)) from None
    yield from reader.done


def _reason(error):
    codes = expat.errors.codes
    if error.code in (
        codes[expat.errors.XML_ERROR_NO_ELEMENTS],
        codes[expat.errors.XML_ERROR_UNCLOSED_TOKEN],
        codes[expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION],
    ):
        return f"the file ends in line {error.lineno}, before the export does: download it again."
    if error.code == codes[expat.errors.XML_ERROR_INVALID_TOKEN]:
        return f"line {error.lineno} is not valid XML in UTF-8: save the file in UTF-8, or export it again."
    return f"line {error.lineno} is not valid XML: {expat.ErrorString(error.code)}."


def _short(name):
    """Return a name with its usual prefix."""
    space, _, local = name.rpartition(" ")
    space = space.removeprefix("http:").removeprefix("https:")
    if space.startswith(_WORDPRESS):
        return f"excerpt:{local}" if space.endswith(_EXCERPT) else f"wp:{local}"
    prefix = _NAMESPACES.get(space)
    return f"{prefix}:{local}" if prefix else local
