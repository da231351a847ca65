"""Read numbers with scale and unit, in digits and in words, in six languages, and dates."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

_WORDS = {
    word: value
    for value, words in {
        0: "zero null zéro cero",
        1: "one eine einen einem einer un une una uno",
        2: "two zwei deux dos both twice",
        3: "three drei trois tres",
        4: "four vier quatre cuatro",
        5: "five fünf cinq cinco",
        6: "six sechs seis",
        7: "seven sieben sept siete",
        8: "eight acht huit ocho",
        9: "nine neun neuf nueve",
        10: "ten zehn dix diez",
        11: "eleven elf onze once",
        12: "twelve zwölf douze doce dozen dutzend",
        13: "thirteen dreizehn treize trece",
        14: "fourteen vierzehn quatorze catorce",
        15: "fifteen fünfzehn quinze quince",
        16: "sixteen sechzehn seize dieciséis",
        17: "seventeen siebzehn dix-sept diecisiete",
        18: "eighteen achtzehn dix-huit dieciocho",
        19: "nineteen neunzehn dix-neuf diecinueve",
        20: "twenty zwanzig vingt veinte",
        30: "thirty dreißig trente treinta",
        40: "forty vierzig quarante cuarenta",
        50: "fifty fünfzig cinquante cincuenta",
        60: "sixty sechzig soixante sesenta",
        70: "seventy siebzig soixante-dix setenta",
        80: "eighty achtzig quatre-vingts quatre-vingt ochenta",
        90: "ninety neunzig quatre-vingt-dix noventa",
    }.items()
    for word in words.split()
}
_SCALES = {
    word: value
    for value, words in {
        10**2: "hundred hundert cent cents cien ciento",
        10**3: "thousand tausend mille mil tsd k 千",
        10**4: "万",
        10**6: "million millions millionen mio mn millón millones m",
        10**8: "億",
        10**9: "billion billions bn milliarde milliarden mrd milliard milliards",
        10**12: "trillion trillions billionen billones 兆",
    }.items()
    for word in words.split()
}
UNITS = {
    word: unit
    for unit, words in {
        "%": "% percent per-cent prozent pourcent porcentaje パーセント ％",
        "$": "$ usd dollar dollars dólares ドル us$",
        "€": "€ eur euro euros ユーロ",
        "£": "£ gbp pound-sterling",
        "¥": "¥ yen 円",
        "year": "year years year-old jahr jahre jahren an ans année années año años 年",
        "month": "month months monat monate monaten mois mes meses か月 ヶ月",
        "week": "week weeks woche wochen semaine semaines semana semanas 週間",
        "day": "day days tag tage tagen jour jours día días 日間",
        "hour": "hour hours stunde stunden h heure heures hora horas 時間",
        "minute": "minute minutes minuten min minuto minutos 分",
        "second": "second seconds sekunde sekunden seconde secondes segundo segundos 秒",
        "km": "km kilometer kilometers kilometre kilometres kilometern kilomètres kilómetros",
        "m": "metre metres meter meters metern mètre mètres metro metros メートル",
        "ft": "foot feet ft fuß pieds pies",
        "in": "inch inches zoll",
        "mile": "mile miles meilen",
        "kg": "kg kilogram kilograms kilogramm kilo kilos",
        "t": "ton tons tonne tonnes tonnen toneladas",
        "GB": "gb gigabyte gigabytes",
        "MB": "mb megabyte megabytes",
        "KB": "kb kilobyte kilobytes",
        "TB": "tb terabyte terabytes",
        "°": "° degrees °c °f grad",
    }.items()
    for word in words.split()
}


def _any_of(words):
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_EDGE = r"(?![^\W\d_])"
_SCALE = rf"(?:(?:{_any_of([w for w in _SCALES if w[0] < '　'])}){_EDGE}|[千万億兆])"
_UNIT = (
    rf"(?:[%％$€£¥°]|per cent{_EDGE}|pour cent{_EDGE}|por ciento{_EDGE}|パーセント|ドル|ユーロ|円|年"
    r"|か月|ヶ月|週間|日間|時間|分|秒|メートル"
    rf"|(?:{_any_of([word for word in UNITS if word[0].isalpha() and word[0] < '　'])}){_EDGE})"
)
_DIGITS = r"\d{1,3}(?:[.,\u00a0\u202f\u2009 '’]\d{3})+(?:[.,]\d+)?(?!\d)|\d+(?:[.,]\d+)?"
_WORD = rf"(?:{_any_of(_WORDS)})"
_HUNDREDS = r"(?:hundred|thousand|hundert|tausend|cent|cents|cien|ciento|mille|mil)"
_IN_WORDS = rf"(?:a )?(?:{_WORD}|{_HUNDREDS})(?:[- ](?:and |und |y |et )?(?:{_WORD}|{_HUNDREDS}))*{_EDGE}"
_GERMAN = (
    r"(?:ein|zwei|drei|vier|fünf|sechs|sieben|acht|neun)und"
    r"(?:zwanzig|dreißig|vierzig|fünfzig|sechzig|siebzig|achtzig|neunzig)"
)
_FRACTION = (
    r"(?:(?P<top>one|two|three|a|ein|zwei|drei|un|deux|dos)[- ](?P<bottom>half|thirds?|quarters?"
    r"|fifths?|tenths?|drittel|viertel|fünftel|zehntel|tiers|quarts?|tercios?))\b"
    r"|(?<![\w/])(?P<over>[1-9])/(?P<under>[1-9]\d?)(?![\w/])"
    r"|(?P<half>\b(?:half|die hälfte|la moitié|la mitad)\b)"
)
_NUMBER = re.compile(
    rf"{_FRACTION}|(?P<sign>(?:us)?[$€£¥])?\s?(?<![^\W\u3040-\u9fff])(?<![.,/-])(?:(?P<digits>{_DIGITS})(?!/\d)|(?P<german>{_GERMAN}){_EDGE}|(?P<words>{_IN_WORDS}))"
    rf"(?P<scale>(?:[\s-]*{_SCALE})*)(?:(?P<gap>[\s-]{{0,2}})(?P<unit>{_UNIT}))?",
    re.IGNORECASE,
)
_BOTTOMS = {
    "half": 2,
    "third": 3,
    "quarter": 4,
    "fifth": 5,
    "tenth": 10,
    "drittel": 3,
    "viertel": 4,
    "fünftel": 5,
}
_BOTTOMS |= {"zehntel": 10, "tiers": 3, "tier": 3, "quart": 4, "tercio": 3}
_TOPS = {"one": 1, "a": 1, "ein": 1, "un": 1, "two": 2, "zwei": 2, "deux": 2, "dos": 2, "three": 3, "drei": 3}

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar jänner janvier enero",
            "february feb februar février febrero",
            "march mar märz mars marzo",
            "april apr avril abril",
            "may mai mayo",
            "june jun juni juin junio",
            "july jul juli juillet julio",
            "august aug août agosto",
            "september sep sept septembre septiembre",
            "october oct oktober okt octobre octubre",
            "november nov novembre noviembre",
            "december dec dezember dez décembre diciembre",
        ),
        1,
    )
    for name in names.split()
}
_MONTH = rf"(?:{_any_of(MONTHS)})\.?"
_DATE = re.compile(
    rf"\b(?P<d1>\d{{1,2}})(?:st|nd|rd|th|er|\.)?(?: de| of)? (?P<m1>{_MONTH})(?:(?: de[l]?"
    rf"|,)? (?P<y1>[12]\d{{3}}))?\b"
    rf"|\b(?P<m2>{_MONTH}) (?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\b(?!\d)(?:,? (?P<y2>[12]\d{{3}}))?\b"
    rf"|\b(?P<m3>{_MONTH})(?: de[l]?|,)? (?P<y3>[12]\d{{3}})\b"
    r"|\b(?P<y4>[12]\d{3})-(?P<m4>\d\d)(?:-(?P<d4>\d\d))?\b"
    r"|\b(?P<d5>\d{1,2})\.(?P<m5>\d{1,2})\.(?P<y5>[12]\d{3})\b"
    r"|(?P<y6>[12]\d{3})年(?:(?P<m6>\d{1,2})月(?:(?P<d6>\d{1,2})日)?)?"
    r"|(?<![\w.,$€£#-])(?P<y7>(?:1[4-9]|20)\d\d)(?![\w%€$]|[.,:]\d|[\u00a0 ](?:%|€|\d{3}\b))",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Number:
    """A number of a text. unit is "" if none of the known units follows."""

    value: Decimal
    unit: str
    start: int
    end: int
    in_words: bool = False


@dataclass(frozen=True, slots=True)
class Date:
    """A day, month or year of a text. month and day are 0 if the text leaves them out."""

    year: int
    month: int
    day: int
    start: int
    end: int

    def is_in(self, other: "Date") -> bool:
        """Whether the other date says all that this one says."""
        return all(mine in (0, theirs) for mine, theirs in zip(self._parts(), other._parts(), strict=True))

    def _parts(self):
        return self.year, self.month, self.day


def read_dates(text: str) -> Iterator[Date]:
    """Yield the days, months and years of a text."""
    for found in _DATE.finditer(text):
        parts = {name[0]: value for name, value in found.groupdict().items() if value}
        month = parts.get("m", "0")
        number = int(month) if month.isdigit() else MONTHS[month.rstrip(".").lower()]
        if number <= 12 and ("y" in parts or "d" in parts):
            yield Date(int(parts.get("y", 0)), number, int(parts.get("d", 0)), *found.span())


def read_numbers(text: str) -> Iterator[Number]:
    """Yield the numbers of a text, without those that belong to a date."""
    dates = [(date.start, date.end) for date in read_dates(text)]
    for found in _NUMBER.finditer(text):
        if any(start < found.end() and found.start() < end for start, end in dates):
            continue
        value = _value(found)
        if value is not None:
            start = found.start() + len(found[0]) - len(found[0].lstrip())
            is_in_words = not (found["digits"] or found["over"])
            yield Number(value, _unit(found), start, found.start() + len(found[0].rstrip(" -")), is_in_words)


def _value(found):
    if found["half"]:
        return Decimal("0.5")
    if found["over"]:
        return round(Decimal(found["over"]) / int(found["under"]), 4)
    if found["top"]:
        bottom = found["bottom"].lower()
        return round(
            Decimal(_TOPS[found["top"].lower()])
            / _BOTTOMS[bottom if bottom in _BOTTOMS else bottom.rstrip("s")],
            4,
        )
    value = _digits(found["digits"]) if found["digits"] else _in_words(found["words"] or found["german"])
    for scale in re.findall(r"[千万億兆]|[^\W\d_]+", found["scale"] or ""):
        if value is not None:
            value *= _SCALES[scale.lower()]
    return value


def _digits(text):
    text = re.sub(r"[\s\u00a0\u202f\u2009'’]", "", unicodedata.normalize("NFKC", text))
    if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", text) and not text.startswith("0"):
        text = re.sub(r"[.,]", "", text)
    elif "," in text and "." in text:
        decimal = max(text.rfind(","), text.rfind("."))
        text = f"{re.sub('[.,]', '', text[:decimal])}.{text[decimal + 1 :]}"
    try:
        return Decimal(text.replace(",", "."))
    except InvalidOperation:
        return None


def _in_words(text):
    text = text.lower()
    if "und" in text and text not in _WORDS:
        one, _, ten = text.partition("und")
        if one.strip(" -") in _WORDS | {"ein": 1} and ten.strip(" -") in _WORDS:
            return Decimal((_WORDS | {"ein": 1})[one.strip(" -")] + _WORDS[ten.strip(" -")])
    if text in _WORDS:
        return Decimal(_WORDS[text])
    total = small = 0
    for word in re.split(r"[- ]", text):
        if word in _WORDS:
            small += _WORDS[word]
        elif word in _SCALES and _SCALES[word] > 100:
            total, small = total + max(small, 1) * _SCALES[word], 0
        elif word in _SCALES:
            small = max(small, 1) * 100
    return Decimal(total + small)


def _unit(found):
    sign = (found["sign"] or "").lower().removeprefix("us")
    unit = (found["unit"] or "").lower()
    if unit in ("per cent", "pour cent", "por ciento"):
        unit = "%"
    return sign or UNITS.get(unit, unit)
