"""Find the role next to a name: "geophysicist, Northmoor Institute"."""

import re
from itertools import takewhile

from blog.documents.claims.vocabulary import ROLES, SAYING

LONGEST_ROLE = 160  # characters
MOST_WORDS_BEFORE = 5

_ARTICLE = re.compile(r"(?:an?|the|our|its|der|die|das|eine?) ", re.IGNORECASE)
_NAME_ENDS = re.compile(r",? \(|, | [–—|-] | (?=(?:of|at|from|von)\b)|(?<=\w)[.;:]?$")
_AFTER = re.compile(
    r"(?:’s|'s)?(?:, | \(|,? (?:is|was|are|were) (?=an? |the |our ))(?P<role>[^.;:!?\"“”„()–—\n]{2,200})"
    r"|(?P<place> (?:of|at|from) (?:the )?[A-ZÀ-Þ][^.;:,!?\"“”„()–—\n]{2,100})"
)
_SAYS_NEXT = re.compile(
    rf",? (?:who|which|whose|{'|'.join(sorted(SAYING))})\b.*| (?:in|on|as) \d.*", re.IGNORECASE
)
_OF_SCIENCES = ("icist", "ogist", "omist", "ographer", "ician")
_MARKS = re.compile(r"[*_`>\[\]]+")
_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
# Words that end a role before a name.
_BEGINS = frozenset("the a an by from with as to for of our its der die das ein eine von and und".split())


def split_attribution(text: str) -> tuple[str, str]:
    """Split an attribution such as "Dr. Runa Hale, Northmoor" into name and role."""
    text = " ".join(_MARKS.sub("", text).split())
    end = _NAME_ENDS.search(text, 2)
    if not end:
        return text, ""
    return text[: end.start()].rstrip(" ,"), _tidy(text[end.end() :])


def role_beside(name: str, text: str) -> str:
    """Return the role next to the name in a sentence, or ""."""
    text = " ".join(_MARKS.sub("", text).split())
    start = text.find(name)
    if start < 0:
        return ""
    after = _AFTER.match(text, start + len(name))
    if after and (after["place"] or _has_role(after["role"])):
        return _tidy(_SAYS_NEXT.sub("", after["role"] or after["place"]))
    return _role_before(text[max(0, start - LONGEST_ROLE) : start].split())


def _role_before(words):
    """Return the words that end with a role, without an article, such as "Northmoor geophysicist"."""
    if not words or not _is_role(words[-1].strip(",").lower()):
        return ""
    said = [words[-1].strip(",")]
    for word in reversed(words[-MOST_WORDS_BEFORE:-1]):
        if word.lower() in _BEGINS or not word[-1].isalnum():
            break
        said.insert(0, word)
    return " ".join(said)


def _has_role(text):
    return any(_is_role(word.removesuffix("s")) for word in _WORD.findall(text.lower()))


def _is_role(word):
    return word in ROLES or f"{word}s" in ROLES or word.endswith(_OF_SCIENCES)


def _tidy(role):
    """Return a role without a leading word such as “the” or “our”, and without the rest of the sentence."""
    first, *others = role.strip(' ,;:.)("“”*_').split(", ")
    places = takewhile(lambda part: part[:1].isupper(), others)
    role = ", ".join([first, *places])
    return _ARTICLE.sub("", role, count=1)[:LONGEST_ROLE] if _ARTICLE.match(role) else role[:LONGEST_ROLE]
