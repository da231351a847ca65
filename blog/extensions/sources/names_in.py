"""Find the names of people, organizations, works and laws in a sentence."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import takewhile

from blog.extensions.sources.number_words import UNITS, WORDS
from blog.extensions.sources.vocabulary import (
    ACTS,
    COMMON_STARTS,
    LAW_WORDS,
    ORGANIZATION_WORDS,
    PLACES,
    ROLE_ADJECTIVES,
    ROLE_WORDS,
    SAYS,
    STOP_WORDS,
    TECHNIQUES,
    WORK_WORDS,
)

_CAPITAL = "A-ZÀ-ÖØ-ÞĀĆČĎĐĒĚĞĪİŁŃŇŌŐŘŚŞŠŤŪŮŰŹŻŽ"
_TOKEN = re.compile(r"(?:[A-Z]\.){2,}|[A-Z]\.(?=\s[A-Z])|@?[^\W_][\w'&.+/-]*[\w+]|[^\W_]|&|[^\s\w]")
_IS_NAME = re.compile(rf"@?(?:[{_CAPITAL}]|[a-z]+-?[A-Z]|\d+[A-Z](?![a-z]))")
_INNER = re.compile(r"\w[A-Z]|[A-Za-z]\d|\d[A-Z]|@")
_EDITION = re.compile(r"\d+(?:st|nd|rd|th)$")
_NUMBER = re.compile(r"\d{1,5}(?:[.-]\d+)*$")
_PARTICLES = frozenset("of for the de la los las le les del des du von van der den di da & y et".split())
_OF_WHAT = (
    ORGANIZATION_WORDS
    | LAW_WORDS
    | WORK_WORDS
    | frozenset(
        "director secretary state bank declaration port de week festival journal history order".split()
    )
)
_NEVER_IN_PEOPLE = ORGANIZATION_WORDS | LAW_WORDS | WORK_WORDS | frozenset(["of", "for", "and", "&"])
_ARTICLES = frozenset("i i'm i've i'd i'll the a an le la les el los las der die das ein eine".split())
_INDEFINITE = re.compile(r"\b(?:an?|une?|eine?[mnrs]?)\s$", re.IGNORECASE)
_ELISION = re.compile(r"\b(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu)'(?=\w)", re.IGNORECASE)
_BODIES = frozenset(
    "administration agency association bureau commission council department institute ministry service"
    " services society".split()
)
_PURPOSE = re.compile(r"(?: [a-zà-ÿ]+)?? d(?:u |es |el |e (?:la |los |las |l')?|')[\w-]+")
_NUMBERED = frozenset(
    "revision version publication rev sp iso rfc title windows python ruby rust java ios"
    " android article edition volume".split()
)
_AND = frozenset(["and", "und", "et", "y", "&"])
_UNIT_NEXT = re.compile(
    r"(?:%|percent|per|million|billion|trillion|thousand|prozent|millionen|seconds?"
    r"|minutes?|hours?|days?|weeks?|months?|years?)\b|%",
    re.IGNORECASE,
)
_GERMAN_ENDS = re.compile(
    r"(?:verband|verbands|verbandes|unternehmens?|konzerns?|instituts?|firma"
    r"|präsident(?:in)?|anbieters?|herstellers?|vereins?|stiftung|agentur|studie|umfrage"
    r"|erfinders?|entwicklers?|gründers?|forschers?|dienst(?:es)?|projekts?|plattform"
    r"|bibliothek|sprache|chefs?|leiters?|autors?|autorin)$"
)
_GERMAN_NOUN = re.compile(r"(?:ung|ungen|heit|keit|schaft|schaften|tion|tionen|tät|ismus|steuern?)$")
_GERMAN_INSTITUTIONS = frozenset(["Stiftung", "Universität", "Institut", "Agentur", "Verein", "Verband"])
_KANJI = "[\u4e00-\u9fff\u30a0-\u30ff]"
_IN_JAPANESE = re.compile(
    r"[A-Za-z][A-Za-z0-9]*-[A-Za-z]{2,20}(?=[^A-Za-z-])"
    r"|(?:[A-Z][A-Za-z0-9.'-]{0,20} ){0,3}[A-Z][A-Za-z0-9-]{2,30}(?=(?:は|が|を|と|氏|さん|社|によ|の))"
    rf"|[a-z][\w-]{{2,30}}(?=は[「·])"
    rf"|{_KANJI}{{2,8}}?(?=氏|さん|(?:副?社|会|館|学|所|局|町|村|市|部)長|教授|大臣|首相|知事)"
    rf"|{_KANJI}{{1,10}}(?:庁|省|大学|銀行|研究所|協会|財団|新聞|委員会|機構|会社|電機|図書館|博物館)"
    r"(?=[はがのをとに、])"
)


@dataclass(frozen=True, slots=True)
class Name:
    """is_sure: False if it may be a common word with a capital letter."""

    text: str
    start: int
    end: int
    is_law: bool = False
    is_sure: bool = True

    @property
    def words(self) -> list[str]:
        return self.text.lstrip("@").split()

    @property
    def may_be_person(self) -> bool:
        lower = {word.lower().strip(".") for word in self.words}
        return 1 <= len(self.words) <= 4 and lower.isdisjoint(_NEVER_IN_PEOPLE)


def find_names(text: str, language: str = "en") -> Iterator[Name]:
    """Yield the names in a sentence without quotations."""
    if language == "ja":
        for found in _IN_JAPANESE.finditer(text):
            if found[0].lower() not in TECHNIQUES:
                yield Name(found[0], found.start(), found.end())
        return
    bare = _ELISION.sub(lambda found: " " * len(found[0]), text) if language == "fr" else text
    for tokens, begins in _sequences(bare):
        for group in _split(tokens):
            name = _trimmed(group, begins and group[0] == tokens[0], language, bare)
            if name and language in ("fr", "es"):
                name = _with_purpose(name, text)
            if name:
                yield name


def _with_purpose(name, text):
    """Return the name of an organization with the words in lower case after it: Institut du sommeil."""
    is_body = name.words[-1].lower() in ORGANIZATION_WORDS
    more = _PURPOSE.match(text, name.end) if is_body else None
    end = more.end() if more else name.end
    return replace(name, text=text[name.start : end], end=end)


def _sequences(text) -> Iterator[tuple[list[re.Match[str]], bool]]:
    """Yield the runs of words with a capital letter, and whether they begin the sentence."""
    run: list[re.Match[str]] = []
    begins, is_start = False, True
    tokens = list(_TOKEN.finditer(text))
    for place, token in enumerate(tokens):
        if _belongs(token[0], run, tokens[place + 1 :], text):
            if not run:
                begins = is_start
            run.append(token)
            is_start = False
            continue
        if run:
            yield run, begins
            run = []
        if token[0].strip("\"'“”()[]·*"):
            is_start = token[0] in ".!?:"
    if run:
        yield run, begins


def _belongs(word, run, following, text):
    if (
        run
        and word.lower() in _AND
        and (
            _ends_with(LAW_WORDS, following[:5])
            or (
                len(run) < 3
                and _bare(run[-1][0]).lower() not in ORGANIZATION_WORDS
                and _ends_with(_BODIES, following[:3])
            )
        )
    ):
        return True
    following = following[:2]
    if run and run[-1].end() and not following and not _IS_NAME.match(word):
        return False
    if _IS_NAME.match(word):
        return not run or text[run[-1].end() : run[-1].end() + 1] != ","
    next_is_name = bool(following) and bool(_IS_NAME.match(following[0][0]))
    if run and _joins(word.lower(), run):
        second = (
            len(following) > 1
            and following[0][0].lower() in ("the", "la", "der", "los", "las", "le", "les")
            and bool(_IS_NAME.match(following[1][0]))
        )
        return next_is_name or (second and word.lower() in ("of", "for", "de"))
    if _EDITION.match(word):
        return next_is_name
    if _NUMBER.match(word) and run:
        unit = bool(following) and bool(_UNIT_NEXT.match(following[0][0]))
        is_series = run[-1][0].lower() in _NUMBERED or re.fullmatch("[A-Z]{2,5}", run[-1][0])
        return not unit and ("-" in word or bool(is_series))
    return False


def _ends_with(words, following):
    """Whether a name ends here with one of these words: the Accountability "and Transparency Act"."""
    names = takewhile(lambda token: _IS_NAME.match(token[0]), following)
    return any(_bare(token[0]).lower() in words for token in names)


def _joins(word, run):
    """Whether a word in lower case may stand inside the name: the Office of Management and Budget."""
    if word in _AND:
        return word == "&" or any(each[0] in ("of", "for", "on", "de") for each in run)
    if word in ("of", "for", "on", "the", "der", "la", "los", "las", "le", "les"):
        return run[-1][0].lower() in _PARTICLES or not _OF_WHAT.isdisjoint(each[0].lower() for each in run)
    return word in _PARTICLES


def _split(tokens):
    """Yield the parts of a run: a possessive ends a name, but not in Murdoch Children's Institute."""
    group = []
    is_organization = _bare(tokens[-1][0]).lower() in ORGANIZATION_WORDS
    for token in tokens:
        group.append(token)
        is_inside = is_organization and len(group) > 1 and _bare(token[0]).lower() not in ORGANIZATION_WORDS
        if token[0].endswith(("'s", "s'")) and token[0].lower() != "let's" and not is_inside:
            yield group
            group = []
    if group:
        yield group


