"""Split the sentence of a claim into the parts that a page must have."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from blog.extensions.sources.names_in import Name, find_names
from blog.extensions.sources.number_words import FRACTIONS, WORDS
from blog.extensions.sources.quantities import Date, Number, find_dates, find_numbers
from blog.extensions.sources.values import DATE, LAW, NAME, NUMBER, QUOTATION, SECTION
from blog.extensions.sources.vocabulary import SAYS
from blog.extensions.sources.words import language_of, plain, stems, without_accents

FEWEST_QUOTED = 2  # words in quotation marks; a single one is a term

_LABEL = re.compile(r"^[\W_]*\*\*[^*\n]{1,60}:\*\*\s*|^[\W_]*\*\*[^*\n]{1,60}\*\*:\s*")
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*(?:\s+\"[^\"]*\")?\)")
_FOOTNOTE = re.compile(r"\[\^[^\]\s]{1,50}\]")
_START = re.compile(r"^\s*(?:>\s*|[-*+]\s+|\d{1,3}[.)]\s+|#{1,6}\s+)+")
_EMPHASIS = re.compile(r"(?<![\w*])([*_]{1,3})(?=\S)([^*_\n]+?)(?<=\S)\1(?![\w*])")
_QUOTED = re.compile(
    r"\"([^\"]{2,2000})\"|「([^」]{2,2000})」|『([^』]{2,2000})』|(?<!\w)'([^'\n]+(?:'\w[^'\n]*)*)'(?!\w)"
)
_SECTION = re.compile(
    r"\bH\.\s?R\.\s?\d+|\bPub(?:lic|\.) L(?:aw|\.) (?:No\. )?\d+-\d+|"
    r"§{1,2}\s?\d+\s?[a-z]?(?![\w])(?:\s?(?:Abs\.|Absatz)\s?\d+\s?[a-z]?\b)?(?:\s?(?:S\."
    r"|Satz)\s?\d+\b)?(?:\s?(?:Nr\.|Nummer)\s?\d+\b)?"
    r"|\b(?:Art\.|Artikel|[Aa]rticle|[Ss]ection|Sec\.|[Aa]rtículo)\s?\d+[a-z]?(?:\(\w+\))*(?:\s?(?:Abs\.|Absatz)\s?\d+\b)?"
)
_ABBREVIATED_LAW = re.compile(r"\b[A-ZÄÖÜ][A-Za-zÄÖÜäöü]{0,12}(?:G|GB|VO|O)\b(?<=[a-zäöüA-Z][GOB])")
_GERMAN_LAW = re.compile(
    r"\b[A-ZÄÖÜ][a-zäöüß-]{2,40}(?:gesetz|verordnung|gesetzbuch|ordnung)(?:es|s|e|buchs?|en)?\b"
)
_CODE = re.compile(r"\bC(?:ode|ódigo) (?:(?:d[eu]s?|de la|del) )?[^\W\d_]{4,}")
_SPEAKER = re.compile(rf"[\s,.]*(?:{SAYS})\s+(@?[a-z][\w-]{{3,30}})\s*[.,!]?\s*$")
_VAGUE = re.compile(
    r"\b(?:the|these|those|both|first|last|next|other|its|their|our|die|den|beiden|ersten"
    r"|les|los|las)\s+(?:first\s+|last\s+|next\s+)?$",
    re.IGNORECASE,
)
_OF = re.compile(r"\s+(?:of|the|all|der|des|aller|de|des)\b", re.IGNORECASE)
_NUMBERED = re.compile(
    r"\b(?:No\.|Nr\.|number|version|chapter|page|S\.|step|Schritt|Kapitel|phase|level|part|figure|table|module|modul|item|season)\s*$",
    re.IGNORECASE,
)
_YEAR_NEXT = re.compile(r"\s(?:of\s)?(?=\d{4}\b)")
_TO = re.compile(r"\d\s(?:to|bis|à|a)\s")
_ORDINAL = re.compile(r"(?:st|nd|rd|th|er|ème|e|º|ª)\b|\.\s(?=[a-zäöü])")


@dataclass(frozen=True, slots=True)
class Part:
    """text: as in the sentence. value: a Number, Date or Name. is_sure: False if it may be a common word.

    low: where the range begins whose end is the value.
    """

    kind: str
    text: str
    start: int
    end: int
    value: Number | Date | Name | None = None
    is_sure: bool = True
    low: Number | None = None


@dataclass(slots=True)
class Claim:
    """text: the sentence without markup. words: stems of its words that are not parts. places: names."""

    text: str
    parts: list[Part] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    language: str = "en"

    def read_words(self) -> None:
        """Set the words to those that are in no part."""
        self.words = stems(_masked(self.text, self.parts))

    def near(self, part: Part, words: int = 6) -> list[str]:
        """Return the stems of the words around a part."""
        before, after = self.text[: part.start].split()[-words:], self.text[part.end :].split()[:words]
        return [stem for stem in stems(" ".join([*before, ".", *after])) if stem in self.words]

    def nearer(self, part: Part, most: int = 3) -> list[str]:
        """Return the stems of the words around a number that are not nearer to another one of the claim."""
        text, parts = self.text, [each for each in self.parts if each.kind == NUMBER]
        place = parts.index(part)
        before = text[parts[place - 1].end if place else 0 : part.start].split()
        after = text[part.end : parts[place + 1].start if place + 1 < len(parts) else None].split()
        before = before[len(before) - len(before) // 2 :] if place else before
        after = after[: (len(after) + 1) // 2] if place + 1 < len(parts) else after
        around = stems(" ".join([*before[-most:], ".", *after[:most]]))
        return [without_accents(word) for word in around if word in self.words]

    def counted(self, part: Part) -> str:
        """Return the stem of what a number without a unit counts, such as "views", or ""."""
        if part.value.unit:
            return ""
        following = stems(" ".join(self.text[part.end :].split()[:2]))
        return without_accents(following[0]) if following else ""


def read_claim(sentence: str) -> Claim:
    """Return the parts of a sentence in Markdown."""
    text, works = _without_markup(sentence)
    claim = Claim(text, language=language_of(text))
    taken = list(_quotations(text))
    claim.parts += taken
    claim.parts += [part for part in _works(text, works) if not _overlaps(part, claim.parts)]
    for find in (_titles, _sections, _laws, _dates, _measures, _names, _numbers):
        masked = _masked(text, claim.parts)
        claim.parts += find(masked, claim.language)
    claim.places = [part.text for part in claim.parts if _is_place(part, text)]
    claim.parts = [part for part in _with_years(text, claim.parts) if not _is_place(part, text)]
    claim.parts += _handle(text, taken)
    claim.parts = _with_ranges(text, sorted(claim.parts, key=lambda part: part.start))
    claim.read_words()
    return claim


def _without_markup(sentence):
    """Return the plain sentence, and what was in italics."""
    text = _START.sub("", sentence.strip())
    text = _START.sub("", _LABEL.sub("", text))
    text = _FOOTNOTE.sub("", _LINK.sub(r"\1", text)).replace("`", "")
    italic = [found[2] for found in _EMPHASIS.finditer(text) if len(found[1]) == 1]
    for _ in range(2):
        text = _EMPHASIS.sub(r"\2", text)
    return plain(" ".join(text.split())), [plain(each) for each in italic]


def _quotations(text) -> Iterator[Part]:
    for found in _QUOTED.finditer(text):
        number = next(number for number in range(1, 5) if found[number] is not None)
        quoted = found[number]
        enough = len(quoted.split()) >= FEWEST_QUOTED or (len(quoted) > 7 and not quoted.isascii())
        if enough and not _is_title(quoted) and (number != 4 or len(quoted.split()) > 3):
            yield Part(QUOTATION, quoted.strip(" ,"), found.start(), found.end())


def _titles(text, _language):
    """Return the titles in quotation marks, such as "The Devil's Dictionary"."""
    for found in _QUOTED.finditer(text):
        title = found[found.lastindex]
        if _is_title(title):
            start, end = found.span(found.lastindex)
            yield Part(NAME, title, start, end, Name(title, start, end))


def _is_title(quoted):
    words = [word for word in quoted.split() if len(word) > 3]
    return (
        1 <= len(words) <= 7
        and quoted[:1].isupper()
        and all(word[:1].isupper() for word in words)
        and len(quoted.split()) > 1
    )


def _masked(text, parts):
    for part in parts:
        text = f"{text[: part.start]}{'·' * (part.end - part.start)}{text[part.end :]}"
    return text


def _overlaps(part, parts):
    return any(part.start < other.end and other.start < part.end for other in parts)


def _sections(text, _language):
    return [Part(SECTION, found[0].strip(), found.start(), found.end()) for found in _SECTION.finditer(text)]


def _laws(text, language):
    patterns = {"de": (_ABBREVIATED_LAW, _GERMAN_LAW), "fr": (_CODE,), "es": (_CODE,)}.get(language, ())
    found = [each for pattern in patterns for each in pattern.finditer(text)]
    return [
        Part(LAW, each[0], each.start(), each.end())
        for each in found
        if len(each[0]) > 2 and (not each[0].isupper() or _SECTION.search(text) or "·" in text)
    ]


def _dates(text, _language):
    return [
        Part(
            DATE,
            text[date.start : date.end].strip(" ,.年")
            if date.month
            else text[date.start : date.end].rstrip("年"),
            date.start,
            date.end,
            date,
        )
        for date in find_dates(text)
    ]


def _names(text, language):
    return [
        Part(LAW if name.is_law else NAME, name.text, name.start, name.end, name, name.is_sure)
        for name in find_names(text, language)
    ]


def _is_place(part, text):
    """Whether a name of one word follows "in": in Bergen."""
    before = text[: part.start].split()[-1:]
    is_name = part.kind == NAME and part.text.isalpha() and part.text.istitle()
    return is_name and before in (["in"], ["In"], ["en"], ["En"], ["near"], ["à"])


def _with_years(text, parts) -> Iterator[Part]:
    """Give laws the year of their name: the Environment Act 2021, the Investment Company Act of 1940."""
    years = {part.start: part for part in parts if part.kind == DATE and not part.value.month}
    for law in [part for part in parts if part.kind == LAW and part.value]:
        gap = _YEAR_NEXT.match(text, law.end)
        if gap and (year := years.pop(gap.end(), None)):
            name = text[law.start : year.end]
            parts = [part for part in parts if part not in (law, year)]
            parts.append(Part(LAW, name, law.start, year.end, Name(name, law.start, year.end, is_law=True)))
    yield from parts


def _with_ranges(text, parts) -> list[Part]:
    """Join the two numbers of a range, as in 12-18 months, or tell the second of the first: 12 to 18."""
    joined: list[Part] = []
    for part in parts:
        before = joined[-1] if joined else part
        if before.kind == part.kind == NUMBER and text[before.end : part.start] == "-":
            joined[-1] = replace(
                part, text=text[before.start : part.end], start=before.start, low=before.value
            )
        elif before.kind == part.kind == NUMBER and _TO.fullmatch(text, before.end - 1, part.start):
            joined.append(replace(part, low=before.value))
        else:
            joined.append(part)
    return joined


def _works(text, italic):
    for work in italic:
        start = text.find(work)
        if start >= 0 and work[:1].isupper() and len(work) > 3 and (" " in work or work.istitle()):
            yield Part(NAME, work, start, start + len(work), Name(work, start, start + len(work)))


def _measures(text, language):
    """Return the numbers with a unit or a scale, so that these words are not taken for names."""
    numbers = _numbers(text, language)
    return [part for part in numbers if part.value.unit or part.text[0].isdigit() > part.text[-1].isdigit()]


def _numbers(text, language):
    return [
        Part(NUMBER, text[number.start : number.end], number.start, number.end, number)
        for number in find_numbers(text)
        if not _is_vague(text, number) and not (language == "ja" and max(number.values) < 2)
    ]


def _is_vague(text, number):
    said, before = text[number.start : number.end].lower(), text[: number.start]
    if said in FRACTIONS:
        return not _OF.match(text, number.end)
    if said in WORDS and not number.unit and max(number.values) <= 10:
        is_adjective = text[number.end : number.end + 1] == "-"  # two-factor
        return is_adjective or bool(_VAGUE.search(before)) or max(number.values) < 2
    return bool(_ORDINAL.match(text, number.end) or _NUMBERED.search(before))


def _handle(text, quotations):
    """Return a speaker in lower case, such as "writes okdistribute"."""
    for part in quotations[-1:]:
        if found := _SPEAKER.match(text, part.end):
            name = found[1].lstrip("@")
            yield Part(NAME, name, found.start(1), found.end(1), Name(name, found.start(1), found.end(1)))
