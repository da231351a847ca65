"""Find figures and dates."""

import re
from collections import Counter

from blog.documents.claims.blocks import Block
from blog.documents.claims.sentences import Sentence
from blog.documents.claims.vocabulary import (
    ADDRESSES,
    DURATIONS,
    LARGE,
    MEASURES,
    SHARES,
    SMALL,
    any_of,
    signals,
)

_SMALL = any_of(SMALL)
_LARGE = any_of(LARGE)
_SMALL_OR_LARGE = any_of(SMALL | LARGE)
_DIGIT = re.compile(r"\d")
# Patterns that begin with a digit are found much faster.
_YEAR = re.compile(
    r"[12](?<![\d.,:/#$€£–].)(?<!(?<!mid)(?<!ate)(?<!rly)-.)(?<![^\W\d_].)(?:(?<=1)(?!000)[0-9]|(?<=2)0)\d\d(?:s\b|er\b|(?!\w|[.,:/]\d|\s?(?:%|px|words|BC\b|×|[kMG]?Hz\b|[nkm]m\b)))"
)
# Matches the year of "in 2025", "2025 marks" and "(2025):" at the end of a line.
_IN_YEAR = re.compile(
    r"20\d\d(?:\b(?:(?<=\b[Ii]n .{4})|(?<=\b[Ff]or .{4})|(?<=\b[Oo]f .{4})|(?<=\b[Tt]o .{4})"
    r"|(?<=\b[Yy]ear .{4})|(?<=\b[Ii]m Jahr .{4}))"
    r"|(?<=\b.{4})(?= (?:marks|sees|shows|finds|is|has|will)\b)|(?<=\(.{4})(?=\):?[*_]*:?[ \t]*$))",
    re.MULTILINE,
)
_LIMITED_YEAR = re.compile(
    r"\b(?:[Bb]y|[Ss]ince|[Uu]ntil|[Bb]efore|[Aa]fter|[Ff]rom|[Bb]etween|through|late|early|mid"
    r"|[Ss]eit|[Bb]is|[Aa]b|[Vv]or|[Nn]ach"
    r"|January|February|March|April|May"
    r"|June|July|August|September|October|November|December)(?: the end of|-)? ?20\d\d\b"
    r"|, 20\d\d\)|\b20\d\d ?[–-] ?20\d\d|\b(?:January|February|March|April|May|June|July|August|September"
    r"|October|November|December) \d{1,2}, 20\d\d"
)
_HAPPENED = re.compile(
    r"(?<!\bhas )(?<!\bhave )\b(?:was|were|had|did|saw|won|became|began|showed|reached|grew|fell|rose|hit"
    r"|launched|announced|released|introduced|published|passed|demonstrated|reported|wurden?|hatten?|war|waren)\b"
)
# "2025 Update", "best solar panels 2024", "the best wearables of 2024", "360-degree view",
# "By 2025, it is no longer a dream"
_NO_DATE = re.compile(
    r"\b(?:20\d\d (?:update|edition|guide|ausgabe)\b|(?<=[b-z]s )20\d\d\b|360[- ]degrees?\b"
    r"|best (?:[\w-]+ ){1,4}(?:of|in|for) 20\d\d\b|into the 20\d0s\b"
    r"|by 20\d\d, (?:[\w-]+ ){1,4}(?:is|are) (?:not|no longer)\b)",
    re.IGNORECASE,
)
_AGES = signals(
    """
    precambrian cambrian ordovician silurian devonian carboniferous permian triassic jurassic cretaceous
    proterozoic paleozoic mesozoic cenozoic paleocene eocene oligocene miocene pliocene pleistocene holocene
    ancient medieval prehistoric roman renaissance
    """
)
_PERIOD_WORDS = _AGES | signals(
    "century years decades centuries months year decade jahren times war ages age revolution"
)
_PERIOD = re.compile(
    r"\b(?:\w+(?:teenth|tieth)|(?!21)\d\d(?:st|nd|rd|th))[\s-]+century\b|\bin the last century\b"
    r"|\bin den \w+ziger jahren\b"
    rf"|\b(?:{_SMALL_OR_LARGE}|\d+)(?:-\w+)? (?:years|decades|centuries|months) (?:before|later"
    rf"|earlier|ago|after)\b"
    rf"|\b(?:a|the) (?<!\bjust a )(?:year|decade|century) (?:before|later|earlier|ago|after|away)\b"
    rf"|\bwithin {_SMALL} years\b"
    r"|\bdat(?:es?|ed|ing) back (?:[\w,.]+ ){0,4}?(?:years|decades|centuries)\b"
    r"|\bback to (?:the )?(?:ancient|medieval|prehistoric|roman)\b"
    rf"|\b(?:in|during|before|after|since|until|back to) the (?:(?:early|late) )?"
    rf"(?:{any_of(_AGES)}|middle ages|(?:stone|bronze|iron|ice) age|industrial revolution)\b"
    r"|\b(?:during|before|after|since|until) (?:the )?(?:world war|first world|second world|cold war)\b",
)
# Not a figure: "over the next ten years", "the past five years have seen"
_TO_COME = re.compile(
    rf"\b(?:next|coming|the past(?= \S+ years have\b)) (?:{_SMALL_OR_LARGE}|\d+(?:[–-]\d+)?)"
    r" (?:years|decades|months)\b"
)
_NAME_WITH_NUMBER = re.compile(
    r"\b[A-Z]{2,}(?:/[A-Z]+)?[ -]?\d+(?:[-.:]\d+)*|\b[1-9]G\b|\b24/7\b|\b[A-Z][a-z]+ [1-9]\.0\b"
)  # ISO 27001:2022, 5G, Industry 4.0
# The number of a version after its name, such as "React Native 0.76" or "version 2.1.0"
_VERSION = re.compile(
    r"\b(?:[Vv]ersions?|[Rr]eleases?|(?!(?:[AI]n?|[AB]t|[BM]y|[IO]n|Of|To|Up|Is|If|Or|As|So|The|And|But|For|Was|Per"
    r"|From|With|This|That|Than|Just|Only|Some|Over|About|After|Since|Under|Until|Around|Nearly|Almost|Before"
    r"|Between|Within) )[A-Z][\w+#.-]{0,40}) [vV]?(\d{1,3}(?:\.\d{1,4}){1,3})(?![\w%°]|[.,]\d)"
)
_HAS_DECIMAL = re.compile(r"\.(?<=\d.)\d")
_DECIMAL = re.compile(r"(\d(?:(?<![\w.,$€£¥].)|(?<=\b[vV].))\d{0,2}(?:\.\d{1,4}){1,3})(?![\w%°]|[.,]\d)")
_THOUSANDS = re.compile(r"\d{1,3}(?:\.\d{3})+")  # in German
# Around the number of a version: "the 0.57 release", "0.84 is now the latest", "upgraded Gradle to 3.5"
_RELEASED_NEXT = re.compile(
    r"(?:\.x)? (?:(?:releases?|versions?|branch)\b"
    r"|(?:is|has been) (?:now )?(?:the latest|available|out|released)\b)"
)
_RELEASED_BEFORE = re.compile(
    r"\b(?:[Uu]p(?:dat|grad)ed|[Bb]umped|[Mm]igrated|[Rr]eleased) (?:[\w`@./-]{1,40} ){0,3}(?:to )?"
    r"(?:[A-Z]\w{1,40} )?\[?v?$"
)
_BEFORE = 60  # characters before a number that _RELEASED_BEFORE reads
# A number after a name within a sentence: "React 19 features", "Apollo 11 astronauts"
_NUMBER_IN_NAME = re.compile(
    r"(?<=[a-z,(] )(?<!\b[AaIi][nt] )(?<!\b[Bb]y )"
    r"(?!January|February|March|April|May|June|July|August|September|October|November|December)"
    r"[A-Z][A-Za-z]{1,40} \d{1,2}(?= [a-z])"
)
# A number in a name within a sentence: the Thirty Meter Telescope, or in a label: **Ten Percent Happier:**
_NAME_WITH_WORD = re.compile(
    r"(?<=[a-z,(] |\*\*)"
    r"(?:One|Two|Three|Four|Five|Six|Seven|Eight|Nine|Ten|Twenty|Thirty|Hundred)[ -][A-Z]\w+"
)
# Numbers with a sign or a scale are figures in any context.
_SCALED = re.compile(
    r"[$€£¥\d](?:(?<=[$€£¥])\s?\d|(?<=\d)(?:\s?(?:%|‰|×|(?<!360)°)|[½¼¾]|[\s-]?(?:million|billion|trillion|bn"
    r"|percent|per cent|prozent|millionen|milliarden)\b|(?<=\b\d)\d*(?:(?:[.,]\d+)?x|-?fold)\b"
    r"|(?<=\b[1-9])\d{0,2}(?:,\d{3})+\b|(?<=\b1)0[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]|(?<=\bover \d)\d|(?<=\bat \d)\d+ [a-z]+s\b))"
)
_PLACEHOLDER = re.compile(
    r"[\[x](?:(?<=\[)(?:(?:insert|add) (?:[\w-]+ ){0,5}?)?"
    r"(?:(?:amount|cost|data|date|figure|growth|number|percent|percentage|price|projection|rate|share|size|statistic|value"
    r"|year)s?|projected|dollar amount|x%?)(?:\b|(?<=%))[^\]\n]{0,80}\]"
    r"|(?<=\bx)x?%)"
)
_MEASURED_DIGITS = re.compile(
    r"\d(?:(?<![\w.].)\d*(?:[.,]\d+)*[\s\u00a0-]{1,2}([^\W\d_]+(?:-years?|[²³])?)"
    r"|([cmk]?[mg]|[kmgt]?(?:[bw]|hz))\b)"
)
_MEASURED_WORDS = re.compile(rf"\b(?!one foot\b){any_of(SMALL | LARGE | {'one'})}[\s\u00a0-]{{1,2}}(\w+)")
_SHARE = re.compile(
    r"\b(?:half|twice) (?:as|the|of all)\b|\b(?:two|three|four|nine|one|a) (?:thirds?|quarters?"
    r"|fifths?|tenths?|sixteenth) of\b"
    r"|\b(?:two|three) (?:thirds|quarters)[,.]|\b(?:\w+|\d+) parts in (?:ten|a hundred)\b|\b(?:nine"
    r"|eight|seven|six|\d) (?:out of|in) (?:ten|\d+)\b"
    rf"|\b(?:doubled|tripled|quadrupled|halved) (?!the|a|an)\w|\b(?:{_SMALL}|{_LARGE}"
    rf"|\d+(?:\.\d+)?) times (?:as|more|less|faster|slower|larger|higher|greater|bigger|smaller|longer)\b"
    r"|\b(?:nearly|almost) all (?:of )?the\b|\bthe majority of [a-z]+ (?:are|were|have|use|said)\b"
    r"|\b1/\d{1,3}(?:th|rd)? (?:of|the)\b|\b(?:significant|large|high|small|growing)"
    r" (?:percentage|proportion) of\b|\bmost of the world|\bdie hälfte\b"
    r"|\bein (?:drittel|viertel) de[rs]\b|\b\w+tausend (?:mal|menschen)\b",
)
_DIGIT_OF = re.compile(r"\d(?: (?:out of|in) (?:ten|\d)|/\d)")  # the only shares without one of _SHARE_WORDS
_SCALE = re.compile(
    r"\b(?:millions|billions) (?:are|have|were)\b|\bup to (?:\d\d+|eleven|twelve) [a-z-]+s\b"
    r"|\b(?:millions|billions|trillions) of (?!years\b(?! ago| old| in the f))(?:[a-z-]+ )?[a-z-]+"
    r"|\bthousands of (?:[a-z-]+ )?(?:deaths|developers|dollars|exoplanets|galaxies|homes|jobs|lives|miles"
    r"|others|patents|people|planets|pounds|satellites|species|studies|times|tons|users|volts|workers"
    r"|years(?! of))\b"
    r"|\bone (?:millionth|billionth|thousandth) of|\borders? of magnitude\b"
    r"|\bdoubl(?:es?|ing) every\b|\b\d+ (?:\w+ )?times the\b"
)
_COUNT = re.compile(
    rf"\b(?!thousands of ){_LARGE}(?:-{any_of(SMALL | {'one'})})?"
    r"(?: and \w+)?(?: (?:of )?\w+)? [a-zäöü]+(?:s|en|ren|men)\b"
)
_COUNT_IN_DIGITS = re.compile(
    r"\d(?:(?<![\w.#/:-].)\d+(?:[.,]\d+)? (?:[a-z-]+ ){0,2}[a-z]+s\b"
    r"|(?<=\b\d)\d*(?:\.\d+\b| (?:by|to|of|out of|mal|×) \d))"
)
_PAST = re.compile(
    r"\b(?:was|were|had|did|has|have|took|made|gave|brought|sold|lost|cost|came|went|\w{3,}ed|wurde"
    r"|wurden|hatte|hatten|war|waren)\b"
)
_LASTS = re.compile(
    r"\b(?:takes?|lasts?|(?:average|typical|half-life|lifespan|life expectancy) [^.\d]{0,60}?(?:is|are|of)) "
    r"(?:(?:only|just|about|around|roughly|between|up to|usually|typically|an average of) )*\d"
)
_TWO_DIGITS = re.compile(r"\d{2}")
_TASK = re.compile(r"- \[[ x]\]|\[x\]")  # an item of a task list
# Advice begins with an imperative, perhaps after a label: "**Pace:** Aim for 500 metres a day."
_ADVICE = re.compile(
    r"[^\w\n]{0,9}(?:\d{1,3}[.)] ?)?(?:[*_]{2}[^*\n]{1,60}[*_]{2}:? ?|[\w ]{1,40}:[*_]{2} ?)?[^\w\n]{0,3}"
    r"(?:aim|try|drink|keep|avoid|wait|start|limit|allow|plan|set|use|choose|take|spend|eat|sleep|begin|break|walk"
    r"|ensure|consider|look|check|apply|maintain|practi[cs]e|stay|prioriti[sz]e|schedule|select|follow|explore|identify|join|visit|forget|remember"
    r"|think|do not|don[’']t) "
    r"(?!to the |[^*\n]{0,60}:[*_]{2})"
)


