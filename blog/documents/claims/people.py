"""Find people named with a role, institution or action, and resolve pronouns to them."""

import re
from dataclasses import dataclass, field
from itertools import pairwise

from blog.documents.claims.blocks import Block
from blog.documents.claims.sentences import Sentence
from blog.documents.claims.vocabulary import (
    COMPANY_DEEDS,
    DEEDS,
    NO_NAMES,
    PERSONAL_DEEDS,
    ROLES,
    SAID_OF_THINGS,
    SAYING,
    signals,
)
from blog.documents.names import fold_person

_PART = r"[A-ZÀ-ÞĀĆČĎĐĒĚĞĪİŁŃŇŌŐŘŚŞŠŤŪŮŰŹŻŽ](?:[\w’'À-ÿ]*+(?:-[A-ZÀ-Þ][\w’'À-ÿ]*+)?|(?<=[A-Z])\.)"
_PARTICLES = "van|von|de|der|den|di|da|del|la|le|al|bin|ibn|und|and"
_NAME = re.compile(rf"{_PART}(?:[ \u00a0](?:(?:{_PARTICLES})[ \u00a0])?{_PART}){{1,5}}")
_TITLES = signals(
    """
    dr prof professor mr mrs ms sir lord lady king queen emperor empress pope saint president senator judge
    frau herr
    """
)
_TITLED = re.compile(
    rf"(?<!\*)\b(?:{'|'.join(sorted(map(str.capitalize, _TITLES)))})\b\.?"  # not the film *Mr. Hale*
    r"(?: Dr\.?)?[ \u00a0]([A-ZÀ-Þ][\w’'-]+(?:[ \u00a0][A-ZÀ-Þ][\w’'-]+){0,3})"
)
# matches "the Greek playwright Euripides experimented"
_LONE_NAME = re.compile(
    r"\b(?:astronomer|biologist|chemist|dramatist|economist|engineer|historian|inventor|mathematician"
    r"|naturalist|philosopher|physician|physicist|playwright|poet|psychologist|sociologist)"
    r" ([A-ZÀ-Þ][a-zà-ÿ]{3,})(?= (?:\w{3,}ed|wrote|found|drew|taught|built|saw|said|says)\b)"
)
# Matches "predicted by Hendrik Casimir", even if "the Casimir effect" makes the surname a common word.
_SCIENTIFIC_DEED = re.compile(
    r"(?:\b(?:predicted|conceived|proposed|coined|invented|discovered|formulated|described|devised|pioneered"
    r"|popularized|popularised) by|\b(?:astronomer|biologist|chemist|economist|mathematician"
    r"|philosopher|physicist|scientist)) ([A-ZÀ-Þ][a-zà-ÿ]{2,} (?:(?:von"
    r"|van|de) )?[A-ZÀ-Þ][a-zà-ÿ]{2,})\b(?! [A-ZÀ-Þ])"
)
_BEFORE_SCIENTIST = signals(  # each match has one of these words
    "by astronomer biologist chemist economist mathematician philosopher physicist scientist"
)
_WORKS = (
    "work|research|theory|theories|book|books|novel|essay|paper|papers|study|studies|experiments?|discovery|"
    "discoveries|catalogue|catalog|film|films|concept|idea|ideas|model|equations?|observations?|invention|proof"
)
_OWN_PAPER = re.compile(
    r"\b([A-ZÀ-Þ][a-zà-ÿ]{2,} [A-ZÀ-Þ][a-zà-ÿ]{2,})['’]s (?:\d{4} )?"
    rf"(?:{_WORKS})\b"
)
_REPORTS = re.compile(
    r"(?:^|[.;*] |\b(?:and|that|as) )[*_]{0,2}([A-ZÀ-Þ][a-zà-ÿ]{3,}) "
    r"(?:reports?|wrote|writes|says|said|argue[sd]|notes|noted|tells|told|claimed|claims"
    r"|believed) (?:that|of|us|how)\b"
)
# Labels in bold and placeholders do not name people, except in "**Low Water by Runa Hale:**".
_LABEL = re.compile(r"[*_](?:[*_](?![^*\n]{1,80} (?:by|von) )[^*\n]{1,100}:[*_]{2})", re.IGNORECASE)
_PLACEHOLDER = re.compile(
    r"\[(?:insert|your|link|add|replace|hypothetical|placeholder|(?:[\w’']+ )?name)\b[^\]\n]{0,200}\]",
    re.IGNORECASE,
)
# matches "Christopher Nolan's *Memento*" and "Edmond Halley's star catalogue"
_OWNS_WORK = re.compile(rf"(?:['’]s|['’]) (?:[*_“\"][A-ZÀ-Þ]|(?:[a-z-]+ |\d{{4}} ){{0,2}}(?:{_WORKS})\b)")
_WINS = re.compile(r" (?:the|an?) (?:[A-Z]\w+ ){1,3}(?:Prize|Medal|Award)\b")
_KNOWN_FOR = re.compile(rf"[*_]{{2}}({_NAME.pattern}):[*_]{{2}} (?:Known|Renowned|Famous) for (?:his|her)\b")
# What is only named after somebody: "Hale cosmology", "Hale's law"
_EPONYM = re.compile(
    r"[A-ZÀ-Þ][\w-]+(?:['’]s (?i:game of|laws?|theorem|paradox|equations?|constant|razor|principles?"
    r"|inequality)| (?i:laws?|effects?|theory|theories|theorem|paradox|patterns|entropy|radiation|machines?"
    r"|test|equations?|principle|syndrome|spheres?|drive|metric|conjecture|hypothesis|number|constant|cosmology"
    r"|probes?|swarms?|gates?|geometry|limit|curve|diagrams?|experiment|cat))\b"
)
_WITHOUT_TITLE = re.compile(r"^(?:(?:Dr|Prof|Professor|Mr|Mrs|Ms|Sir|Lady|Lord|Frau|Herr)\b\.? )+")
_INITIAL = re.compile(r"\w\w.* [A-Z]\. [A-Z]|^[A-Z]\. (?:[A-Z]\. )+[A-Z]")  # John R. Hale, J. R. Hale
_TWO_CAPITALS = re.compile(r"^(?!Mc|Mac|De|Di|Du|La|Le|Van|O[’'])\w+[A-Z]")  # products: JetBrains, IDEs
_ABSTRACT = re.compile(
    r"(?:ing|[ts]ion|ment|ness|ity|ism|ics|age|ware|tech|logy|graphy|istry|try|ance|ence|ship|ture|chain)$"
)
_LOWER_PARTICLES = frozenset(_PARTICLES.split("|"))
_LABEL_WORDS = frozenset(
    """
    myth fact facts reality truth question answer pro pros con cons problem solution example examples snippet
    summary overview option phase level day part case quote challenge benefit benefits
    frage antwort irrtum tatsache beispiel vorteil vorteile nachteil nachteile lösung
    """.split()
)
_DEEDS = (DEEDS | SAYING) - SAID_OF_THINGS
_HEADING = re.compile(r"\n {0,3}#{1,6} ([^\n]+)")  # found much faster than the start of a line
_BEFORE_PLACE = frozenset(
    "in at near into through across around outside beyond to from im in bei nach aus".split()
)
_GERMAN_DEEDS = (
    "ging|starb|wurde|erfand|entwickelte|gründete|baute|schrieb|plante|bekam|nahm|reiste|lebte|arbeitete|"
    "studierte|holte|heiratete"
)
# before a name: "platforms like Etsy"
_THINGS = frozenset(
    """
    airlines applications apps assistants brands chains companies databases engines firms frameworks
    franchises games giants languages libraries manufacturers marketplaces models networks organisations
    organizations packages platforms products programs projects providers retailers series services sites
    software startups styles systems toolkits tools vehicles websites
    """.split()
)
_PRONOUN = re.compile(
    r"(?:^|[,;:?] )[\W_]*(?:\w+ ){0,4}(?:[Hh]e|[Ss]he|[Hh]is|[Hh]er|him)\b"
    rf"|\b(?:Sie|Er) (?:{_GERMAN_DEEDS})\b|\b(?:{_GERMAN_DEEDS}) (?:sie|er)\b|\b(?:sie|er) (?:gesagt|später)"
)
_OWN = frozenset(["his", "her"])  # Henry Thoreau was spending his second year
_PRONOUNS = signals("he she his her him sie er")
_ARTICLES = frozenset(
    """
    the The a A an An die Die der Der das Das dem den Dem Den ein eine einer eines einem einen Ein Eine im zur
    """.split()
)
_WORD = re.compile(r"[^\W_]+(?:[-’'][^\W_]+)*")
_CAPITALISED = re.compile(r"\b[A-ZÀ-Þ][^\W_]*(?:[-’'][^\W_]+)*")
_AND = re.compile(r" (?:and|und) ")
_SUCH_AS = frozenset("like as including wie".split())
_PLURAL_ROLES = (frozenset(f"{role}s" for role in ROLES) | {"thinkers"}) - {"assistants", "leads", "heads"}
PRONOUN_REACH = 4  # sentences; a pronoun further away is not resolved to the last person named