def _bare(word):
    word = word[:-2] if word.endswith("'s") and word.lower() != "let's" else word
    return word.rstrip(".'") if not re.fullmatch(r"(?:[A-Z]\.)+", word) else word


def _trimmed(group, begins, language, text) -> Name | None:
    group = list(group)
    stop = STOP_WORDS[language]
    is_organization = _bare(group[-1][0]).lower() in ORGANIZATION_WORDS | LAW_WORDS | WORK_WORDS
    while group and _is_no_start(
        _bare(group[0][0]), group[1][0] if len(group) > 1 else "", begins, is_organization, stop
    ):
        group.pop(0)
        begins = False
    while group and _is_no_end(_bare(group[-1][0]), stop):
        group.pop()
    if not group:
        return None
    if language == "de":
        begins = begins and not re.match(rf"\s(?:{SAYS})(?!\w)", text[group[-1].end() :])
        group = _german(group)
        if not group:
            return None
    words = [_bare(token[0]).lower() for token in group]
    if (
        not words
        or all(word in PLACES or word in TECHNIQUES or word in _PARTICLES for word in words)
        or (words[-1] in ROLE_WORDS and ORGANIZATION_WORDS.isdisjoint(words))
    ):
        return None
    start, end = group[0].start(), group[-1].start() + len(_bare(group[-1][0]))
    if len(group) == 1 and text[start:end].isupper() and _is_kind(text, start, end, language):
        return None  # a VCS
    is_law = words[-1] in LAW_WORDS and len(words) > 1
    return Name(text[start:end], start, end, is_law, _is_sure(group, begins, text, language))


