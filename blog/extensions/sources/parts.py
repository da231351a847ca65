"""Find the parts of a claim that a source must contain: quotations, names, laws, works, dates and numbers."""

import re
from dataclasses import dataclass
from enum import Enum, auto

from blog.extensions.sources.numbers import UNITS, Date, Number, read_dates, read_numbers

_LINK = re.compile(r"!?\[([^\]]*)\]\([^)\s]*(?:\s+\"[^\"]*\")?\)|\[([^\]]+)\]\[[^\]]*\]")
_MARKUP = re.compile(r"^[>\s#*+-]+(?=\S)|\*\*|__|`|(?<!\w)[*_](?=\S)|(?<=\S)[*_](?!\w)|<[^<>]+>|\[\^[^\]]+\]")
_LABEL = re.compile(r"^\s*(?:>\s*)?\*\*[^*]{2,40}:\*\*\s*|^\s*(?:>\s*)?\*\*[^*]{2,40}\*\*:\s*")
_QUOTED = re.compile(
    r"“([^“”]+)”|„([^„“”]+)[“”]|«\s*([^«»]+?)\s*»|»([^»«]+)«|「([^「」]+)」|『([^『』]+)』|\"([^\"]+)\""
    r"|‘([^‘’]{12,})’"
)
_LAW = re.compile(
    r"§§? ?\d+\w?(?: Abs(?:atz|\.) ?\d+)?(?: Satz \d+)?|\b(?:Art(?:ikel|icle|ículo|\.)|Section"
    r"|Sec\.) ?\d+(?:\(\d+\))*"
    r"|第\d+条"
)
_CAP = r"[A-ZÀ-ÖØ-Þ][\w’'&+-]*\w|[A-Z]"
_LINKING = r"(?:of|the|for|and|de|del|la|des|du|von|der|für|van|di|und|&)"
_NAME = re.compile(
    rf"(?<![\w@])(?:\d+(?:st|nd|rd|th) )?(?:{_CAP}|[A-Z]\.)"
    rf"(?:\s(?:(?:{_LINKING}\s){{0,2}}(?:{_CAP}|[A-Z]\.|\d+(?:st|nd|rd|th)\b|\d[\d.-]*(?<=\d)(?!\w))))*"
)
# What a linking word belongs to: "Department of Energy", but not "Ann Lee of the Red Cross"
_INSTITUTION = re.compile(
    r"(?:Academy|Act|Agency|Alliance|Association|Authority|Bank|Board|Bureau|Cent(?:er|re)|Chamber"
    r"|Charter|Code|College|Commission"
    r"|Committee|Convention|Council|Court|Declaration|Department|Federation|Foundation|House"
    r"|Institutes?|Journal|League|Library"
    r"|Ministry|Museum|Office|Organi[sz]ation|School|Secretary|Service|Society|State|Treaty|Union"
    r"|University|Universität|Institut"
    r"|Ministère|Universidad|Université|Instituto|Banco|Banque|Ministerio|Times|Bundesamt|Gesellschaft)$"
)
_SPLITS = re.compile(r"\s(?:of the|of|for the|for|and the|and|und|der|des|du|la)\s(?:the\s)?")
_SMALL_LINK = re.compile(r"\b(?:de|del|van|di)$")
_SPEAKS = re.compile(
    r"(?:says|said|writes|wrote|explained|explains|adds|added|notes|noted|reports?|reported|announced"
    r"|launched|predicts|predicted"
    r"|estimates|estimated|found|finds|released|acquired|introduced|gave|donated|defined|claims|claimed"
    r"|warned|argued|founded"
    r"|sagt|sagte|schreibt|schrieb|erklärte|meldete|schätzt|dit|écrit|déclare|dijo|escribe|publicó"
    r"|publiziert) "
)
_HANDLE = re.compile(
    r"(?:says|said|writes|wrote|notes|explains|schreibt|écrit|escribe) @?([a-z][\w-]{4,30})(?=[.,;]|$)"
)
_LATIN = re.compile(r"[A-Za-z][\w.+#-]*[A-Za-z0-9](?: [A-Z][\w.+#-]*)*")
_CJK = re.compile(r"[\u3040-\u9fff]")
_PLACES_AND_COMMON = frozenset(
    """
    america american americans us u.s uk u.k eu europe european europeans africa african asia asian
    australia australian germany german germans france french spain spanish italy italian china chinese
    japan japanese india indian russia russian canada canadian mexico brazil estonia estonian england
    english britain british scotland wales ireland irish poland austria switzerland sweden norway
    denmark finland netherlands belgium portugal greece turkey ukraine israel iran iraq egypt kenya
    nigeria korea vietnam london paris berlin munich münchen madrid rome tokyo beijing washington york
    boston chicago seattle california texas florida ohio virginia guernsey sacramento francisco angeles
    deutschland frankreich spanien europa usa österreich schweiz españa francia alemania alemanes europe
    allemagne espagne monday tuesday wednesday thursday friday saturday sunday montag dienstag mittwoch
    donnerstag freitag samstag sonntag january february march april may june july august september
    october november december i ii iii iv a an the this that these those it its in on at by for from
    with and but or if when while as after before since until during according under over even only
    about today now however more most some many all each every no not our we they he she his her their
    you your there here what why how who which where el la los las un una en de del al se su sus según
    desde hasta le les des du dans une ce cette selon depuis jusqu’à jusqu'à der die das ein eine einer
    nach seit laut bei im am zum zur mit von es er sie wir ihr dies diese internet web online pdf html
    http https email url ip ipv4 ipv6 ceo cto cfo president director professor dr mr mrs ms chief
    officer manager head minister
    """.split()  # noqa: SIM905
)
_ROLE = re.compile(
    r"\b(?:Fellow|Manager|Director|President|Officer|CEO|Professor|Minister|Chairman|Secretary|Editor"
    r"|Engineer)s?$"
)
_GERMAN = re.compile(
    r"\b(?:[Dd]er|[Dd]as|und|nicht|ist|[Dd]em|werden|wurden?|zufolge|[Ll]aut|[Nn]ach|[Ee]ine[rn]?"
    r"|[Mm]it|[Ii]m|auf"
    r"|für|sich|sagte?|auch|[Bb]ei)\b"
)
_JAPANESE_SPEAKER = re.compile(
    r"」と、?([\u30a0-\u30ff\u4e00-\u9fff・]{3,10}?)(?:さん|氏)?[はが]"
    r"|^([\u30a0-\u30ff\u4e00-\u9fff・]{3,10}?)(?:さん|氏)?[はが](?=「|\s*$)"
)
_GERMAN_BEFORE = re.compile(
    r"(?:[Ll]aut|[Ff]irma|[Uu]nternehmen|[Hh]ersteller|[Aa]nbieter|\w*[Vv]erbands?|[Ii]nstituts?"
    r"|[Ss]tiftung|[Pp]rojekt|"
    r"[Mm]inister(?:in)?|[Pp]räsident(?:in)?|[Ff]orscher(?:in)?|[Gg]ründer(?:in)?|[Aa]utor(?:in)?"
    r"|[Kk]onzern|[Bb]ehörde|[Pp]rofessor(?:in)?) $"
)
_WORD = re.compile(r"[^\W\d_][\w’'-]*")