def common_words(tokens: list[str], lower: frozenset[str]) -> frozenset[str]:
    """Return the words, in lower case, that occur in lower case or after an article, and so are not names."""
    after_articles = (word for before, word in pairwise(tokens) if before in _ARTICLES and word[0].isupper())
    return lower.union(word.lower() for word in after_articles)


def heading_words(body: str) -> frozenset[str]:
    """Return the words of the headings, in lower case. They may name the subject of the text."""
    headings = _HEADING.findall(f"\n{body}")
    return frozenset(word.lower() for heading in headings for word in _WORD.findall(heading))


@dataclass
class People:
    """The people named so far in a text. common is the set of words that are not names."""

    common: frozenset[str]
    in_headings: frozenset[str] = frozenset()
    by_name: dict[str, str] = field(default_factory=dict)  # {surname or given name: full name}
    eponyms: set[str] = field(default_factory=set)  # full names whose surname alone is not a person
    last: str = ""
    sentences_since: int = PRONOUN_REACH + 1

    def named_in(self, sentence: Sentence) -> str:
        """Return the person that the sentence is about, or ""."""
        if sentence.block is Block.HEADING:
            return ""
        text = sentence.text
        if ":*" in text or ":_" in text:
            text = _KNOWN_FOR.sub(r"\1 for his", text) if " for h" in text else text
            text = _LABEL.sub(" ", text)
        if "[" in text:
            text = _PLACEHOLDER.sub(" ", text)
        # Without a second capital letter, only "Hale says that" names a person who is not known yet.
        may_introduce = sentence.has_capitals or not sentence.words.isdisjoint(SAYING)
        found = (may_introduce and self._introduced(text, sentence.words)) or self._known(text)
        if found:
            self.last, self.sentences_since = found, 0
        elif self._is_meant(sentence, text):
            found = self.last
        else:
            self.sentences_since += 1
        return found

    def may_be_full_name(self, label: str) -> bool:
        """Whether a label in bold may be the full name of a person."""
        parts = [part for part in label.split() if part not in _LOWER_PARTICLES]
        words = {part.lower() for part in parts}
        return (
            len(parts) > 1
            and all(map(self._may_be_name, parts))
            and words.isdisjoint(_LABEL_WORDS)
            and not any(map(_ABSTRACT.search, parts))
            and not self.in_headings.issuperset(words)
        )

    def key_of(self, speaker: str) -> str:
        """Return the key of the speaker, by the full name if known, or "" if it is not a person."""
        name = _WITHOUT_TITLE.sub("", speaker)
        if name in self.eponyms:
            return fold_person(name)
        words = _WORD.findall(name)
        known = self.by_name.get(_bare(words[-1]), "") if words else ""
        if known and set(words) <= set(_WORD.findall(known)):
            return fold_person(known)
        is_name = len(words) > 1 and _NAME.fullmatch(name) and all(map(self._may_be_name, name.split()))
        return fold_person(name) if known or is_name or name != speaker else ""

    def _is_meant(self, sentence, text):
        if not self.last or self.sentences_since >= PRONOUN_REACH or sentence.words.isdisjoint(_PRONOUNS):
            return False
        return _PRONOUN.search(text) is not None

    def _introduced(self, text, words):
        for found in () if words.isdisjoint(_TITLES) else _TITLED.finditer(text):
            if all(_bare(part).lower() not in NO_NAMES for part in found[1].split()):
                self._learn(_bare(found[1]))
                return _bare(found[0])
        for found in () if words.isdisjoint(SAYING) else _REPORTS.finditer(text):
            if self._may_be_name(found[1]):
                return found[1]
        for found in () if words.isdisjoint(ROLES) else _LONE_NAME.finditer(text):
            if self._may_be_name(found[1]):
                self._learn(found[1])
                return found[1]
        if name := self._eponym(text, words):
            return name
        for found in _NAME.finditer(text):
            name = self._without_beginning(_bare(found[0]))
            if name and self._is_person(text, name, text.find(name, found.start())):
                self._learn(name)
                return name
        return ""

    def _eponym(self, text, words):
        """Return the full name of a scientist whose surname is a common word in this text, or ""."""
        is_of_scientist = not words.isdisjoint(_BEFORE_SCIENTIST)
        is_owner = "'s " in text or "’s " in text
        for pattern in filter(None, (is_of_scientist and _SCIENTIFIC_DEED, is_owner and _OWN_PAPER)):
            for found in pattern.finditer(text):
                first, *_, last = found[1].split()
                is_common = last.lower() in self.common and not self._may_be_name(last)
                if is_common and self._may_be_name(first) and last.lower() not in NO_NAMES:
                    self.eponyms.add(found[1])
                    return found[1]
        return ""

    def _known(self, text):
        for word in _CAPITALISED.findall(_EPONYM.sub(" ", text)) if self.by_name else ():
            bare = _bare(word)
            name = self.by_name.get(bare) or self.by_name.get(bare.rpartition("-")[2])
            if name:
                return name
        for name in self.eponyms:  # "Hale proposed" names a person, "the Hale effect" does not
            found = re.search(rf"\b{name.split()[-1]} (\w+)", text)
            if found and found[1] in PERSONAL_DEEDS:
                return name
        return ""

    def _may_be_name(self, part):
        lower = _bare(part).lower()
        if part == "III":  # Hugo Everard III
            return True
        if len(lower) < 2 or any(character.isdigit() for character in lower):
            return False
        return (
            lower not in self.common
            and lower.rstrip(".") not in NO_NAMES
            and not (part.isupper() and len(part) > 2)
            and not _TWO_CAPITALS.match(part)
        )

    def _without_beginning(self, name):
        """Return the name without a role or first word of the sentence, or '' if it is not a name."""
        parts = name.split()
        for place, part in enumerate(parts[:-1]):
            if part.lower() in ROLES:
                rest = parts[place + 1 :]
                return " ".join(rest) if all(map(self._may_be_name, rest)) else ""
        while parts and not self._may_be_name(parts[0]):
            parts.pop(0)
        joined = [part for part in parts if part not in {"and", "und"}]
        return " ".join(parts) if len(joined) > 1 and all(map(self._may_be_name, joined)) else ""

    def _is_person(self, text, name, start):
        """Whether the words around the name show that it is a person."""
        before = [word.lower() for word in _WORD.findall(text[max(0, start - 90) : start])]
        after = text[start + len(name) :].partition("|")[0]  # in a table row, only this cell
        following = [word.lower() for word in _WORD.findall(after[:80])][:7]
        if after.startswith("-"):  # Earth-based
            return False
        if before[-1:] and before[-1] in _SUCH_AS and not _THINGS.isdisjoint(before[-3:-1]):
            return False
        if len(name.split()) == 1 or _INITIAL.search(name):  # a single name is only found after a role
            return True
        if (_OWNS_WORK.match(after) or _WINS.match(after)) and not _ABSTRACT.search(name):
            return True
        if before[-1:] == ["of"] and _AND.search(name):  # "the inhabitants of Madras and Calcutta, who"
            return False
        if _has_role(text[:start], before, after, following):
            return True
        is_place = (
            text[:start].endswith(", ") and before and before[-1] not in ROLES and not before[-1].isdigit()
        )  # California, San Francisco
        if is_place or after.startswith(",") or (before and before[-1] in _BEFORE_PLACE):
            return False
        if _ABSTRACT.search(name) or self.in_headings.issuperset(map(str.lower, name.split())):
            return not PERSONAL_DEEDS.isdisjoint(following[:2])
        return bool(following) and _does_as_person(following, is_pair=_AND.search(name) is not None)

    def _learn(self, name):
        for one in _AND.split(name):
            parts = [_bare(part) for part in one.split()]
            is_surname_of_known = len(parts) == 1 and parts[0] in self.by_name
            if parts and len(parts[-1]) > 2 and not is_surname_of_known:
                self.by_name[parts[-1]] = name
                self.by_name[parts[-1].rpartition("-")[2]] = name
            if len(parts) > 1 and len(parts[0]) > 3:
                self.by_name.setdefault(parts[0], name)


