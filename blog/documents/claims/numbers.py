"""Figures and dates: numbers that say something of the world."""

import re

from blog.documents.claims.sentences import Block, Sentence
from blog.documents.claims.vocabulary import DURATIONS, LARGE, MEASURES, SMALL

_SMALL = "|".join(sorted(SMALL))
_LARGE = "|".join(sorted(LARGE))
_ANY = f"{_SMALL}|{_LARGE}|one|an?|half an?|several|\\d[\\d.,]*"
_YEAR = re.compile(r"(?<![\d.,:/#$€£–-])(?:1[0-9]|20)\d\d(?:s\b|(?!\w|[.,:/]\d|\s?(?:%|px|words|BC\b|×)))")
_PERIOD = re.compile(
    r"\b(?:\w+(?:teenth|tieth|first)|\d\d(?:st|nd|rd|th))[\s-]+century\b|\bin the last century\b|\b(?:1[0-9]|20)\d0er\b|\bin den \w+ziger Jahren\b"
    rf"|\b(?:{_SMALL}|{_LARGE}|\d+)(?:-\w+)? (?:years|decades|centuries|months) (?:before|later|earlier|ago|after)\b"
    r"|\b(?:a|the) (?:year|decade|century) (?:before|later|earlier|ago|after)\b"
    rf"|\bwithin (?:{_SMALL}) years\b",
    re.IGNORECASE,
)
_NAMED_STANDARD = re.compile(r"\b[A-Z]{2,}(?:/[A-Z]+)?[ -]?\d+(?:[-.:]\d+)*")  # ISO 27001:2022, DIN 476
_SIGNED = re.compile(
    r"[$€£¥]\s?\d|\d\s?(?:%|‰|×|°)|\d[½¼¾]|\d\s?[-–]?(?:million|billion|trillion|bn|percent|per cent|Prozent|Millionen|Milliarden)\b"
    r"|\b\d+(?:[.,]\d+)?x\b|\b\d+[-–]?fold\b|\b[1-9]\d{0,2}(?:,\d{3})+\b|\b10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+|\bover \d{2,}|\d\s*:\s*√",
    re.IGNORECASE,
)
_PLACEHOLDER = re.compile(
    r"\[(?:insert|add|projected|number|figure|amount|year|value|x%?)\b[^\]\n]{0,80}\]|\bX{1,2}%", re.IGNORECASE
)
_MEASURE = re.compile(rf"(?<![\w.])(?:\d+(?:[.,]\d+)*|{_LARGE}|{_SMALL}|one)(?:-(?:{_LARGE}|{_SMALL}))?[\s -]{{1,2}}([^\W\d_]+[²³]?)|\d([cmk]?[mg]|[kMG]?[BW])\b", re.IGNORECASE)
_SHARES = re.compile(
    r"\b(?:half|twice) (?:as|the|of all)\b|\b(?:two|three|four|nine|one|a) (?:thirds?|quarters?|fifths?|tenths?|sixteenth|third) (?:of|full)\b|\btwo thirds\b"
    r"|\b(?:\w+|\d+) parts in (?:ten|a hundred)\b|\b(?:nine|eight|seven|six) (?:out of|in) ten\b|\b(?:doubled|tripled|quadrupled|halved)\b"
    rf"|\b(?:{_SMALL}|{_LARGE}|\d+(?:\.\d+)?) times (?:as|more|less|faster|slower|larger|higher|greater|bigger|smaller|longer|the)\b"
    r"|\b(?:nearly|almost) all (?:of )?the\b|\bthe majority of\b|\bmost of the world|\bdie Hälfte\b|\bein (?:Drittel|Viertel) de[rs]\b|\b\w+tausend (?:Mal|Menschen)\b",
    re.IGNORECASE,
)
_COUNTED = re.compile(rf"\b(?:(?:{_LARGE})(?:-(?:{_SMALL}|one))?)(?: and \w+)? (?:\w+ )?[a-zäöü]+(?:s|en|n|e|ren|men)\b", re.IGNORECASE)
_DIGITS = re.compile(r"(?<![\w.#/:-])\d{2,}(?:[.,]\d+)? (?:[a-z-]+ ){0,2}[a-z]+s\b|\b\d+\.\d+\b|\b\d+ (?:by|to|of|out of|mal|×) \d+")
_PAST = re.compile(r"\b(?:was|were|had|did|has|have|took|made|gave|brought|sold|lost|cost|came|went|\w{3,}ed|wurde|wurden|hatte|hatten|war|waren|gebaut)\b")
_ADDRESSES = re.compile(r"\b(?:you|your|yours|let's|imagine|suppose|say|du|Sie|Ihre)\b")
_ANYTHING = re.compile(r"\d|" + rf"\b(?:{_SMALL}|{_LARGE}|half|twice|doubled|tripled|halved|majority|one)\b|all the|most of|tausend|Hälfte|Drittel|Viertel|\[", re.IGNORECASE)


def has_date(sentence: Sentence) -> bool:
    """Whether the sentence says when something happened, or is going to."""
    if sentence.block is Block.HEADING:
        return False
    text = _NAMED_STANDARD.sub(" ", sentence.text)
    return bool(_YEAR.search(text) or _PERIOD.search(text))


def has_figure(sentence: Sentence) -> bool:
    """Whether the sentence gives a number with a unit, a share, a ratio or a count of things in the world."""
    text = sentence.text
    if sentence.block is Block.HEADING or not _ANYTHING.search(text):
        return False
    if _PLACEHOLDER.search(text) or _SIGNED.search(text):
        return True
    text = _PERIOD.sub(" ", _YEAR.sub(" ", _NAMED_STANDARD.sub(" ", text)))
    addresses = bool(_ADDRESSES.search(text))
    units = {unit.lower() for found in _MEASURE.findall(text) for unit in found if unit}
    if sentence.block is Block.ROW:
        return bool(units & (MEASURES | DURATIONS)) or bool(_DIGITS.search(text)) or "/" in text and bool(re.search(r"\d{2}", text))
    if units & MEASURES:
        return True
    if addresses:
        return bool(_SHARES.search(text) and _PAST.search(text))
    happened = bool(_PAST.search(text))
    return bool(_SHARES.search(text)) or happened and bool(units & DURATIONS or _COUNTED.search(text) or _DIGITS.search(text))
