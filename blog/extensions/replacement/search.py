"""Find words or link URLs in a text, with what replaces them and the sentences that change.

Words are replaced only in text that readers see; see markup.py. The found words may have other whitespace
(even a line break) and other apostrophes than the searched ones.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b
from urllib.parse import urlsplit

from blog.documents.claims.sentences import read_sentences
from blog.documents.markup_ranges import (
    Edit,
    Ranges,
    apply_edits,
    code_ranges,
    image_text_ranges,
    link_addresses,
    protected_ranges,
)

KEY_BYTES = 8
LONGEST_CONTEXT = 600  # characters of a sentence without end, such as a table row
MOST_OCCURRENCES = 2000  # in one text
SUMMARIES = ("excerpt", "meta_description", "share_quote")
MARKDOWN = frozenset(("body", "excerpt"))

_APOSTROPHES = "['\u2018\u2019\u02bc]"
_QUOTES = '["“”„]'
# Whitespace within the searched words: not two spaces before a line break, which readers see.
_SPACE = r"(?:[ \t\u00a0]+|[ \t]?\n[ \t>]*)"
_NEXT_BLOCK = re.compile(r"\n[ \t>]*(?:[-*+][ \t]|\d{1,9}[.)][ \t]|#|\||\n|`|~|<|=|\Z)")
_SPECIAL = re.compile(r"[\\`*<>|]|(?<!\w)_|_(?!\w)|~~|\{(?=[{%])|&(?=#?\w{1,32};)")
_BRACKETS = str.maketrans({"[": "&#91;", "]": "&#93;"})  # a backslash before one begins a formula
_OPENS_BLOCK = re.compile(r"#{1,6}(?=\s)|[-+](?=\s)|\d{1,9}(?=[.)]\s)|[=~:]{3}")
_BEGINNING_OF_LINE = re.compile(r"[ \t>]*\Z")
_HOST_END = re.compile(r"[/?#]|\Z")


class Subject(StrEnum):
    """What is replaced: words, one URL, all URLs that begin so, or all URLs of a host."""

    WORDS = "words"
    LINK = "link"
    LINK_BEGINNING = "beginning"
    HOST = "host"


@dataclass(frozen=True, slots=True)
class ReplacedPassage:
    """A sentence or URL, text[start:end], with its edits.

    key: equal for all passages with the same words before and after, wherever they are.
    """

    start: int
    end: int
    edits: tuple[Edit, ...]
    key: str


@dataclass(frozen=True, slots=True)
class Replacement:
    """What to search for, and what replaces it.

    whole_words: not as a part of a longer word. same_case: only in the same upper and lower case; otherwise
    a capital at the beginning of the found words stays. with_titles, with_summaries, with_images: also in
    titles, in excerpts, descriptions and share quotes, and in alt texts and captions of images.
    """

    subject: Subject
    old: str
    new: str
    whole_words: bool = True
    same_case: bool = False
    with_titles: bool = False
    with_summaries: bool = False
    with_images: bool = False

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of the article fields to search."""
        if self.subject is not Subject.WORDS:
            return ("body", "excerpt")
        return (
            "body",
            *(("title",) if self.with_titles else ()),
            *(SUMMARIES if self.with_summaries else ()),
            *(("hero_alt",) if self.with_images else ()),
        )

    def find(self, texts: dict[str, str]) -> dict[str, tuple[ReplacedPassage, ...]]:
        """Return {field: passages that change}, without fields that do not. texts: {field: text}."""
        found = {
            name: self.find_in_markdown(text) if name in MARKDOWN else self.find_in_plain_text(text)
            for name, text in texts.items()
            if self.may_be_in(text)
        }
        return {name: passages for name, passages in found.items() if passages}

    def may_be_in(self, text: str) -> bool:
        """Whether the first searched word is in a text at all: a fast test before reading it."""
        return self._first_word in text.casefold()

    @property
    def _first_word(self):
        old = self.old
        if self.subject is Subject.WORDS:
            old = re.split(r"[\s'\"\u2018-\u201f\u02bc]", old)[0]
        elif self.subject is Subject.HOST:
            old = f"//{old}"
        return old.casefold()

    def find_in_markdown(self, text: str) -> tuple[ReplacedPassage, ...]:
        """Return the passages of a Markdown text that change, in order."""
        if self.subject is not Subject.WORDS:
            return tuple(_passage(text, start, end, [edit]) for start, end, edit in self._links(text))
        edits = list(self._words(text))
        return tuple(_passages(text, edits)) if edits else ()

    def find_in_plain_text(self, text: str) -> tuple[ReplacedPassage, ...]:
        """Return the passages that change in a text without Markdown, such as a title. It has no links."""
        if self.subject is not Subject.WORDS:
            return ()
        edits = [
            Edit(*found.span(), self._in_case_of(found[0]))
            for found in _pattern(self).finditer(text)
            if not _is_part_of_address(text, found)
        ]
        edits = [edit for edit in edits if text[edit.start : edit.end] != edit.new]
        return (_passage(text, 0, len(text), edits),) if edits else ()

    def _words(self, text) -> Iterator[Edit]:
        matches = [found for found in _pattern(self).finditer(text) if not _is_part_of_address(text, found)]
        if not matches:
            return
        code = code_ranges(text)
        protected, images = Ranges(protected_ranges(text, code)), Ranges(image_text_ranges(text, code))
        for found in matches[:MOST_OCCURRENCES]:
            start, end = found.span()
            if images.touches(start, end):
                is_free = self.with_images and images.contains(start, end)
            else:
                is_free = not protected.touches(start, end)
            new = self._in_case_of(found[0])
            if is_free and new != found[0] and not _crosses_blocks(text, start, end):
                yield Edit(start, end, _as_markdown(new, text, start))

    def _in_case_of(self, found):
        """Return the new words, with the capitals of the found ones if these have more than the searched."""
        if self.same_case or found[:1] == self.old[:1] or not self.old[:1].islower():
            return self.new
        if found.isupper() and len(found) > 1:
            return self.new.upper()
        words = found.split()
        if len(words) > 1 and all(word[0].isupper() for word in words):
            return " ".join(word[:1].upper() + word[1:] for word in self.new.split())
        return self.new[:1].upper() + self.new[1:]

    def _links(self, text) -> Iterator[tuple[int, int, Edit]]:
        # A path is no link without markup, and in angle brackets, it is a tag.
        for start, end in link_addresses(text, with_bare=not self.new.startswith("/")):
            part = self._part_of_link(text[start:end])
            if part and text[start + part[0] : start + part[1]] != self.new:
                yield start, end, Edit(start + part[0], start + part[1], self.new)

    def _part_of_link(self, address) -> tuple[int, int] | None:
        """Return the part of a URL to replace, or None."""
        if self.subject is Subject.HOST:
            host = _host(address)
            start = address.find("//") + 2
            is_found = bool(host) and host.casefold() == self.old.casefold()
            return (start, start + len(self.old)) if is_found else None
        if not address.startswith(self.old):
            return None
        length = len(self.old)
        if self.subject is Subject.LINK:
            return (0, length) if address[length : length + 1] in ("", "#") else None
        is_whole = not self.old[-1].isalnum() or _HOST_END.match(address, length)
        return (0, length) if is_whole else None


