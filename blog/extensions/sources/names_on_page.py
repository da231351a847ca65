"""Find the names, laws, sections and dates of a claim on a page, and tell who speaks there."""

import re
from collections.abc import Iterator
from dataclasses import replace

from blog.extensions.sources.claim_parts import Claim, Part
from blog.extensions.sources.names_in import Name, find_names
from blog.extensions.sources.pages import LONGEST_BLOCK, Page
from blog.extensions.sources.passages import Passage, intro_of
from blog.extensions.sources.quantities import Date, find_dates
from blog.extensions.sources.quoted import Letters, names_in
from blog.extensions.sources.text_search import (
    SENTENCE,
    Span,
    begins_word,
    bounds,
    count_words,
    has_name,
    occurrences,
    people_in,
    sentence_with_most,
    with_subject,
)
from blog.extensions.sources.values import DATE, LAW, NAME
from blog.extensions.sources.vocabulary import ALL_STOP_WORDS, ROLE_WORDS
from blog.extensions.sources.words import folded, letters, plain, stems, without_accents

ABOVE = (-1, -1)  # the place of a part of the title or of a heading, or of the author
_NEAR = 60  # characters
_SECTION_SIGN = r"(?:§|art(?:icle|ikel|ículo)?\.?|section|sec\.?)"
_CAPITAL_BEFORE = re.compile(r"([^\W\d_a-zà-ÿ][\w'-]*)\.?\s+$")
_TITLES = ROLE_WORDS | frozenset(
    "mr mrs ms miss dr prof professor sir dame lord lady herr frau don doña m mme".split()
)
# Before a name of somebody who is named with the speaker
_BESIDE = re.compile(r"(?:^|\s)(?:with|by|to|about|mit|von|avec|con)\s+(?:[a-zà-ÿ]+\s+){0,3}$")
_OF_BEFORE = re.compile(r"(?:of|from|at|for|von|vom|der|des|de|du|del)\s(?:the\s|la\s|l')?$", re.IGNORECASE)
_INNER_CAPITAL = re.compile(r"\w-?[A-Z]")
_OF = re.compile(r"\s(?:of|von|de|du|del)\s(?!.*\s(?:of|von|de|du|del)\s)")
_YEAR_OF_LAW = re.compile(r"\s(?:of\s)?(\d{4})$")
_SECTION_START = re.compile(r"(?:§|art|section)", re.IGNORECASE)


