"""Figures and dates: numbers that say something of the world."""

import re

from blog.documents.claims.sentences import Block, Sentence
from blog.documents.claims.vocabulary import ADDRESSES, DURATIONS, LARGE, MEASURES, SHARES, SMALL

_SMALL = "|".join(sorted(SMALL))
_LARGE = "|".join(sorted(LARGE))
_DIGIT = re.compile(r"\d")
_YEAR = re.compile(r"(?<![\d.,:/#$€£–-])(?:1[0-9]|20)\d\d(?:s\b|er\b|(?!\w|[.,:/]\d|\s?(?:%|px|words|BC\b|×)))")
_PERIOD_WORDS = frozenset("century years decades centuries months year decade jahren".split())
_PERIOD = re.compile(
    r"\b(?:\w+(?:teenth|tieth|first)|\d\d(?:st|nd|rd|th))[\s-]+century\b|\bin the last century\b|\bin den \w+ziger Jahren\b"
    rf"|\b(?:{_SMALL}|{_LARGE}|\d+)(?:-\w+)? (?:years|decades|centuries|months) (?:before|later|earlier|ago|after)\b"
    rf"|\b(?:a|the) (?:year|decade|century) (?:before|later|earlier|ago|after|away)\b|\bwithin (?:{_SMALL}) years\b",
    re.IGNORECASE,
)
_NAME_WITH_NUMBER = re.compile(r"\b[A-Z]{2,}(?:/[A-Z]+)?[ -]?\d+(?:[-.:]\d+)*")  # ISO 27001:2022, DIN 476
# Numbers with a sign or a scale, which are figures whatever stands around them.
_SCALED = re.compile(
    r"[$€£¥]\s?\d|\d\s?(?:%|‰|×|°)|\d[½¼¾]|\d[\s-]?(?:million|billion|trillion|bn|percent|per cent|prozent|millionen|milliarden)\b"
    r"|\b\d+(?:[.,]\d+)?x\b|\b\d+-?fold\b|\b[1-9]\d{0,2}(?:,\d{3})+\b|\b10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+|\bover \d{2,}|\bat \d{2,} [a-z]+s\b",
    re.IGNORECASE,
)
_PLACEHOLDER = re.compile(
    r"\[(?:insert|add|projected|number|figure|amount|year|value|x%?)\b[^\]\n]{0,80}\]|\bX{1,2}%", re.IGNORECASE
)
_MEASURE = re.compile(
    rf"(?<![\w.])(?:\d+(?:[.,]\d+)*|{_LARGE}|{_SMALL}|one)(?:-(?:{_LARGE}|{_SMALL}|one))?[\s\u00a0-]{{1,2}}([^\W\d_]+[²³]?)|\d([cmk]?[mg]|[kmgt]?[bw])\b",
    re.IGNORECASE,
)
_SHARE = re.compile(
    r"\b(?:half|twice) (?:as|the|of all)\b|\b(?:two|three|four|nine|one|a) (?:thirds?|quarters?|fifths?|tenths?|sixteenth) of\b"
    r"|\b(?:two|three) (?:thirds|quarters)[,.]|\b(?:\w+|\d+) parts in (?:ten|a hundred)\b|\b(?:nine|eight|seven|six|\d) (?:out of|in) (?:ten|\d+)\b"
    rf"|\b(?:doubled|tripled|quadrupled|halved) (?!the|a|an)\w|\b(?:{_SMALL}|{_LARGE}|\d+(?:\.\d+)?) times (?:as|more|less|faster|slower|larger|higher|greater|bigger|smaller|longer)\b"
    r"|\b(?:nearly|almost) all (?:of )?the\b|\bthe majority of [A-Za-z]+ (?:are|were|have|use|said)\b|\bmost of the world|\bdie Hälfte\b|\bein (?:Drittel|Viertel) de[rs]\b|\b\w+tausend (?:Mal|Menschen)\b",
    re.IGNORECASE,
)
_COUNT = re.compile(
    rf"\b(?:{_LARGE})(?:-(?:{_SMALL}|one))?(?: and \w+)?(?: (?:of )?\w+)? [a-zäöü]+(?:s|en|ren|men)\b", re.IGNORECASE
)
_COUNT_IN_DIGITS = re.compile(
    r"(?<![\w.#/:-])\d{2,}(?:[.,]\d+)? (?:[a-z-]+ ){0,2}[a-z]+s\b|\b\d+\.\d+\b|\b\d+ (?:by|to|of|out of|mal|×) \d+"
)
_PAST = re.compile(
    r"\b(?:was|were|had|did|has|have|took|made|gave|brought|sold|lost|cost|came|went|\w{3,}ed|wurde|wurden|hatte|hatten|war|waren)\b"
)
_TWO_DIGITS = re.compile(r"\d{2}")
_PLAIN = re.compile(r"- \[[ x]\]|\[x\]")  # an item of a task list


def has_date(sentence: Sentence) -> bool:
    """Whether the sentence says when something happened, or is going to."""
    if sentence.block is Block.HEADING:
        return False
    if sentence.has_digits and _YEAR.search(_NAME_WITH_NUMBER.sub(" ", sentence.text)):
        return True
    return not sentence.words.isdisjoint(_PERIOD_WORDS) and bool(_PERIOD.search(sentence.text))


def has_figure(sentence: Sentence) -> bool:
    """Whether the sentence gives a number with a unit, a share, a ratio or a count of things in the world."""
    text = sentence.text
    if sentence.block is Block.HEADING or _PLAIN.match(text):
        return False
    if sentence.has_digits and _SCALED.search(text) or "[" in text and _PLACEHOLDER.search(text):
        return True
    if not sentence.has_digits and sentence.words.isdisjoint(_TRIGGERS):
        return False
    if sentence.has_digits:
        text = _YEAR.sub(" ", _NAME_WITH_NUMBER.sub(" ", text))
    text = _PERIOD.sub(" ", text)
    units = {unit.lower() for found in _MEASURE.findall(text) for unit in found if unit}
    if sentence.block is Block.ROW:
        return _is_measured_row(text, units)
    return _is_figure(text, units, addresses=not sentence.words.isdisjoint(ADDRESSES))


_TRIGGERS = SMALL | LARGE | SHARES | {"one"}


def _is_measured_row(text, units):
    if units & (MEASURES | DURATIONS) or _COUNT_IN_DIGITS.search(text):
        return True
    return "/" in text and bool(_TWO_DIGITS.search(text))


def _is_figure(text, units, addresses):
    if units & MEASURES:
        return True
    share, past = _SHARE.search(text), _PAST.search(text)
    if addresses:  # advice, or a made-up example
        return bool(share and past)
    return bool(share or past and (units & DURATIONS or _COUNT.search(text) or _COUNT_IN_DIGITS.search(text)))
