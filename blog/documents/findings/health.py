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
    memory;immunity;immune system;immune function;immune response;brain health;brain function;blood flow
    cognitive function;cognitive health;cognitive performance;heart health;cardiovascular health;gut health
    digestion;metabolism;mood;circulation;sleep;sleep quality;mental health;mental well-being
    emotional regulation;physical health;bone health;skin health;nail health;joint health
    detoxification;neuroplasticity;brain plasticity;concentration;healing
""")
_BAD = _parts("""
    inflammation;anxiety;depression;stress;blood pressure;cholesterol;blood sugar;pain;cancer;dementia
    cognitive decline;oxidative stress;insomnia;headaches;diabetes;heart disease;stroke
    infection;infections;disease;diseases;illness;alzheimer's;symptoms;migraines;asthma;allergies;obesity
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
_INDENT = 20  # characters before the sign of a heading or row
_LONGEST_SENTENCE = 2_000  # characters before a target in which a link is looked for
_LINE = re.compile(r"[.!?:;#|\n]")
_SENTENCE_END = re.compile(r"[.!?\n](?:\s|$)|\n")
_NO_STATEMENT = re.compile(
    r"\b(?:by|of|for|at|in|on|about|from|through|ways to|tools to|is|are|to) [\w-]*ing\b[^,]*\Z"
)


def health_findings(prose: str) -> Iterator[Finding]:
    """Yield the health effects that are claimed in a sentence without a link, at most one per sentence."""
    folded = prose.lower()
    if len(folded) != len(prose):  # lower() of some letters is longer
        return
    end = read_to = 0  # ends of the last finding, and of the last sentence, heading or row read
    for found in _TARGET.finditer(f" {folded}"):
        target = found.start()
        if target < read_to:
            continue
        start = max(target - _BEFORE, end)
        before = folded[start:target]
        breaks = [stop.end() for stop in _LINE.finditer(before)]
        start += breaks[-1] if breaks else 0
        before = folded[start:target]
        effect = (_HELPED if found[1] in _GOOD else _HARMED).search(before)
        if not effect or _NO_STATEMENT.search(before):
            continue
        line = prose.rfind("\n", 0, target) + 1
        if prose[line : line + _INDENT].lstrip().startswith(("#", "|")):
            end_of_line = prose.find("\n", target)
            read_to = end_of_line if end_of_line >= 0 else len(prose)
            continue
        ending = _SENTENCE_END.search(folded, found.end() - 1)
        read_to = ending.start() if ending else len(prose)
        sentence = prose.rfind(". ", max(line, target - _LONGEST_SENTENCE), target)
        if prose.find("](", max(line, sentence), read_to) >= 0:
            continue
        end = found.end() - 1
        if ending and ending[0].startswith("?"):
            continue
        first = start + effect.start()
        yield Finding(FindingKind.HEALTH_CLAIM, first, end, prose[first:end])
