"""Tell where a page says that something is not so, planned, possible or a limit, and the claim does not."""

import re
from collections.abc import Iterable, Sequence

from blog.extensions.sources.claim_parts import Claim
from blog.extensions.sources.text_search import (
    CLAUSE,
    SENTENCE,
    SMALL_CLAUSE,
    Span,
    bounds,
    count_words,
    sentence_with_most,
)
from blog.extensions.sources.vocabulary import OPPOSITES
from blog.extensions.sources.words import folded, language_of, stems, without_accents

_IS_POSSIBLE, _IS_PLANNED, _CERTAIN = range(3)
# Characters around a number in which its limit and its rate stand
_BEFORE, _RIGHT_BEFORE, _AFTER = 20, 10, 30
_NEAR = 60  # characters around a place in which the direction of a change stands
_POSSIBLE = re.compile(
    r"\b(?:(?-i:may)|might|could(?! not)|possibly|perhaps|könnten?|möglicherweise|vielleicht"
    r"|pourrai(?:t|ent)|peut-être|podrían?|quizás?)\b|可能性|かもしれない",
    re.IGNORECASE,
)
_NOT_DONE = re.compile(
    r"\b(?:(?-i:will)|should|potential|(?:is|are) (?:due )?to|underway|in progress"
    r"|(?:is|are|now) being(?! used)"
    r"|under (?:way|construction|negotiation|consideration|review)|scheduled|(?:under)?estimat\w+|estim\w+"
    r"|(?:is|are)(?: now| still| currently)? building"
    r"|(?:plan|aim|intend|hope|want|seek|propose|pledge)s?|(?:plann|intend|propos|pledg)ed|goals?|targets?"
    r"|expect(?:s|ed)?|(?:predict|anticipat)ed to|forecasts?|project(?:ed|ions?)"
    r"|(?:wird|werden) (?:.{0,80} )?(?!\w*ge(?!hen|ben)|be|ver|er|ent|zer|w[eo]rden)"
    r"(?-i:[a-zäöüß]{3,}e[lr]?n)(?=\W*$)"
    r"|soll(?:t?en?)?|wollen|möchten?|dürften?|rechnet mit|geschätzt|plant?|planen|geplant\w*"
    r"|voraussichtlich|läuft noch|laufen noch|ziel|prognose"
    r"|prévo(?:it|ient)|prévue?s?|en cours|(?:se|au)ra|(?:se|au)ront|ouvrira|devrai(?:t|ent)"
    r"|objectif|vise(?:nt)?|(?:va|vont) \w+(?:er|ir|re)|prevén?|previst[oa]s?|plane\w+|\w{2,}rán?|en curso"
    r"|están? \w+ndo|objetivo|van? a \w+[aei]r)\b|予定|計画|見込|見通し|予測|推計|推定"
    r"|方針|意向|たい考え|目標|目指|進行中|建設中",
    re.IGNORECASE,
)
_NOT = re.compile(
    r"n't\b|(?<!\w)(?:not?(?! (?:more|less|fewer|later|earlier|only|just)\b)|never|none|neither|nor|nicht|nie"
    r"|niemals|kein\w*|pas|jamais|aucun\w*|nunca|ningún|ninguna|(?P<lack>without|ohne|sans|sin))(?!\w)"
    r"|(?:ない|ません)(?:でした)?(?=[。」\s]|$)|なかった(?=[。」\s]|$)",
    re.IGNORECASE,
)
# Infinitives and futures, which do not tell that something came to be
_UNFINISHED = {
    "fr": re.compile(r"\b([a-zà-ÿ]{2,}(?:er|ir|re|ra|ront))\b"),
    "es": re.compile(r"\b([a-zà-ÿ]{2,}[aei]r)\b"),
}
_LIMIT = (
    r"up to|at most|a maximum of|as (?:many|much) as|bis zu|höchstens|maximal|jusqu'à|au (?:plus|maximum)"
    r"|hasta|como máximo|最大|最高"
)
_AT_MOST = re.compile(rf"(?:{_LIMIT})\s?$", re.IGNORECASE)
_LESS = re.compile(
    rf"(?:{_LIMIT}|\b(?:no more than|less than|fewer than|under|almost|nearly|fast|knapp|weniger als|unter"
    r"|moins de|près de|presque|menos de|casi))\s?$",
    re.IGNORECASE,
)
_MORE = re.compile(
    r"\b(?:(?<!no )more than|over|at least|mehr als|über|mindestens|plus de|au moins|más de|al menos)\s?$",
    re.IGNORECASE,
)
_ALLOWS = re.compile(
    r"\b(?:can|may|limits?|kann|können|grenze|peu(?:t|vent)|limite|pueden?|límite)\b", re.IGNORECASE
)
_RATE = re.compile(
    r"\b(?:a|per|each|every|pro|par|por|al) (?:year|month|week|day|jahr|monat|woche|tag|an|mois|jour"
    r"|año|mes|día)\b"
    r"|\b(?:annual|yearly|monthly|daily|jährlich|monatlich|täglich|annuel|mensuel|anual|mensual|diari)"
    r"|毎年|毎月|年間",
    re.IGNORECASE,
)