def present_year(body: str) -> str:
    """Return the year that phrases such as "in 2025" name most often, probably the present one, or ""."""
    years = Counter(_IN_YEAR.findall(body))
    return max(years, key=lambda year: (years[year], year), default="")


def has_date(sentence: Sentence, present: str = "") -> bool:
    """Whether the sentence dates a past or future event.

    The present year (see present_year()) is a date only with a limit, a month or a verb in the past.
    """
    if sentence.block is Block.HEADING:
        return False
    if sentence.has_digits:
        text = _without_names(sentence.text)
        years = [found for found in _YEAR.finditer(text) if found[0] != present]
        if years or (_YEAR.search(text) and (_LIMITED_YEAR.search(text) or _HAPPENED.search(text))):
            return True
    return not sentence.words.isdisjoint(_PERIOD_WORDS) and bool(_PERIOD.search(sentence.lower))


def version_numbers(body: str) -> frozenset[str]:
    """Return the numbers of versions in the text, such as "0.76", and their series, such as "0.".

    A version is a number after a name that no unit follows, or a number of which the text says that it was
    released. A series is the beginning of at least two versions. Other numbers that begin with it are
    versions, too.
    """
    if not _HAS_DECIMAL.search(body):
        return frozenset()
    found = (*_VERSION.finditer(body), *filter(_is_released, _DECIMAL.finditer(body)))
    versions = {each[1] for each in found if not _MEASURE_NEXT.match(body, each.end())}
    series = Counter(f"{version.partition('.')[0]}." for version in versions)
    return frozenset(versions).union(name for name, number in series.items() if number > 1)


