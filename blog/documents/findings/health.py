"""Find statements that something is good for health, such as "supports memory", without a source."""

import re
from collections.abc import Iterator

from blog.documents.claims.vocabulary import any_of
from blog.documents.findings.finding import Finding
from blog.documents.findings.kinds import FindingKind

_BEFORE = 90  # characters before the words for a part of health, in which the verb may be


def _parts(words):
    return frozenset(filter(None, map(str.strip, words.replace("\n", ";").split(";"))))


_GOOD = _parts("""
    memory;memory consolidation;immunity;immune system;immune function;immune response;brain health
    brain function;blood flow
    cognitive function;cognitive health;cognitive performance;heart health;cardiovascular health;gut health
    digestion;metabolism;mood;circulation;sleep;sleep quality;mental health;mental well-being
    emotional regulation;physical health;bone health;skin health;nail health;joint health
    detoxification;neuroplasticity;brain plasticity;concentration;healing
""")
_BAD = _parts("""
    inflammation;anxiety;depression;stress;blood pressure;cholesterol;blood sugar;pain;cancer;dementia
    cognitive decline;oxidative stress;insomnia;headaches;diabetes;heart disease;stroke
    infection;infections;disease;diseases;illness;alzheimer's;symptoms;migraines;asthma;allergies;obesity
    adhd;ptsd;parkinson's;epilepsy;autism;arthritis;phobias
""")
# Begins with the character before the word, which is found much faster than a word boundary.
_TARGET = re.compile(
    rf"\W({any_of(_GOOD | _BAD)})\b"
    r"(?! (?:usage|use|leaks?|management|footprint|bandwidth|safety|allocation|tests?|states?|apps?|tracking"
    r"|on (?:the |your )?(?:grid|infrastructure|system|network|server)|points?)\b)"
)
_HELPS = "support|boost|improve|enhance|strengthen|promote|protect|sharpen|stimulate|restore"
_HARMS = (
    "reduce|lower|relieve|alleviate|ease|fight|combat|decrease|prevent|treat|cure|heal|minimi[sz]e|soothe"
)
# "Creatine improves", "may improve", "foods that improve", ", improving": not "tools to improve", "Improving"
_SAYS = (
    r"(?:\b(?:can|may|could|might|will|helps?(?: to)?|shown to|known to|proven to|used to)"
    r"(?: \w+ly| also| help)* (?:[\w-]+,? ){{0,7}}?"
    r"|\b\w{{2,}}[^\Ws]s (?:that |which |of which |also )?){verb}\b"
    r"|\b{verb}s\b(?! for\b| of\b)|(?<=, ){verb_stem}ing\b"
)


def _effect(verbs):
    stems = "|".join(verb.removesuffix("e") for verb in verbs.split("|"))
    says = _SAYS.format(verb=f"(?:{verbs})", verb_stem=f"(?:{stems})")
    return re.compile(rf"(?:{says})(?:,? [\w'’-]+){{0,5}}?,? \Z")


_HELPED, _HARMED = _effect(_HELPS), _effect(_HARMS)
# Matches "effective in managing conditions like" and "linked to improved", before a part or a condition.
_WORKS = re.compile(
    r"\b(?:(?:effective|beneficial|promis(?:e|ing)|success|successful|improvements in conditions|benefits"
    r"|relief) (?:in|for|against|such as|like)"
    r"(?: (?:treat|manag|reduc|improv|prevent|enhanc|reliev|alleviat|combat)\w*)?"
    r"|(?:linked to|associated with|leads? to|leading to) (?:improved|better|enhanced|reduced)"
    r"|(?:essential|crucial|vital) for|impairs?|used (?:\w+ ){1,3}to treat"
    r"|(?:increase|raise)s? (?:the|your) risk of)"
    r"(?:,? [\w'’-]+){0,5}?,? \Z"
)
_DOSE = re.compile(
    r"\d(?<![\w.,].)[\d.,]*(?:(?: ?[-–] ?| to )\d[\d.,]*)?"
    r"(?: ?(?:mg|mcg|µg|iu) (?:of|per|daily|a day)\b|[ -](?:hours?|minutes) of (?:[\w-]+ ){0,3}"
    r"(?:sleep|exercise|activity)\b|[ -]hours? (?:per|a|each|every) night\b)"
)
_INDENT = 20  # characters before the sign of a heading or row
_LONGEST_SENTENCE = 2_000  # characters before a target in which a link is looked for
_LINE = re.compile(r"[.!?:;#|\n]")
_SENTENCE_END = re.compile(r"[.!?\n](?:\s|$)|\n")
_NO_STATEMENT = re.compile(
    r"\b(?:by|of|for|at|in|on|about|from|through|ways to|tools to|is|are|to) [\w-]*ing\b[^,]*\Z"
)


def health_findings(prose: str) -> Iterator[Finding]:
    """Yield the health effects and doses in a sentence without a link, at most one per sentence."""
    folded = prose.lower()
    if len(folded) != len(prose):  # lower() of some letters is longer
        return
    end = read_to = 0  # ends of the last finding, and of the last sentence, heading or row read
    targets = ((found.start(), found.end() - 1, found[1]) for found in _TARGET.finditer(f" {folded}"))
    doses = ((*found.span(), "") for found in _DOSE.finditer(folded))
    for target, target_end, part in sorted((*targets, *doses)):
        if target < read_to:
            continue
        first = _start_of_effect(folded, max(target - _BEFORE, end), target, part) if part else target
        if first < 0:
            continue
        line = prose.rfind("\n", 0, target) + 1
        if prose[line : line + _INDENT].lstrip().startswith(("#", "|")):
            end_of_line = prose.find("\n", target)
            read_to = end_of_line if end_of_line >= 0 else len(prose)
            continue
        ending = _SENTENCE_END.search(folded, target_end)
        read_to = ending.start() if ending else len(prose)
        sentence = prose.rfind(". ", max(line, target - _LONGEST_SENTENCE), target)
        if prose.find("](", max(line, sentence), read_to) >= 0:
            continue
        end = target_end
        if ending and ending[0].startswith("?"):
            continue
        yield Finding(FindingKind.HEALTH_CLAIM, first, end, prose[first:end])


def _start_of_effect(folded, start, target, part):
    """Return where the words begin that claim an effect on this part of health, or -1."""
    before = folded[start:target]
    breaks = [stop.end() for stop in _LINE.finditer(before)]
    start += breaks[-1] if breaks else 0
    before = folded[start:target]
    effect = (_HELPED if part in _GOOD else _HARMED).search(before)
    if effect and _NO_STATEMENT.search(before):
        effect = None
    effect = effect or _WORKS.search(before)
    return start + effect.start() if effect else -1