def has_other_measure(claim: str, own: Span, text: str, places: Iterable[Span]) -> bool:
    """Whether a number of the claim is only a limit, such as "up to 30", or one for each year on the page."""
    return all(
        _has_other_limit(claim, own, text, place) or _has_other_rate(claim, text, place) for place in places
    )


def is_less_certain(claim: str, text: str, places: Sequence[Span], *, is_any: bool) -> bool:
    """Whether what the claim says is so is planned or possible where its parts stand, or the reverse.

    is_any: one of the places is enough.
    """
    said, levels = _certainty(claim), [_certainty(_governing(text, place)) for place in places]
    if not levels:
        return False
    if said == _CERTAIN:
        if any(_has_verb_unfinished(claim, text, place) for place in places):
            return True
        return (min(levels) if is_any else max(levels)) < said
    return max(levels) < said or _certainty(text) == _CERTAIN


def is_denied(claim: Claim, text: str, places: Sequence[Span]) -> bool:
    """Whether only one of the claim and the text says "not" where the parts of the claim stand."""
    if not places:
        places = [sentence_with_most(claim.words, text)]
    sentences = [bounds(SENTENCE, text, place) for place in places]
    if _NOT.search(claim.text):
        return not _denies_the_same(claim.text, " ".join(text[start:end] for start, end in sentences))
    clauses = [bounds(CLAUSE, text, *each) for each in zip(places, sentences, strict=True)]
    return all(_denies(claim.words, text[start:end]) for start, end in clauses)


def says_the_opposite(claim: str, text: str, places: Iterable[Span]) -> bool:
    """Whether a text has only the other side of what the claim says, such as "fell" instead of "rose".

    Near the places of its parts, or if there is neither, in their sentences.
    """
    sentences = [(bounds(SENTENCE, text, place), place) for place in places]
    near = " ".join(
        text[max(start, low - _NEAR) : min(end, high + _AFTER)] for (start, end), (low, high) in sentences
    )
    whole = " ".join(text[start:end] for (start, end), _place in sentences) or text
    return any(_excludes(sides, claim, near, whole) for sides in OPPOSITES)


def _excludes(sides, claim, near, whole):
    said, beside, there = ({side for side in sides if side.search(words)} for words in (claim, near, whole))
    return bool(said and there) and said.isdisjoint(beside or there)


def _denies(words, text, *, may_lack=False):
    """Whether "not" stands right before one of the words: not yet approved."""
    denials = (found for found in _NOT.finditer(text) if may_lack or not found["lack"])
    return any(count_words(words, _denied_by(found, text)) for found in denials)


def _denied_by(found, text):
    """Return the words after a "not", or those before a Japanese one."""
    if found[0][-1] in "いんたす":
        return text[max(0, found.start() - _BEFORE) : found.start()]
    return " ".join(text[found.end() :].partition(",")[0].split()[:3])


def _denies_the_same(claim, text):
    """Whether a text denies the words after each "not" of the claim, if it has them."""
    following = (stems(_denied_by(found, claim))[:1] for found in _NOT.finditer(claim))
    denied = [word for words in following for word in words if count_words([word], text)]
    return bool(_NOT.search(text)) and all(_denies([word], text, may_lack=True) for word in denied)


def _has_verb_unfinished(claim, text, place):
    """Whether a French or Spanish verb of the claim is an infinitive or a future there: acheter, acheté."""
    language = language_of(claim)
    verbs = _UNFINISHED[language].findall(_governing(text, place)) if language in _UNFINISHED else ()
    begins = tuple(without_accents(verb)[: min(4, len(verb) - 2)] for verb in verbs if verb not in claim)
    return any(word.startswith(begins) for word in folded(claim).split())


def _certainty(text):
    if _POSSIBLE.search(text):
        return _IS_POSSIBLE
    return _IS_PLANNED if _NOT_DONE.search(text) else _CERTAIN


def _governing(text, place):
    """Return the clause of a place, without what is said after the next comma or "and"."""
    start, end = bounds(CLAUSE, text, place, bounds(SENTENCE, text, place))
    return text[start : min(end, bounds(SMALL_CLAUSE, text, place)[1])]


def _has_other_limit(claim, own, text, place):
    said, there = claim[max(0, own[0] - _BEFORE) : own[0]], text[max(0, place[0] - _BEFORE) : place[0]]
    if _AT_MOST.search(there) and not _LESS.search(said):
        return _certainty(claim) == _CERTAIN and not _ALLOWS.search(claim)
    return bool((_MORE.search(said) and _LESS.search(there)) or (_LESS.search(said) and _MORE.search(there)))


def _has_other_rate(claim, text, place):
    end = min(place[1] + _AFTER, bounds(SMALL_CLAUSE, text, place)[1])
    beside = text[max(0, place[0] - _RIGHT_BEFORE) : end]
    return not _RATE.search(claim) and _RATE.search(beside) is not None