def has_figure(sentence: Sentence, versions: frozenset[str] = frozenset()) -> bool:
    """Whether the sentence has a number with a unit, a share, a ratio or a count of real things.

    versions: the versions in the text, from version_numbers().
    """
    text = sentence.lower
    may_have_placeholder = "[" in text
    if sentence.block is Block.HEADING or (may_have_placeholder and _TASK.match(text)):
        return False
    if may_have_placeholder and _PLACEHOLDER.search(text):
        return True
    return _has_number(sentence, versions) and not is_advice(sentence)


def _has_number(sentence, versions):
    words, has_digits, text = sentence.words, sentence.has_digits, sentence.lower
    if has_digits and _SCALED.search(text):
        return True
    in_words = not words.isdisjoint(_NUMBER_WORDS)
    if not (has_digits or in_words or not words.isdisjoint(_SHARE_WORDS)):
        return False
    text = _without_dates(sentence, versions)
    units = set(_MEASURED_WORDS.findall(text)) if in_words else set()
    if has_digits:
        units.update(unit for found in _MEASURED_DIGITS.findall(text) for unit in found)
    if sentence.block is Block.ROW:
        return _is_measured_row(text, units)
    return _is_figure(sentence, text, units)


def is_advice(sentence: Sentence) -> bool:
    """Whether the sentence begins with an imperative, such as "Aim for"."""
    return _ADVICE.match(sentence.lower) is not None