def _host(address):
    try:
        return urlsplit(address).netloc
    except ValueError:
        return ""


def _pattern(replacement) -> re.Pattern[str]:
    words = ("".join(_character(sign) for sign in word) for word in replacement.old.split())
    pattern = _SPACE.join(words)
    if replacement.whole_words:
        first, last = replacement.old[:1], replacement.old[-1:]
        pattern = (
            (r"(?<!\w)" if _is_letter(first) else "") + pattern + (r"(?!\w)" if _is_letter(last) else "")
        )
    return re.compile(pattern, 0 if replacement.same_case else re.IGNORECASE)


def _character(sign):
    if re.match(_APOSTROPHES, sign):
        return _APOSTROPHES
    return _QUOTES if re.match(_QUOTES, sign) else re.escape(sign)


def _is_letter(sign):
    return re.match(r"\w", sign) is not None


def _is_part_of_address(text, found) -> bool:
    """Whether the words are part of a domain, handle or hashtag: acme.com, shop.acme, @acme, #acme."""
    start, end = found.span()
    before, after = text[max(0, start - 2) : start], text[end : end + 2]
    if before[-1:] in ("@", "#") or after[:1] == "@":
        return True
    is_before = len(before) == 2 and before[1] == "." and (before[0].isalnum())
    return is_before or (after[:1] == "." and after[1:].isalpha() and after[1:].islower())