class Kind(Enum):
    QUOTATION = auto()
    NAME = auto()
    LAW = auto()
    DATE = auto()
    NUMBER = auto()


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a claim: its words there, and the number or date they mean."""

    text: str
    kind: Kind
    start: int
    value: Number | Date | None = None


def plain_claim(sentence: str) -> str:
    """Return a sentence without Markdown, and without a label such as "Note:" in bold."""
    text = _LINK.sub(lambda found: found[1] or found[2] or "", _LABEL.sub("", sentence))
    return _MARKUP.sub("", text).strip()


def read_parts(claim: str) -> list[Part]:
    """Return the parts of a claim in their order. claim: from plain_claim()."""
    parts, rest = [], claim
    for found in _QUOTED.finditer(claim):
        words = next(group for group in found.groups() if group)
        is_long = len(words.split()) >= 4 or len(_CJK.findall(words)) >= 6
        if is_long or words[:1].isupper():
            kind = Kind.QUOTATION if is_long else Kind.NAME
            parts.append(Part(words.strip().rstrip(","), kind, found.start()))
            rest = _blank(rest, *found.span())
    for found in _LAW.finditer(rest):
        parts.append(Part(found[0], Kind.LAW, found.start()))
        rest = _blank(rest, *found.span())
    for date in read_dates(rest):
        parts.append(Part(rest[date.start : date.end], Kind.DATE, date.start, date))
        rest = _blank(rest, date.start, date.end)
    names = list(_names(rest, claim))
    for start, end in names:
        parts.append(Part(rest[start:end], Kind.NAME, start))
    for start, end in names:
        rest = _blank(rest, start, end)
    for number in read_numbers(rest):
        text = rest[number.start : number.end]
        if not _is_pronoun(text, number):
            parts.append(Part(text, Kind.NUMBER, number.start, number))
    return sorted(parts, key=lambda part: part.start)


def _is_pronoun(text, number):
    return (
        number.in_words
        and not number.unit
        and (number.value == 1 or text.lower() in ("both", "once", "m", "twice"))
    )


def _blank(text, start, end):
    return f"{text[:start]}{' ' * (end - start)}{text[end:]}"


def _names(text, claim):
    """Yield the spans of the names of people, organizations, works and laws."""
    if _CJK.search(text):
        yield from (found.span(found.lastindex) for found in _JAPANESE_SPEAKER.finditer(claim))
        yield from (found.span() for found in _LATIN.finditer(text) if not _is_common(found[0]))
        return
    is_german = _GERMAN.search(text) is not None
    first = len(text) - len(text.lstrip())
    for found in _HANDLE.finditer(text):
        if found[1] not in _PLACES_AND_COMMON:
            yield found.span(1)
    for found in _NAME.finditer(text):
        for start, words in _pieces(found.start(), found[0]):
            yield from _name_in(text, start, words, start == first, is_german)


def _pieces(start, words):
    """Split a run of capitalised words at linking words that join two names."""
    for found in _SPLITS.finditer(words):
        if not _INSTITUTION.search(words[: found.start()]) and not _SMALL_LINK.search(words[: found.start()]):
            yield start, words[: found.start()]
            yield from _pieces(start + found.end(), words[found.end() :])
            return
    yield start, words


def _name_in(text, start, words, is_first, is_german):
    while (word := words.split(" ")[0]) and " " in words and _is_leading(word, is_first):
        start += len(word) + 1
        words = words[len(word) + 1 :]
        is_first = False
    words = re.sub(r"[’']s$|(?<=[a-zäöüß]{3}) \d+[.]\d{3}.*" if is_german else r"[’']s$", "", words)
    tokens = words.split()
    if all(_is_common(token) for token in tokens) or _ROLE.search(words) or re.fullmatch(r"[\d.-]+", words):
        return
    if len(tokens) == 1 and (is_first or is_german) and not _is_certain(text, start, words, is_german):
        return
    if is_german and len(tokens) > 1 and not _is_german_name(text, start, tokens):
        return
    if len(words) > 1:
        yield start, start + len(words)


def _is_leading(word, is_first):
    """Whether the word begins the sentence, or a name, without belonging to the name."""
    folded = word.lower()
    if folded in UNITS or _GERMAN_BEFORE.fullmatch(f"{word} "):
        return True
    return (is_first and folded in _PLACES_AND_COMMON) or folded in (
        "president",
        "ceo",
        "professor",
        "dr",
        "dr.",
        "minister",
    )


def _is_common(word):
    return re.sub(r"[’']s$", "", word).lower().strip(".,") in _PLACES_AND_COMMON


def _is_certain(text, start, word, is_german):
    if re.search(r"\w[A-ZÄÖÜ]|-[A-Z]", word) and not re.search(
        r"[a-zäöü]-[A-ZÄÖÜ][a-zäöü]+(?:ung|en|er)$", word
    ):
        return True
    if is_german:
        return _GERMAN_BEFORE.search(text[:start]) is not None
    return bool(_SPEAKS.match(text[start + len(word) :].lstrip())) and not word.endswith("s")


def _is_german_name(text, start, tokens):
    nouns = re.compile(r"(?:ung|heit|keit|schaft|tion|tät|nis|ment|zeit|en|er|e)s?$")
    return _GERMAN_BEFORE.search(text[:start]) is not None or not any(
        nouns.search(token) for token in tokens[:1]
    )


def content_words(claim: str, parts: list[Part]) -> list[str]:
    """Return the words of a claim outside its parts."""
    rest = claim
    for part in parts:
        rest = _blank(rest, part.start, part.start + len(part.text))
    if len(_CJK.findall(rest)) > 5:
        return [
            rest[i : i + 2]
            for i in range(len(rest) - 1)
            if re.fullmatch(r"[\u30a0-\u9fff]{2}", rest[i : i + 2])
        ]
    return [word for word in _WORD.findall(rest) if len(word) > 2 and word.lower() not in _PLACES_AND_COMMON]