class NameSearch:
    """Searches a page for the parts of a claim that are no numbers."""

    def __init__(self, claim: Claim, page: Page, found: Letters):
        self.claim, self.page, self.letters = claim, page, found
        self._on_page: dict[str, bool] = {}
        first = page.blocks[0].text if page.blocks else ""
        self.title = plain(f"{page.title}\n{first}"[:400])

    def is_on_page(self, part: Part) -> bool:
        if part.text not in self._on_page:
            self._on_page[part.text] = letters(part.text) in self.letters.text
        return self._on_page[part.text]

    def is_certain(self, part: Part) -> bool:
        """Whether a word with a capital is a name: the page has it inside a sentence, hardly ever without."""
        word = re.escape(part.text)
        inside = re.compile(rf"[^.!?\s]\s+{word}(?!\w)")
        lower = re.compile(rf"(?<!\w){word.lower()}(?!\w)")
        texts = [plain(block.text) for block in self.page.blocks if part.text.lower() in block.text.lower()]
        often, seldom = (sum(map(bool, map(each.search, texts))) for each in (inside, lower))
        return often > 4 * seldom

    def divided(self, part: Part) -> list[Part]:
        """Return a name in two parts, such as the Index of Gartner, if the page has only one of them.

        A law with a year is divided if the page does not name it so.
        """
        year = _YEAR_OF_LAW.search(part.text) if part.kind == LAW and not self.is_on_page(part) else None
        if year:
            law, date = part.text[: year.start()], part.text[year.start(1) :]
            value = Date(0, len(date), int(date))
            start, between = part.start, part.start + year.start()
            return [
                replace(part, text=law, end=between, value=Name(law, start, between, is_law=True)),
                Part(DATE, date, part.start + year.start(1), part.end, value),
            ]
        if self.claim.language == "de" and part.kind == NAME and not self.is_on_page(part):
            return self._without_nouns(part)
        cut = _OF.search(part.text) if part.kind == NAME and not self.is_on_page(part) else None
        if not cut or " " not in part.text[: cut.start()] + part.text[cut.end() :].strip():
            return [part]
        places = ((0, cut.start()), (cut.end(), len(part.text)))
        parts = [
            replace(
                part, text=text, start=part.start + start, end=part.start + end, value=Name(text, start, end)
            )
            for start, end in places
            if (text := part.text[start:end])
        ]
        return parts if any(" " in each.text and self.is_on_page(each) for each in parts) else [part]

    def _without_nouns(self, part):
        """Return the end of a German name that the page has, if nouns stand before it: Liste Ruby-Talk.

        Return nothing of words that the page has, but never one after the other: they are nouns.
        """
        starts = [found.end() for found in re.finditer(r"\s", part.text)]
        ends = (
            replace(
                part,
                text=part.text[start:],
                start=part.start + start,
                value=Name(part.text[start:], start, part.end),
            )
            for start in starts
            if " " in part.text[start:] or _INNER_CAPITAL.search(part.text[start:])
        )
        if end := next(filter(self.is_on_page, ends), None):
            return [end]
        are_nouns = " " in part.text and all(letters(word) in self.letters.text for word in part.text.split())
        return [] if are_nouns else [part]

    # Names

    def names(self, part: Part, passage: Passage) -> Iterator[Span]:
        """Yield where a name stands: in full, or shorter if the page has it in full."""
        yield from occurrences(passage.text, part.text)
        if " " in part.text and self.is_on_page(part):
            yield from self._last_names(part, passage.text)
            for initials in _initials(part.text):
                yield from occurrences(passage.text, initials)
        above = f"{self._headlines()}\n{self._intro(passage)}"
        if self.is_author(part) or has_name(above, part.text):
            yield ABOVE

    def has_other_in_place(self, part: Part, passage: Passage) -> bool:
        """Whether another sentence has another name among more of the words that are around this one."""
        if self.is_author(part):
            return False
        near, text = list(map(without_accents, self.claim.near(part))), passage.text
        others = [name for name in find_names(text, self.claim.language) if self._is_other(part, name, text)]
        mine = _beside(self.claim.text, part)
        if any(_are_the_same(mine, _beside(text, name)) for name in others):
            return True
        if not stems(self.claim.text[: part.start]) and self._begins_best_sentence(text, others):
            return True
        places = [place for place in self.names(part, passage) if place != ABOVE]
        own = [_words_around(near, text, place) for place in places]
        own += [_words_around(near, self.title, place) for place in occurrences(self.title, part.text)]
        fits = [_words_around(near, text, (name.start, name.end), _NEAR) for name in others]
        return max(fits, default=0) > max(own, default=0) + 1

    def _begins_best_sentence(self, text, names):
        """Whether the sentence with most words of the claim begins with one of these names."""
        start, end = sentence_with_most(self.claim.words, text)
        return any(start <= name.start < end and not stems(text[start : name.start]) for name in names)

    def _is_other(self, part, name, text):
        """Whether a name is not in the claim, and in no sentence with the last word of a name of it."""
        if not name.is_sure or letters(name.text) in letters(self.claim.text):
            return False
        if text.rfind("(", 0, name.start) > text.rfind(")", 0, name.start):
            return False  # the source of what stands before it
        if set(stems(name.text)) <= set(self.claim.words):
            return False
        start, end = with_subject(text, bounds(SENTENCE, text, (name.start, name.end)))
        is_with = any(start <= place[0] < end for place in occurrences(text, part.text.split()[-1]))
        return not is_with and part.text not in _initials(name.text)

    def _last_names(self, part, text):
        """Yield where the last name stands alone, or after a title, but not after another name."""
        for start, end in occurrences(text, part.text.split()[-1]):
            before = _CAPITAL_BEFORE.search(text, max(0, start - 40), start)
            word = before[1].lower() if before else ""
            if not word or word in _TITLES or word in ALL_STOP_WORDS or word in part.text.lower():
                yield start, end

    def is_author(self, part: Part) -> bool:
        authors = f"{self.page.author} {self.page.publisher}"
        return has_name(authors, part.text) or has_name(self.page.author, part.text.split()[-1])

    def _intro(self, passage):
        intro = intro_of(self.page.blocks, passage.first)
        return "" if intro is None else plain(self.page.blocks[intro].text)

    def _headlines(self):
        return plain("\n".join([self.title, *self._headings(0)]))

    def _headings(self, place):
        """Yield the headings above a block, the nearest first."""
        headings = (block.text for block in reversed(self.page.blocks[:place]) if block.kind == "heading")
        return (plain(text).lstrip("# ") for text in headings)

    # Speakers

    def is_speaker(self, part: Part, said: list[str], how: str) -> bool:
        """Whether the page gives the name as that of the speaker. said and how: from speakers()."""
        if how == "named":
            named = any(self._is_same(part, name) for name in names_in(said[0]))
            return named or any(
                not _BESIDE.search(said[0], 0, start) for start, _end in occurrences(said[0], part.text)
            )
        if how == "text":
            return self.is_author(part) or any(self._is_named(text, part) for text in said)
        if how == "pronoun":
            outside = [" ".join(text.rstrip('" ').split('"')[::-2][::-1]) for text in said]
            nearest = next((text for text in outside if people_in(text) or self._is_named(text, part)), "")
            return self._is_last_person(part, nearest)
        return any(self._is_only_person(part, text) for text in said[:3]) or has_name(said[-1], part.text)

    def is_beside(self, part: Part, said: list[str], how: str, around: str) -> bool:
        """Whether a name is that of the speaker, of the body of the speaker, or in the text around."""
        is_of_speaker = _OF_BEFORE.search(self.claim.text, 0, part.start) is not None
        if part.value.may_be_person and not is_of_speaker:
            return self.is_speaker(part, said, how)
        if is_of_speaker and self._is_named_with_speaker(part, said, how):
            return True
        texts = [*said, around, self.title]
        return self.is_author(part) or any(has_name(text, part.text) for text in texts)

    def _is_named_with_speaker(self, part, said, how):
        """Whether a block of the page has the name of the speaker in the claim, too, who works there."""
        others = [each for each in self.claim.parts if each.kind == NAME and each is not part]
        speakers = [each.text for each in others if self.is_speaker(each, said, how)]
        last = part.text.split()[-1]
        texts = (block.text for block in self.page.blocks if speakers and last in block.text)
        return any(
            has_name(text, part.text) and any(has_name(text, each) for each in speakers) for text in texts
        )

    def _is_same(self, part, name):
        """Whether a name on the page is that of the part, or its last word if the page has it in full."""
        mine, theirs = _words(part.text), [word for word in _words(name) if word not in _TITLES]
        if not mine or not theirs:
            return False
        if set(mine) <= set(theirs):
            return True
        return mine[-1] == theirs[-1] and len(theirs) == 1 and self.is_on_page(part)

    def _is_named(self, text, part):
        last = part.text.split()[-1]
        return has_name(text, part.text) or (len(last) > 2 and has_name(text, last) and self.is_on_page(part))

    def _is_last_person(self, part, text):
        mine = max((start for start, _end in occurrences(text, part.text.split()[-1])), default=-1)
        others = [name for name in people_in(text) if not self._is_same(part, name)]
        return mine >= 0 and not any(text.rfind(name) > mine for name in others)

    def _is_only_person(self, part, text):
        return self._is_named(text, part) and all(self._is_same(part, name) for name in people_in(text))

    # Laws

    def laws(self, part: Part, passage: Passage) -> Iterator[Span]:
        yield from self.names(part, passage)
        bare = re.sub(r"(?:es|s)$", "", part.text)  # des Arbeitszeitgesetzes
        if has_name(self.title, part.text) or (len(bare) > 8 and has_name(self.title, bare)):
            yield ABOVE

    def sections(self, part: Part, passage: Passage) -> Iterator[Span]:
        """Yield where a section of a law is named: as the heading above, or if there is none, in the text."""
        number, *rest = re.findall(r"\d+\s?[a-z]?\b", part.text)
        wanted = re.compile(
            rf"(?:§|art(?:icle|ikel|ículo)?\.?|section|sec\.?)\s*{number.replace(' ', '')}(?!\w)",
            re.IGNORECASE,
        )
        above = next(filter(_SECTION_START.match, self._headings(passage.first + 1)), "")
        inside = wanted.search(passage.text)
        if not (wanted.match(above) if above else inside):
            return
        paragraph = rf"(?:^|\n)\s*\({rest[0].strip()}\)" if rest else ""
        if re.search(paragraph, passage.text) or part.text in passage.text:
            yield inside.span() if inside else ABOVE

    # Dates

    def dates(self, part: Part, passage: Passage) -> Iterator[Span]:
        """Yield where a date stands. A year may belong to the title: the 2023 survey."""
        dates = find_dates(passage.text)
        yield from ((date.start, date.end) for date in dates if part.value.agrees_with(date))
        has_other_year = any(date.year not in (0, part.value.year) for date in dates)
        is_edition = not part.value.month and self._is_edition(part, passage)
        above = find_dates(self._intro(passage))
        if not has_other_year and (is_edition or any(map(part.value.agrees_with, above))):
            yield ABOVE

    def _is_edition(self, part, passage):
        following = stems(" ".join(self.claim.text[part.end :].split()[:3]))
        title = folded(self.title)
        is_above = part.text in "\n".join([self.title, *self._headings(passage.first)])
        return is_above and any(begins_word(without_accents(word), title) for word in following)


