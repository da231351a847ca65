"""Find what a text generator says to its user: notes on the prompt, offers, and outlines."""

import re
from collections.abc import Iterator

from blog.documents.findings.finding import Finding
from blog.documents.findings.kinds import FindingKind
from blog.documents.text import casefolded

_IN_BRACKETS = re.compile(r"[(\[](?P<words>[^()\[\]\n]{12,500})[)\]](?![(\[:])")
_LABELLED = re.compile(
    r"\n[ \t>*_-]{0,10}(?P<opens>[(\[])?(?:important |editor(?:['’]s|ial)? |author(?:['’]s)? )?"
    r"note\b[^:\n]{0,20}:(?P<words>[^\n]{12,700})(?(opens)[)\]][*_]{0,3}|(?=\n|\Z))",
    re.IGNORECASE,
)
_PART = r"(?:section|article|post|paragraph|list|table|graph|chart|diagram|image|picture|infographic|link)s?"
_ADDITION = r"(?:included|inserted|added|placed|listed|linked|provided|populated|replaced|filled in|expanded)"
_ABOUT_THE_TASK = re.compile(
    r"\bprompt(?:['’]s)? (?:\w+ly )?"
    r"(?:ask|call|forbid|guideline|instruct|mention|prohibit|request|requir|specif|state)"
    r"|\b(?:as|because|since|per|due to)\b[^.\n]{0,20} (?:the|this|your|given)[^.\n]{0,20}"
    r" (?:prompt|instructions?)\b"
    r"|\b(?:as|was|were) (?:requested|instructed)\b[^.\n]{0,40}(?:prompt|user|$)"
    r"|\baddress(?:es)? (?:the|an?|this|your|all) "
    r"(?:[^.\n]{0,60} )?keywords?\b(?! (?:argument|parameter|search))"
    r"|\bkeywords?\b[^.\n]{0,100}\b(?:address(?:ed)?|included|incorporated|integrated|covered|targeted|omitted)\b"
    rf"|\b(?:this|the|these) {_PART}\b[^.\n]{{0,30}} (?:should|would|could|needs? to|must)"
    rf" (?:need to )?(?:ideally )?(?:link to|include|contain|list|feature|be (?:an? )?{_ADDITION})\b"
    r"|\bthis would need to be\b"
    r"|\b(?:the|this) article (?:does not|doesn['’]t) (?:include|address|mention|provide)\b"
    r"(?![^.\n]{0,40} advice)"
    r"|\bthis section (?:deliberately |intentionally )?(?:avoids|omits)\b"
    r"|\bspecific (?:[\w-]+ ){1,3}(?:is|are) (?:intentionally |deliberately )?"
    r"(?:given|made|named|omitted|provided)\b[^.\n]{0,40}\bto avoid\b"
    r"|\b(?:adher\w+ to|against|violat\w+) the (?:guidelines|instructions)\b|\bas per instructions\b"
    r"|\blimitations of this text-based\b|\b(?:markers|placeholders)\b[^.\n]{0,20} be replaced\b"
    r"|[“\"](?:best|buy|purchase) [^\"”\n]{3,80}[\"”][^.\n]{0,60} (?:not|omitted|limited)\b"
    r"|\bthis response (?:does|is)\b|\bfor SEO purposes\b|\b(?:this is a placeholder|are placeholders)\b"
    rf"|\b(?:would|should|could|can|to) be {_ADDITION} here\b"
    r"|\bword (?:count|limit)\b[^.\n]{0,40}\b(?:reached|met|exceeded|approximately|target|constraints?)\b",
    re.IGNORECASE,
)
_THINGS = (
    r"(?:books?|titles?|links?|resources?|sources?|studies|images?|data|statistics"
    r"|quotes?|names?|examples?|figures?)"
)
_ORDER = re.compile(
    r"(?:^|[-–—:;.,] ?)(?:please )?"
    r"(?:replace|substitute)\b[^\n]{0,80}\bwith (?:an? |the )?"
    r"(?:actual|real|realistic|correct|credible|plausible)\b"
    r"|^(?:list|mention) (?:\d[-–]\d|an?\b|some|several|specific)\b"
    rf"|^(?:please )?(?:list|insert|include|add|embed|provide|mention|cite|link(?:s)? to)\b[^\n]{{0,80}}"
    rf"(?:\bhere\b|\b(?:actual|relevant|real|specific|appropriate|reputable|credible) (?:\w+ )?{_THINGS}\b)",
    re.IGNORECASE,
)
# Each pattern is tried only if the case-folded text has its words, since most texts have none of them.
_VOICE = {
    words: re.compile(pattern, re.IGNORECASE | re.MULTILINE)
    for words, pattern in {
        **dict.fromkeys(
            [f"{word}, i" for word in ("ai", "intelligence", "language", "model", "assistant")],
            r"(?<![\"“'‘«„])\bas an? (?:ai|artificial intelligence|large language|language)\b"
            r"(?: language)?(?: model| assistant)?, "
            r"i(?:['’](?:m|ve)| am| can(?:not)?| have| do(?:n['’]t)?)\b",
        ),
        " i can": r"\bI (?:cannot|can['’]t|am unable to) (?:provide|offer|recommend|include|insert|access)"
        r" (?:you with )?(?:an? )?(?:specific|direct|actual|external)\b[^.\n]{0,120}",
        "knowledge cut": r"\bmy knowledge cut-?off\b",
        "training data": r"\bmy training data\b",
        "i hope th": r"\bi hope (?:this|the) (?:blog post|article|post|draft|response|content)"
        r" (?:meets|is what you|satisf)[^.!\n]{0,80}",
        "let me know if you": r"\blet me know if you(?:['’]d| would)? (?:like|need|want) "
        r"(?:me to|any (?:changes|revisions|edits|adjustments|modifications))[^.!\n]{0,80}",
        "would you like me to": r"^[ \t>*_]{0,4}would you like me to"
        r" (?:write|expand|continue|revise|add)\b[^?\n]{0,80}",
        " keyword": r"[“\"](?=[\w-]+ )[^\"”\n]{3,80}[\"”] keywords?"
        r" (?:is|are|has|have|was|were)\b[^.\n]{0,120}",
        "remember to ": r"\bremember to (?:replace|fill in|insert|add|update)\b"
        r"(?:!\[[^\]\n]{0,300}\]\([^)\n]{0,500}\)|[^.!\n]){0,60}"
        r"\b(?:placeholders?|bracketed|actual|image urls?|affiliate links?|real (?:links?|data|images?))\b",
        " words)": r"^#{1,6} [^\n]{1,100}\((?:approx[^\s]* |about |~)?\d{2,4}(?: ?[-–] ?\d{2,4})? words\)",
        "title tag": r"^[ \t*_]{0,4}title tag ?: [^\n]{1,160}$",
    }.items()
}
_OPENING = re.compile(
    r"\s*(?P<words>(?:certainly|sure(?: thing)?|of course|absolutely)[!,.] ?"
    r"(?:here(?:['’]s| is| are)|i(?:['’]ve| have|['’]ll| will| can)) [^\n]{0,200})",
    re.IGNORECASE,
)