def _crosses_blocks(text, start, end) -> bool:
    """Whether the words begin in one block, such as a heading, and end in another."""
    line_end = text.find("\n", start, end)
    if line_end < 0:
        return False
    line = text[text.rfind("\n", 0, start) + 1 : line_end].lstrip(" \t>")
    return line.startswith(("#", "|")) or _NEXT_BLOCK.match(text, line_end) is not None


def _as_markdown(words, text, start) -> str:
    """Return words for use at this place of a Markdown text, so that they are shown as typed."""
    escaped = _SPECIAL.sub(lambda found: "".join("\\" + sign for sign in found[0]), words)
    escaped = escaped.translate(_BRACKETS)
    line = text.rfind("\n", 0, start) + 1
    opens = _OPENS_BLOCK.match(escaped) if _BEGINNING_OF_LINE.search(text, line, start) else None
    if not opens:
        return escaped
    place = opens.end() if opens[0][0].isdigit() else 0
    return f"{escaped[:place]}\\{escaped[place:]}"


def _passages(text, edits) -> Iterator[ReplacedPassage]:
    """Group edits by their sentences."""
    sentences = read_sentences(text)
    starts = [sentence.start for sentence in sentences]
    start = end = -1
    inside: list[Edit] = []
    for edit in edits:
        if edit.end <= end:
            inside.append(edit)
            continue
        if inside:
            yield _passage(text, start, end, inside)
        start, end = _sentence_around(text, sentences, starts, edit, max(end, 0))
        inside = [edit]
    yield _passage(text, start, end, inside)


def _sentence_around(text, sentences, starts, edit, least) -> tuple[int, int]:
    number = bisect_right(starts, edit.start) - 1
    if number >= 0 and sentences[number].end > edit.start:
        start = sentences[number].start
        last = bisect_right(starts, edit.end - 1) - 1
        end = sentences[last].end
    else:
        start = text.rfind("\n", 0, edit.start) + 1
        end = text.find("\n", edit.end)
        end = len(text) if end < 0 else end
    start = max(least, start, edit.start - LONGEST_CONTEXT // 2)
    end = max(edit.end, min(end, edit.end + LONGEST_CONTEXT // 2))
    start += len(text[start : edit.start]) - len(text[start : edit.start].lstrip())
    return start, max(edit.end, start + len(text[start:end].rstrip()))


def _passage(text, start, end, edits) -> ReplacedPassage:
    inner = [Edit(edit.start - start, edit.end - start, edit.new) for edit in edits]
    before = text[start:end]
    words = f"{before}\0{apply_edits(before, inner)}".encode("utf-8", "surrogatepass")
    return ReplacedPassage(start, end, tuple(edits), blake2b(words, digest_size=KEY_BYTES).hexdigest())


def find_passages(
    replacement: Replacement, articles: list[dict[str, str]]
) -> list[dict[str, tuple[ReplacedPassage, ...]]]:
    """Return the passages of articles that a replacement changes. articles: {field: text} of each."""
    return [replacement.find(texts) for texts in articles]
