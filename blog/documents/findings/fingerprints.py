"""Fingerprints: short digests that are equal if two articles have the same words."""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b

from blog.documents.text import casefolded, letters_and_digits, same_text

SHORTEST_TEMPLATE = 5  # words left in an excerpt without its subject
OPENING_LENGTH = 30  # words
SHORTEST_BODY = 50  # words
DIGEST_BYTES = 8

# Words that occur in titles and excerpts on any subject.
_OF_ANY_SUBJECT = frozenset(
    """
    about article basics beyond complete comprehensive deep dive discover essential everything
    explained explore future guide important introduction know matters myths need next reality rise
    role step steps things tips today today's ultimate understanding way ways what world
    """.split()
)
# Words that titles add to any subject: "How X is reshaping our world", "X: myths vs. reality".
_OF_ANY_TITLE = _OF_ANY_SUBJECT | frozenset(
    """
    absolutely analysis are aspects be become becoming behind can change changed changes changing decade
    definitive do does edition ever expert explaining facts getting here important industries industry
    introduction introducing is key latest made makes master mastering mean means more most must myth now of
    impact one overview practical primer really redefining reshape reshaped reshaping revolution revolutionary
    revolutionising revolutionizing right secrets should so started strategies strategy than that think
    transform transformed transforming truth unlocking use using vs will work works
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
    """Digests of the topic of the title, the excerpt and description without it, the opening and the text.

    A digest is "" if there is too little text to compare.
    """

    title: str = ""
    excerpt: str = ""
    opening: str = ""
    body: str = ""
    description: str = ""


def fingerprints(
    title: str, excerpt: str, text: str, keywords: Iterable[str] = (), description: str = ""
) -> Fingerprints:
    """Return the fingerprints of an article. `text` is its plain text.

    A description that repeats the excerpt has none: that is a finding of its own.
    """
    words, subject = _words(text), _words(" ".join([title, *keywords]))
    if same_text(description, excerpt):
        description = ""
    return Fingerprints(
        title=_digest(_topic(_words(title))),
        excerpt=_digest(_template(_words(excerpt), subject), SHORTEST_TEMPLATE),
        opening=_digest(words[:OPENING_LENGTH], OPENING_LENGTH),
        body=_digest(words, SHORTEST_BODY),
        description=_digest(_template(_words(description), subject), SHORTEST_TEMPLATE),
    )


def _topic(title):
    """Return the words of a title that name its subject, or all words of a title without such words.

    Titles of one word are compared as they are: "AI" is the subject of too many articles.
    """
    # A year or the number of a list ("5 things") does not count either, other than the number of a part.
    topic = [
        _stem(word)
        for place, word in enumerate(title)
        if not (word in _GLUE or word in _OF_ANY_TITLE or word == "s")
        and not (word.isdigit() and (not place or len(word) == 4))
    ]
    return topic if len(topic) > 1 else title


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
    return letters_and_digits(casefolded(text))


def _digest(words, fewest=1):
    if len(words) < fewest:
        return ""
    return blake2b(" ".join(words).encode("utf-8", "surrogatepass"), digest_size=DIGEST_BYTES).hexdigest()