_MEASURE_NEXT = re.compile(
    rf"[\s\u00a0-]{{1,2}}(?:[a-z]*illion|percent|per cent|{any_of(MEASURES | DURATIONS)})\b"
)
_NUMBER_WORDS = SMALL | LARGE | signals("one")
_SHARE_WORDS = SHARES | signals(
    "doubling doubles times nearly almost six seven eight nine die magnitude percentage proportion"
)


def _without_names(text):
    """Return the text without names that contain numbers, and without years that are not dates."""
    text = _NAME_WITH_NUMBER.sub(" ", text)
    return _NO_DATE.sub(" ", text) if "20" in text or "360" in text else text


def _without_dates(sentence, versions):
    text = sentence.text
    if sentence.has_digits:
        if _HAS_DECIMAL.search(text):
            text = _DECIMAL.sub(lambda found: " " if _is_version(found, versions) else found[0], text)
        text = _NUMBER_IN_NAME.sub(" ", text)
        text = _YEAR.sub(" ", _without_names(text))
    text = _TO_COME.sub(" ", _NAME_WITH_WORD.sub(" ", text).lower())
    return text if sentence.words.isdisjoint(_PERIOD_WORDS) else _PERIOD.sub(" ", text)


def _is_released(found):
    text, start = found.string, found.start()
    return _RELEASED_NEXT.match(text, found.end()) or _RELEASED_BEFORE.search(
        text[max(0, start - _BEFORE) : start]
    )