def _bare(word):
    return word.removesuffix("'s").removesuffix("’s")


def _has_role(text_before, before, after, following):
    if before and _comes_before_person(before):
        return True
    if after.startswith(","):
        is_aside = text_before.rstrip().endswith(",") and not ROLES.isdisjoint(before[-14:])
        has_relative = not {"who", "whose"}.isdisjoint(following[:3])
        return is_aside or not ROLES.isdisjoint(_singular(following)) or has_relative
    is_somebody = bool(following) and following[0] in {"is", "are", "was", "were"}
    return is_somebody and not ROLES.isdisjoint(_singular(following[:5]))


def _comes_before_person(words):
    if (
        words[-1] in ROLES
        or words[-1] in _PLURAL_ROLES
        or (words[-1] == "by" and words[-2:-1] != ["powered"])
    ):
        return True
    if words[-1] in _SUCH_AS and not _PLURAL_ROLES.isdisjoint(words[-4:]):  # astronomers like Tycho Brahe
        return True
    if words[-1] == "was" and "the" in words[-4:]:  # The shipper was Frederic Tudor
        return True
    if words[-1] in {"named", "called", "and"} and words[-2:-1] and words[-2] in ROLES:
        return True
    return words[-2:] in (["interview", "with"], ["published", "with"], ["conversation", "with"])


def _does_as_person(words, is_pair):
    words = words[1:] if words[0].endswith("ly") and len(words) > 1 else words  # Runa Hale famously applied
    if (words[0].endswith("ed") and words[0] not in COMPANY_DEEDS) or (is_pair and words[0] == "were"):
        return True
    return not _DEEDS.isdisjoint(words[:2]) or not _OWN.isdisjoint(words[:4])


def _singular(words):
    return {word.removesuffix("s") for word in words} | set(words)
