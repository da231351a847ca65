"""Persons who are named with a role, an institution or a deed, and who a pronoun stands for."""

import re
from dataclasses import dataclass, field

from blog.documents.claims.sentences import Block, Sentence
from blog.documents.claims.vocabulary import DEEDS, PRONOUNS, ROLES, SAYING, TITLES

_PART = r"(?:[A-ZÀ-Þ][\w’'À-ÿ]*(?:-[A-ZÀ-Þ][\w’'À-ÿ]*)?|[A-Z]\.)"
_NAME = re.compile(rf"{_PART}(?:[ \u00a0](?:(?:van|von|de|der|den|di|da|del|la|le|al|bin|ibn|und|and)[ \u00a0])?{_PART}){{1,5}}")
_TITLED = re.compile(r"\b(?:Dr|Prof|Professor|Mr|Mrs|Ms|Sir|Lord|Lady|King|Queen|Emperor|Empress|Pope|Saint|President|Senator|Judge|Frau|Herr)\b\.?(?: Dr\.?)?[ \u00a0]([A-ZÀ-Þ][\w’'-]+(?:[ \u00a0][A-ZÀ-Þ][\w’'-]+){0,3})")
_REPORTS = re.compile(r"(?:^|[.;*] |\b(?:and|that|as) )[*_]{0,2}([A-ZÀ-Þ][a-zà-ÿ]{3,}) (?:reports?|wrote|writes|says|said|argue[sd]|notes|noted|tells|told|claimed|claims|believed) (?:that|of|us|how)\b")
_LABEL = re.compile(r"[*_]{2}[^*\n]{1,60}:[*_]{2}")
_CORPORATE = frozenset("launched announced released acquired reported partnered expanded introduced developed achieved reduced used implemented leveraged deployed saved increased powered raised".split())
_GERMAN_DEEDS = "ging|starb|wurde|erfand|entwickelte|gründete|baute|schrieb|plante|bekam|nahm|reiste|lebte|arbeitete|studierte|holte|heiratete"
_GERMAN_PRONOUN = re.compile(rf"\b(?:Sie|Er) (?:{_GERMAN_DEEDS})\b|\b(?:{_GERMAN_DEEDS}) (?:sie|er)\b|\b(?:sie|er) (?:gesagt|später)")
_LOWER = re.compile(r"\b[a-zà-ÿ][\w’'-]+")
_WORD = re.compile(r"[^\W_]+(?:[-’'][^\W_]+)*")
# Parts of names that no person has: of organisations, places, works.
_NO_PERSON = frozenset(
    """
    university institute college school company corporation corp inc ltd llc gmbh railway church lake river street road avenue island
    mountain mount sea ocean bay cape house museum bank court states kingdom republic city town county department agency office bureau
    ministry administration association society foundation committee commission council union organization organisation center centre
    act law code treaty times post gazette journal review magazine press news bible exchange square bridge park pond hill valley street
    north south east west northern southern eastern western new great united national international federal royal central general
    january february march april june july august september october november december monday tuesday wednesday thursday friday
    saturday sunday ai machine learning data digital cloud computing intelligence artificial technology technologies systems system network
    guide key takeaways insight expert tip note warning conclusion introduction step steps best practices world global american british
    french german european chinese english japanese indian russian italian spanish african asian canadian australian
    the a an in on at of for and or but by with from as if when while this that these those it its his her their our your my we they he she
    der die das ein eine im am und oder aber mit von bei nach
    pro google microsoft amazon apple meta facebook twitter open source software hardware internet web api
    key picture photo image fellows program project team group lab labs research review studies study report survey index
    act data broker schema innovation partnership principles outreach digital analytics coast guard navy army
    """.split()
)