def _is_version(found, versions):
    number = found[1]
    if number in versions:
        return True
    major, _, minor = number.partition(".")
    has_patch = "." in minor and not _THOUSANDS.fullmatch(number)
    return (has_patch or f"{major}." in versions) and not _MEASURE_NEXT.match(found.string, found.end())


def _is_measured_row(text, units):
    if units & (MEASURES | DURATIONS) or _COUNT_IN_DIGITS.search(text):
        return True
    return "/" in text and bool(_TWO_DIGITS.search(text))


def _is_figure(sentence, text, units):
    if units & MEASURES:
        return True
    may_have_share = not sentence.words.isdisjoint(_SHARE_WORDS) or "tausend" in text
    may_have_share = may_have_share or (sentence.has_digits and _DIGIT_OF.search(text) is not None)
    has_share = may_have_share and _SHARE.search(text) is not None
    if not sentence.words.isdisjoint(ADDRESSES):  # advice, or an invented example
        return has_share and _PAST.search(text) is not None
    if _SCALE.search(text):
        return True
    lasts = units & DURATIONS and _LASTS.search(text)
    return bool(has_share or lasts or (_is_counted(sentence, text, units) and _PAST.search(text)))


def _is_counted(sentence, text, units):
    if units & DURATIONS or (sentence.has_digits and _COUNT_IN_DIGITS.search(text)):
        return True
    return not sentence.words.isdisjoint(LARGE) and _COUNT.search(text) is not None
