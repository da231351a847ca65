"""Find numbers with their unit, and dates, in a sentence or a page."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from blog.documents.claims.vocabulary import any_of
from blog.extensions.sources.number_words import (
    CJK_DIGITS,
    CJK_SCALES,
    FRACTION_PATTERN,
    FRACTIONS,
    ONES,
    SCALE_PATTERN,
    SCALES,
    SMALL,
    TENS,
    UNITS,
    WORD_PATTERN,
    WORDS,
)
from blog.extensions.sources.words import language_of

_SPACE = "[ \u00a0\u2009\u202f]"
_DIGITS = (
    r"\d{1,3}(?:[.,’'\u00a0\u2009\u202f ]\d{3})+(?![\d])(?:[.,]\d{1,3}(?!\d))?"
    r"|\d++(?:[.,·]\d++)?+(?!\.\d)"
    rf"(?!(?!(?:{any_of(UNITS)}|{SCALE_PATTERN})(?!\w))[a-zA-Z]{{2}})"  # no 2nd, but 2km
)
_CJK = (
    rf"(?:\d[\d,]*(?:\.\d+)?|[{''.join(CJK_DIGITS)}]+)?[{''.join(CJK_SCALES)}](?:\d[\d,]*"
    rf"|[{''.join(CJK_DIGITS)}{''.join(CJK_SCALES)}])*"
)
_GERMAN = any_of({word for word in SMALL if word in "ein zwei drei vier fünf sechs sieben acht neun".split()})
_GERMAN_TENS = any_of([word for word in TENS if word.endswith("ig")])
_SHARES = {"half": 1 / 2, "third": 1 / 3, "quarter": 1 / 4, "halbe": 1 / 2, "demi": 1 / 2, "medio": 1 / 2}
_NUMBER = re.compile(
    r"(?<![\w/.,])(?P<over>[1-9])/(?P<under>[1-9]\d?)(?![\w/])"
    rf"|(?<!\w)(?:(?:an?|one){_SPACE})?(?P<share>{any_of(_SHARES)})(?:{_SPACE}(?:of{_SPACE})?(?:an?{_SPACE})?|-)"
    r"(?=(?:million|billion|milliarde?|millón)(?!\w))"
    rf"|(?P<cjk>{_CJK})"
    rf"|(?P<currency>(?:US)?[$€£¥]){_SPACE}?(?=\d)"
    rf"|(?<![\w.,/-])(?P<compound>(?:{_GERMAN}und{_GERMAN_TENS}|(?:{_GERMAN})(?:hundert"
    rf"|tausend)(?:{_GERMAN_TENS})?))\b"
    rf"|(?<![\d.,])(?<![A-Za-z_])(?<![A-Za-z]-)(?P<digits>{_DIGITS})"
    rf"|(?<!\w)(?P<word>{WORD_PATTERN}|hundred|hundert|thousand|tausend|mille|mil|cien|cent"
    rf"|million|a|an|hälfte|half|mitad|moitié|drittel|viertel)(?:(?!\w)|(?=fold))",
    re.IGNORECASE,
)
_AND_A_HALF = rf"{_SPACE}(?:and a half|et demie?|y medi[oa])(?!\w)"
_MORE = re.compile(
    rf"(?:{_SPACE}|-|‐|‑)(?:(?:and|y|et|und) )?(?P<word>{WORD_PATTERN})(?!\w)|(?:{_SPACE}"
    rf"|-)?(?P<scale>{SCALE_PATTERN})(?![\w])(?:(?<=mio|mrd)\.)?|(?P<letter>(?-i:[kKMB]))(?![\w])"
    rf"|(?P<million>m)(?!\w)|(?P<half>{_AND_A_HALF})",
    re.IGNORECASE,
)
_HALF = re.compile(_AND_A_HALF, re.IGNORECASE)
_FRACTION = re.compile(rf"(?:{_SPACE}|-)(?P<part>{FRACTION_PATTERN})(?!\w)", re.IGNORECASE)
_KIND_OF_MONEY = (
    r"(?:us|u\.s\.|american|australian|canadian|new zealand|hong kong|[a-zäöü]+ische[nrs]?)"
    rf"{_SPACE}(?=dollars?)"
)
_UNIT = re.compile(
    rf"(?:{_SPACE}|[-‐‑])?(?:{_KIND_OF_MONEY})?(?P<unit>{any_of(UNITS)})(?![^\W\u3040-\u9fff])|(?P<cjk>パーセント|秒|分|時間|日間|週間|か月|ヶ月|カ月|年間|キロ|円|倍)",
    re.IGNORECASE,
)
_OF = re.compile(rf"{_SPACE}(?:de |of |d')(?={any_of(UNITS)}(?!\w))", re.IGNORECASE)
_UNIT_WORD = re.compile(r"[^\W\d_]+|[%$€£¥]")
_OF_LANGUAGE = {"once": "es", "elf": "de"}  # numbers that are other words in English
_NEAR = 100  # characters
_IN_FRONT = {"us$": "$", "$": "$", "€": "€", "£": "£", "¥": "¥"}


@dataclass(frozen=True, slots=True)
class Number:
    """text[start:end], with all values that it may have: "25.581" is 25581 or 25.581."""

    start: int
    end: int
    values: frozenset[float]
    unit: str = ""

    @property
    def kind(self) -> str:
        """The unit, but percentage points tell of shares as percent do."""
        return "%" if self.unit == "point" else self.unit


_OCTETS = re.compile(r"(?<=\d)([ \u00a0\u202f]?[KMGT])o(?!\w)")  # 2 Go in French is 2 GB
_YEAR_ONLY = re.compile(r"(?:1[5-9]|20)\d\d")


@lru_cache(maxsize=256)
def find_numbers(text: str) -> list[Number]:
    """Return the numbers of a text in order. A range such as "5 to 10 %" has the unit twice."""
    found = list(_numbers(_OCTETS.sub(r"\1B", text)))
    for place, (first, second) in enumerate(pairwise(found)):
        between = text[first.end : second.start].strip().lower()
        if (
            second.unit
            and not first.unit
            and not _YEAR_ONLY.fullmatch(text, first.start, first.end)
            and between in ("-", "–", "to", "bis", "à", "a", "and", "or", "und", "oder")
        ):
            found[place] = Number(first.start, first.end, first.values, second.unit)
    return found


def _numbers(text) -> Iterator[Number]:
    place = 0
    while found := _NUMBER.search(text, place):
        number = _read(text, found)
        place = number.end if number else found.end()
        if number:
            yield number


def _read(text, found) -> Number | None:
    start, end, unit = found.start(), found.end(), ""
    if found["over"]:
        share = round(100 * int(found["over"]) / int(found["under"]), 3)
        return Number(start, end, frozenset([share]), "%")
    if found["share"]:
        return _complete(text, start, end, frozenset([_SHARES[found["share"].lower()]]), "")
    if found["currency"]:
        unit = _IN_FRONT[found["currency"].lower()]
        found = re.compile(rf"(?P<digits>{_DIGITS})").match(text, end)
        if not found:
            return None
        return _complete(text, start, found.end(), _values(found["digits"]), unit)
    if found["cjk"]:
        return _complete(text, start, end, frozenset([_cjk_value(found["cjk"])]), "")
    if found["digits"]:
        return _complete(text, start, end, _values(found["digits"]), "")
    if found["compound"]:
        return _complete(text, start, end, frozenset([_german_value(found["compound"].lower())]), "")
    return _read_words(text, found)


def _read_words(text, found):
    word, start, end = found["word"].lower(), found.start(), found.end()
    beside = text[max(0, start - _NEAR) : end + _NEAR]
    if word in _OF_LANGUAGE and language_of(beside) != _OF_LANGUAGE[word]:
        return None
    if word in FRACTIONS:
        return Number(start, end, frozenset([100 / FRACTIONS[word]]), "%")
    value = WORDS.get(word, 1 if word in ("a", "an") else SCALES.get(word, 1))
    if fraction := _FRACTION.match(text, end):
        return Number(
            start,
            fraction.end(),
            frozenset([round(100 * value / FRACTIONS[fraction["part"].lower()], 3)]),
            "%",
        )
    number = _complete(text, start, end, frozenset([float(value)]), "")
    is_article = word in ("a", "an") or word in ONES
    if word in ("a", "an") and not number.values - {1.0}:
        return None
    return None if is_article and number.end == end else number


def _complete(text, start, end, values, unit):
    """Return the number with further words, scales and the unit after it."""
    scale = 1.0
    while (more := _MORE.match(text, end)) and (unit or not more["million"]):  # or it is a metre
        if more["word"]:
            added = WORDS[more["word"].lower()]
            if not _may_follow(next(iter(values)), added) or text[start:end][-1:].isdigit():
                break
            values = frozenset(value + added for value in values)
        elif more["scale"]:
            if more["scale"].lower() in ("cent", "cents") and text[end - 1].isdigit():
                break  # they are coins
            scale = SCALES[more["scale"].lower()]
            values = frozenset(round(value * scale, 6) for value in values)
        elif more["half"]:
            values = frozenset(value + scale / 2 for value in values)
        else:
            letter = (more["letter"] or more["million"]).lower()
            scaled = {value * {"k": 1e3, "m": 1e6, "b": 1e9}[letter] for value in values}
            values = frozenset(scaled if unit else values | scaled)
        end = more.end()
    of = _OF.match(text, end) if scale > 1 else None
    if not unit and (found := _UNIT.match(text, of.end() if of else end)):
        name = found["unit"] or found["cjk"]
        unit, end = UNITS[name.lower()], found.end()
        unit = "£" if unit == "pound" and scale >= 1e6 else unit
        if half := _HALF.match(text, end):
            values, end = frozenset(value + 0.5 for value in values), half.end()
    return Number(start, end, values, unit)


def _may_follow(before, added):
    """Whether "twenty" and "five" are one number, unlike "five" and "twenty"."""
    if before >= 100 and before % 100 == 0:
        return added < 100
    return 20 <= before < 100 and before % 10 == 0 and 0 < added < 20


def _values(digits):
    """Return what a number in digits may mean in the notations of the languages."""
    plain = re.sub(r"[\s\u00a0\u2009\u202f’']", "", digits).replace("·", ".")
    signs = re.findall(r"[.,]", plain)
    if not signs:
        return frozenset([float(plain)])
    if len(set(signs)) == 2:
        thousands, decimal = signs[0], signs[-1]
        return frozenset([float(plain.replace(thousands, "").replace(decimal, "."))])
    last = re.split(r"[.,]", plain)[-1]
    grouped = float(re.sub(r"[.,]", "", plain))
    if len(signs) > 1 or (len(last) == 3 and last.endswith("00")):  # nobody writes 3.200 for 3.2
        return frozenset([grouped])
    decimal = float(plain.replace(",", "."))
    return (
        frozenset([grouped, decimal])
        if len(last) == 3 and not plain.startswith("0")
        else frozenset([decimal])
    )


def _cjk_value(text):
    total, current, digits = 0.0, 0.0, ""
    for sign in text.replace(",", ""):
        if sign in CJK_DIGITS:
            digits += str(CJK_DIGITS[sign])
        elif sign in CJK_SCALES:
            scale = CJK_SCALES[sign]
            current += float(digits or 0)
            if scale >= 1e4:
                total, current = total + (current or 1) * scale, 0.0
            else:
                current = (current or 1) * scale
            digits = ""
        else:
            digits += sign
    return total + current + float(digits.strip(".") or 0)


def _german_value(word):
    ones, und, tens = word.partition("und")
    if und and tens in TENS:
        return float(SMALL[ones] + TENS[tens])
    name, scale = next((name, value) for name, value in (("hundert", 100), ("tausend", 1000)) if name in word)
    ones, _, tens = word.partition(name)
    return float(SMALL[ones] * scale + TENS.get(tens, 0))


def has_unit(wanted: Number, number: Number, text: str) -> bool:
    """Whether a number has the unit of the wanted one, or the words after it in the text do."""
    if wanted.unit == number.unit or {wanted.unit, number.unit} == {"", "times"}:
        return True
    following = text[number.end : number.end + 40].partition(".")[0].lower()
    return not number.unit and unit_in(wanted, following)


def unit_in(wanted: Number, text: str) -> bool:
    return bool(wanted.unit) and any(UNITS.get(word) == wanted.unit for word in _UNIT_WORD.findall(text))


# Dates

_MONTHS = {
    name: number
    for number, names in enumerate(
        """
        january jan januar jänner janvier enero|february feb februar février febrero
        |march mar märz mars marzo|april apr avril abril
        |may mai mayo|june jun juni juin junio|july jul juli juillet julio|august aug août agosto
        |september sep sept septembre septiembre|october oct oktober okt octobre octubre
        |november nov novembre noviembre
        |december dec dezember dez décembre diciembre
        """.split("|"),
        start=1,
    )
    for name in names.split()
}
_MONTH = any_of(_MONTHS)
_ORDINALS = {
    word: number
    for number, word in enumerate(
        """
        first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth
        fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth twenty-first twenty-second
        twenty-third twenty-fourth twenty-fifth twenty-sixth twenty-seventh twenty-eighth twenty-ninth
        thirtieth thirty-first
        """.split(),
        start=1,
    )
}
_QUARTERS = {
    name: number
    for number, names in enumerate(
        """
        q1|first quarter|1. quartal|ersten quartal|premier trimestre|primer trimestre
        q2|second quarter|2. quartal|zweiten quartal|deuxième trimestre|segundo trimestre
        q3|third quarter|3. quartal|dritten quartal|troisième trimestre|tercer trimestre
        q4|fourth quarter|4. quartal|vierten quartal|quatrième trimestre|cuarto trimestre
        """.strip().splitlines(),
        start=13,
    )
    for name in names.strip().split("|")
}
_YEAR = r"(?:1[0-9]|20)\d\d"
_NO_SEASON = -1  # the day of what looks like 1849-50, but is the month of a year: 2018-01
_DAY = r"(?:3[01]|[12]\d|0?[1-9])"
_DATE = re.compile(
    rf"(?<![\w-])(?P<y1>{_YEAR})[-/.](?P<m1>0\d|1[0-2])[-/.](?P<d1>{_DAY})(?!\d)"
    rf"|(?P<y2>{_YEAR})年(?:(?P<m2>1[0-2]|\d)月(?:(?P<d2>{_DAY})日)?)?"
    rf"|(?<!\w)(?P<n3>{_MONTH})\.?{_SPACE}(?P<d3>{_DAY})(?:st|nd|rd"
    rf"|th)?(?!\d)(?:,?{_SPACE}(?P<y3>{_YEAR})(?!\d))?"
    rf"|(?<![\w.,])(?P<d4>{_DAY})(?:st|nd|rd|th|er|\.|º)?{_SPACE}?(?:of{_SPACE}"
    rf"|de{_SPACE})?(?P<n4>{_MONTH})(?!\w)\.?(?:,?{_SPACE}(?:del?{_SPACE}"
    rf"|of{_SPACE})?(?P<y4>{_YEAR})(?!\d))?"
    rf"|(?<!\w)(?P<n5>{_MONTH})\.?,?{_SPACE}(?:del?{_SPACE}|of{_SPACE})?(?P<y5>{_YEAR})(?!\w)"
    rf"|(?<!\d)(?P<d6>{_DAY})\.(?P<m6>1[0-2]|0?[1-9])\.(?P<y6>{_YEAR})(?!\d)"
    rf"|(?<![\d/])(?P<m7>1[0-2]|0?[1-9])/(?P<d7>{_DAY})/(?P<y7>{_YEAR})(?!\d)"
    rf"|(?<![\w.,$€£¥/])(?<!(?<!\d{{4}})-)(?P<y8>(?:1[5-9]|20)\d\d)(?:er|s|[-/](?P<e8>\d\d))?"
    rf"(?!\w|[.,]\d|-\d{{1,2}}(?!\d)|{_SPACE}?(?:{SCALE_PATTERN}|{any_of(UNITS)})(?!\w))"
    rf"|(?<!\w)(?P<q10>{any_of(_QUARTERS)}),?{_SPACE}"
    rf"(?:(?:of|del?|des Jahres){_SPACE})?(?P<y10>{_YEAR})(?!\d)"
    rf"|(?<!\w)(?P<o9>{any_of(_ORDINALS)})(?: day)? of (?P<n9>{_MONTH})(?!\w)(?:,? (?P<y9>{_YEAR}))?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Date:
    """text[start:end]. year, month and day are 0 if they are not named.

    The quarters of a year are the months 13 to 16, the winter of 1849-50 has the day 150.
    """

    start: int
    end: int
    year: int
    month: int = 0
    day: int = 0

    def agrees_with(self, other: "Date") -> bool:
        """Whether the other date names all that this one does."""
        return all(
            not mine or mine == theirs
            for mine, theirs in ((self.year, other.year), (self.month, other.month), (self.day, other.day))
        )


@lru_cache(maxsize=256)  # the parts of a claim are looked for in the same passages
def find_dates(text: str) -> list[Date]:
    """Return the dates and years of a text in order."""
    return [date for date in map(_date, _DATE.finditer(text)) if date.day != _NO_SEASON]


def without_dates(text: str) -> str:
    """Return the text with a comma in place of each date, so that months are not taken for names."""
    for date in reversed(find_dates(text)):
        text = f"{text[: date.start]},{text[date.end :]}"
    return text


def _date(found):
    groups = {name[0]: value for name, value in found.groupdict().items() if value}
    month = _MONTHS[groups["n"].lower()] if "n" in groups else int(groups.get("m") or 0)
    month = _QUARTERS[groups["q"].lower()] if "q" in groups else month
    day = _ORDINALS[groups["o"].lower()] if "o" in groups else int(groups.get("d") or 0)
    year = int(groups.get("y") or 0)
    if "e" in groups:
        day = 100 + int(groups["e"]) if int(groups["e"]) > year % 100 else _NO_SEASON
    return Date(found.start(), found.end(), year, month, day)


def undated_numbers(text: str) -> list[Number]:
    """Return the numbers that do not belong to a date with a month."""
    dates = [date for date in find_dates(text) if date.month]
    return [
        number
        for number in find_numbers(text)
        if not any(date.start <= number.start < date.end for date in dates)
    ]
