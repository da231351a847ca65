"""Find the paragraphs that notes are about in the current text of their article.

A paragraph is recognised if it is unchanged, contains the selected words, or still has enough of its words.
Otherwise the note is shown as one on the whole article, with the old words as a quotation.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from blog.articles.notes import Note
from blog.articles.versions.alignment import likeness
from blog.articles.versions.paragraphs import split
from blog.documents.marks import plain_words
from blog.documents.similarity import Passages

# The least part of the runs of three words, and of the words, in a changed paragraph. Of machine-written
# articles, 2 % of the paragraphs have as much in common with another one, most of these headings.
SAME_RUNS, SAME_WORDS = 0.1, 0.55
MOST_CHOICES = 500  # paragraphs offered for a note
CHOICE_LENGTH = 60
FEWEST_LETTERS = 12  # shorter words may occur anywhere


@dataclass(frozen=True, slots=True)
class NotePlace:
    """Where a note belongs. paragraph: Markdown of the current text. has_words: it contains the words."""

    paragraph: str
    has_words: bool


def place_notes(body: str, notes: Iterable[Note]) -> dict[int, NotePlace]:
    """Return {pk of a note: its place}. Notes on the article, and those without a place, are left out."""
    on_paragraphs = [note for note in notes if note.paragraph]
    if not on_paragraphs:
        return {}
    paragraphs = _Paragraphs(body)
    found = ((note, paragraphs.find(note)) for note in on_paragraphs)
    return {note.pk: place for note, place in found if place}


def paragraph_choices(body: str) -> dict[str, str]:
    """Return {key: label} of the paragraphs with words, in the order of the text, at most MOST_CHOICES."""
    choices = {}
    for text in _texts(body):
        if len(choices) < MOST_CHOICES and (words := plain_words(text[: 10 * CHOICE_LENGTH])):
            is_long = len(words) > CHOICE_LENGTH
            label = f"{words[: CHOICE_LENGTH - 1].rstrip()}…" if is_long else words
            choices.setdefault(_key(text), label)
    return choices


def find_paragraph(body: str, key: str, words: str) -> str:
    """Return the paragraph with this key, or without a key the first one with these words; "" if none."""
    texts = [text for text in _texts(body) if not key or _key(text) == key]
    letters = _letters(words)
    holding = (text for text in texts if letters and letters in _letters(plain_words(text)))
    return next(holding, texts[0] if key and texts else "")


class _Paragraphs:
    def __init__(self, body):
        self.texts = _texts(body)

    @cached_property
    def _letters(self):
        return [_letters(plain_words(text)) for text in self.texts]

    @cached_property
    def _passages(self):
        return Passages(self.texts)

    def find(self, note) -> NotePlace | None:
        words = _letters(note.words)
        number = self._number_of(note.paragraph, words)
        if number is None:
            return None
        return NotePlace(self.texts[number], has_words=not words or words in self._letters[number])

    def _number_of(self, paragraph, words) -> int | None:
        if paragraph in self.texts:
            return self.texts.index(paragraph)
        number = self._passages.most_similar(paragraph, SAME_RUNS)
        if number is not None and likeness(paragraph, self.texts[number]) < SAME_WORDS:
            number = None
        if len(words) < FEWEST_LETTERS or (number is not None and words in self._letters[number]):
            return number
        return next((place for place, letters in enumerate(self._letters) if words in letters), number)


def _texts(body):
    return [paragraph.text for paragraph in split(body) if paragraph.text]


def _key(text):
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _letters(words):
    return "".join(filter(str.isalnum, words)).casefold()
