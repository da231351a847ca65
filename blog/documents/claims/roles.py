"""What a text says of a person beside the name: "geophysicist, Northmoor Institute"."""

import re
from itertools import takewhile

from blog.documents.claims.vocabulary import ROLES, SAYING

LONGEST_ROLE = 160  # characters

_ROLE = "|".join(sorted(ROLES, key=len, reverse=True))
_ARTICLE = re.compile(r"(?:an?|the|our|its|der|die|das|eine?) ", re.IGNORECASE)
_NAME_ENDS = re.compile(r",? \(|, | [–—|-] | (?=(?:of|at|from|von)\b)|(?<=\w)[.;:]?$")
_AFTER = re.compile(
    r"(?:’s|'s)?(?:, | \(|,? (?:is|was|are|were) (?=an? |the |our ))(?P<role>[^.;:!?\"“”„()–—\n]{2,200})"
    r"|(?P<place> (?:of|at|from) (?:the )?[A-ZÀ-Þ][^.;:,!?\"“”„()–—\n]{2,100})"
)
_BEFORE = re.compile(
    rf"(?P<role>(?:[\w’'&-]+ ){{0,4}}(?:{_ROLE})(?: and (?:[\w-]+ )?(?:{_ROLE}))?)[, ]{{1,2}}$", re.IGNORECASE
)
_SAYS_NEXT = re.compile(
    rf",? (?:who|which|whose|{'|'.join(sorted(SAYING))})\b.*| (?:in|on|as) \d.*", re.IGNORECASE
)
_HAS_ROLE = re.compile(rf"\b(?:{_ROLE})s?\b", re.IGNORECASE)
_MARKS = re.compile(r"[*_`>\[\]]+")
_BEFORE_ROLE = re.compile(
    r".*\b(?:the|an?|by|from|with|as|and|to|for|of|der|die|ein|eine|von)\s", re.IGNORECASE
)


def split_attribution(text: str) -> tuple[str, str]:
    """Return the name and the role in what stands below a quotation: "Dr. Runa Hale, Northmoor"."""
    text = " ".join(_MARKS.sub("", text).split())
    end = _NAME_ENDS.search(text, 2)
    if not end:
        return text, ""
    return text[: end.start()].rstrip(" ,"), _tidy(text[end.end() :])


def role_beside(name: str, text: str) -> str:
    """Return the description of a person that stands beside the name in a sentence, or an empty string."""
    text = " ".join(_MARKS.sub("", text).split())
    start = text.find(name)
    if start < 0:
        return ""
    after = _AFTER.match(text, start + len(name))
    if after and (after["place"] or _HAS_ROLE.search(after["role"])):
        return _tidy(_SAYS_NEXT.sub("", after["role"] or after["place"]))
    before = _BEFORE.search(text[max(0, start - LONGEST_ROLE) : start])
    return _tidy(_BEFORE_ROLE.sub("", before["role"])) if before else ""


def _tidy(role):
    """Return a role without an article before it, and without what the sentence says behind it."""
    first, *others = role.strip(' ,;:.)("“”*_').split(", ")
    places = takewhile(lambda part: part[:1].isupper(), others)
    role = ", ".join([first, *places])
    return _ARTICLE.sub("", role, count=1)[:LONGEST_ROLE] if _ARTICLE.match(role) else role[:LONGEST_ROLE]
