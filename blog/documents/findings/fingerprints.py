"""Fingerprints: short digests that are equal if two articles have the same words."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b

SHORTEST_TEMPLATE = 5  # words left in an excerpt without its subject
OPENING_LENGTH = 30  # words
SHORTEST_BODY = 50  # words
DIGEST_BYTES = 8

_WORD = re.compile(r"[^\W_]+")
# Words that occur in titles and excerpts on any subject.
_OF_ANY_SUBJECT = frozenset(
    """
    about article basics beyond complete comprehensive deep dive discover essential everything
    explained explore future guide important introduction know matters myths need next reality rise
    role step steps things tips today today's ultimate understanding way ways what world
    """.split()
)
_GLUE = frozenset(
    """
    a an and as at by for from how in into is it its of on or our the this to we why with your you
    """.split()
)
_SUBJECT = "_"


@dataclass(frozen=True, slots=True)
class Fingerprints:
    """Digests of the title, the excerpt without its subject, the opening and the whole text.

    A digest is "" if there is too little text to compare.
    """

    title: str = ""
    excerpt: str = ""
    opening: str = ""
    body: str = ""


def fingerprints(title: str, excerpt: str, text: str, keywords: Iterable[str] = ()) -> Fingerprints:
    """Return the fingerprints of an article. `text` is its plain text."""
    words = _words(text)
    return Fingerprints(
        title=_digest(_words(title)),
        excerpt=_digest(_template(_words(excerpt), _words(" ".join([title, *keywords]))), SHORTEST_TEMPLATE),
        opening=_digest(words[:OPENING_LENGTH], OPENING_LENGTH),
        body=_digest(words, SHORTEST_BODY),
    )


def _template(excerpt, subject):
    """Return the words of an excerpt, with _SUBJECT for each run of words from the subject."""
    stems = {_stem(word) for word in subject if word not in _GLUE}
    template = []
    for word in excerpt:
        if word in _OF_ANY_SUBJECT:
            continue
        is_subject = _stem(word) in stems and word not in _GLUE
        if not (is_subject and template[-1:] == [_SUBJECT]):
            template.append(_SUBJECT if is_subject else word)
    return template


def _stem(word):
    return word[:-3] + "y" if word.endswith("ies") else word.removesuffix("s")


def _words(text):
    return _WORD.findall(text.casefold())


def _digest(words, fewest=1):
    if len(words) < fewest:
        return ""
    return blake2b(" ".join(words).encode("utf-8", "surrogatepass"), digest_size=DIGEST_BYTES).hexdigest()