def _beside(text, name):
    """Return the stems of the two words before a name and of the two after it, the nearest first."""
    start, end = bounds(SENTENCE, text, (name.start, name.end))
    return stems(text[start : name.start])[:-3:-1], stems(text[name.end : end])[:2]


def _are_the_same(mine, theirs):
    """Whether two names stand between the same words, or before or after the same two."""
    sides = list(zip(mine, theirs, strict=True))
    return all(one and one[:1] == other[:1] for one, other in sides) or any(
        len(one) > 1 and one == other for one, other in sides
    )


def _words_around(stems, text, place, distance=LONGEST_BLOCK):
    """Count the stems that the sentence of a place has within a distance from it."""
    start, end = bounds(SENTENCE, text, place)
    return count_words(stems, text[max(start, place[0] - distance) : min(end, place[1] + distance)])


def _words(name):
    return re.findall(r"[^\W_]+", without_accents(plain(name)).lower())


def _initials(name):
    """Return the short forms of a name: VA and DVA for the Department of Veterans Affairs."""
    words = [word for word in name.split() if word[:1].isupper()]
    wholes = [words, words[1:] if words[:1] in (["Department"], ["Ministry"], ["Office"]) else []]
    return ["".join(word[0] for word in whole) for whole in wholes if len(whole) > (whole == words) + 1]