def prompt_findings(prose: str) -> Iterator[Finding]:
    """Yield the passages in which the generator speaks to its user, each once.

    Placeholders in brackets that begin with "insert" or "link to" are found as such: see leftovers.
    """
    end = 0
    for start, stop in sorted(_leaks(prose, casefolded(prose))):
        if start >= end:
            yield Finding(FindingKind.PROMPT_LEAK, start, stop, prose[start:stop])
            end = stop


def _leaks(prose, folded):
    yield from (note.span() for note in _IN_BRACKETS.finditer(prose) if _is_for_the_user(note, prose))
    for note in _LABELLED.finditer(f"\n{prose}") if "note" in folded else ():
        if _ABOUT_THE_TASK.search(note["words"]):
            yield note.start(), note.end() - 1  # without the line break before both
    for words, pattern in _VOICE.items():
        yield from (found.span() for found in (pattern.finditer(prose) if words in folded else ()))
    if opening := _OPENING.match(prose):
        yield opening.span("words")


def _is_for_the_user(note, prose):
    words, start = note["words"], note.start()
    is_target_of_link = start and prose[start] == "(" and prose[start - 1] == "]"
    if is_target_of_link or words.casefold().startswith(("insert", "link to")):
        return False
    return _ABOUT_THE_TASK.search(words) or _ORDER.search(words)
