"""Where a Markdown text links to other sites, and which claims stand next to these links.

Runs in the sandbox, because the text may be hostile.
"""

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from blog.documents.claims.sentences import Sentence, read_sentences
from blog.documents.markup_ranges import Edit, Ranges, apply_edits, link_addresses
from blog.extensions.sources.addresses import host_of, is_of_site, normalise

MOST_LINKS = 500  # per text
MOST_BESIDE = 5  # sources that one claim is compared with
LONGEST_WORDS = 500  # characters of a link
LONGEST_SENTENCE = 3000
_MORE_OF_ADDRESS = re.compile(r"[.,;:!?_~]{0,9}(?:\([^\s()<>]{0,500}\)[^\s()<>]{0,500}){1,9}")
_IN_PARENTHESES = re.compile(r"\([^()]*\)")
_LABEL = re.compile(r"[ \t>]{0,9}\[(\^?[^\[\]\n]{1,500})\]:")
_USE = re.compile(r"\[(\^?[^\[\]\n]{1,500})\](?:\[([^\[\]\n]{0,500})\])?(?![(:])")
_CAPTION = re.compile(r"<figcaption\b|</figcaption", re.IGNORECASE)
_CREDIT = re.compile(
    r"[*_\s(]*(?:photo|picture|image|bild|foto|illustration)s?\b[ :]{0,2}(?:by|von|credit|courtesy|©|\[)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Link:
    """A link to another site. address: normalised; written: as it stands. body[start:end]: its words."""

    address: str
    written: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Pair:
    """A claim, by the key of its mark, with a source next to it. how: "sentence" or "paragraph"."""

    key: str
    address: str
    how: str


@dataclass(frozen=True, slots=True)
class TextSources:
    """links: in order, some at several places. sentences: {key of a claim: the sentence that has it}."""

    links: list[Link]
    pairs: list[Pair]
    sentences: dict[str, str]


def read_text_sources(body: str, claims: Iterable[tuple[str, int, int]], own_hosts: list[str]) -> TextSources:
    """Return what a text says of sources. claims: as (key, start, end). own_hosts: of this site."""
    sentences = read_sentences(body)
    starts = [sentence.start for sentence in sentences]
    links, places = [], []
    for link in _links(body, own_hosts):
        place = max(0, bisect_right(starts, link.start) - 1)
        if not (sentences and _CREDIT.match(body, sentences[place].start)):
            links.append(link)
            places.append(place)
    found = TextSources(links, [], {})
    for key, start, end in claims:
        last = bisect_left(starts, end) - 1
        first = max(0, bisect_right(starts, start) - 1)
        if first <= last:
            whole = body[min(start, sentences[first].start) : max(end, sentences[last].end)]
            found.sentences.setdefault(key, whole[:LONGEST_SENTENCE])
            found.pairs.extend(_pairs(key, sentences, first, last, zip(links, places, strict=True)))
    return found


def _pairs(key, sentences: list[Sentence], first, last, placed) -> Iterator[Pair]:
    beside: dict[str, str] = {}
    for link, place in placed:
        if first <= place <= last:
            beside[link.address] = "sentence"
        elif sentences[place].paragraph == sentences[first].paragraph:
            beside.setdefault(link.address, "paragraph")
    nearest = sorted(beside.items(), key=lambda each: each[1] != "sentence")[:MOST_BESIDE]
    yield from (Pair(key, address, how) for address, how in nearest)


def _links(body, own_hosts) -> Iterator[Link]:
    captions, uses, number = _captions(body), None, 0
    for start, end in _whole_addresses(body):
        written = body[start:end]
        address = normalise(written)
        if not address or is_of_site(host_of(address), own_hosts) or captions.touches(start, end):
            continue
        label = _LABEL.match(body, body.rfind("\n", 0, start) + 1)
        if label:
            uses = _uses(body) if uses is None else uses
        places = uses.get(_folded(label[1]), ()) if label else ()
        for place in places or [_words(body, start, end)]:
            yield Link(address, written, *place)
            if (number := number + 1) == MOST_LINKS:
                return


def _whole_addresses(text) -> Iterator[tuple[int, int]]:
    """Yield the ranges of URLs of links, with parentheses in them."""
    for start, end in link_addresses(text):
        if more := _MORE_OF_ADDRESS.match(text, end):
            end = start + len(text[start : more.end()].rstrip(".,;:!?*_~"))
        yield start, end


def replace_links(texts: dict[str, str], new: dict[str, str]) -> dict[str, str]:
    """Return the texts that link to an address of new, in any spelling, with its new one.

    Links keep their words.
    """
    found = {}
    for name, text in texts.items():
        edits = [
            Edit(start, end, _as_target(new[address]))
            for start, end in _whole_addresses(text)
            if (address := normalise(text[start:end])) in new
        ]
        if edits:
            found[name] = apply_edits(text, edits)
    return found


def _as_target(address):
    """Escape the characters of a URL that would end a Markdown link or an HTML attribute."""
    if {"(", ")"} & set(_IN_PARENTHESES.sub("", address)):
        address = address.replace("(", "%28").replace(")", "%29")
    return address.replace("'", "%27")


def _captions(body) -> Ranges:
    ranges, start = [], -1
    for edge in _CAPTION.finditer(body):
        if edge[0].startswith("</"):
            ranges.append((start, edge.end()))
        start = edge.start()
    return Ranges(range_ for range_ in ranges if range_[0] >= 0)


def _uses(body) -> dict[str, list[tuple[int, int]]]:
    """Return {label: places} of links whose URL stands elsewhere, and of footnotes."""
    found = defaultdict(list)
    for use in _USE.finditer(body):
        label = use[2] or use[1]
        found[_folded(label)].append(use.span(1) if use[1][:1] != "^" else use.span())
    return found


def _folded(label):
    return " ".join(label.casefold().split())


def _words(body, start, end) -> tuple[int, int]:
    """Return the place of the words of a link, or of its URL if it has none."""
    close = body.rfind("](", max(0, start - 9), start)
    if close < 0:
        return start, end
    open_ = body.rfind("[", max(0, close - LONGEST_WORDS), close)
    return (open_ + 1, close) if 0 <= open_ < close - 1 else (start, end)
