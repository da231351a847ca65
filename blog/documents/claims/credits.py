"""Tell people who are only credited with a work or a discovery from those who said or found out something.

“*The Deep* by Runa Hale” and “first proposed by Runa Hale in 1957” can be looked up in a library. A generator
invents people who say or found out something, so only these must be resolved before an approval.
"""

import re

from blog.documents.claims.sentences import Sentence
from blog.documents.claims.vocabulary import ROLES, SAID_OF_THINGS, SAYING, signals

_TITLED = re.compile(r"\b(?:Dr|Prof|Professor)\b")
_SAYS = SAYING - SAID_OF_THINGS - signals("wrote writes written called describes described predicted")
_REPORTS_RESULT = re.compile(
    r"\b(?:found|finds|shows?|showed|reveals?|revealed|demonstrates?|demonstrated|discovered) that\b"
    r"|\b(?:poll|study|survey|trial) (?:[\w-]+ ){0,4}by\b|\barguing\b|\baccording to\b|\blaut\b"
    r"|\bat (?:the )?[A-Z]\w+ (?:University|Institute|College|Lab)",
)
_DISCOVERED = (
    r"(?:advanced|articulated|championed|coined|conceived|described|designed|developed|devised|discovered"
    r"|envisioned|explored|formulated|founded|inferred|introduced|invented|laid|made|pioneered|popularised"
    r"|popularized|posed|predicted|proposed|suggested|theorized|written|published|directed|created"
    r"|taken|verified)"
)
_WORK = (
    r"(?:argument|autobiography|books?|catalogue|catalog|concepts?|contributions?|equations?|essay|experiments?"
    r"|films?|hypothesis|ideas?|insights?|inventions?|laws?|lecture|manifesto|memoirs?|models?|novels?|observations?|paintings?"
    r"|papers?|paradox|phrase|play|poems?|principles?|stories|symphony|theorem|theory|theories|treatise|vision"
    r"|works?|writings)"
)
_BEFORE = re.compile(
    rf"[*_\"”’]\)?,? (?:\([^()\n]{{1,40}}\) )?(?:by|von) [*_]{{0,2}}\Z"
    r"|[*_]{2}[A-ZÀ-Þ][^*\n]{2,80} by \Z"
    rf"|\b(?i:{_DISCOVERED}) (?:[\w-]+ ){{0,4}}?by (?:[\w-]+,? ){{0,5}}\Z"
    r"|\b(?:(?:books|essays|novels|papers|those|whitepaper|works) by|earned|works? of|associated with"
    r"|credited to|attributed to|named after|inspired by)"
    r" (?:[\w-]+ ){0,4}\Z"
    r"|\b[A-Z]?[a-z]+(?:ers|ists|ians|ors|poets) (?:like|such as|including) \Z"
)
_AFTER = re.compile(
    rf"[*_]{{0,2}}['’]s? (?:[\w-]+ ){{0,3}}?(?:[*_“\"][A-ZÀ-Þ]|{_WORK}\b)"
    rf"|[*_]{{0,2}},? (?:\(\d{{4}}\),? )?(?:in (?:his|her|their) )?[*_“\"][A-ZÀ-Þ]"
    r"|,? (?:\([^()\n]{1,40}\) )?"
    rf"(?:(?:first |also |famously )?{_DISCOVERED} (?:the|an?|his|her|their|it|this|in)"
    r"|(?:is|was) (?:often |widely )?credited with)\b"
    r"|:[*_]{2} (?:Known|Renowned|Famous|Celebrated) for\b"
)
_OF_THE_LAST = re.compile(rf"\b(?:[Hh]is|[Hh]er) (?:(?:[\w-]+ ){{0,3}}?{_WORK}\b|[*_“\"][A-ZÀ-Þ])")
# matches "The paradox, first posed by Runa Hale, suggests that": it is not she who says so
WORK_SAYS = re.compile(
    rf"\b{_DISCOVERED} (?:[\w-]+ ){{0,4}}?by [^.]{{3,100}}?, (?:(?:this|the) [\w-]+ )?"
    r"[a-z]+(?:s|ed) (?:that|how|the) ",
    re.IGNORECASE,
)
_TITLE = re.compile(r"[“\"][^\"”\n]{3,200}[”\"]|[*_][^*_\n]{3,200}[*_]")
_LOWER_CASE = re.compile(r"\b[a-zäöü]+\b")
# Matches what follows the name in "Hale, R. (2014). Principles of Geology" and "Hale, Principles of Geology".
_ENTRY = re.compile(
    r"(?:, (?:[A-Z]\.[ -]?){1,3})?,?(?: \(\d{4}\))?[.,:] [*_“\"]{0,2}[A-ZÀ-Þ][\w’-]+"
    r"(?:[ :]{1,2}(?:of|the|and|in|to|an?|for|on|from|der|die|das|und|[A-ZÀ-Þ][\w’-]*)){1,11}"
    r"[*_”\"]{0,2}[.,]?(?: [^.\n]{0,80})?\Z"
)
_STARTS_ENTRY = re.compile(r"[\s*_>+\d.)-]*\Z")


def is_only_credited(sentence: Sentence, name: str) -> bool:
    """Whether a sentence only credits this person with a work or a discovery."""
    text = sentence.text
    if _says_something(sentence) or _TITLED.search(text) or _REPORTS_RESULT.search(text):
        return False
    named = next((part for part in (name, *reversed(name.split())) if part in text), name)
    before, found, after = text.partition(named)
    if _STARTS_ENTRY.fullmatch(before) and _ENTRY.match(after.rstrip()):
        return ROLES.isdisjoint(after.lower().replace(",", " ").split())
    if not found:
        return _OF_THE_LAST.search(text) is not None
    return (_BEFORE.search(before) or _AFTER.match(after)) is not None


def _says_something(sentence):
    """Whether somebody says something, other than in a title such as *Consciousness Explained*."""
    if sentence.words.isdisjoint(_SAYS) or WORK_SAYS.search(sentence.text):
        return False
    return not _SAYS.isdisjoint(_LOWER_CASE.findall(_TITLE.sub(" ", sentence.text)))