def _is_kind(text, start, end, language):
    """Whether an abbreviation after an indefinite article is no name, unlike that of a GSA team."""
    noun = re.match(r"\s([a-z]+)", text[end:]) if language in ("en", "de") else None
    is_of_noun = noun is not None and noun[1] not in STOP_WORDS[language]
    return _INDEFINITE.search(text, 0, start) is not None and not is_of_noun


def _is_no_start(word, following, begins, is_organization, stop):
    lower = word.lower()
    is_adjective = lower in ROLE_ADJECTIVES and following.lower() not in ROLE_WORDS
    return (
        (not ROLE_WORDS.isdisjoint(lower.split("-")) and not is_organization and not is_adjective)
        or lower in WORDS
        or lower in _PARTICLES
        or lower in ("u.s.", "u.s", "us", "uk", "american", "german", "british", "european", "former")
        or (lower in (stop if begins else _ARTICLES) and not (len(word) > 1 and word.isupper()))
        or (begins and lower in COMMON_STARTS)
        or (lower in UNITS and len(lower) > 2)
    )


def _is_no_end(word, stop):
    return word.lower() in _PARTICLES or (word.lower() in stop and not word.isupper())


def _german(group):
    """Return the part of a run that is a name: German nouns have capital letters, too."""
    if any(each[0].lower() in ("der", "des", "und", "die", "für") for each in group[:2]):
        return []
    words = [_bare(token[0]) for token in group]
    while words and words[0] not in _GERMAN_INSTITUTIONS and _GERMAN_ENDS.search(words[0].lower()):
        group, words = group[1:], words[1:]
        if words:
            return group
    if not words:
        return []
    if any(_INNER.search(word) for word in words):
        return group
    return group if len(words) > 1 and not any(map(_GERMAN_NOUN.search, words)) else []


def _is_sure(group, begins, text, language):
    word = _bare(group[0][0])
    if language == "de" and begins and len(group) == 2 and not _INNER.search(word):
        return False
    if len(group) > 1 or _INNER.search(word) or group[0][0].endswith("'s"):
        return True
    if language == "de":
        return not begins
    following = re.match(r"\W*(\w+)", text[group[0].end() :])
    if begins:
        return bool(following) and following[1].lower() in ACTS and not word.endswith("s")
    return True