@dataclass
class People:
    """Who has been named so far in a text: surnames with the full names, and who a pronoun may stand for."""

    common: frozenset[str]  # words that the text writes in lower case, which are no names
    surnames: dict[str, str] = field(default_factory=dict)
    last: str = ""
    sentences_since: int = 99

    def named_in(self, sentence: Sentence) -> str:
        """Return the person of whom the sentence says something, or an empty string."""
        text = _LABEL.sub(" ", sentence.text)
        found = self._named(text) or self._known(text)
        if found:
            self.last, self.sentences_since = found, 0
            return found
        self.sentences_since += 1
        if self.sentences_since <= 4 and self.last and _stands_first(text):
            self.sentences_since -= 1
            return self.last
        return ""

    def _named(self, text):
        for found in _TITLED.finditer(text):
            name = found[1]
            self._learn(name)
            return found[0]
        for found in _REPORTS.finditer(text):
            if found[1].lower() not in self.common and found[1].lower() not in _NO_PERSON:
                return found[1]
        for found in _NAME.finditer(text):
            name = self._trimmed(found[0])
            if name and self._is_person(text, name, text.find(name, found.start())):
                self._learn(name)
                return name
        return ""

    def _trimmed(self, name):
        """Return the name without a first word that only begins the sentence, or ''."""
        parts = name.split()
        for place, part in enumerate(parts[:-1]):
            if part.lower() in ROLES:
                parts = parts[place + 1 :]
                return " ".join(parts) if parts[0].lower() not in self.common | _NO_PERSON else ""
        while parts and (parts[0].lower() in _NO_PERSON or parts[0].lower().removesuffix("'s").removesuffix("’s") in self.common or parts[0].lower() in ROLES):
            parts.pop(0)
        if len(parts) < 2 or any(part.lower().strip(".’'s") in _NO_PERSON or part.lower() in self.common for part in parts):
            return ""
        if any(len(part) > 1 and part.isupper() and "." not in part for part in parts):
            return ""
        return " ".join(parts)

    def _is_person(self, text, name, start):
        before = [word.lower() for word in _WORD.findall(text[max(0, start - 60) : start])][-4:]
        after = text[start + len(name) :]
        following = [word.lower() for word in _WORD.findall(after[:80])][:7]
        if re.search(r"[A-Z]\. [A-Z]", name) or len(name.split()) == 1:
            return True
        if before and before[-1] in ROLES | {"by"} and before[-1:] != ["powered"]:
            return True
        if before[-2:] in (["interview", "with"], ["published", "with"], ["shipper", "was"]) or before[-1:] == ["was"] and before[:1] == ["the"]:
            return True
        if re.search(r" (?:and|und) ", name) and len(name.split()) > 3 and following:
            return True
        if {word.removesuffix("s") for word in following[:5]} & ROLES and (following[0] in {"is", "are", "was", "were"} or after.startswith(",")):
            return True
        if following and following[0].endswith("ed") and following[0] not in _CORPORATE:
            return True
        if text[:start].rstrip().endswith(",") and set(word.lower() for word in _WORD.findall(text[:start])[-14:]) & ROLES and after.startswith(","):
            return True
        if before and before[-1] in ROLES or len(before) > 1 and before[-2] in ROLES and before[-1] in {"named", "called", "and"}:
            return True
        if after.startswith(",") and set(following) & ROLES:
            return True
        if before and before[-1] in {"by", "of"} and len(before) > 1 and (before[-2] in DEEDS or before[-2].endswith("ed")):
            return True
        if before and before[-1] in {"durch"}:
            return True
        return bool(set(following[:2]) & (DEEDS | SAYING)) or after[:1] in "," and bool(set(following[:3]) & {"who", "whose", "der", "die"})

    def _known(self, text):
        for word in _WORD.findall(text):
            if word[0].isupper():
                for bare in (word, word.removesuffix("'s").removesuffix("’s"), word.rsplit("-", 1)[-1]):
                    if bare in self.surnames:
                        return self.surnames[bare]
        return ""

    def _learn(self, name):
        for part in re.split(r" (?:and|und) ", name):
            words = part.split()
            if not words:
                continue
            surname = words[-1].removesuffix("'s").removesuffix("’s")
            if len(words) > 1 and len(words[0]) > 3:
                self.surnames.setdefault(words[0], name)
            if len(surname) > 2:
                self.surnames[surname] = name
                self.surnames[surname.rsplit("-", 1)[-1]] = name


def _stands_first(text):
    if _GERMAN_PRONOUN.search(text):
        return True
    return bool(re.search(r"(?:^|[,;:?] )[\W_]*(?:\w+ ){0,4}(?:he|she|[Hh]is|[Hh]er|He|She|him)\b", text))


def common_words(body: str) -> frozenset[str]:
    """Return the words that the text writes in lower case somewhere."""
    return frozenset(_LOWER.findall(body))
